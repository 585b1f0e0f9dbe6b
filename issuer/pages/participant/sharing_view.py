"""What the pages of sharing have in common: a link's name in words, its openings in words, its parts in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from issuer.domain.share_parts import Part, ShareKind, ordered
from issuer.services.sharing.list_shares import StoppedShare
from issuer.services.sharing.own_share import OwnShare
from schemas.strict_json import JsonObject, JsonValue
from verifier import local_times
from verifier.templating import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChoice:
    """A part that can be ticked."""

    code: str
    label: str
    hint: str | None
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """One link in words.

    Attributes:
        openings: how often in all; by_day: each day with its number.
        until: a sentence on when it works, or worked.
    """

    share: OwnShare
    name: str
    badge: str
    until: str
    openings: str
    by_day: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedView:
    """What stays of a stopped link, in words."""

    name: str
    badge: str
    until: str
    openings: str


def choices(t: Text, parts: Iterable[Part], *, skills: int, ticked: frozenset[Part]) -> list[PartChoice]:
    """The parts of a badge to tick, in their order."""
    hints = {Part.WHOLE_FILE: t("sharing.part.whole_file.hint")}
    return [
        PartChoice(code=part.value, label=part_name(t, part, skills), hint=hints.get(part), ticked=part in ticked)
        for part in ordered(parts)
    ]


def part_name(t: Text, part: Part, skills: int) -> str:
    """A part in words."""
    if part is Part.SKILLS:
        return t("sharing.part.skills", count=skills)
    return t(f"sharing.part.{part}")


def link_view(t: Text, share: OwnShare, badge: str, language: str) -> LinkView:
    """A link in words."""
    day = local_times.calendar_day(share.until, language)
    return LinkView(
        share=share,
        name=share_name(t, share),
        badge=badge,
        until=t("sharing.ended" if share.ended else "sharing.works_until", day=day),
        openings=times(t, share.times),
        by_day=tuple(
            t("sharing.opened.day", day=local_times.calendar_day(on, language), count=count)
            for on, count in share.openings
        ),
    )


def stopped_view(t: Text, share: StoppedShare, badge: str, language: str) -> StoppedView:
    """What stays of a stopped link, in words."""
    return StoppedView(
        name=t(f"sharing.for.{share.audience}" if share.kind is ShareKind.LINK else f"sharing.kind.{share.kind}"),
        badge=badge,
        until=t("sharing.stopped", day=local_times.calendar_day(share.ended_on, language)),
        openings=times(t, share.times),
    )


def share_name(t: Text, share: OwnShare) -> str:
    """What its owner calls it; otherwise for whom, or how it came about."""
    if share.name:
        return share.name
    return t(f"sharing.for.{share.audience}" if share.kind is ShareKind.LINK else f"sharing.kind.{share.kind}")


def times(t: Text, count: int) -> str:
    """How often a link was opened by others."""
    if count == 0:
        return t("sharing.opened.never")
    return t("sharing.opened.once") if count == 1 else t("sharing.opened", count=count)


def skills_in(badge: JsonObject) -> int:
    """How many skills a badge of ours tells as shown."""
    subject = badge.get("credentialSubject")
    results: JsonValue = subject.get("result") if isinstance(subject, dict) else None
    if not isinstance(results, list):
        return 0
    return sum(isinstance(one, dict) and one.get("status") == "Completed" for one in results)
