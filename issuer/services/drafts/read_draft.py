"""Reads a draft for its drafter, for the participant and for the reviewer; every reading is noted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from issuer.db.repositories.drafts import HeldBadge, Look
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.agreement import Agreed
from issuer.domain.badge_draft import Blocker, Draft, DraftContent, DraftState, words_digest
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.errors import LintError, NotYetError
from issuer.domain.learning_environment import Report
from issuer.domain.observation import ObservationRow
from issuer.domain.participant import Participant
from issuer.domain.permissions import StaffMember
from issuer.domain.telling_words import TellingWord, telling_words
from issuer.services.award_badge import preview_of
from issuer.services.coaching import find_participants
from issuer.services.coaching.note_reading import Why
from issuer.services.drafts.approve_draft import observers, return_words
from issuer.services.drafts.draft_blockers import blockers_of, prepared_or_blocked
from issuer.services.drafts.draft_content import open_content, opened, sealed_content, today
from issuer.services.lint_badge import lint_exact
from issuer.services.outside import Outside
from issuer.services.staff.staff_names import names
from keys.proofs.data_integrity import proof_options
from schemas.strict_json import JsonObject

_WHY: Mapping[str, Why] = {"review": "review"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSheet:
    """A draft with what belongs beside it.

    Attributes:
        unit: None outside the units.
        agreed: what both agreed on, by requirement key.
        preview: the badge as it would be now, unsigned; None while our rules refuse it.
        telling: words of the participant's own text that may tell something.
        own_name_possible: whether the provider has an identity of its own; sites: their public names.
        returned: the reviewer's words when the draft came back.
    """

    draft: Draft
    content: DraftContent
    person: Participant
    unit: CatalogueUnit | None
    agreed: Mapping[str, Agreed]
    blockers: tuple[Blocker, ...]
    preview: JsonObject | None
    telling: tuple[TellingWord, ...]
    own_name_possible: bool
    sites: tuple[str, ...]
    returned: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSheet:
    """What the second pair of eyes looks at.

    Attributes:
        observations: behind the ticks, newest first; `tasks`: names by id.
        names: of staff, by id.
        report: the recognition in force for the unit today, or None.
        overlapping: badges in force that tell some of the same requirements.
        lint: codes that our own verifier found in the exact bytes; empty when it would accept them.
        before: the content as this reviewer saw it last, when it has changed since.
        before_at: when that was.
    """

    sheet: DraftSheet
    observations: tuple[ObservationRow, ...]
    tasks: Mapping[str, str]
    names: Mapping[str, str]
    report: Report | None
    overlapping: tuple[HeldBadge, ...]
    lint: tuple[str, ...]
    before: DraftContent | None
    before_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One draft in a list; nothing personal but the participant's running number."""

    draft: Draft
    person_code: str
    unit: CatalogueUnit | None


def read(outside: Outside, who: StaffMember, draft_id: str, *, what: str = "draft") -> DraftSheet:
    """Open a draft. Raises NotFoundError, also for another institution's."""
    with outside.database.read() as uow:
        draft = uow.drafts.get(draft_id, who.institution_id)
        provider = uow.institutions.get(draft.institution_id)
    why = _WHY.get(what, "award")
    person = find_participants.get(outside, who, draft.person_id, what=what, why=why)
    content = open_content(outside, draft)
    prepared, refused = prepared_or_blocked(outside, provider, draft.person_id, content)
    if prepared is None and content.narrative is not None:  # only the participant can keep words that may tell (PW3)
        kept = replace(content, words_consent=words_digest(content.narrative))
        prepared, _ = prepared_or_blocked(outside, provider, draft.person_id, kept)
    with outside.database.read() as uow:
        found = blockers_of(
            outside,
            uow,
            content,
            person_id=draft.person_id,
            drafter=uow.people.staff(draft.drafter_id),
            replaces=draft.replaces,
        )
        sites = (site.texts.public_name for site in uow.environments.sites(provider.id))
        return DraftSheet(
            draft=draft,
            content=content,
            person=person,
            unit=uow.catalogue.unit_of(content.unit) if content.unit is not None else None,
            agreed=uow.agreements.agreed(draft.person_id, content.unit) if content.unit is not None else {},
            blockers=tuple(dict.fromkeys((*refused, *found))),
            preview=preview_of(outside, prepared) if prepared is not None else None,
            telling=tuple(telling_words(content.narrative)) if content.narrative is not None else (),
            own_name_possible=provider.kind == "provider" and provider.did is not None,
            sites=tuple(name for name in sites if name),
            returned=return_words(outside, draft),
        )


def review(outside: Outside, who: StaffMember, draft_id: str) -> ReviewSheet:
    """Open a draft for the second look, lint its exact bytes, and keep what was seen."""
    sheet = read(outside, who, draft_id, what="review")
    lint = _lint(outside, sheet)
    draft, content = sheet.draft, sheet.content
    with outside.database.write() as uow:
        before = uow.drafts.look(draft.id, who.id)
        look = Look(digest=draft.digest, sealed=sealed_content(outside, draft.person_id, content), at=outside.now())
        uow.drafts.keep_look(draft.id, who.id, look)
        rows = uow.coaching.all_observations(draft.person_id)
        if content.unit is not None:
            rows = uow.coaching.observations(draft.person_id, content.unit)
        tasks = {
            one: task.name
            for one in {row.task_id for row in rows if row.task_id is not None}
            if (task := uow.environments.task(one, who.institution_id)) is not None
        }
        report = None
        if content.unit is not None:
            report = uow.environments.valid_report(who.institution_id, content.unit, today(outside))
        held = uow.drafts.in_force(draft.person_id, content.unit)
        shown_names = names(outside, uow, {draft.drafter_id, *observers(uow, draft, content)})
    changed = before is not None and before.digest != draft.digest
    return ReviewSheet(
        sheet=sheet,
        observations=tuple(rows),
        tasks=tasks,
        names=shown_names,
        report=report,
        overlapping=tuple(one for one in held if one.credential_id != draft.replaces),
        lint=lint,
        before=opened(outside, draft.person_id, before.sealed) if before is not None and changed else None,
        before_at=before.at if before is not None and changed else None,
    )


def listed(outside: Outside, who: StaffMember, states: frozenset[DraftState]) -> list[DraftLine]:
    """Drafts of one's institution in these states, the one that has waited longest first; no name is opened."""
    with outside.database.read() as uow:
        drafts = uow.drafts.of_institution(who.institution_id, states)
        return _lines(uow, who, drafts)


def of_person(outside: Outside, who: StaffMember, person_id: str) -> list[DraftLine]:
    """A participant's drafts here, newest first."""
    with outside.database.read() as uow:
        return _lines(uow, who, uow.drafts.of_person(person_id, who.institution_id))


def _lines(uow: UnitOfWork, who: StaffMember, drafts: list[Draft]) -> list[DraftLine]:
    units = {one: uow.catalogue.unit_of(one) for one in {draft.unit for draft in drafts if draft.unit is not None}}
    lines = []
    for draft in drafts:
        row = uow.coaching.participant(draft.person_id, who.institution_id)
        unit = units[draft.unit] if draft.unit is not None else None
        lines.append(DraftLine(draft=draft, person_code=row.code if row is not None else "", unit=unit))
    return lines


def _lint(outside: Outside, sheet: DraftSheet) -> tuple[str, ...]:
    """What the public verifier says of the very bytes, signed by a throwaway key; only the place is nobody's yet."""
    if sheet.preview is None:
        return ("badge.blocked",)
    issuer = sheet.preview["issuer"]
    with outside.database.read() as uow:
        signing = uow.institutions.by_did(str(issuer["id"]) if isinstance(issuer, dict) else "")
        key = uow.institutions.active_key(signing.id)
    options = proof_options(
        sheet.preview, cryptosuite="eddsa-rdfc-2022", verification_method=key.kid, created=outside.now()
    )
    try:
        lint_exact(outside, sheet.preview, options)
    except (LintError, NotYetError) as refused:
        codes = {one.partition(":")[0] for one in refused.detail.split(", ")}
        return tuple(sorted(code for code in codes if not code.startswith("status.")))
    return ()
