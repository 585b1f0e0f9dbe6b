"""Sends mail by SMTP: STARTTLS or TLS with a checked certificate, in clear only to this machine."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate
from typing import Final
from urllib.parse import unquote, urlsplit

from issuer.services.mail import Mail, MailError

SECONDS: Final = 20.0
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_FOR_GOOD: Final = 500
_PORTS: Final = {"smtp": 587, "smtps": 465}


class SmtpAddressError(ValueError):
    """The address of the mail server cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    tls: bool
    host: str
    port: int
    user: str
    password: str
    sender: str


class SmtpMailer:
    """Hands mail to one server.

    Args:
        url: ``smtp://user:password@host:587/?from=noreply@example.fi`` (STARTTLS) or ``smtps://…`` (TLS at once).
        context: of TLS; None: the system's authorities.

    Raises:
        SmtpAddressError: the address cannot be used.
    """

    def __init__(self, url: str, context: ssl.SSLContext | None = None) -> None:
        self._server = _read(url)
        self._context = context or ssl.create_default_context()

    def send(self, mail: Mail) -> None:
        """Send one mail; the server's words are not repeated, since they may quote the address."""
        try:
            message = self._message(mail)
            with self._connected() as connection:
                if self._server.user:
                    connection.login(self._server.user, self._server.password)
                connection.send_message(message)
        except (smtplib.SMTPException, OSError, ValueError) as problem:
            raise MailError(type(problem).__name__, refused=_is_refusal(problem)) from problem

    def _message(self, mail: Mail) -> EmailMessage:
        """Raises ValueError for a line break in a heading."""
        message = EmailMessage(policy=SMTP)
        message["From"] = formataddr((mail.sender, self._server.sender))
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = formatdate()
        message["Auto-Submitted"] = "auto-generated"
        if mail.reference:
            message["Message-ID"] = f"<{mail.reference}@{self._server.sender.rpartition('@')[2]}>"
        message.set_content(mail.text)
        if mail.html:
            message.add_alternative(mail.html, subtype="html")
        message["Content-Language"] = mail.language  # after the content, which sets its headings anew
        return message

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.tls:
            return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=self._context)
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=self._context)
            connection.ehlo()
        elif server.host not in _LOOPBACK:
            connection.close()
            raise MailError("no STARTTLS")  # a link that opens a door does not travel in clear
        return connection


def _is_refusal(problem: Exception) -> bool:
    """Whether the server's answer is for good (RFC 5321, 4.2.1: codes from 500), or the mail itself is no mail.

    A wrong password is no refusal of the mail: the operator can put that right.
    """
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return all(code >= _FOR_GOOD for code, _ in problem.recipients.values())
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return False
    if isinstance(problem, smtplib.SMTPDataError):
        return problem.smtp_code >= _FOR_GOOD
    return isinstance(problem, ValueError) and not isinstance(problem, OSError)


def _read(url: str) -> _Server:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise SmtpAddressError("must be smtp:// or smtps://, a host and a port") from None
    sender = unquote(parts.query.removeprefix("from=")) if parts.query.startswith("from=") else ""
    if not parts.hostname or "@" not in sender or any(sign in sender for sign in "\r\n<>,; "):
        raise SmtpAddressError("must end in ?from= and the address that mail comes from")
    return _Server(
        tls=parts.scheme == "smtps",
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
    )
