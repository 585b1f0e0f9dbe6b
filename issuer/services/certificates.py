"""Certificates of competence: the record of one, from the stored signed bytes of a badge in force and nothing else."""

from issuer.db.repositories.credentials import CredentialRecord
from issuer.db.repositories.shares import ShareRecord
from issuer.domain.audit import Act
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.certificate import MAX_NAME, CertificateRecord, LinkCode, read_certificate
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.free_text import check_text
from issuer.domain.institution import PublicName
from issuer.domain.share_life import last_moment
from issuer.services.compact_code import code_for_print
from issuer.services.link_tokens import share_token
from issuer.services.open_share import SharedBadge
from issuer.services.outside import Outside


def certificate_for_holder(
    outside: Outside,
    credential_id: str,
    *,
    institution_id: str,
    actor: str,
    holder: str | None = None,
    with_link: bool = False,
) -> CertificateRecord:
    """The record of a certificate that somebody prints and hands to the holder; the trail keeps that it was made.

    Args:
        institution_id: where the holder is known: the provider behind the badge, or who signed it when there is none.
        actor: as audit rows name them.
        holder: the name as the holder wants it printed; it is stored nowhere.
        with_link: print the link that was made with the badge, if it still lives, as a code; its address is not
            written out. Pages of staff never ask for it (privacy.md PL1), and badges of participants have none.

    Raises:
        NotFoundError: no such badge for this institution.
        ConflictError: ``certificate.not_in_force``.
        InvalidRequestError: the name has more than 100 signs or hidden ones (``/name``).
        PersonErasedError: the key of the person is gone.
    """
    name = check_text(holder, most=MAX_NAME, pointer="/name", lines=False) if holder else None
    now = outside.now()
    with outside.database.read() as uow:
        record = uow.credentials.get(credential_id)
        if institution_id != (uow.credentials.provider_of(record.id) or record.institution_id):
            raise NotFoundError("badge")
        issuer = uow.institutions.get(record.institution_id).public_name
        share = uow.shares.first_of(record.id) if with_link else None
    if record.state not in IN_FORCE:
        raise ConflictError(record.state, code="certificate.not_in_force")
    link = _link(outside, share) if share is not None and share.expires_at > now else None
    made = _read(outside, record, issuer, link, holder=name)
    with outside.database.write() as uow:
        uow.audit.append(Act(at=now, actor=actor, action="certificate.made", refs=(("badge", record.id),)))
    return made


def certificate_of_share(outside: Outside, shared: SharedBadge) -> CertificateRecord:
    """The record of the certificate behind an open share link; its code is that very link, written out.

    Raises:
        NotFoundError: the badge is not in force any more: nothing new is printed of it.
    """
    with outside.database.read() as uow:
        record = uow.credentials.get(shared.credential_id)
        issuer = uow.institutions.get(record.institution_id).public_name
    if record.state not in IN_FORCE:
        raise NotFoundError("share")
    link = LinkCode(url=f"{outside.public_url}/s/{shared.token}", works_until=last_moment(shared.expires_at), told=True)
    compact = code_for_print(outside, record.id) if shared.whole_file else None
    return read_certificate(shared.document, issuer=issuer, check_url=_check_url(outside), link=link, compact=compact)


def _read(
    outside: Outside, record: CredentialRecord, issuer: PublicName, link: LinkCode | None, *, holder: str | None
) -> CertificateRecord:
    if record.document is None:
        raise NotFoundError("badge")
    document = outside.person_keys.unseal(record.person_id, "document", record.document)
    compact = code_for_print(outside, record.id)
    return read_certificate(
        document, issuer=issuer, check_url=_check_url(outside), holder=holder, link=link, compact=compact
    )


def _link(outside: Outside, share: ShareRecord) -> LinkCode:
    url = f"{outside.public_url}/s/{share_token(outside.link_secret, share.id)}"
    return LinkCode(url=url, works_until=last_moment(share.expires_at), told=False)


def _check_url(outside: Outside) -> str:
    return f"{outside.public_url}/v"
