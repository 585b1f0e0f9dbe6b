"""The signed answer to a question: the bytes are stored before they are signed, and checked before anyone has them."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.questions import QuestionRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.errors import ConflictError, DomainError
from issuer.domain.question import Question
from issuer.domain.receipt import language_of
from issuer.domain.signed_answer import AnsweredBadge, build_answer
from issuer.services.lint_badge import check_words, judge, lint_exact, require_accepted
from issuer.services.outside import Outside
from issuer.services.questions.stored_question import open_tbs, seal_document, seal_tbs
from issuer.services.sign_badge import FRESH
from issuer.services.stored_bytes import pack, request_of, signed_bytes, unpack, unpack_request
from keys.errors import SigningError, StaleRequest
from keys.proofs.data_integrity import proof_options
from keys.signing.signer import SigningRequest
from schemas.credential import utc_text
from schemas.errors import DocumentError
from schemas.strict_json import read_object

_MOST_VALUES = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyAnswer:
    """An answer that our own verifier would accept, before it is stored."""

    request: SigningRequest = field(repr=False)
    kid: str
    at: datetime


def badge_of(outside: Outside, uow: UnitOfWork, row: QuestionRow) -> AnsweredBadge:
    """The badge that a question is about, as signed.

    Raises:
        ConflictError: ``questions.out_of_use``.
        PersonErasedError.
    """
    record = uow.credentials.get(row.credential_id)
    if record.state not in IN_FORCE or record.document is None or record.document_sha256 is None:
        raise ConflictError(code="questions.out_of_use")
    signed = outside.person_keys.unseal(record.person_id, "document", record.document)
    document = read_object(signed, max_values=_MOST_VALUES)
    subject = document["credentialSubject"]
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    language = achievement.get("inLanguage") if isinstance(achievement, dict) else None
    return AnsweredBadge(
        document=document,
        sha256=record.document_sha256,
        language=language_of(language if isinstance(language, str) else "fi"),
    )


def prepare(outside: Outside, row: QuestionRow, badge: AnsweredBadge, question: Question, answer: str) -> ReadyAnswer:
    """Make the exact bytes to sign, and let our own verifier judge them.

    The text of the requirement is the national catalogue's; all other words are looked at for telling ones.

    Raises:
        ConflictError: ``institution.cannot_sign``; TellingWordError, LintError, NotYetError.
    """
    with outside.database.read() as uow:
        issuer = uow.institutions.get(uow.credentials.get(row.credential_id).institution_id)
        if issuer.did is None or issuer.closed_at is not None:
            raise ConflictError(code="institution.cannot_sign")
        kid = uow.institutions.active_key(issuer.id).kid
    now, name = outside.now(), f"urn:uuid:{uuid.uuid4()}"
    document = build_answer(badge, question, answer, endorsement_id=name, now=now)
    own_words = Question(key=question.key, requirement="", words=question.words)
    check_words(build_answer(badge, own_words, answer, endorsement_id=name, now=now), national=())
    options = proof_options(document, cryptosuite="eddsa-rdfc-2022", verification_method=kid, created=now)
    lint_exact(outside, document, options)
    return ReadyAnswer(request=request_of(document, options), kid=kid, at=now)


def finish(outside: Outside, question_id: str) -> bool:
    """Sign what is stored for a question; safe to repeat. Tell whether the signed answer is there."""
    with outside.database.read() as uow:
        row = uow.questions.get(question_id)
    if row is None or row.tbs is None:
        return False
    if row.document is not None:
        return True
    try:
        return _sign(outside, row)
    except (DomainError, SigningError, DocumentError, PersonErasedError):
        return False  # the answer stands; it is signed at another try


def _sign(outside: Outside, row: QuestionRow) -> bool:
    if row.tbs is None or row.kid is None or row.proof_created_at is None:
        raise ConflictError(code="badge.no_bytes")
    request = unpack_request(open_tbs(outside, row, row.tbs))
    if outside.now() - row.proof_created_at > FRESH:
        row, request = _renewed(outside, row, request)
    try:
        signature = outside.signer.sign(row.kid or "", request)
    except StaleRequest:
        row, request = _renewed(outside, row, request)
        signature = outside.signer.sign(row.kid or "", request)
    signed = signed_bytes(request, signature)
    require_accepted(judge(outside.environment(), signed))
    outside.checkpoint("question.before_store")
    sealed = seal_document(outside, row, signed)
    with outside.database.write() as uow:
        if not uow.questions.change(row, document=sealed):
            return False
        refs = (("question", row.id), ("tbs", request.tbs_sha256.hex()))
        uow.audit.append(Act(at=outside.now(), actor="system", action="question.signed", refs=refs))
    return True


def _renewed(outside: Outside, row: QuestionRow, request: SigningRequest) -> tuple[QuestionRow, SigningRequest]:
    """Give bytes that waited too long a fresh signing moment, stored before it is used."""
    document, options = unpack(pack(request))
    now = outside.now()
    fresh = request_of(document, {**options, "created": utc_text(now)})
    sealed = seal_tbs(outside, row, pack(fresh))
    with outside.database.write() as uow:
        if not uow.questions.change(row, tbs=sealed, tbs_sha256=fresh.tbs_sha256, proof_created_at=now):
            raise ConflictError(code="questions.changed")
        stored = uow.questions.get(row.id)
    if stored is None:
        raise ConflictError(code="questions.changed")
    return stored, fresh
