"""Old and new requirements side by side: by key, by words, by nearness as a suggestion; each at most once."""

import pytest

from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_text import Text
from issuer.domain.requirement_changes import Matched, compare, differ


def requirement(position, fi, *, key=None, code=None, sv=""):
    return Requirement(key=key or code or f"own-{fi}", position=position, text=Text(fi=fi, sv=sv), code_uri=code)


def matched(old, new):
    return [
        (row.old.position if row.old else None, row.new.position if row.new else None, row.matched)
        for row in compare(old, new)
    ]


def test_a_key_goes_before_words():
    old = [requirement(1, "avaa oven", key="a"), requirement(2, "sulkee oven", key="b")]
    new = [requirement(1, "sulkee oven", key="a"), requirement(2, "avaa oven", key="b")]
    assert matched(old, new) == [(1, 1, Matched.KEY), (2, 2, Matched.KEY)]
    assert len(differ(compare(old, new))) == 2


def test_a_code_that_was_a_key_before_is_the_same_requirement():
    old = [requirement(1, "avaa oven", key="vanha", code="ammattitaitovaatimukset_7")]
    new = [requirement(1, "avaa portin", key="ammattitaitovaatimukset_7", code="ammattitaitovaatimukset_7")]
    assert matched(old, new) == [(1, 1, Matched.KEY)]


def test_equal_words_under_another_key_are_the_same_and_no_difference():
    old, new = [requirement(1, "Avaa  oven", key="a")], [requirement(1, "avaa oven", key="b")]
    assert matched(old, new) == [(1, 1, Matched.TEXT)]
    assert differ(compare([requirement(1, "avaa oven", key="a")], new)) == ()


def test_the_nearest_words_are_only_a_suggestion():
    old = [requirement(1, "huoltaa polkupyörän jarrut", key="a")]
    new = [requirement(1, "huoltaa ja säätää polkupyörän jarrut", key="b")]
    (row,) = compare(old, new)
    assert row.is_suggestion
    assert not row.same


def test_what_has_no_counterpart_came_or_went():
    old, new = [requirement(1, "kaataa puun", key="a")], [requirement(1, "myy jäätelöä", key="b")]
    assert matched(old, new) == [(None, 1, Matched.NONE), (1, None, Matched.NONE)]


def test_each_requirement_is_used_once_also_among_equal_words():
    old = [requirement(place, "tekee työn", key=f"o{place}") for place in (1, 2)]
    new = [requirement(place, "tekee työn", key=f"n{place}") for place in (1, 2, 3)]
    rows = compare(old, new)
    assert sorted(row.old.position for row in rows if row.old) == [1, 2]
    assert [row.matched for row in rows].count(Matched.TEXT) == 2


def test_a_change_in_swedish_alone_is_a_difference():
    old = [requirement(1, "avaa oven", key="a", sv="öppnar dörren")]
    new = [requirement(1, "avaa oven", key="a", sv="öppnar dörrar")]
    assert len(differ(compare(old, new))) == 1


@pytest.mark.parametrize(("old", "new"), [([], []), ([requirement(1, "a")], []), ([], [requirement(1, "a")])])
def test_empty_lists_are_compared_like_any_others(old, new):
    assert len(compare(old, new)) == len(old) + len(new)
