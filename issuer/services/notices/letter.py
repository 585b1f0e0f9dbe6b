"""What a message is made of besides its words: who writes, in which language, where its button leads, whom to ask."""

from dataclasses import dataclass
from datetime import date

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.notices import AddressRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.institution import PublicName
from issuer.domain.notice import RULES, Notice, NoticeKind
from issuer.services.coaching.personal import open_personal
from issuer.services.link_tokens import confirmation_token
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value
from issuer.services.staff.staff_names import names

ADDRESS_PURPOSE = "notice_address"
_PLAIN = "fi-x-selko"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message before its words.

    Attributes:
        reference: random id of the message.
        sender: public name of the institution that writes.
        link: where the one button leads; with a token only where an address is to be confirmed.
        ask: name of the person to ask, "" where nobody is named.
    """

    reference: str
    kind: NoticeKind
    sender: PublicName
    language: str
    link: str
    day: date | None
    ask: str


def letter_of(outside: Outside, uow: UnitOfWork, notice: Notice, *, language: str, token: str = "") -> Letter:
    """Gather a letter."""
    rule = RULES[notice.kind]
    return Letter(
        reference=notice.id,
        kind=notice.kind,
        sender=uow.institutions.get(notice.institution_id).public_name,
        language=language,
        link=f"{outside.public_url}{rule.path}" + (f"/{token}" if token else ""),
        day=notice.day,
        ask=_ask(outside, uow, notice),
    )


def mailed_letter(outside: Outside, uow: UnitOfWork, notice: Notice, address: AddressRow) -> tuple[Letter, str]:
    """Return the letter in the language that its reader chose, and where it goes. Raises PersonErasedError."""
    confirming = notice.kind is NoticeKind.CONFIRM_ADDRESS
    token = confirmation_token(outside.link_secret, address.id) if confirming else ""
    letter = letter_of(outside, uow, notice, language=address.language, token=token)
    return letter, str(open_value(outside, address.owner_id, ADDRESS_PURPOSE, address.sealed)["address"])


def printed_letter(outside: Outside, uow: UnitOfWork, notice: Notice) -> tuple[Letter, str]:
    """Return the letter in the participant's own language, and the name to hand it to; the caller notes the reading.

    Finnish is plain Finnish on paper: nobody can change the language of a sheet. Raises PersonErasedError.
    """
    sealed = uow.coaching.sealed(notice.to)
    if sealed is None:
        raise PersonErasedError(notice.to)
    personal = open_personal(outside, notice.to, sealed)
    language = next((one for one in personal.languages if one in ("fi", "sv", "en")), "fi")
    return letter_of(outside, uow, notice, language=_PLAIN if language == "fi" else language), personal.name


def _ask(outside: Outside, uow: UnitOfWork, notice: Notice) -> str:
    """The participant's own coach; staff know each other."""
    if RULES[notice.kind].to == "staff":
        return ""
    row = uow.coaching.participant(notice.to, notice.institution_id)
    if row is None or row.coach_id is None:
        return ""
    return names(outside, uow, [row.coach_id])[row.coach_id]
