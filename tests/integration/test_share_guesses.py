"""Guessing links: a hundred thousand tokens hit nothing, the rate limit answers, dead links tell nothing by time."""

import secrets
import statistics
import time

import sharing
from sqlalchemy import func, or_, select

from issuer.db.models import awards as tables
from issuer.domain import typed_code
from issuer.domain.errors import NotFoundError
from issuer.domain.share_parts import ShareKind
from issuer.pages.misses import MISSES_AN_HOUR
from issuer.pages.participant.own_access import OwnCookie
from issuer.pages.share_door import ShareDoor, TooManyMissesError
from issuer.services.link_tokens import token_digest
from issuer.services.open_share import open_share
from issuer.services.sharing.share_codes import typed_form

GUESSES = 100_000
OVER_HTTP = 200
AT_ONCE = 500


def guess(number):
    """Tokens of the right form, and every tenth one of the form that stands under printed codes."""
    return typed_code.write(secrets.token_bytes(10)) if number % 10 == 0 else secrets.token_urlsafe(16)


def test_a_hundred_thousand_guesses_hit_nothing_in_the_table_of_links(desk):
    """Past the rate limit, as if they came from everywhere: their digests are looked for where links are found."""
    sharer, outside = sharing.sharer(desk), desk.outside
    made = [sharer.link(kind=kind) for kind in (ShareKind.LINK, ShareKind.PAPER) for _ in range(10)]
    right = [token_digest(made[0].token), token_digest(typed_form(outside.link_secret, made[-1].id))]
    digests = [token_digest(guess(number)) for number in range(GUESSES)]
    with outside.database.read() as uow:
        assert _hits(uow.shares, right) == 2
        assert sum(_hits(uow.shares, digests[at : at + AT_ONCE]) for at in range(0, GUESSES, AT_ONCE)) == 0


def _hits(shares, digests):
    table = tables.Share
    found = or_(table.token_sha256.in_(digests), table.typed_sha256.in_(digests))
    return shares._session.execute(select(func.count()).where(found)).scalar_one()


def test_guesses_at_the_service_hit_nothing(desk):
    sharer = sharing.sharer(desk)
    made = sharer.link()
    assert all(open_share(desk.outside, guess(one), counted=True) is None for one in range(1_000))
    assert open_share(desk.outside, made.token, counted=True) is not None


class Asker:
    """What the door reads of a request."""

    cookies: dict[str, str] = {}  # noqa: RUF012  never written

    def __init__(self, host):
        self.client = type("Client", (), {"host": host})


def test_a_hundred_thousand_guesses_from_one_place_get_sixty_misses_and_the_limit(desk):
    door, asker = ShareDoor(desk.outside, OwnCookie(secure=False)), Asker("203.0.113.7")
    answers = {"miss": 0, "limit": 0, "hit": 0}
    for number in range(GUESSES):
        try:
            door.open(asker, guess(number), counted=True)
            answers["hit"] += 1
        except TooManyMissesError:
            answers["limit"] += 1
        except NotFoundError:
            answers["miss"] += 1
    assert answers == {"miss": MISSES_AN_HOUR, "limit": GUESSES - MISSES_AN_HOUR, "hit": 0}


def test_over_http_the_limit_is_told_as_429_for_right_tokens_too_and_for_nobody_else(desk):
    sharer = sharing.sharer(desk)
    made = sharer.link()
    guesser, other = sharing.stranger(desk, address="203.0.113.7"), sharing.stranger(desk, address="198.51.100.1")
    codes = [guesser.get(f"/s/{guess(number)}").status_code for number in range(OVER_HTTP)]
    assert codes == [404] * MISSES_AN_HOUR + [429] * (OVER_HTTP - MISSES_AN_HOUR)
    limited = guesser.get(f"/s/{made.token}")
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "60")
    assert other.get(f"/s/{made.token}").status_code == 200


def test_unknown_ended_and_stopped_tokens_take_equally_long(desk):
    """Medians of many turns at the service; a guess of the wrong form is looked up all the same."""
    sharer, outside = sharing.sharer(desk), desk.outside
    ended, stopped = sharer.link(), sharer.link()
    with outside.database.write() as uow:
        uow.shares.stop(stopped.id, on=outside.now().date())
    desk.installation.clock.moved = ended.expires_at - outside.now()
    taken = {ended.token: [], stopped.token: [], "A" * 22: [], "x": []}
    for _ in range(150):
        for token, times in taken.items():
            begun = time.perf_counter()
            assert open_share(outside, token, counted=True) is None
            times.append(time.perf_counter() - begun)
    quickest = [statistics.quantiles(times, n=10)[0] for times in taken.values()]
    assert max(quickest) < 1.25 * min(quickest)  # 10 % on a quiet machine; here others work beside
