"""The web service over an installation on each kind of database, called without a socket."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from installation import Installation
from starlette.testclient import TestClient

from issuer.app import create_app
from issuer.services import api_tokens, sign_in

UNIT = "106889"


@dataclass(frozen=True)
class Web:
    """A client of the service, and what a test needs to speak with it."""

    client: TestClient
    installation: Installation
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def issue(self, key: str = "test-badge-000000001", **members: object):
        """POST /api/badges."""
        headers = {**self.bearer, "Idempotency-Key": key}
        return self.client.post("/api/badges", json={"unit": UNIT, **members}, headers=headers)

    def sign_in(self) -> None:
        """Sign the first administrator in."""
        outside = self.installation.outside
        staff = sign_in.ensure_administrator(outside, self.installation.umbrella.id)
        link = sign_in.create_link(outside, staff.id)
        answer = self.client.post(f"/in/{link}", headers=SAME_ORIGIN, follow_redirects=False)
        assert answer.status_code == 303


SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def web_over(installation: Installation, address: str = "127.0.0.1") -> Web:
    """The service of an installation as seen from an address."""
    app = create_app(installation.outside)
    client = TestClient(
        app,
        base_url=installation.settings.public_url,
        raise_server_exceptions=False,
        client=(address, 50000),
        headers={"Accept-Language": "fi"},
    )
    token = api_tokens.create(installation.outside, installation.umbrella.id, name="test")
    return Web(client, installation, token)


@pytest.fixture
def web(installation: Installation) -> Iterator[Web]:
    """On each kind of database in turn."""
    yield web_over(installation)


@pytest.fixture
def sqlite_web(sqlite_installation: Installation) -> Iterator[Web]:
    """On SQLite only."""
    yield web_over(sqlite_installation)
