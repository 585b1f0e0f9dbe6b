"""The audit trail's entries and the chain that binds them: who did what to which object, never about whom in words."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from schemas.canonical_json import canonicalise

if TYPE_CHECKING:
    from schemas.strict_json import JsonObject

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act, before it has a place in the chain.

    Attributes:
        at: when, aware.
        actor: a random reference of a staff member, ``api:<name>``, ``system`` or ``cli``.
        action: dotted event name, for example ``badge.issued``.
        refs: random references and digests of the objects; no personal data.
        decision: outcome or reason code, if there is one.
    """

    at: datetime
    actor: str
    action: str
    refs: tuple[tuple[str, str], ...] = ()
    decision: str | None = None


def entry(act: Act, seq: int) -> str:
    """Return the JCS text that the chain binds; `seq` starts at 1 and has no gaps."""
    document: JsonObject = {
        "seq": seq,
        "at": act.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "actor": act.actor,
        "action": act.action,
        "refs": dict(act.refs),
        "decision": act.decision,
    }
    return canonicalise(document).decode()


def chain_hash(prev_hash: bytes, text: str) -> bytes:
    """SHA-256 of the previous hash (32 bytes) followed by the entry's UTF-8 text."""
    return hashlib.sha256(prev_hash + text.encode()).digest()


def first_break(rows: Iterable[tuple[int, bytes, str, bytes]]) -> int | None:
    """Return the `seq` of the first row that does not follow from the one before, or None.

    Args:
        rows: (seq, prev_hash, entry, hash) in order of seq, from the first row of the chain.
    """
    expected_seq, expected_prev = 1, GENESIS
    for seq, prev_hash, text, row_hash in rows:
        if seq != expected_seq or prev_hash != expected_prev or chain_hash(prev_hash, text) != row_hash:
            return seq
        if not text.startswith("{") or f'"seq":{seq}}}' not in text:
            return seq
        expected_seq, expected_prev = seq + 1, row_hash
    return None
