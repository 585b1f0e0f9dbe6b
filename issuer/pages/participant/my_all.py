"""Everything that a participant keeps, to take along: all badges in all forms as ZIP, and as one signed record."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.badges_record import NAMES
from issuer.domain.errors import ConflictError, DomainError, LintError, NotFoundError, NotYetError
from issuer.domain.holder import Holder
from issuer.domain.own_badge import OwnBadge, OwnKind
from issuer.exports import carriers
from issuer.exports.certificate_pdf import FILE_NAME, certificate_or_blank
from issuer.i18n import content_language
from issuer.pages.frame import Frame
from issuer.pages.participant.consents import receipts_file
from issuer.pages.participant.my_elsewhere import FILES
from issuer.pages.participant.my_screen import MyScreen
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.share_door import MEDIA_TYPE, attachment
from issuer.services.certificates import certificate_for_holder
from issuer.services.holdings.export_record import export_record
from issuer.services.holdings.import_badge import imported_badges, imported_file
from issuer.services.holdings.own_badges import own_badges
from issuer.services.outside import Outside
from keys.errors import SigningError
from schemas.errors import DocumentError

ZIP_NAME, RECORD_NAME = "osaamismerkit.zip", "osaamismerkit.json"
_ACTOR = "participant"


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/all…``. Making the record signs something, so both files come by POST."""
    routes = APIRouter(prefix="/my/all", include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get("")
    def everything(request: Request, who: Holder = own) -> Response:
        return _page(MyScreen(outside, frame, request, who))

    @routes.post("/zip")
    def as_zip(request: Request, who: Holder = own) -> Response:
        screen = MyScreen(outside, frame, request, who)
        content = carriers.packed(_files(screen))
        return Response(content, media_type="application/zip", headers=attachment(ZIP_NAME))

    @routes.post("/record")
    def as_record(request: Request, who: Holder = own) -> Response:
        screen = MyScreen(outside, frame, request, who)
        try:
            records = export_record(outside, who, _name_language(screen))
        except ConflictError as error:
            return _page(screen, error=error)
        if not records:
            return _page(screen)
        if len(records) == 1:
            return Response(records[0], media_type=MEDIA_TYPE, headers=attachment(RECORD_NAME))
        content = carriers.packed({_numbered(RECORD_NAME, place): one for place, one in enumerate(records, 1)})
        return Response(content, media_type="application/zip", headers=attachment(ZIP_NAME))

    return routes


def _page(screen: MyScreen, *, error: DomainError | None = None) -> Response:
    badges = own_badges(screen.outside, screen.who)
    return screen.show(
        "holdings/all.html",
        "C3",
        error=error,
        badges=len(badges),
        in_force=sum(one.in_force for one in badges),
        elsewhere=len(imported_badges(screen.outside, screen.who)),
    )


def _files(screen: MyScreen) -> dict[str, bytes]:
    """All files by name; names say nothing about unit, person or provider (privacy.md PN7)."""
    outside, who, t = screen.outside, screen.who, screen.t
    files = {t("my.all.readme.name"): t("my.all.readme").replace("\n", "\r\n").encode()}
    for number, badge in enumerate(own_badges(outside, who), 1):
        folder = f"{t('my.all.folder')}-{number:02d}"
        files[f"{folder}/{carriers.JSON_NAME}"] = badge.document
        files[f"{folder}/{carriers.PNG_NAME}"] = carriers.png(badge.document)
        files[f"{folder}/{carriers.SVG_NAME}"] = carriers.svg(badge.document)
        paper = _certificate(screen, badge)
        if paper is not None:
            files[f"{folder}/{FILE_NAME}"] = paper
    for number, imported in enumerate(imported_badges(outside, who), 1):
        name = FILES.get(imported.source, ("", "merkki.bin"))[1]
        files[f"{t('my.all.elsewhere')}/{_numbered(name, number)}"] = imported_file(outside, who, imported.ref)[1]
    files[t("my.all.consents")] = receipts_file(outside, who)
    for number, one in enumerate(_records(screen), 1):
        files[RECORD_NAME if number == 1 else _numbered(RECORD_NAME, number)] = one
    return files


def _certificate(screen: MyScreen, badge: OwnBadge) -> bytes | None:
    """The certificate; None for a receipt, out of use, and where it cannot be set: all else is still handed out."""
    if not badge.in_force or badge.kind is OwnKind.RECEIPT:
        return None
    try:
        record = certificate_for_holder(
            screen.outside, badge.credential_id, institution_id=screen.who.institution_id, actor=_ACTOR
        )
        return certificate_or_blank(record, screen.language)
    except (ConflictError, NotFoundError, DocumentError):
        return None


def _records(screen: MyScreen) -> tuple[bytes, ...]:
    """The signed record; where none can be signed or accepted now, the badges come without it."""
    try:
        return export_record(screen.outside, screen.who, _name_language(screen))
    except (ConflictError, LintError, NotYetError, SigningError):
        return ()


def _name_language(screen: MyScreen) -> str:
    language = content_language(screen.language)
    return language if language in NAMES else "fi"


def _numbered(name: str, number: int) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}-{number:02d}.{ending}"
