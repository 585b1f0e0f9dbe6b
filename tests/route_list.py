"""Every route of the application with what it needs of who asks, found in the application itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from issuer.domain.permissions import Permission
from issuer.pages.access import Needs


@dataclass(frozen=True)
class Route:
    """One method of one path; `permissions` is empty for a route that asks nobody who they are."""

    method: str
    path: str
    permissions: tuple[Permission, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes_of(app) -> list[Route]:
    """All routes, also those of routers inside routers."""
    found = []
    for route in _walk(app.routes):
        permissions = tuple(need.permission for need in _needs(route.dependant))
        methods = sorted(route.methods - {"HEAD", "OPTIONS"})
        found.extend(Route(method, route.path, permissions) for method in methods)
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


def _needs(dependant: Dependant) -> Iterator[Needs]:
    if isinstance(dependant.call, Needs):
        yield dependant.call
    for each in dependant.dependencies:
        yield from _needs(each)
