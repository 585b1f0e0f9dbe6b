"""What a badge points at: the achievement and its issuer, as a page for people and as JSON by Accept for machines."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from issuer.exports.badge_image import badge_svg
from issuer.i18n import whole_day
from issuer.pages.frame import Face, Frame, wants_page
from issuer.pages.shared_badge_view import achievement_view
from issuer.pages.stops import not_here
from issuer.services import show_institution
from issuer.services.outside import Outside
from issuer.services.own_documents import own_document
from schemas import strict_json

AchievementKey = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="Digest of the achievement")]
Slug = Annotated[str, Path(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
CROSS_ORIGIN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
MAX_VALUES = 20_000


def router(outside: Outside, frame: Frame) -> APIRouter:
    """Return the routes ``/achievements/{key}`` and ``/issuers/{slug}``."""
    routes = APIRouter(tags=["public documents"])

    @routes.head("/achievements/{key}", include_in_schema=False)
    @routes.get(
        "/achievements/{key}",
        operation_id="achievement",
        summary="An achievement: JSON, or a page for people by Accept",
        responses={404: {"description": "No such achievement"}},
    )
    def achievement(request: Request, key: AchievementKey) -> Response:
        found = own_document(outside.database, f"/achievements/{key}")
        if found is None:
            return not_here(frame, request)
        if not wants_page(request):
            headers = {
                "Cache-Control": f"public, max-age={int(found.max_age.total_seconds())}",
                "ETag": f'"{hashlib.sha256(found.body).hexdigest()[:32]}"',
                "Vary": "Accept",
            }
            return Response(found.body, media_type=found.content_type, headers=headers | CROSS_ORIGIN)
        document = strict_json.read_object(found.body, max_values=MAX_VALUES)
        view = achievement_view(document, frame.language(request))
        return frame.render(request, "achievement.html", Face(screen="D2"), achievement=view)

    @routes.get(
        "/achievements/{key}/image.svg",
        operation_id="achievement_image",
        summary="The picture of an achievement, the same for all holders",
        response_class=Response,
        responses={200: {"content": {"image/svg+xml": {}}}, 404: {"description": "No such achievement"}},
    )
    def image(request: Request, key: AchievementKey) -> Response:
        found = own_document(outside.database, f"/achievements/{key}")
        if found is None:
            return not_here(frame, request)
        svg = badge_svg(strict_json.read_object(found.body, max_values=MAX_VALUES))
        headers = {"Cache-Control": f"public, max-age={int(found.max_age.total_seconds())}"}
        return Response(svg, media_type="image/svg+xml", headers=headers | CROSS_ORIGIN)

    @routes.get("/issuers/{slug}", operation_id="issuer", include_in_schema=False)
    def issuer(request: Request, slug: Slug) -> Response:
        found = show_institution.by_slug(outside, slug)
        if found is None or found.did is None:
            return not_here(frame, request)
        language = frame.language(request)
        return frame.render(
            request,
            "issuer.html",
            Face(screen="D2"),
            name=found.public_name.in_language(language),
            did=found.did,
            listed_from=whole_day(found.listed_from, language),
            closed=found.closed_at is not None,
        )

    return routes
