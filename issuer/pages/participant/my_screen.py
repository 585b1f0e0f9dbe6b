"""What every page of a participant's own badges is made with, as one value, and how a badge is told on them."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError
from issuer.domain.holder import Holder
from issuer.domain.own_badge import OwnBadge, OwnState
from issuer.i18n import content_language, month
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.shared_badge_view import SharedBadgeView, shared_badge_view
from issuer.services.outside import Outside
from schemas.strict_json import read_object
from verifier.templating import PageError, Text

SEE_OTHER, REFUSED = 303, 422


@dataclass(frozen=True, slots=True)
class MyScreen:
    """One request of a participant."""

    outside: Outside
    frame: Frame
    request: Request
    who: Holder

    @property
    def language(self) -> str:
        """Of the page."""
        return self.frame.language(self.request)

    @property
    def t(self) -> Text:
        """Texts in that language."""
        return self.frame.text(self.request)

    def notice(self, known: frozenset[str]) -> str | None:
        """The sentence about what was just done, named in the address."""
        named = self.request.query_params.get("notice", "")
        return self.t(f"my.notice.{named}") if named in known else None

    def show(
        self,
        template: str,
        screen: str,
        *,
        notices: frozenset[str] = frozenset(),
        error: DomainError | None = None,
        errors: tuple[PageError, ...] = (),
        **values: object,
    ) -> Response:
        """Render a page; a refusal is told on it, with status 422."""
        told = errors or (page_errors(self.t, error) if error is not None else ())
        face = Face(
            screen=screen,
            title="title.own",
            holder=self.who,
            current="/my",
            notice=self.notice(notices) if not told else None,
            errors=told,
        )
        return self.frame.render(self.request, template, face, status=REFUSED if told else 200, **values)


def go(path: str) -> Response:
    """Lead on after an act."""
    return RedirectResponse(path, status_code=SEE_OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A badge on a page: its names in the page's words.

    Attributes:
        lang: language of the title where it is not the page's.
        state: word of the state; reason: one more sentence about it, if there is something to tell.
        picture: address of the picture, which is the same for all holders.
    """

    badge: OwnBadge
    title: str
    lang: str | None
    part: str | None
    month: str
    state: str
    reason: str | None
    kind: str
    picture: str


def card(badge: OwnBadge, t: Text, language: str) -> Card:
    """Tell a badge on a page."""
    view = view_of(badge, language)
    return Card(
        badge=badge,
        title=view.achievement.unit,
        lang=badge.language if badge.language != content_language(language) else None,
        part=view.achievement.part,
        month=month(badge.month, language),
        state=t(f"my.state.{badge.state.value}"),
        reason=t(f"my.state.{badge.state.value}.text") if badge.state is not OwnState.IN_FORCE else None,
        kind=t(f"my.kind.{badge.kind.value}"),
        picture=_picture(badge),
    )


def view_of(badge: OwnBadge, language: str) -> SharedBadgeView:
    """What the badge says, as a shared page would say it."""
    return shared_badge_view(read_object(badge.document, max_values=20_000), language)


def _picture(badge: OwnBadge) -> str:
    subject = read_object(badge.document, max_values=20_000)["credentialSubject"]
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    address = achievement.get("id") if isinstance(achievement, dict) else None
    return f"/achievements/{str(address).rpartition('/')[2]}/image.svg"
