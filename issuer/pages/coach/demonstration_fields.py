"""Reads the forms of demonstrations: plan, assessors, the school's word, rows of the talk."""

from collections.abc import Sequence

from issuer.domain.agreement import Outcome, read_outcome
from issuer.domain.catalogue import Requirement
from issuer.domain.demonstration import Assessor, Confirmation, Decider, Plan, Row, Side, TalkMember, Word
from issuer.domain.errors import DomainError
from issuer.pages.forms import Form
from issuer.services.demonstrations.assess_demonstration import Talk

MOST_ASSESSORS = 2
_SIDES = tuple(one.value for one in Side)
DECIDERS = tuple(str(one.value) for one in Decider)
TALK = tuple(str(one.value) for one in TalkMember)


def read_plan(form: Form, requirements: Sequence[Requirement]) -> Plan:
    """Return the plan that was typed; faults are noted in the form."""
    ticked = set(form.many("requirement"))
    place_kind = form.choice("place_kind", ("1", "2", "3"), required=False) or "1"
    return Plan(
        requirement_keys=tuple(one.key for one in requirements if str(one.position) in ticked),
        tasks=tuple(line.strip() for line in (form.text("tasks", required=False) or "").split("\n") if line.strip()),
        place=form.text("place", required=False) or "",
        environment=form.text("environment", required=False) or "",
        place_kind=int(place_kind),
        begins_on=form.day("begins_on", required=False),
        ends_on=form.day("ends_on", required=False),
        language=form.choice("language", ("fi", "sv", "en"), required=False) or "fi",
        identity=form.text("identity", required=False) or "",
        adjustments=form.text("adjustments", required=False) or "",
        adjustments_shared=form.ticked("adjustments_shared"),
        contact_name=form.text("contact_name", required=False) or "",
        contact_reach=form.text("contact_reach", required=False) or "",
    )


def read_assessors(form: Form, *, accounts: frozenset[str] = frozenset()) -> tuple[Assessor, ...]:
    """Return the assessors of which something was typed.

    Args:
        accounts: ids of staff that may be chosen as an assessor's account.
    """
    found = []
    for number in range(1, MOST_ASSESSORS + 1):
        name = form.text(f"name-{number}", required=False)
        if name is None:
            continue
        side = form.choice(f"side-{number}", _SIDES)
        decider = form.choice(f"decider-{number}", DECIDERS)
        if side is None or decider is None:
            continue
        found.append(
            Assessor(
                name=name,
                organisation=form.text(f"organisation-{number}", required=False) or "",
                side=Side(side),
                decider=Decider(int(decider)),
                staff_id=form.choice(f"account-{number}", accounts, required=False) if accounts else None,
                not_disqualified=form.ticked(f"not_disqualified-{number}"),
                inducted_on=form.day(f"inducted_on-{number}", required=False),
            )
        )
    return tuple(found)


def read_word(form: Form) -> Word | None:
    """Return who said something for the school, when and how; None when a part is missing, which is noted."""
    said_by, said_on, how = form.text("said_by"), form.day("said_on"), form.text("how")
    return Word(said_by=said_by, said_on=said_on, how=how) if said_by and said_on and how else None


def read_confirmation(form: Form) -> Confirmation | None:
    """Return the school's yes; None when its word is missing."""
    word = read_word(form)
    reason = form.text("special_reason", required=False) or ""
    first, last = form.day("agreement_from", required=False), form.day("agreement_until", required=False)
    if word is None:
        return None
    return Confirmation(word=word, special_reason=reason, agreement_from=first, agreement_until=last)


def read_rows(form: Form, requirements: Sequence[Requirement], prefix: str) -> dict[str, Row]:
    """Return the rows that were answered, from fields ``{prefix}-{position}`` and ``{prefix}-seen-{position}``."""
    found = {}
    for one in requirements:
        outcome = _outcome(form, f"{prefix}-{one.position}")
        if outcome is not None:
            seen = form.text(f"{prefix}-seen-{one.position}", required=False) or ""
            found[one.key] = Row(outcome=outcome, seen=seen)
    return found


def read_talk(form: Form, requirements: Sequence[Requirement], assessors: int) -> Talk:
    """Return the talk as typed; a code or number that is not offered is passed over."""
    return Talk(
        results=read_rows(form, requirements, "result"),
        talk=tuple(TalkMember(int(one)) for one in form.many("talk") if one in TALK),
        talk_on=form.day("talk_on", required=False),
        deciders=tuple(number for number in range(assessors) if str(number) in set(form.many("decider"))),
        explained=form.text("explained", required=False) or "",
    )


def _outcome(form: Form, field: str) -> Outcome | None:
    text = form.text(field, required=False)
    if text is None:
        return None
    try:
        return read_outcome(text, pointer=f"/{field}")
    except DomainError as fault:
        form.faults.append(fault)
        return None
