"""Keeps who from outside recognised an environment, when, and until when; the name is sealed under a key of its own."""

import uuid
from dataclasses import dataclass
from datetime import date

from issuer.db.person_keys import PersonErasedError
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import DomainError, InvalidFormError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.learning_environment import Recogniser, Recognition
from issuer.domain.permissions import StaffMember
from issuer.domain.recognition_rules import check_dates
from issuer.domain.unit_ref import UnitRef
from issuer.services.environments.read_environment import EditedMeanwhileError, matrix_in
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

PURPOSE = "recogniser"
MOST_CHARACTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What was typed about a recognition; "" and None for what is not known yet.

    Attributes:
        name_public: whether the recogniser agreed that the name stands in the public report.
    """

    name: str
    role: str
    organisation: str
    register_number: str
    recognised_on: date | None
    valid_until: date | None
    name_public: bool


def name_recogniser(
    outside: Outside, who: StaffMember, place: tuple[str, UnitRef], named: Named, *, seen: str = ""
) -> None:
    """Keep it; what was published before stays as it was.

    Args:
        place: id of the site, and unit.
        seen: `seen_of` of what the editor had before the eyes; "" when nothing was shown.

    Raises:
        NotFoundError: no such matrix here.
        InvalidFormError: a text or a day breaks a rule.
        EditedMeanwhileError: somebody else was faster.
    """
    now = outside.now()
    checked = _checked(named)
    check_dates(checked.recognised_on, checked.valid_until, today=helsinki_day(now))
    with outside.database.read() as uow:
        before = matrix_in(uow, who, *place).unit_map.recognition
    key = before.name_key
    if key is None or name_of(outside, before) == "":
        key = str(uuid.uuid4())
        outside.person_keys.create(key)
    sealed = seal_value(outside, key, PURPOSE, {"name": checked.name}) if checked.name else None
    recognition = Recognition(
        recogniser=Recogniser(role=checked.role, organisation=checked.organisation),
        recognised_on=checked.recognised_on,
        valid_until=checked.valid_until,
        register_number=checked.register_number,
        name_key=key,
        name_sealed=sealed,
        name_public=checked.name_public,
    )
    with outside.database.write() as uow:
        view = matrix_in(uow, who, *place, lock=True)
        if seen and seen_of(view.unit_map.recognition) != seen:
            raise EditedMeanwhileError
        uow.environments.set_recognition(view.unit_map.id, recognition)
        refs = (("site", place[0]), ("map", view.unit_map.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="map.recogniser_named", refs=refs))


def name_of(outside: Outside, recognition: Recognition) -> str:
    """The recogniser's name, or "" when none was given or its key is gone."""
    if recognition.name_key is None or recognition.name_sealed is None:
        return ""
    try:
        value = open_value(outside, recognition.name_key, PURPOSE, recognition.name_sealed)
    except PersonErasedError:
        return ""
    return str(value["name"])


def seen_of(recognition: Recognition) -> str:
    """A word that changes as soon as anything of the recognition is kept anew."""
    days = (recognition.recognised_on, recognition.valid_until)
    sealed = recognition.name_sealed.hex()[:24] if recognition.name_sealed else ""
    texts = (recognition.register_number, sealed, *(day.isoformat() if day else "" for day in days))
    return "|".join((str(recognition.name_public), *texts))


def _checked(named: Named) -> Named:
    faults: list[DomainError] = []
    texts = {}
    for field in ("name", "role", "organisation", "register_number"):
        pointer = f"/{field}"
        try:
            texts[field] = check_text(getattr(named, field), most=_most(field), pointer=pointer, lines=False)
            if field != "name":
                check_words(texts[field], pointer=pointer)
        except DomainError as fault:
            faults.append(fault)
    if faults:
        raise InvalidFormError(tuple(faults))
    return Named(
        name=texts["name"],
        role=texts["role"],
        organisation=texts["organisation"],
        register_number=texts["register_number"],
        recognised_on=named.recognised_on,
        valid_until=named.valid_until,
        name_public=named.name_public,
    )


def _most(field: str) -> int:
    return 30 if field == "register_number" else MOST_CHARACTERS  # Koski caps a diaarinumero at 30 signs
