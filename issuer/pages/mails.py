"""Writes the mails of signing in and of invitations, in the language of the page that led to them, and sends them."""

from issuer.domain.institution import PublicName
from issuer.i18n import content_language, text
from issuer.operation_log import failure
from issuer.services.mail import Mail, MailError
from issuer.services.outside import Outside
from issuer.services.ways_in import mail_link


def send_links(outside: Outside, address: str, browser: str, language: str) -> None:
    """Send what was asked for, if anybody has this address; runs after the answer went out, and tells nobody."""
    for link in mail_link.links_for(outside, address, browser):
        _send(outside, link.to, link.sender, "mail.sign_in", f"{outside.public_url}/in/{link.token}", language)


def send_invitation(outside: Outside, address: str, sender: PublicName, token: str, language: str) -> None:
    """Send an invitation's link."""
    _send(outside, address, sender, "mail.invitation", f"{outside.public_url}/invite/{token}", language)


def _send(outside: Outside, to: str, sender: PublicName, key: str, link: str, language: str) -> None:
    if outside.mailer is None:
        return
    name = sender.in_language(content_language(language))
    body = text(language, f"{key}.text", sender=name, link=link) + "\n"
    subject = text(language, f"{key}.subject")
    try:
        outside.mailer.send(Mail(to=to, sender=name, subject=subject, text=body, language=content_language(language)))
    except MailError as problem:
        failure("mail.not_sent", problem, code=problem.code)
