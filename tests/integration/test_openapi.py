"""The API keeps what its description promises, for requests made at random from the description."""

import hypothesis
import pytest
import schemathesis
from installation import Installation
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from issuer.app import create_app
from issuer.services import api_tokens

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 25


@pytest.fixture
def described(sqlite_installation: Installation):
    return schemathesis.openapi.from_asgi(
        "/openapi.json", create_app(sqlite_installation.outside, hosts=("testserver",))
    )


@pytest.mark.parametrize("with_token", [True, False])
def test_no_request_made_from_the_description_gets_an_answer_that_is_not_promised(
    described, sqlite_installation: Installation, *, with_token: bool
) -> None:
    headers = {}
    if with_token:
        token = api_tokens.create(sqlite_installation.outside, sqlite_installation.umbrella.id, name="random")
        headers["Authorization"] = f"Bearer {token}"
    answered = 0
    for found in described.get_all_operations():
        operation = found.ok()

        @hypothesis.settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
                             suppress_health_check=list(hypothesis.HealthCheck))  # fmt: skip
        @hypothesis.given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            nonlocal answered
            case.call_and_validate(headers=headers, checks=CHECKS)
            answered += 1

        ask()
    assert answered > EXAMPLES
