"""Bearer tokens for machines: made once, kept as a digest."""

import secrets
from dataclasses import dataclass

from issuer.domain.audit import Act
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside

PREFIX = "pateva_"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCaller:
    """A program that may act for one institution."""

    institution_id: str
    name: str

    @property
    def actor(self) -> str:
        """How the audit trail names it."""
        return f"api:{self.name}"


def create(outside: Outside, institution_id: str, *, name: str) -> str:
    """Make a token; it is shown this once."""
    token = PREFIX + secrets.token_urlsafe(32)
    now = outside.now()
    with outside.database.write() as uow:
        uow.people.add_api_token(token_digest(token), institution_id, name=name, now=now)
        refs = (("institution", institution_id),)
        uow.audit.append(Act(at=now, actor="system", action="api_token.made", refs=refs, decision=name))
    return token


def check(outside: Outside, token: str) -> ApiCaller | None:
    """Who a bearer token speaks for, or None."""
    with outside.database.read() as uow:
        found = uow.people.api_caller(token_digest(token), now=outside.clock())
    return ApiCaller(institution_id=found[0], name=found[1]) if found is not None else None
