"""The log holds fields of the allow-list only, and of errors neither text nor data."""

import io
import json
import logging

import pytest

from issuer import operation_log
from issuer.operation_log import FieldNotAllowedError, event, failure


@pytest.fixture
def lines():
    saved = logging.getLogger().handlers, logging.getLogger().level
    stream = io.StringIO()
    operation_log.configure(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().handlers, level = saved
    logging.getLogger().setLevel(level)


def test_an_event_is_one_line_of_json_with_its_fields(lines):
    event("http.answered", method="GET", path="/s/{token}", status=200, milliseconds=1.5)
    (line,) = lines()
    assert line["event"] == "http.answered"
    assert line["path"] == "/s/{token}"


def test_a_field_that_is_not_on_the_list_cannot_be_logged():
    with pytest.raises(FieldNotAllowedError):
        event("http.answered", token="geheim")


def test_a_failure_tells_the_class_and_the_place_and_not_the_text(lines):
    try:
        raise ValueError("personal words")  # noqa: TRY301  an exception with a traceback is wanted
    except ValueError as problem:
        failure("worker.failed", problem, job="sweep")
    (line,) = lines()
    assert line["exception"] == "ValueError"
    assert "test_operation_log.py" in line["where"]
    assert "personal" not in json.dumps(line)


def test_a_library_can_not_put_its_text_into_the_log(lines):
    logging.getLogger("a.library").warning("GET /s/%s failed", "geheim-token")
    (line,) = lines()
    assert line["event"] == "library"
    assert "geheim" not in json.dumps(line)
