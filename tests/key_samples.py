"""Fixed values for the tests of keys: an issuer, a key id, a moment, a sealing credential, a movable clock."""

from datetime import UTC, datetime, timedelta

from keys.signing.key_file import Credential32

DID = "did:web:demo.pateva.example"
KID = DID + "#key-1"
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
CREDENTIAL = Credential32(bytes(range(32)))


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by
