"""Guesses that are made at the same time are bounded, and a check from outside looks up only what can be a link."""

from concurrent.futures import ThreadPoolExecutor

import drafts
import pytest
from desk import Desk
from installation import Installation
from kept import holder, keep

from issuer.adapters import checking
from issuer.domain.errors import NotFoundError
from issuer.services.wallets.exchange import WrongCodeError, take_file
from issuer.services.wallets.offer import offer
from verifier.environment import FetchRules


def test_guesses_of_the_six_digits_at_the_same_time_are_five_at_most(both_desks: Desk) -> None:
    one = drafts.ready(both_desks)
    badge_id = keep(both_desks, one.issued())
    made = offer(both_desks.outside, holder(both_desks, one.person.person_id), badge_id)
    token = made.interaction_url.partition("?")[0].rpartition("/")[2]
    wrong = f"{(int(made.code) + 1) % 1_000_000:06d}"

    def guess(_: int) -> str:
        try:
            take_file(both_desks.outside, token, wrong)
        except WrongCodeError as other:
            return str(other.left)
        except NotFoundError:
            return "over"
        return "taken"

    with ThreadPoolExecutor(12) as pool:
        answers = sorted(pool.map(guess, range(12)))
    assert answers == ["0", "1", "2", "3", "4", *["over"] * 7]


@pytest.mark.parametrize("token", ["", "x", "A" * 16, "A" * 21, "A" * 23, "A" * 21 + "ä", "A" * 22 + "/check"])
def test_a_check_looks_up_nothing_that_cannot_be_a_link(
    sqlite_installation: Installation, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    def look(*_: object, **__: object) -> None:
        raise AssertionError(token)

    monkeypatch.setattr(checking, "open_share", look)
    outside = sqlite_installation.outside
    fetch = checking.make_environment(outside)().fetch
    answer = fetch(f"{outside.public_url}/s/{token}", rules=FetchRules(purpose="credential"))
    assert answer.status == 404
