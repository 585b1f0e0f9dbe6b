"""What the pages of a draft show: lists, blockers with links to their causes, the badge as others will see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from issuer.domain.badge_draft import Blocker, Draft, DraftContent
from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.working_life import competences
from issuer.i18n import content_language, month, text, whole_day
from issuer.pages.catalogue_text import Shown, shown
from issuer.pages.shared_badge_view import SharedBadgeView, shared_badge_view
from issuer.services.drafts.read_draft import DraftSheet
from issuer.services.drafts.replace_badge import Change
from verifier.templating import Text

_AGREE = "/people/{code}/agree/{unit}"
_LINKS: Mapping[str, str] = {
    "entitled.nothing_chosen": _AGREE,
    "entitled.not_agreed": _AGREE,
    "entitled.in_part_not_wished": _AGREE,
    "draft.not_whole_unit": _AGREE,
    "entitled.no_observation": "/note?person={code}",
    "entitled.no_task": "/note?person={code}",
    "entitled.no_report": "/sites",
    "entitled.unit_unknown": "/units",
    "entitled.unit_incomplete": "/units",
    "draft.equal_badge": "/people/{code}/badges",
    "privacy.telling_word": "#narrative",
}
_NAMED = frozenset(_LINKS) | {"entitled.key_unknown", "draft.trade", "draft.no_demonstration", "badge.grade"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockerView:
    """One blocker with the requirements it concerns and where its cause is mended."""

    text: str
    link: str | None
    requirements: tuple[Shown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A requirement in the form: `position` stands for its key there; `state` is shown, in_part, open or not."""

    position: int
    text: Shown
    chosen: bool
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Before and now of one thing that changed, in words."""

    what: str
    before: tuple[str, ...]
    now: tuple[str, ...]


def title(content: DraftContent, unit: CatalogueUnit | None, language: str) -> Shown:
    """Name of what the draft is about, in the page's language."""
    if content.competence is not None:
        own = content_language(language)
        known = competences().by_key.get(content.competence, {})
        name = next((one.name for spoken, one in known.items() if spoken == own), "")
        return Shown(text=f"{name} ({text(language, 'award.outside_units')})", lang=None)
    return shown(unit.unit.name, language) if unit is not None else Shown(text="", lang=None)


def title_of(draft: Draft, unit: CatalogueUnit | None, language: str) -> Shown:
    """The same for a list, in which no content is opened: what is no unit is not told further there."""
    if draft.unit is None:
        return Shown(text=text(language, "award.competence"), lang=None)
    return shown(unit.unit.name, language) if unit is not None else Shown(text=str(draft.unit), lang=None)


def badge_view(sheet: DraftSheet, language: str) -> SharedBadgeView | None:
    """The badge as its shared page will show it; None while our rules refuse it."""
    return shared_badge_view(sheet.preview, language) if sheet.preview is not None else None


def rows(sheet: DraftSheet, language: str) -> tuple[Row, ...]:
    """All requirements of the unit with what was agreed on each."""
    if sheet.unit is None:
        return ()
    chosen = {*sheet.content.shown, *sheet.content.in_part}
    return tuple(
        Row(
            position=one.position,
            text=shown(one.text, language),
            chosen=one.key in chosen,
            state=_state(sheet, one.key),
        )
        for one in sheet.unit.unit.requirements
    )


def blocker_views(sheet: DraftSheet, t: Text, language: str) -> tuple[BlockerView, ...]:
    """The blockers, those of one kind together."""
    by_code: dict[str, list[Blocker]] = {}
    for blocker in sheet.blockers:
        by_code.setdefault(blocker.code, []).append(blocker)
    return tuple(
        BlockerView(
            text=t(f"award.blocker.{code if code in _NAMED else 'other'}"),
            link=_link(code, sheet),
            requirements=_texts([one.key for one in some if one.key is not None], sheet.unit, language),
        )
        for code, some in by_code.items()
    )


def inside(sheet: DraftSheet, t: Text, language: str) -> tuple[str, ...]:
    """The list "Merkissä on": facts beside the requirements, in words."""
    content, level = sheet.content, whole_day if sheet.content.exact_days else month
    found = [t("award.in.issuer", name=_issuer(sheet))]
    days = [level(day, language) for day in (content.activity_start, content.activity_end) if day is not None]
    if days:
        found.append(t("award.in.dates", dates=" – ".join(dict.fromkeys(days))))
    if content.role:
        found.append(t("award.in.role", role=content.role))
    if content.narrative:
        found.append(t("award.in.narrative"))
    if content.holder_name:
        found.append(t("award.in.name", name=content.holder_name))
    if content.site:
        found.append(t("award.in.site", site=content.site))
    if content.grade is not None:
        found.append(t("award.in.grade", grade=str(content.grade)))
    return tuple(found)


def outside(content: DraftContent, t: Text) -> tuple[str, ...]:
    """The list "Merkissä ei ole": what is never inside, and what is off."""
    off = (
        ("name", content.holder_name is None),
        ("days", not content.exact_days),
        ("role", content.role is None),
        ("site", content.site is None),
        ("narrative", content.narrative is None),
        ("grade", content.grade is None),
    )
    return (t("award.out.always"), *(t(f"award.out.{name}") for name, wanted in off if wanted))


def change_pairs(changes: Sequence[Change], unit: CatalogueUnit | None, t: Text, language: str) -> tuple[Pair, ...]:
    """Changes in words: requirements by their texts, added and removed apart."""
    known = {one.key: one for one in unit.unit.requirements} if unit is not None else {}
    return tuple(
        Pair(
            what=t(f"award.member.{one.what}"),
            before=_lines(one.before, one.now, known, language),
            now=_lines(one.now, one.before, known, language),
        )
        for one in changes
    )


def _lines(value: str, other: str, known: Mapping[str, Requirement], language: str) -> tuple[str, ...]:
    lines, others = value.split("\n"), set(other.split("\n"))
    if not any(line in known for line in (*lines, *others)):
        return (value,) if value else ()
    return tuple(shown(known[line].text, language).text for line in lines if line in known and line not in others)


def _issuer(sheet: DraftSheet) -> str:
    issuer = sheet.preview["issuer"] if sheet.preview is not None else None
    return str(issuer["name"]) if isinstance(issuer, dict) else "–"


def _state(sheet: DraftSheet, key: str) -> str:
    agreed = sheet.agreed.get(key)
    return agreed.outcome.value if agreed is not None else "open"


def _link(code: str, sheet: DraftSheet) -> str | None:
    link = _LINKS.get(code)
    unit = str(sheet.content.unit) if sheet.content.unit is not None else ""
    return link.format(code=sheet.person.code, unit=unit) if link is not None else None


def _texts(keys: Sequence[str], unit: CatalogueUnit | None, language: str) -> tuple[Shown, ...]:
    wanted = set(keys)
    if unit is None:
        return ()
    return tuple(shown(one.text, language) for one in unit.unit.requirements if one.key in wanted)
