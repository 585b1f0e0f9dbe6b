"""Lets a participant in by a slip: its link or its typed code. Wrong, replaced and ended ones are the same nothing."""

import re
from collections.abc import Callable
from functools import partial

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain import typed_code
from issuer.domain.holder import Holder
from issuer.services.keyed_digests import typed_code_digest
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside
from issuer.services.own import own_session
from issuer.services.own.make_slip import CODE

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_NO_TOKEN, _NO_CODE = "-" * 22, "-" * 16  # looked up like any other, so that the answer takes equally long

_Find = Callable[..., tuple[str, str] | None]


def token_works(outside: Outside, token: str) -> bool:
    """Tell whether a slip's link works now, without using it: scanners open links."""
    with outside.database.read() as uow:
        return uow.own_access.slip_by_token(_digest(token), now=outside.now()) is not None


def by_token(outside: Outside, token: str, *, shared_device: bool) -> str | None:
    """Come in by the slip's link; return the new session's cookie value, or None."""
    return _come_in(outside, lambda uow: partial(uow.own_access.slip_by_token, _digest(token)), shared_device)


def by_code(outside: Outside, typed: str, *, shared_device: bool) -> str | None:
    """Come in by the typed code; lower case, spaces and look-alikes do not matter. The caller bounds guessing."""
    digest = typed_code_digest(outside, CODE, typed_code.read(typed) or _NO_CODE)
    return _come_in(outside, lambda uow: partial(uow.own_access.slip_by_code, digest), shared_device)


def _digest(token: str) -> bytes:
    return token_digest(token if _TOKEN.fullmatch(token) else _NO_TOKEN)


def _come_in(outside: Outside, finder: Callable[[UnitOfWork], _Find], shared_device: bool) -> str | None:  # noqa: FBT001  named by both callers
    """A miss only reads, so that guessing never holds the one lock of the database."""
    now = outside.now()
    with outside.database.read() as uow:
        if finder(uow)(now=now) is None:
            return None
    with outside.database.write() as uow:
        owner = finder(uow)(now=now, lock=True)
        if owner is None:  # replaced this very moment
            return None
        uow.own_access.slip_used(owner[0], now=now)
        holder = Holder(person_id=owner[0], institution_id=owner[1], shared_device=shared_device, supported=False)
        return own_session.begin(uow, holder, now=now)
