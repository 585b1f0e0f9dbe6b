"""The badge API for machines: issue with an idempotency key, show, revoke."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path
from fastapi.responses import Response

from issuer.api.badge_models import Badge, NewBadge, Revocation, badge_of, month_start
from issuer.api.bearer import caller
from issuer.api.problems import Fault, answers
from issuer.api.request_body import BrokenRulesError, json_bytes, parse
from issuer.domain.award import AwardRequest
from issuer.services import issue_badge, revoke_badge, show_badge
from issuer.services.api_tokens import ApiCaller
from issuer.services.outside import Outside
from issuer.services.show_badge import BadgeView
from schemas import strict_json

_OK = 200
_SHOWN = frozenset({"issued", "delivered", "withdrawn"})
BadgeId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", description="UUID of the badge")]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="16–255 printable ASCII signs, fresh for each badge; the same key gives the same badge for 30 days",
        examples=["badge-2026-11-22-0001"],
    ),
]


def router(outside: Outside) -> APIRouter:
    """Return the routes ``/api/badges…``."""
    routes = APIRouter(prefix="/api/badges", tags=["badges"])
    authenticated = Depends(caller(outside))
    body = Depends(json_bytes())

    @routes.post(
        "",
        status_code=201,
        response_model=Badge,
        responses=answers(400, 401, 404, 409, 413, 415, 422, 503)
        | {202: {"description": "Under way: ask for the badge again", "model": Badge}},
        openapi_extra=_body_of(NewBadge),
        summary="Issue a badge",
    )
    def issue(key: IdempotencyKey, who: ApiCaller = authenticated, content: bytes = body) -> Response:
        request = _award(parse(content, NewBadge), who)
        view = issue_badge.issue(outside, request, idempotency_key=key, actor=who.actor)
        return _answer(view, 201 if view.state in _SHOWN else 202)

    @routes.get("/{badge_id}", response_model=Badge, responses=answers(401, 404, 422), summary="Show a badge")
    def show(badge_id: BadgeId, who: ApiCaller = authenticated) -> Response:
        return _answer(show_badge.show(outside, badge_id, institution_id=who.institution_id), 200)

    @routes.post(
        "/{badge_id}/revoke",
        response_model=Badge,
        responses=answers(400, 401, 404, 409, 413, 415, 422, 503),
        openapi_extra=_body_of(Revocation),
        summary="Take a badge out of use",
        description="Flips the badge's bit and publishes the list; a badge that is out of use already stays as it is.",
    )
    def revoke(badge_id: BadgeId, who: ApiCaller = authenticated, content: bytes = body) -> Response:
        reason = parse(content, Revocation).reason
        return _answer(
            revoke_badge.revoke(outside, badge_id, institution_id=who.institution_id, reason=reason, actor=who.actor),
            200,
        )

    return routes


def _award(asked: NewBadge, who: ApiCaller) -> AwardRequest:
    months = {}
    for member in ("activity_start", "activity_end"):
        try:
            months[member] = month_start(getattr(asked, member))
        except ValueError:
            raise BrokenRulesError(
                (Fault(code="request.invalid", pointer=f"/{member}", detail="no such month"),)
            ) from None
    return AwardRequest(
        institution_id=who.institution_id,
        unit_code=asked.unit,
        requirement_keys=tuple(asked.requirements) if asked.requirements is not None else None,
        language=asked.language,
        role=asked.role,
        narrative=asked.narrative,
        provider_id=asked.provider,
        person_id=asked.person,
        register_number=asked.diaarinumero,
        own_name_accepted=asked.own_name_accepted,
        activity_start=months.get("activity_start"),
        activity_end=months.get("activity_end"),
    )


def _answer(view: BadgeView, status: int) -> Response:
    content = strict_json.write(badge_of(view).model_dump())
    headers = {"Location": f"/api/badges/{view.id}"} if status != _OK else {}
    return Response(content, status_code=status, media_type="application/json", headers=headers)


def _body_of(model: type[NewBadge | Revocation]) -> dict[str, object]:
    """The request body for OpenAPI: the bytes are read strictly by us, not by FastAPI."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


BODY_MODELS = (NewBadge, Revocation)
