"""The directory PATEVA_HOME: where database, keys and secrets lie, made on first use for the running user alone."""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from keys.errors import KeystoreExistsError
from keys.signing import private_file

SECRET_BYTES = 32
_FOLDER_MODE = 0o700
_TOKEN_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Home:
    """Places under the home directory.

    Attributes:
        path: the directory itself.
    """

    path: Path

    @property
    def signing_keys(self) -> Path:
        """Directory of keystore files."""
        return self.path / "keys"

    @property
    def person_keys(self) -> Path:
        """The store of persons' keys on SQLite; its backups roll over in 7 days (privacy.md PX2)."""
        return self.path / "person-keys.sqlite3"

    @property
    def erasure_ledger(self) -> Path:
        """The ledger of erasures, which no restore of a database takes back (privacy.md PX3)."""
        return self.path / "erasures" / "ledger"

    @property
    def api_token(self) -> Path:
        """The first bearer token for machines."""
        return self.path / "api-token"

    def secret(self, name: str) -> bytes:
        """Return 32 random bytes that stay the same from the first call on; the file is readable by its owner only.

        Args:
            name: of the file in the directory ``secrets``.

        Raises:
            KeystoreError: the file cannot be made or read, or others could read it.
        """
        path = self._secrets() / name
        if not path.exists():
            with suppress(KeystoreExistsError):  # another process may be a moment faster: then its secret counts
                private_file.write(path, secrets.token_bytes(SECRET_BYTES))
        return private_file.read(path, max_bytes=SECRET_BYTES)

    def secret_path(self, name: str) -> Path:
        """Return where `secret` keeps its bytes, after making them if need be."""
        self.secret(name)
        return self._secrets() / name

    def write_api_token(self, token: str) -> None:
        """Keep a bearer token in a file of mode 0600.

        Raises:
            FileExistsError: there is one already; it is left as it is.
        """
        handle = os.open(self.api_token, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _TOKEN_MODE)
        with os.fdopen(handle, "w") as file:
            file.write(token + "\n")

    def make(self) -> None:
        """Make the directory, readable by its owner only."""
        self.path.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)

    def _secrets(self) -> Path:
        folder = self.path / "secrets"
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        return folder
