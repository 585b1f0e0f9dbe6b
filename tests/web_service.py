"""The web service over an installation on each kind of database, called without a socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app_client import AppClient
from installation import Installation

from issuer.app import create_app
from issuer.services import api_tokens, sign_in

UNIT = "106889"


@dataclass(frozen=True)
class Web:
    """A client of the service, and what a test needs to speak with it."""

    client: AppClient
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
        answer = self.client.post(f"/in/{link}", headers=SAME_ORIGIN)
        assert answer.status_code == 303


SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@contextmanager
def web_over(installation: Installation, address: str = "127.0.0.1") -> Iterator[Web]:
    """The service of an installation as seen from an address."""
    app, base_url = create_app(installation.outside), installation.settings.public_url
    token = api_tokens.create(installation.outside, installation.umbrella.id, name="test")
    with AppClient(app, base_url=base_url, address=address, headers={"Accept-Language": "fi"}) as client:
        yield Web(client, installation, token)
