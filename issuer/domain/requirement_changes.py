"""Compares two lists of requirements: what stayed, what was reworded, what came and what went. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_text import fold

CLOSE_ENOUGH = 0.6  # of the signs of both texts: below this two requirements share words by chance only


class Matched(StrEnum):
    """How an old and a new requirement were brought together."""

    KEY = "key"  # the same code or key
    TEXT = "text"  # the same words under another key
    CLOSE = "close"  # a suggestion only: the nearest words
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of the comparison; one side is None where there is no counterpart."""

    old: Requirement | None
    new: Requirement | None
    matched: Matched

    @property
    def same(self) -> bool:
        """Tell whether nothing changed that a reader would see: the words of each language are equal."""
        return self.old is not None and self.new is not None and self.old.text == self.new.text

    @property
    def is_suggestion(self) -> bool:
        """Tell whether a person has to confirm that the two belong together."""
        return self.matched is Matched.CLOSE


def compare(old: Sequence[Requirement], new: Sequence[Requirement]) -> tuple[Change, ...]:
    """Bring the requirements of two versions together, each at most once.

    By key or code first, then by equal words, then the rest by the nearest words as suggestions. The order is that of
    the new list; requirements that went stand last, in the order of the old one.
    """
    partner: dict[int, tuple[int, Matched]] = {}
    taken: set[int] = set()
    for matched, pairs in ((Matched.KEY, _by_key(old, new)), (Matched.TEXT, _by_text(old, new))):
        for there, here in pairs:
            if there not in taken and here not in partner:
                partner[here] = (there, matched)
                taken.add(there)
    for there, here in _by_nearness(old, new, taken, set(partner)):
        partner[here] = (there, Matched.CLOSE)
        taken.add(there)
    rows = []
    for here, requirement in enumerate(new):
        place, matched = partner.get(here, (-1, Matched.NONE))
        rows.append(Change(old=old[place] if place >= 0 else None, new=requirement, matched=matched))
    gone = (requirement for there, requirement in enumerate(old) if there not in taken)
    return (*rows, *(Change(old=requirement, new=None, matched=Matched.NONE) for requirement in gone))


def differ(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The rows in which something changed."""
    return tuple(change for change in changes if not change.same)


def _by_key(old: Sequence[Requirement], new: Sequence[Requirement]) -> list[tuple[int, int]]:
    keys = {key: place for place, one in enumerate(old) for key in (one.code_uri, one.key) if key}
    found = ((keys.get(one.key, keys.get(one.code_uri or "", -1)), here) for here, one in enumerate(new))
    return [(there, here) for there, here in found if there >= 0]


def _by_text(old: Sequence[Requirement], new: Sequence[Requirement]) -> list[tuple[int, int]]:
    places: dict[str, list[int]] = {}
    for place, one in enumerate(old):
        places.setdefault(_words(one), []).append(place)
    return [(there, here) for here, one in enumerate(new) for there in places.get(_words(one), ())]


def _by_nearness(
    old: Sequence[Requirement], new: Sequence[Requirement], taken: set[int], matched: set[int]
) -> list[tuple[int, int]]:
    """The nearest pairs of what is left, the best first, each requirement once."""
    rated = []
    matcher = SequenceMatcher(autojunk=False)
    for there, one in enumerate(old):
        if there in taken:
            continue
        matcher.set_seq2(_words(one))
        for here, other in enumerate(new):
            if here not in matched:
                matcher.set_seq1(_words(other))
                if matcher.quick_ratio() >= CLOSE_ENOUGH and (nearness := matcher.ratio()) >= CLOSE_ENOUGH:
                    rated.append((-nearness, there, here))
    pairs, used_old, used_new = [], set[int](), set[int]()
    for _, there, here in sorted(rated):
        if there not in used_old and here not in used_new:
            pairs.append((there, here))
            used_old.add(there)
            used_new.add(here)
    return pairs


def _words(requirement: Requirement) -> str:
    """The folded words in the language that the source has, with the words they go on from."""
    language = requirement.text.language_for("fi")
    return fold(requirement.text.in_language(language))
