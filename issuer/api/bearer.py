"""Who calls: the bearer token of a machine, checked before anything else is read."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from issuer.services import api_tokens
from issuer.services.api_tokens import ApiCaller
from issuer.services.outside import Outside

_MAX_TOKEN_CHARACTERS = 200
_scheme = HTTPBearer(auto_error=False, description="A token made by `pateva institution` or at the first start")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_scheme)]


class NotAuthenticatedError(Exception):
    """No token, or not one of ours; the answer does not tell which."""


def caller(outside: Outside) -> Callable[[Credentials], ApiCaller]:
    """Return a dependency that gives the caller or raises NotAuthenticatedError."""

    def check(credentials: Credentials) -> ApiCaller:
        token = credentials.credentials if credentials is not None else ""
        found = api_tokens.check(outside, token) if 0 < len(token) <= _MAX_TOKEN_CHARACTERS else None
        if found is None:
            raise NotAuthenticatedError
        return found

    return check
