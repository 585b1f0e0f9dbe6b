"""Takes in a badge from elsewhere: verified on the way in, kept sealed with what was found, refused ones not at all."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuer.db.repositories.holdings import ImportedRow
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.holder import Holder
from issuer.services.holdings.own_badges import own_badges
from issuer.services.link_tokens import own_badge_ref
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value
from schemas.strict_json import JsonObject, JsonValue
from verifier import PRIOR_LEARNING, Report, Unreadable, Verdict, verify
from verifier.four_lines import headline
from verifier.source import MAX_BYTES

MOST_KEPT: Final = 50
_FACTS, _FILE = "imported_badge", "imported_badge_file"
_KINDS = frozenset({"OpenBadgeCredential", "ClrCredential", "Assertion"})
_LANGUAGES = ("fi", "sv", "en", "fi-x-selko")


class RefusedBadgeError(InvalidRequestError):
    """Our verifier refuses the file; nothing of it was kept. `sentences` say why, by language."""

    code = "elsewhere.refused"

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self.sentences = sentences
        super().__init__(pointer="/file")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedBadge:
    """A badge from elsewhere, as it was on the day when it came; we say of it only what the check said.

    Attributes:
        ref: stands in addresses of the own view.
        title, issuer: the badge's own words; None where it tells none.
        sentences: the answer of the check, by language of the page.
        checked: whether everything could be checked; otherwise the page says "could not be checked".
        source: json, jwt, png, svg or pdf.
    """

    ref: str
    title: str | None
    issuer: str | None
    sentences: Mapping[str, str]
    checked: bool
    checked_at: datetime
    source: str


def import_badge(outside: Outside, who: Holder, data: bytes, *, keep_unchecked: bool) -> ImportedBadge:
    """Check a file and keep it.

    Args:
        data: a badge as JSON, JWS, PNG, SVG or PDF, at most 4 MiB.
        keep_unchecked: the holder wants it kept even if it could not be checked wholly.

    Raises:
        RefusedBadgeError: the verifier refuses it; nothing was kept.
        InvalidRequestError: ``elsewhere.too_large``, ``elsewhere.nothing`` (no badge in the file),
            ``elsewhere.unchecked`` (it could not be checked, and `keep_unchecked` is not set).
        ConflictError: ``elsewhere.own`` (it is one of the own badges), ``elsewhere.twice``, ``elsewhere.many``.
    """
    if len(data) > MAX_BYTES:
        raise InvalidRequestError(code="elsewhere.too_large", pointer="/file")
    report = _judged(outside, data)
    sentences = {one: headline(report, one) for one in _LANGUAGES}
    if report.verdict is Verdict.REJECTED:
        raise RefusedBadgeError(sentences)
    _check_new(outside, who, data, report)
    if report.verdict is Verdict.UNDETERMINED and not keep_unchecked:
        raise InvalidRequestError(code="elsewhere.unchecked", pointer="/file")
    return _keep(outside, who, data, report, sentences)


def imported_badges(outside: Outside, who: Holder) -> tuple[ImportedBadge, ...]:
    """The holder's badges from elsewhere, newest first. Raises PersonErasedError."""
    with outside.database.read() as uow:
        rows = uow.holdings.imported(who.person_id)
    return tuple(_opened(outside, one) for one in rows)


def imported_file(outside: Outside, who: Holder, ref: str) -> tuple[ImportedBadge, bytes]:
    """One badge from elsewhere with its file, byte for byte as it came. Raises NotFoundError."""
    row = _row_of(outside, who, ref)
    return _opened(outside, row), outside.person_keys.unseal(row.person_id, _FILE, row.sealed_bytes)


def remove_imported(outside: Outside, who: Holder, ref: str) -> None:
    """Forget a badge from elsewhere. Raises NotFoundError."""
    row, now = _row_of(outside, who, ref), outside.now()
    with outside.database.write() as uow:
        if not uow.holdings.remove_imported(who.person_id, row.id):
            raise NotFoundError("imported badge")
        refs = (("imported", row.id),)
        uow.audit.append(Act(at=now, actor="participant", action="imported_badge.removed", refs=refs))


def _judged(outside: Outside, data: bytes) -> Report:
    try:
        report = verify(data, policy=PRIOR_LEARNING, environment=outside.environment())
    except Unreadable as problem:
        raise InvalidRequestError(problem.code, code="elsewhere.nothing", pointer="/file") from None
    if report.document is None or report.kind not in _KINDS:
        raise InvalidRequestError(report.kind, code="elsewhere.nothing", pointer="/file")
    return report


def _check_new(outside: Outside, who: Holder, data: bytes, report: Report) -> None:
    """Refuse what the holder has already."""
    badge_id = _member(report.document, "id")
    if any(badge_id == f"urn:uuid:{one.credential_id}" for one in own_badges(outside, who)):
        raise ConflictError(code="elsewhere.own", pointer="/file")
    digest = hashlib.sha256(data).hexdigest()
    with outside.database.read() as uow:
        rows = uow.holdings.imported(who.person_id)
    for row in rows:
        told = open_value(outside, row.person_id, _FACTS, row.sealed)
        if digest == told["sha256"] or (badge_id is not None and badge_id == told["id"]):
            raise ConflictError(code="elsewhere.twice", pointer="/file")
    if len(rows) >= MOST_KEPT:
        raise ConflictError(str(MOST_KEPT), code="elsewhere.many", pointer="/file")


def _keep(outside: Outside, who: Holder, data: bytes, report: Report, sentences: Mapping[str, str]) -> ImportedBadge:
    told = report.to_json()
    credential = told.get("credential") or told.get("claimed")
    achievement = _member(_object(credential).get("achievement"), "name")
    facts: JsonObject = {
        "title": achievement or _member(credential, "name") or _member(credential, "achievement_name"),
        "issuer": _member(_object(credential).get("issuer"), "name") or _member(credential, "issuer_id"),
        "id": _member(report.document, "id"),
        "sha256": hashlib.sha256(data).hexdigest(),
        "source": report.source.kind,
        "sentences": {**sentences},
    }
    row = ImportedRow(
        id=str(uuid.uuid4()),
        person_id=who.person_id,
        verdict="accepted" if report.verdict is Verdict.ACCEPTED else "undetermined",
        sealed=seal_value(outside, who.person_id, _FACTS, facts),
        sealed_bytes=outside.person_keys.seal(who.person_id, _FILE, data),
        checked_at=outside.now(),
    )
    with outside.database.write() as uow:
        uow.holdings.add_imported(row)
        refs = (("imported", row.id),)
        action = "imported_badge.kept"
        uow.audit.append(Act(at=row.checked_at, actor="participant", action=action, refs=refs, decision=row.verdict))
    return _opened(outside, row)


def _row_of(outside: Outside, who: Holder, ref: str) -> ImportedRow:
    with outside.database.read() as uow:
        rows = uow.holdings.imported(who.person_id)
    found = next((one for one in rows if _ref(outside, one) == ref), None)
    if found is None:
        raise NotFoundError("imported badge")
    return found


def _ref(outside: Outside, row: ImportedRow) -> str:
    return own_badge_ref(outside.link_secret, row.id)


def _opened(outside: Outside, row: ImportedRow) -> ImportedBadge:
    told = open_value(outside, row.person_id, _FACTS, row.sealed)
    title, issuer = told["title"], told["issuer"]
    return ImportedBadge(
        ref=_ref(outside, row),
        title=title if isinstance(title, str) else None,
        issuer=issuer if isinstance(issuer, str) else None,
        sentences={name: str(value) for name, value in _object(told["sentences"]).items()},
        checked=row.verdict == "accepted",
        checked_at=row.checked_at,
        source=str(told["source"]),
    )


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _member(value: JsonValue, name: str) -> str | None:
    found = _object(value).get(name)
    return found if isinstance(found, str) else None
