"""The states of a badge on its way out (security.md section 4) and which of them the world may see."""

from typing import Literal

State = Literal["requested", "reserved", "signed", "logged", "issued", "delivered", "withdrawn", "failed"]
SHOWN: frozenset[str] = frozenset({"issued", "delivered", "withdrawn"})  # nobody sees a badge before these
UNFINISHED: frozenset[str] = frozenset({"reserved", "signed", "logged"})  # the sweeper goes on with these
IN_FORCE: frozenset[str] = frozenset({"issued", "delivered"})
MAX_ATTEMPTS = 8
