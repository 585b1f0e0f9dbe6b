"""Signs a public document other than a badge: its bytes are stored first, and the public sees it last."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from issuer.db.repositories.institutions import KeyRecord
from issuer.db.repositories.publications import NewPublication, PublicationRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.services.outside import Outside
from issuer.services.stored_bytes import pack, request_of, unpack
from keys.multikey import decode
from keys.proofs.data_integrity import attach, check_signature, proof_options
from schemas.strict_json import JsonObject, write

_KEEP_REVISIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPublish:
    """A document that is about to be signed.

    Attributes:
        kind, name: what the public asks for, for example ``status_list`` and the list's id.
        key: signs it.
        content_revision: of the content, so that an older content never replaces a newer one.
        lifetime: from the moment of reserving to the end of validity; None when it never ends.
    """

    document: JsonObject
    kind: str
    name: str
    key: KeyRecord
    content_revision: int
    lifetime: timedelta | None
    cryptosuite: str = "eddsa-rdfc-2022"


def reserve(uow: UnitOfWork, new: ToPublish, *, now: datetime) -> PublicationRecord:
    """Store the exact bytes to sign; call in the transaction that read what the document says."""
    options = proof_options(new.document, cryptosuite=new.cryptosuite, verification_method=new.key.kid, created=now)
    request = request_of(new.document, options)
    publication = uow.publications.reserve(
        NewPublication(
            institution_id=new.key.institution_id,
            kind=new.kind,
            name=new.name,
            content_revision=new.content_revision,
            kid=new.key.kid,
            tbs=pack(request),
            tbs_sha256=request.tbs_sha256,
            valid_from=now,
            valid_until=now + new.lifetime if new.lifetime is not None else None,
        )
    )
    refs = (("kind", new.kind), ("name", new.name), ("tbs", request.tbs_sha256.hex()))
    uow.audit.append(Act(at=now, actor="system", action="document.reserved", refs=refs))
    return publication


def sign_and_publish(outside: Outside, publication: PublicationRecord) -> None:
    """Sign stored bytes, check the signature with the published key, and make the document public."""
    document, options = unpack(publication.tbs)
    signature = outside.signer.sign(publication.kid, request_of(document, options))
    signed = attach(document, options, signature)
    with outside.database.read() as uow:
        keys = {key.kid: key for key in uow.institutions.keys(publication.institution_id)}
    proof = signed["proof"]
    assert isinstance(proof, dict)  # noqa: S101  made by attach just now
    public_key = decode(keys[publication.kid].public_key_multibase)
    check_signature(signed, proof, public_key, canonicalise=outside.canonicalise)
    outside.checkpoint("publish.before_public")
    now = outside.now()
    with outside.database.write() as uow:
        uow.publications.make_public(publication.id, write(signed))
        if publication.kind == "status_list":
            uow.publications.mark_published(publication.name, publication.content_revision)
        uow.publications.forget_older(
            publication.kind, publication.name, keep_from=publication.revision - _KEEP_REVISIONS
        )
        refs = (("kind", publication.kind), ("name", publication.name), ("revision", str(publication.revision)))
        uow.audit.append(Act(at=now, actor="system", action="document.published", refs=refs))
    outside.published()
    outside.checkpoint("publish.after_public")
