"""Gives messages their words: mail as text and as a page without pictures, the same letter for paper."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2

from issuer.domain.notice import Notice, NoticeKind
from issuer.i18n import content_language, text, whole_day
from issuer.operation_log import failure
from issuer.services.mail import Mail, MailError
from issuer.services.notices.deliver import Deliver
from issuer.services.notices.letter import Letter
from verifier.templating import make_templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A letter in words (screens.md section 2): what, the one button, what happens otherwise, whom to ask.

    Attributes:
        sender: public name of who writes.
        remove: how the address is taken back; "" while it is not confirmed.
    """

    subject: str
    hello: str
    sentences: str
    button: str
    link: str
    same_link: str
    nothing: str
    ask: str
    remove: str
    sender: str


def words_of(letter: Letter) -> Words:
    """Return the letter's words in its language; who writes can be asked where no person is named."""
    language, kind = letter.language, letter.kind.value
    sender = letter.sender.in_language(content_language(language))
    day = whole_day(letter.day, language) if letter.day is not None else ""
    confirming = letter.kind is NoticeKind.CONFIRM_ADDRESS
    return Words(
        subject=text(language, "notice.subject"),
        hello=text(language, "notice.hello"),
        sentences=text(language, f"notice.{kind}.text").format(day=day),
        button=text(language, f"notice.{kind}.button"),
        link=letter.link,
        same_link=text(language, "notice.same_link"),
        nothing=text(language, f"notice.{kind}.nothing").format(day=day),
        ask=text(language, "notice.ask", ask=letter.ask or sender),
        remove="" if confirming else text(language, "notice.remove"),
        sender=sender,
    )


def sentence_of(notice: Notice, language: str) -> str:
    """Return what a message says, for a list of messages."""
    day = whole_day(notice.day, language) if notice.day is not None else ""
    return text(language, f"notice.{notice.kind.value}.text").format(day=day)


def mail_of(letter: Letter, to: str) -> Mail:
    """Return the mail: plain text, and the same as a page with one button."""
    words = words_of(letter)
    parts = (words.hello, words.sentences, f"{words.button}:\n{words.link}", words.nothing, words.ask, words.remove)
    body = "\n\n".join(part for part in (*parts, words.sender) if part) + "\n"
    language = content_language(letter.language)
    return Mail(
        to=to,
        sender=words.sender,
        subject=words.subject,
        text=body,
        language=language,
        html=_page().render(words=words, language=letter.language),
        reference=letter.reference,
    )


def mail_handler() -> Deliver:
    """Return the handler of the effect ``notice.mail``."""

    def report(problem: MailError) -> None:
        failure("mail.not_sent", problem, code=problem.code)

    return Deliver(write=mail_of, report=report)


@cache
def _page() -> jinja2.Template:
    return make_templates(Path(__file__).with_name("templates")).get_template("notices/mail.jinja")
