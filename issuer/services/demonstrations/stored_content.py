"""What a demonstration says, as JSON for its sealed column, and back; nothing is guessed on the way."""

from datetime import date

from issuer.domain.agreement import Outcome
from issuer.domain.demonstration import (
    Assessment,
    Assessor,
    Confirmation,
    Content,
    Decider,
    Plan,
    Row,
    Side,
    TalkMember,
    Word,
)
from schemas.strict_json import JsonObject, JsonValue

PURPOSE = "demonstration"


def to_json(content: Content) -> JsonObject:
    """Write it."""
    return {
        "plan": _plan_json(content.plan),
        "assessors": [_assessor_json(one) for one in content.assessors],
        "request_wanted": content.request_wanted,
        "learner": content.learner,
        "school_name": content.school_name,
        "confirmation": _confirmation_json(content.confirmation) if content.confirmation is not None else None,
        "assessment": _assessment_json(content.assessment),
    }


def from_json(value: JsonObject) -> Content:
    """Read what `to_json` wrote."""
    confirmation = value["confirmation"]
    return Content(
        plan=_plan(_object(value["plan"])),
        assessors=tuple(_assessor(_object(one)) for one in _array(value["assessors"])),
        request_wanted=bool(value["request_wanted"]),
        learner=str(value["learner"]),
        school_name=str(value["school_name"]),
        confirmation=_confirmation(_object(confirmation)) if confirmation is not None else None,
        assessment=_assessment(_object(value["assessment"])),
    )


def _plan_json(plan: Plan) -> JsonObject:
    return {
        "requirement_keys": [*plan.requirement_keys],
        "tasks": [*plan.tasks],
        "place": plan.place,
        "environment": plan.environment,
        "place_kind": plan.place_kind,
        "begins_on": _day_json(plan.begins_on),
        "ends_on": _day_json(plan.ends_on),
        "language": plan.language,
        "identity": plan.identity,
        "adjustments": plan.adjustments,
        "adjustments_shared": plan.adjustments_shared,
        "contact_name": plan.contact_name,
        "contact_reach": plan.contact_reach,
    }


def _plan(value: JsonObject) -> Plan:
    return Plan(
        requirement_keys=tuple(map(str, _array(value["requirement_keys"]))),
        tasks=tuple(map(str, _array(value["tasks"]))),
        place=str(value["place"]),
        environment=str(value["environment"]),
        place_kind=_number(value["place_kind"]),
        begins_on=_day(value["begins_on"]),
        ends_on=_day(value["ends_on"]),
        language=str(value["language"]),
        identity=str(value["identity"]),
        adjustments=str(value["adjustments"]),
        adjustments_shared=bool(value["adjustments_shared"]),
        contact_name=str(value["contact_name"]),
        contact_reach=str(value["contact_reach"]),
    )


def _assessor_json(one: Assessor) -> JsonObject:
    return {
        "name": one.name,
        "organisation": one.organisation,
        "side": one.side.value,
        "decider": one.decider.value,
        "staff_id": one.staff_id,
        "not_disqualified": one.not_disqualified,
        "inducted_on": _day_json(one.inducted_on),
    }


def _assessor(value: JsonObject) -> Assessor:
    return Assessor(
        name=str(value["name"]),
        organisation=str(value["organisation"]),
        side=Side(str(value["side"])),
        decider=Decider(_number(value["decider"])),
        staff_id=_text(value["staff_id"]),
        not_disqualified=bool(value["not_disqualified"]),
        inducted_on=_day(value["inducted_on"]),
    )


def _word_json(word: Word) -> JsonObject:
    return {"said_by": word.said_by, "said_on": word.said_on.isoformat(), "how": word.how, "staff_id": word.staff_id}


def _word(value: JsonObject) -> Word:
    return Word(
        said_by=str(value["said_by"]),
        said_on=date.fromisoformat(str(value["said_on"])),
        how=str(value["how"]),
        staff_id=_text(value["staff_id"]),
    )


def _confirmation_json(one: Confirmation) -> JsonObject:
    return {
        "word": _word_json(one.word),
        "special_reason": one.special_reason,
        "agreement_from": _day_json(one.agreement_from),
        "agreement_until": _day_json(one.agreement_until),
    }


def _confirmation(value: JsonObject) -> Confirmation:
    return Confirmation(
        word=_word(_object(value["word"])),
        special_reason=str(value["special_reason"]),
        agreement_from=_day(value["agreement_from"]),
        agreement_until=_day(value["agreement_until"]),
    )


def _assessment_json(sheet: Assessment) -> JsonObject:
    return {
        "own": _rows_json(sheet.own),
        "own_declined": sheet.own_declined,
        "results": _rows_json(sheet.results),
        "talk": [one.value for one in sheet.talk],
        "talk_on": _day_json(sheet.talk_on),
        "deciders": [*sheet.deciders],
        "grade": sheet.grade,
        "grade_word": _word_json(sheet.grade_word) if sheet.grade_word is not None else None,
        "decided_on": _day_json(sheet.decided_on),
        "explained": sheet.explained,
        "correction_words": sheet.correction_words,
        "correction_on": _day_json(sheet.correction_on),
    }


def _assessment(value: JsonObject) -> Assessment:
    return Assessment(
        own=_rows(_object(value["own"])),
        own_declined=bool(value["own_declined"]),
        results=_rows(_object(value["results"])),
        talk=tuple(TalkMember(_number(one)) for one in _array(value["talk"])),
        talk_on=_day(value["talk_on"]),
        deciders=tuple(_number(one) for one in _array(value["deciders"])),
        grade=_number(value["grade"]) if value["grade"] is not None else None,
        grade_word=_word(_object(value["grade_word"])) if value["grade_word"] is not None else None,
        decided_on=_day(value["decided_on"]),
        explained=str(value["explained"]),
        correction_words=str(value["correction_words"]),
        correction_on=_day(value["correction_on"]),
    )


def _rows_json(rows: dict[str, Row]) -> JsonObject:
    return {key: {"outcome": row.outcome.value, "seen": row.seen} for key, row in rows.items()}


def _rows(value: JsonObject) -> dict[str, Row]:
    rows = {key: _object(one) for key, one in value.items()}
    return {key: Row(outcome=Outcome(str(one["outcome"])), seen=str(one["seen"])) for key, one in rows.items()}


def _day_json(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _day(value: JsonValue) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: JsonValue) -> int:
    if not isinstance(value, int):
        raise TypeError("a number of ours was not stored as one")
    return value


def _object(value: JsonValue) -> JsonObject:
    if not isinstance(value, dict):
        raise TypeError("an object of ours was not stored as one")
    return value


def _array(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise TypeError("a list of ours was not stored as one")
    return value
