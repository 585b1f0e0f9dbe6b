"""A participant sends a badge to a school: a link of its own with an end date, and a case in the school's inbox.

The school decides on the signed badge itself, so such a link shows all of it; the page says so before.
"""

from dataclasses import dataclass
from datetime import date

from issuer.domain.errors import DomainError, InvalidRequestError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.share_parts import ALL_PARTS, Audience, ShareKind
from issuer.services.endorsements.place_of_badge import place_to_tell
from issuer.services.outside import Outside
from issuer.services.recognition.open_case import open_case
from issuer.services.sharing.make_share import ShareWish, make
from issuer.services.sharing.stop_share import stop


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolWish:
    """Where a badge goes.

    Attributes:
        school: slug, as it stands in the school's public addresses.
        last_day: of the link; None for 30 days.
        name: the holder's own word for the link.
        tell_provider: the provider may learn, without a name, that its badge was used (privacy.md PV5).
        tell_place: the school may learn in which recognised environment it was earned (PN5).
    """

    school: str
    last_day: date | None = None
    name: str = ""
    tell_provider: bool = False
    tell_place: bool = False


def schools(outside: Outside, language: str) -> tuple[tuple[str, str], ...]:
    """Schools with a desk in this installation: (slug, public name in the language), in the order of their names."""
    with outside.database.read() as uow:
        found = [one for one in uow.institutions.all() if one.kind == "school" and one.closed_at is None]
    return tuple(sorted(((one.slug, one.public_name.in_language(language)) for one in found), key=lambda one: one[1]))


def place_known(outside: Outside, who: Holder, credential_id: str) -> bool:
    """Whether the recognised environment of an own badge is known, so that its holder can tell it."""
    with outside.database.read() as uow:
        own = uow.credentials.get(credential_id).person_id == who.person_id
        return own and place_to_tell(uow, credential_id) is not None


def send(outside: Outside, who: Holder, credential_id: str, wish: SchoolWish) -> str:
    """Make the link and open the case; return the case's public reference.

    Raises:
        InvalidRequestError: ``share.school`` at ``/school``: no such school.
        Everything that `make_share.make` and `open_case` raise; no link is left then.
    """
    try:
        with outside.database.read() as uow:
            school = uow.institutions.by_slug(wish.school)
    except NotFoundError:
        raise InvalidRequestError(code="share.school", pointer="/school") from None
    made = make(
        outside,
        who,
        credential_id,
        ShareWish(
            audience=Audience.SCHOOL,
            parts=ALL_PARTS,
            last_day=wish.last_day,
            name=wish.name,
            kind=ShareKind.SCHOOL,
        ),
    )
    try:
        return open_case(outside, who, made.id, school.id, tell_provider=wish.tell_provider, tell_place=wish.tell_place)
    except DomainError:
        stop(outside, who, made.ref)
        raise
