"""Health: /livez says that the process answers, /readyz that it can do its work; no detail to strangers."""

from fastapi import APIRouter
from fastapi.responses import Response

from issuer.operation_log import failure
from issuer.services import readiness
from issuer.services.outside import Outside
from schemas import strict_json

NO_STORE = {"Cache-Control": "no-store"}


def router(outside: Outside) -> APIRouter:
    """Return the routes of health."""
    routes = APIRouter(tags=["health"])

    @routes.get("/livez", summary="The process answers")
    def live() -> Response:
        return Response(b'{"live":true}', media_type="application/json", headers=NO_STORE)

    @routes.get("/readyz", summary="The service can do its work", responses={503: {"description": "Not now"}})
    def ready() -> Response:
        try:
            checks = readiness.checks(outside)
        except Exception as problem:  # noqa: BLE001  whatever stops a check means "not ready", and is logged
            failure("health.check_failed", problem)
            checks = {"database": False}
        well = all(checks.values())
        content = strict_json.write({"ready": well, **checks})
        return Response(content, status_code=200 if well else 503, media_type="application/json", headers=NO_STORE)

    return routes
