"""Screens D1 and E3 of a shared badge: only the parts that the holder ticked, in the order of the page's audience.

The public page, the preview before a link is made and the owner's look at the own link are this one rendering: they
differ by the owner's bar alone (privacy.md PL5).
"""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse

from issuer.domain.share_life import last_moment
from issuer.pages.frame import Face, Frame
from issuer.pages.shared_badge_view import SharedBadgeView, limited, shared_badge_view
from issuer.services.open_share import SharedBadge
from issuer.services.outside import Outside
from schemas import strict_json
from schemas.strict_json import JsonValue
from verifier import EMPLOYMENT, Report, local_times, verify
from verifier.checks.table import Facet
from verifier.findings import Outcome
from verifier.result_view import ResultView, result_view

_MOST_VALUES = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerBar:
    """What only the owner sees above the page.

    Attributes:
        ref: of the link in the owner's view; None while it is not made.
        action: where the preview's form goes, and its hidden fields.
    """

    ref: str | None = None
    action: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the page's own links lead: `base` is the path of the page, `link` the whole address."""

    base: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What both pages tell: the ticked parts, the result of the check, whether the bytes are the signed ones."""

    badge: SharedBadgeView
    result: ResultView
    unchanged: bool


class SharedPages:
    """Renders the pages of shared badges.

    Args:
        outside: for the check, which is made each time a page is opened.
        frame: renders.
    """

    def __init__(self, outside: Outside, frame: Frame) -> None:
        self._outside, self._frame = outside, frame

    def address(self, token: str) -> Address:
        """Where a link's page stands."""
        return Address(base=f"/s/{token}", link=f"{self._outside.public_url}/s/{token}")

    def page(
        self, request: Request, shared: SharedBadge, address: Address, *, bar: OwnerBar | None = None
    ) -> HTMLResponse:
        """D1: what the person can do, who says so, and whether it holds now."""
        language, report = self._frame.language(request), self._check(shared)
        in_force = all(report.facets[one] is Outcome.PASSED for one in (Facet.INTEGRITY, Facet.STATUS, Facet.VALIDITY))
        told = self._told(request, shared, report)
        return self._frame.render(
            request,
            "share.html",
            Face(screen="D1"),
            in_force=in_force,
            works_until=local_times.day(last_moment(shared.expires_at), language),
            base=address.base,
            link=address.link,
            bar=bar,
            badge=told.badge,
            result=told.result,
            unchanged=told.unchanged,
            audience=shared.audience.value,
            files=shared.whole_file,
        )

    def check_page(self, request: Request, shared: SharedBadge, address: Address) -> HTMLResponse:
        """E3: one sentence and four lines; technical details only where the badge itself may be taken."""
        told = self._told(request, shared, self._check(shared))
        return self._frame.render(
            request,
            "share_check.html",
            Face(screen="E3"),
            base=address.base,
            badge=told.badge,
            result=told.result,
            unchanged=told.unchanged,
            audience=shared.audience.value,
            files=shared.whole_file,
        )

    def _check(self, shared: SharedBadge) -> Report:
        return verify(shared.document, policy=EMPLOYMENT, environment=self._outside.environment())

    def _told(self, request: Request, shared: SharedBadge, report: Report) -> _Told:
        language = self._frame.language(request)
        document = strict_json.read_object(shared.document, max_values=_MOST_VALUES)
        view = shared_badge_view(document, language, listed=_listed_names(report))
        return _Told(
            badge=limited(view, shared.parts),
            result=result_view(report, language, self._frame.text(request)),
            unchanged=report.verified_document is not None,
        )


def _listed_names(report: Report) -> JsonValue:
    """Names of the issuer by language, as the trust list has them."""
    return next((finding.details["name"] for finding in report.of("trust.issuer") if "name" in finding.details), None)
