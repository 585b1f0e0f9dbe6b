"""The one door to everything under a share link: guesses are bounded, and all dead links are the same nothing."""

from typing import Annotated

from fastapi import Path, Request

from issuer.domain.errors import NotFoundError
from issuer.pages.misses import Misses
from issuer.pages.participant.own_access import OwnCookie
from issuer.services.open_share import SharedBadge, open_share
from issuer.services.outside import Outside
from issuer.services.own import own_session

Token = Annotated[str, Path(max_length=200)]
PREFIX = "/s/{token}"
MEDIA_TYPE = "application/vc+ld+json"
NO_INDEX = {"X-Robots-Tag": "noindex"}


class TooManyMissesError(Exception):
    """This asker has guessed too many share links in the last hour."""


class ShareDoor:
    """Opens share links for pages and files; made once for an application, so that misses are counted together.

    Args:
        outside: for the services.
        own_cookie: tells whether the link's owner is looking.
    """

    def __init__(self, outside: Outside, own_cookie: OwnCookie) -> None:
        self._outside, self._own_cookie, self._misses = outside, own_cookie, Misses()

    def open(self, request: Request, token: str, *, counted: bool) -> SharedBadge:
        """Return the badge behind a living link.

        Args:
            request: who asks.
            token: as it stands in the path.
            counted: whether this is an opening that the owner is told of; own visits never are.

        Raises:
            NotFoundError: unknown, ended and stopped links alike.
            TooManyMissesError: also for right tokens, once an asker has guessed too often.
        """
        if self._misses.spent(request):
            raise TooManyMissesError
        shared = open_share(self._outside, token, counted=counted, looking_person_id=self._looking(request))
        if shared is None:
            self._misses.add(request)
            raise NotFoundError("share")
        return shared

    def file(self, request: Request, token: str, *, counted: bool) -> SharedBadge:
        """Return the badge behind a living link that hands out the whole file. Raises as `open`."""
        shared = self.open(request, token, counted=False)
        if not shared.whole_file:
            raise NotFoundError("share")  # the right link, so no miss: what it does not show is not there
        return self.open(request, token, counted=True) if counted else shared

    def _looking(self, request: Request) -> str | None:
        value = self._own_cookie.read(request)
        holder = own_session.session(self._outside, value) if value is not None else None
        return holder.person_id if holder is not None else None


def attachment(name: str) -> dict[str, str]:
    """Return the headers of a file to save, under a neutral name (privacy.md PN7)."""
    return NO_INDEX | {"Content-Disposition": f'attachment; filename="{name}"'}
