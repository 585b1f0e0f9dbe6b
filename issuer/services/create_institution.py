"""Makes an institution: its identity and key, its first status list, and its line on the trust list."""

import uuid

from issuer.db.repositories.institutions import KeyRecord
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.institution import Institution, NewInstitution, check_new, first_of_month, host_of, slug_from
from issuer.services.outside import Outside
from issuer.services.publish_status_list import ensure_open_list
from issuer.services.publish_trust_list import publish_trust_list
from keys.did_web import did as did_web


def create(outside: Outside, request: NewInstitution, *, actor: str) -> Institution:
    """Make an institution; safe to repeat after a crash, since nothing is listed before everything is there.

    The first institution freezes the identity origin and takes the host's own DID.

    Raises:
        InvalidRequestError: a value breaks a rule.
        ConflictError: the slug is taken, or the identity origin differs from the frozen one.
    """
    check_new(request)
    now = outside.now()
    host = host_of(outside.identity_origin)
    slug = request.slug or slug_from(request.public_name.fi)
    with outside.database.read() as uow:
        frozen, root = uow.institutions.identity_origin(), uow.institutions.root()
        taken = any(one.slug == slug for one in uow.institutions.all())
    if frozen is not None and frozen != outside.identity_origin:
        raise ConflictError(frozen, code="installation.identity_origin_frozen")
    if taken:
        raise ConflictError(slug, code="institution.slug_taken", pointer="/slug")
    if root is None and not request.own_identity:
        raise InvalidRequestError(code="institution.first_must_sign", pointer="/own_identity")
    did, kid = None, None
    if request.own_identity and request.did_method == "key":
        did, kid = outside.signer.create_did_key()
    elif request.own_identity:
        did = did_web(host) if root is None else did_web(host, "issuers", slug)
        kid = f"{did}#key-1"
    institution = Institution(
        id=str(uuid.uuid4()),
        kind=request.kind,
        parent_id=request.parent_id,
        slug=slug,
        did=did,
        public_name=request.public_name,
        legal_name=request.legal_name,
        business_id=request.business_id,
        listed_from=first_of_month(now).date(),
        closed_at=None,
        created_at=now,
    )
    _store(outside, institution, kid, first=frozen is None, actor=actor)
    if institution.did is not None:
        ensure_open_list(outside, institution)
        publish_trust_list(outside)
    return institution


def _store(outside: Outside, institution: Institution, kid: str | None, *, first: bool, actor: str) -> None:
    now = institution.created_at
    key = None
    if institution.did is not None and kid is not None:
        public = outside.signer.ensure_key(kid, institution.did)
        outside.checkpoint("institution.after_key")
        key = KeyRecord(
            kid=kid,
            institution_id=institution.id,
            public_key_multibase=public.multibase(),
            state="active",
            valid_from=first_of_month(now),  # privacy.md PD3: a month-level date never precedes its key
        )
    with outside.database.write() as uow:
        if first:
            uow.institutions.freeze_identity_origin(outside.identity_origin, now=now)
        if institution.parent_id is not None:
            parent = uow.institutions.get(institution.parent_id)
            if parent.kind != "umbrella":
                raise NotFoundError("parent", pointer="/parent_id")
        uow.institutions.add(institution)
        if key is not None:
            uow.institutions.add_key(key, now=now)
        refs = (("institution", institution.id), ("kind", institution.kind))
        uow.audit.append(Act(at=now, actor=actor, action="institution.created", refs=refs))
    outside.published()
    outside.checkpoint("institution.after_store")
