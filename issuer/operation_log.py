"""One line of JSON for each event, fields from an allow-list: never a token, a typed path or a person's data."""

import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from schemas import strict_json

_LOGGER = logging.getLogger("pateva")

# privacy.md PR5: a field that is not here cannot be logged; paths are templates such as /s/{token}.
FIELDS = frozenset(
    {
        "method",  # of HTTP
        "path",  # template of the route, or "-"
        "status",  # of HTTP
        "milliseconds",
        "fault",  # short random reference, also shown to the visitor
        "exception",  # class name, never its text
        "where",  # file and line
        "job",
        "count",
        "code",  # stable code of a refusal
        "address",  # our own, at start
    }
)


class FieldNotAllowedError(ValueError):
    """A field that the log may not hold; the test suite finds it before an operator does."""


def event(name: str, *, level: int = logging.INFO, **fields: str | float | None) -> None:
    """Write one event.

    Args:
        name: dotted, for example ``http.answered``.
        level: of `logging`.
        fields: names of `FIELDS` only.

    Raises:
        FieldNotAllowedError: another name.
    """
    unknown = fields.keys() - FIELDS
    if unknown:
        raise FieldNotAllowedError(", ".join(sorted(unknown)))
    _LOGGER.log(level, name, extra={"fields": fields})


def failure(name: str, error: BaseException, **fields: str | float | None) -> None:
    """Write an event about an error: its class and place in our code, not its text, which may quote input."""
    traceback, where = error.__traceback__, "-"
    while traceback is not None:
        code = traceback.tb_frame.f_code
        where = f"{code.co_filename.rpartition('/')[2]}:{traceback.tb_lineno}:{code.co_name}"
        traceback = traceback.tb_next
    event(name, level=logging.ERROR, exception=type(error).__name__, where=where, **fields)


class _Lines(logging.Formatter):
    """Our own events with their fields; events of libraries with their level and logger only from WARNING up."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        line: strict_json.JsonObject = {"at": at, "level": record.levelname.lower()}
        if record.name == _LOGGER.name:
            line |= {"event": record.getMessage(), **getattr(record, "fields", {})}
        else:  # a library's text may quote a request: keep where it came from, not what it says
            exception = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
            line |= {"event": "library", "where": f"{record.name}:{record.lineno}"}
            if exception:
                line["exception"] = exception
        return strict_json.write(line).decode()


def configure(stream: TextIO | None = None) -> None:
    """Send all logs of the process to `stream`, or standard error, in this form. Called by composition roots, once."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    _LOGGER.setLevel(logging.INFO)
