"""Takes a reserved badge to the world: lint, grant, sign, verify, store, read back. Every step may be repeated."""

import hashlib
import uuid
from datetime import timedelta

from issuer.db.repositories.credentials import CredentialRecord
from issuer.domain.audit import Act
from issuer.domain.badge_states import MAX_ATTEMPTS, SHOWN
from issuer.domain.errors import ConflictError, LintError
from issuer.domain.figures import Happening
from issuer.services.award_badge import LEASE
from issuer.services.lint_badge import judge, lint_exact, require_accepted
from issuer.services.outside import Outside
from issuer.services.publish_status_list import publish_if_due
from issuer.services.sharing.first_link import first_links
from issuer.services.stored_bytes import pack, request_of, signed_bytes, unpack, unpack_request
from keys.errors import StaleRequest
from schemas.strict_json import JsonObject

GRANT_LIFE = timedelta(minutes=5)
FRESH = timedelta(seconds=90)  # inside the signer's window of two minutes, with room for the work itself
_ROUNDS = 4


def sign(outside: Outside, credential_id: str) -> CredentialRecord:
    """Bring a badge to state issued; does nothing to one that is there already.

    Raises:
        LintError: our own verifier would refuse the badge; it is marked failed and its index stays burnt.
        ConflictError: the badge failed before, or other workers keep changing it.
        keys.errors.SigningError: the signer refused; the badge stays reserved for the sweeper.
    """
    for _ in range(_ROUNDS):
        with outside.database.read() as uow:
            record = uow.credentials.get(credential_id)
        if record.state in SHOWN:
            return record
        if record.state == "reserved":
            _sign_reserved(outside, record)
        elif record.state in {"signed", "logged"}:
            _issue_signed(outside, record)
        else:
            raise ConflictError(record.failure or record.state, code="badge.failed")
    raise ConflictError(credential_id, code="badge.busy")


def _sign_reserved(outside: Outside, record: CredentialRecord) -> None:
    packed = _opened(outside, record, "tbs", record.tbs)
    document, options = unpack(packed)
    request = unpack_request(packed)
    now = outside.now()
    if now - record.proof_created_at > FRESH:
        _supersede(outside, record, document, options)
        return
    try:
        lint_exact(outside, document, options)
    except LintError as problem:
        fail(outside, record, problem.code)
        raise
    outside.checkpoint("sign.after_lint")
    with outside.database.write() as uow:
        uow.credentials.add_grant(
            record, grant_id=str(uuid.uuid4()), approvers=uow.drafts.approvers(record.id), expires_at=now + GRANT_LIFE
        )
    outside.checkpoint("sign.after_grant")
    try:
        signature = outside.signer.sign(record.kid, request)
    except StaleRequest:
        _supersede(outside, record, document, options)
        return
    outside.checkpoint("sign.after_sign")
    signed = signed_bytes(request, signature)
    try:
        require_accepted(judge(outside.environment(), signed))
    except LintError as problem:
        fail(outside, record, f"{problem.code}.after_sign")
        raise
    _store_signed(outside, record, signed)


def _store_signed(outside: Outside, record: CredentialRecord, signed: bytes) -> None:
    digest = document_digest(signed)
    sealed = outside.person_keys.seal(record.person_id, "document", signed)
    outside.checkpoint("sign.before_t2")
    now = outside.now()
    with outside.database.write() as uow:
        if not uow.credentials.change(
            record, to="signed", document=sealed, document_sha256=digest, lease_until=now + LEASE
        ):
            return
        refs = (("badge", record.id), ("document", digest.hex()))
        uow.audit.append(Act(at=now, actor="system", action="badge.signed", refs=refs))
        outside.checkpoint("sign.in_t2")
    outside.checkpoint("sign.after_t2")


def _issue_signed(outside: Outside, record: CredentialRecord) -> None:
    """T4: the document as stored, not as remembered, must verify with the public documents before anyone sees it."""
    stored = _opened(outside, record, "document", record.document)
    publish_if_due(outside, record.list_id)
    if document_digest(stored) != record.document_sha256:
        fail(outside, record, "badge.stored_bytes_differ")
        raise LintError("stored bytes differ", code="badge.stored_bytes_differ")
    try:
        require_accepted(judge(outside.environment(), stored))
    except LintError as problem:
        fail(outside, record, f"{problem.code}.read_back")
        raise
    outside.checkpoint("issue.before_t4")
    now = outside.now()
    with outside.database.write() as uow:
        if not uow.credentials.change(record, to="issued", issued_at=now, lease_until=None):
            return
        first_links(uow, outside, [(record.id, record.person_id)], now=now)
        uow.statistics.note_badges(Happening.ISSUED, [record.id], now=now)
        uow.audit.append(Act(at=now, actor="system", action="badge.issued", refs=(("badge", record.id),)))
        outside.checkpoint("issue.in_t4")
    outside.checkpoint("issue.after_t4")


def _supersede(outside: Outside, record: CredentialRecord, document: JsonObject, options: JsonObject) -> None:
    """Give stale bytes a fresh signing moment under a new revision; id and index stay (security.md section 4)."""
    if record.attempts >= MAX_ATTEMPTS:
        fail(outside, record, "badge.attempts")
        raise ConflictError(record.id, code="badge.failed")
    now = outside.now()
    request = request_of(document, {**options, "created": now.strftime("%Y-%m-%dT%H:%M:%SZ")})
    sealed = outside.person_keys.seal(record.person_id, "tbs", pack(request))
    with outside.database.write() as uow:
        if not uow.credentials.change(
            record,
            to="reserved",
            revision=record.revision + 1,
            tbs=sealed,
            tbs_sha256=request.tbs_sha256,
            proof_created_at=now,
            lease_until=now + LEASE,
        ):
            return
        refs = (("badge", record.id), ("tbs", request.tbs_sha256.hex()), ("revision", str(record.revision + 1)))
        uow.audit.append(Act(at=now, actor="system", action="tbs.superseded", refs=refs))
    outside.checkpoint("sign.after_supersede")


def fail(outside: Outside, record: CredentialRecord, code: str) -> None:
    """Give a badge up for good (TF); its index stays burnt."""
    now = outside.now()
    with outside.database.write() as uow:
        if uow.credentials.change(record, to="failed", failure=code, lease_until=None):
            uow.audit.append(
                Act(at=now, actor="system", action="badge.failed", refs=(("badge", record.id),), decision=code)
            )


def _opened(outside: Outside, record: CredentialRecord, purpose: str, sealed: bytes | None) -> bytes:
    if sealed is None:
        raise ConflictError(record.id, code="badge.no_bytes")
    return outside.person_keys.unseal(record.person_id, purpose, sealed)


def document_digest(document: bytes) -> bytes:
    """SHA-256 of the signed bytes as stored and handed out."""
    return hashlib.sha256(document).digest()
