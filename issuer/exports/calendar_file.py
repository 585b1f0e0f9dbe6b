"""A calendar file (iCalendar, RFC 5545) of agreed days, without a word on what, where or who (privacy.md PN7)."""

from datetime import date, datetime, timedelta

NAME = "kalenteri.ics"


def calendar_file(*, uid: str, title: str, begins_on: date, ends_on: date, made_at: datetime) -> bytes:
    """Write one event of whole days.

    Args:
        uid: random; the same event keeps it when the file is made again.
        title: neutral; no unit, place or person.
        begins_on, ends_on: Helsinki days, both inclusive.
        made_at: aware UTC.
    """
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Pateva//FI",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{made_at:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{begins_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{ends_on + timedelta(days=1):%Y%m%d}",  # exclusive
        f"SUMMARY:{_escaped(title)}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return ("\r\n".join(lines) + "\r\n").encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
