"""How a decision on its way, and the result of its demonstration, are written for a sealed column, and read back."""

from dataclasses import asdict
from datetime import date
from typing import Final

from issuer.domain.demonstration_result import DemonstrationResult, Result
from issuer.domain.recognition import Assessor, Choice, DemonstrationPlan, Reason, Route, Row, Work
from schemas.strict_json import JsonObject, JsonValue

FORMAT: Final = 1


def work_to_json(work: Work) -> JsonObject:
    """Return the object to seal."""
    plan = work.plan
    return {
        "format": FORMAT,
        "rows": {key: _row_to_json(row) for key, row in work.rows.items()},
        "route": work.route.value if work.route is not None else None,
        "sent_on": _day(work.sent_on),
        "assessors": [asdict(one) for one in work.assessors],
        "plan": {
            "place": plan.place,
            "business_id": plan.business_id,
            "description": plan.description,
            "place_kind": plan.place_kind,
            "tasks": list(plan.tasks),
            "begins_on": _day(plan.begins_on),
            "ends_on": _day(plan.ends_on),
        },
        "grade": work.grade,
        "funded": work.funded,
        "identity_seen": work.identity_seen,
        "words": work.words,
    }


def work_from_json(value: JsonObject) -> Work:
    """Read back what `work_to_json` wrote."""
    plan, rows = _object(value["plan"]), _object(value["rows"])
    route, grade, funded = value["route"], value["grade"], value["funded"]
    return Work(
        rows={key: _row_from_json(_object(row)) for key, row in rows.items()},
        route=Route(route) if isinstance(route, str) else None,
        sent_on=_read_day(value["sent_on"]),
        assessors=tuple(_assessor(_object(one)) for one in _list(value["assessors"])),
        plan=DemonstrationPlan(
            place=_text(plan["place"]),
            business_id=_text(plan["business_id"]),
            description=_text(plan["description"]),
            place_kind=_number(plan["place_kind"]) or 1,
            tasks=tuple(_text(one) for one in _list(plan["tasks"])),
            begins_on=_read_day(plan["begins_on"]),
            ends_on=_read_day(plan["ends_on"]),
        ),
        grade=_number(grade),
        funded=funded if isinstance(funded, bool) else None,
        identity_seen=value["identity_seen"] is True,
        words=_text(value["words"]),
    )


def result_to_json(told: DemonstrationResult) -> JsonObject:
    """Return the object to seal, and to confirm."""
    return {
        "format": FORMAT,
        "result": told.result.value,
        "day": _day(told.day),
        "grade": told.grade,
        "words": told.words,
        "assessors": [asdict(one) for one in told.assessors],
        "begins_on": _day(told.begins_on),
        "ends_on": _day(told.ends_on),
    }


def result_from_json(value: JsonObject) -> DemonstrationResult:
    """Read back what `result_to_json` wrote."""
    return DemonstrationResult(
        result=Result(_text(value["result"])),
        day=_read_day(value["day"]),
        grade=_number(value["grade"]),
        words=_text(value["words"]),
        assessors=tuple(_assessor(_object(one)) for one in _list(value["assessors"])),
        begins_on=_read_day(value["begins_on"]),
        ends_on=_read_day(value["ends_on"]),
    )


def _row_to_json(row: Row) -> JsonObject:
    return {
        "choice": row.choice.value if row.choice is not None else None,
        "reason": row.reason.value if row.reason is not None else None,
        "words": row.words,
        "remaining": row.remaining,
    }


def _row_from_json(value: JsonObject) -> Row:
    choice, reason = value["choice"], value["reason"]
    return Row(
        choice=Choice(choice) if isinstance(choice, str) else None,
        reason=Reason(reason) if isinstance(reason, str) else None,
        words=_text(value["words"]),
        remaining=_text(value["remaining"]),
    )


def _assessor(value: JsonObject) -> Assessor:
    return Assessor(
        name=_text(value["name"]),
        organisation=_text(value["organisation"]),
        business_id=_text(value["business_id"]),
        at_work=value["at_work"] is True,
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _read_day(value: JsonValue) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return list(value) if isinstance(value, list) else []


def _number(value: JsonValue) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
