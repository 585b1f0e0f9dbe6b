"""The printed card of a participant's own badge: its record, with the paper link that the participant made, if any."""

from dataclasses import replace

from issuer.domain.certificate import CertificateRecord, LinkCode
from issuer.domain.holder import Holder
from issuer.domain.share_life import ends_at, last_moment
from issuer.domain.share_parts import ShareKind
from issuer.domain.typed_code import grouped
from issuer.services.certificates import certificate_for_holder
from issuer.services.holdings.own_badges import badge_to_show
from issuer.services.outside import Outside
from issuer.services.sharing.list_shares import own_shares

_PARTICIPANT = "participant"


def card_of(outside: Outside, who: Holder, ref: str) -> CertificateRecord:
    """The record of the card: the small code always, the link only where the holder made one for paper (PL1).

    Raises:
        NotFoundError: not a badge of the holder.
        ConflictError: ``certificate.not_in_force``.
        PersonErasedError: the key of the person is gone.
    """
    badge = badge_to_show(outside, who, ref)
    record = certificate_for_holder(outside, badge.credential_id, institution_id=who.institution_id, actor=_PARTICIPANT)
    return replace(record, link=paper_link(outside, who, ref))


def paper_link(outside: Outside, who: Holder, ref: str) -> LinkCode | None:
    """The living link for paper of a badge that works longest; None where the holder made none."""
    papers = [one for one in own_shares(outside, who, badge_ref=ref).living if one.kind is ShareKind.PAPER]
    if not papers:
        return None
    longest = max(papers, key=lambda one: one.until)
    typed = grouped(longest.typed) if longest.typed is not None else None
    return LinkCode(url=longest.url, works_until=last_moment(ends_at(longest.until)), told=True, typed=typed)
