"""Every route of the application with what it needs of who asks, found in the application itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from issuer.domain.permissions import Permission
from issuer.pages.access import Needs
from issuer.pages.participant.own_access import OwnAccess


@dataclass(frozen=True)
class Route:
    """One method of one path.

    Attributes:
        permissions: empty for a route that asks no member of staff who they are.
        own: the name of the participant's cookie that it asks for: `p`, or `t` for a view opened with support.
    """

    method: str
    path: str
    permissions: tuple[Permission, ...]
    own: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes_of(app) -> list[Route]:
    """All routes, also those of routers inside routers."""
    found = []
    for route in _walk(app.routes):
        needs = tuple(_needs(route.dependant))
        permissions = tuple(need.permission for need in needs if isinstance(need, Needs))
        own = next((need.cookie.name for need in needs if isinstance(need, OwnAccess)), None)
        methods = sorted(route.methods - {"HEAD", "OPTIONS"})
        found.extend(Route(method, route.path, permissions, own) for method in methods)
    return found


def _walk(routes) -> Iterator[APIRoute]:
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        if isinstance(route, APIRoute):
            yield route
        elif inner is not None and hasattr(inner, "routes"):
            yield from _walk(inner.routes)
        else:
            raise AssertionError(f"tests/route_list.py cannot look into {route!r}")


def _needs(dependant: Dependant) -> Iterator[Needs | OwnAccess]:
    if isinstance(dependant.call, Needs | OwnAccess):
        yield dependant.call
    for each in dependant.dependencies:
        yield from _needs(each)
