"""The figures of a quarter counted once more, naively, from what lies in the database and the audit trail.

Nothing of the product's counting is used: every badge, link and case is looked up one by one and added by hand.
"""

import json
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, text

from issuer.domain.suppression import Cell

ZONE = ZoneInfo("Europe/Helsinki")
BADGES = {"badge.issued": "issued", "badge.kept": "taken"}
LANGUAGES = ("fi", "sv", "en")
# Which measures each table breaks down.
UNIT = ("issued", "taken", "shared", "presented", "decided", "whole", "part", "refused", "points",
        "whole_0001", "whole_0002", "whole_0003", "soon", "later")  # fmt: skip
SCHOOL = ("presented", "decided", "whole", "part", "refused", "points", "soon", "later")


class RawFigures:
    """Reads whole tables and counts in plain loops."""

    def __init__(self, outside, quarter: str) -> None:
        self.quarter, self.counts = quarter, Counter()
        engine = create_engine(outside.database.url)
        with engine.connect() as connection:
            self.tables = {
                name: [dict(row) for row in connection.execute(text(f'select * from "{name}"')).mappings()]  # noqa: S608  names of our own tables
                for name in ("audit", "credential", "award", "achievement", "recognition_case", "institution",
                             "catalogue_unit", "follow_up_count")
            }  # fmt: skip
        engine.dispose()
        begin = first_moment(quarter)
        known = {row["unit_code"] for row in self.tables["achievement"] if moment(row["created_at"]) < begin}
        self.units = known & {row["code"] for row in self.tables["catalogue_unit"]}
        self.schools = {
            row["id"]
            for row in self.tables["institution"]
            if row["kind"] == "school" and moment(row["created_at"]) < begin
        }

    def count(self) -> Counter[Cell]:
        self._count_acts()
        for row in self.tables["recognition_case"]:
            if self._is_in(row["asked_at"]):
                self._add("presented", 1, unit=row["unit_code"], school=row["school_id"])
            if row["counted_at"] is not None and row["coverage"] is not None and self._is_in(row["counted_at"]):
                self._count_decision(row)
        self._count_answers()
        return Counter({cell: count for cell, count in self.counts.items() if count})

    def _count_acts(self) -> None:
        """Badges by what the audit trail says of them, links by the first one of each badge."""
        credentials = {row["id"]: row for row in self.tables["credential"]}
        awards = {row["id"]: row for row in self.tables["award"]}
        achievements = {row["id"]: row for row in self.tables["achievement"]}
        linked: set[str] = set()
        for row in sorted(self.tables["audit"], key=lambda one: one["seq"]):
            act = json.loads(row["entry"])
            measure = BADGES.get(act["action"])
            badge = dict(act["refs"]).get("badge")
            if act["action"] == "share.made" and badge not in linked:
                linked.add(badge)
                measure = "shared"
            if measure is None or not self._is_in(act["at"]):
                continue
            achievement = achievements[awards[credentials[badge]["award_id"]]["achievement_id"]]
            if achievement["scope"] != "receipt":
                self._add(measure, 1, unit=achievement["unit_code"], language=achievement["language"])

    def _count_decision(self, row) -> None:
        began = moment(row["asked_at"]).astimezone(ZONE).date()
        ended = moment(row["first_decided_at"] or row["decided_at"]).astimezone(ZONE).date()
        days = (ended - began).days
        where = {"unit": row["unit_code"], "school": row["school_id"]}
        self._add("decided", 1, **where)
        self._add("soon" if days <= 14 else "later", 1, **where)
        self._add(row["coverage"], 1, **where)
        self._add("points", int(row["points"] or 0), **where)
        wait = "0-7" if days <= 7 else "8-14" if days <= 14 else "15-30" if days <= 30 else "31-"
        self.counts[Cell("wait", wait, "decided")] += 1
        if row["coverage"] in ("whole", "part"):
            self.counts[Cell("route", row["route"], row["coverage"])] += 1
        if row["coverage"] == "whole":
            self._add(f"whole_{row['route']}", 1, total=False, **where)

    def _count_answers(self) -> None:
        for row in self.tables["follow_up_count"]:
            month = datetime.fromisoformat(str(row["month"])).replace(tzinfo=ZONE)
            if quarter_of(month) == self.quarter:
                outcome = "positive" if row["answer"] in ("study", "open_work") else row["answer"]
                self.counts[Cell("follow_up", row["moment"], "asked")] += 1
                self.counts[Cell("follow_up", row["moment"], outcome)] += 1

    def _add(self, measure, amount, *, unit=None, school=None, language=None, total=True) -> None:
        if total:
            self.counts[Cell("", "", measure)] += amount
        if measure in UNIT:
            self.counts[Cell("unit", unit if unit in self.units else "", measure)] += amount
        if measure in SCHOOL:
            self.counts[Cell("school", school if school in self.schools else "", measure)] += amount
        if measure in ("issued", "taken", "shared"):
            self.counts[Cell("language", language if language in LANGUAGES else "", measure)] += amount

    def _is_in(self, at) -> bool:
        return quarter_of(moment(at).astimezone(ZONE)) == self.quarter


def moment(value) -> datetime:
    """A time as one database or the other gives it, or as the audit trail writes it."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def quarter_of(at: datetime) -> str:
    return f"{at.year}-Q{(at.month + 2) // 3}"


def first_moment(quarter: str) -> datetime:
    return datetime(int(quarter[:4]), int(quarter[-1]) * 3 - 2, 1, tzinfo=ZONE)


def raw_counts(outside, quarter: str) -> Counter[Cell]:
    """Every count of a quarter that is not nought; what has no row of its own stands in a row ""."""
    return RawFigures(outside, quarter).count()
