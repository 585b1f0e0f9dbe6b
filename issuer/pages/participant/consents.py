"""Screen C7: my permissions: each with what, why, to whom, until, how given; taken back with one press; receipts."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.participant import Consent, Purpose
from issuer.i18n import content_language, moment, text, whole_day
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.services.coaching import withdraw_consent
from issuer.services.erasing import show_consents
from issuer.services.outside import Outside
from schemas.strict_json import write
from verifier.templating import Text

_SEE_OTHER = 303
_PATH = "/my/consents"
IN_BADGES = ("own_name", "exact_days", "holder_name", "in_part", "words")
_PARTS = ("title", "text", "data", "to_whom")


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/consents…``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get(_PATH)
    def consents(request: Request, who: Holder = own) -> Response:
        t, language = frame.text(request), frame.language(request)
        names = show_consents.receivers(outside, who)
        done = request.query_params.get("done") == "withdrawn"
        face = Face(
            screen="C7", title="title.own", holder=who, current=_PATH, notice=t("consents.done") if done else None
        )
        found = show_consents.consents(outside, who)
        return frame.render(
            request,
            "erasing/consents.html",
            face,
            organisation={"fi": names.fi, "sv": names.sv, "en": names.en}[content_language(language)],
            living=[_shown(t, language, one) for one, holds in found if holds],
            past=[_shown(t, language, one) for one, holds in found if not holds],
            offer=not any(one.purpose is Purpose.FOLLOW_UP and holds for one, holds in found),
            in_badges=[
                (moment(one.at, language), [t(f"consents.badge.{what}") for what in one.what if what in IN_BADGES])
                for one in show_consents.in_badges(outside, who)
            ],
        )

    @routes.get("/my/consents/receipts.json")
    def receipts(who: Holder = own) -> Response:
        return Response(
            receipts_file(outside, who),
            media_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="luvat.json"'},
        )

    @routes.post("/my/consents/{purpose}/withdraw")
    def withdraw(purpose: str, who: Holder = own) -> Response:
        if purpose not in set(Purpose):
            raise NotFoundError("purpose")
        try:
            withdraw_consent.withdraw_own(outside, who, Purpose(purpose))
        except ConflictError:  # taken back a moment ago: the page shows the present state
            return RedirectResponse(_PATH, status_code=_SEE_OTHER)
        return RedirectResponse(f"{_PATH}?done=withdrawn", status_code=_SEE_OTHER)

    return routes


def receipts_file(outside: Outside, who: Holder) -> bytes:
    """All receipts for machines, as JSON: a file of its own here, and beside the badges where all is taken along."""
    as_read = {one.id: _as_read(one) for one, _ in show_consents.consents(outside, who)}
    return write(show_consents.receipts(outside, who, as_read))


def _as_read(consent: Consent) -> Mapping[str, str]:
    """The text that was read, in its language and version."""
    key = f"consent.{consent.purpose.value}.{consent.text_version}"
    return {part: text(consent.language, f"{key}.{part}") for part in _PARTS}


def _shown(t: Text, language: str, consent: Consent) -> Mapping[str, str | None]:
    key = f"consent.{consent.purpose.value}.{consent.text_version}"
    withdrawn = consent.withdrawn_at
    return {
        "purpose": consent.purpose.value,
        "title": t(f"{key}.title"),
        "text": t(f"{key}.text"),
        "data": t(f"{key}.data"),
        "until": whole_day(consent.until, language) if consent.until is not None else t(f"{key}.until"),
        "given": moment(consent.given_at, language),
        "how": t(f"consents.how.{consent.how.value}"),
        "version": consent.text_version,
        "read_language": t(f"consents.language.{consent.language}"),
        "withdrawn": moment(withdrawn, language) if withdrawn is not None else None,
    }
