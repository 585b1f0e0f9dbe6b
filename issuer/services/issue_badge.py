"""Issues one badge from request to page: reserve, sign, show. A repeat with the same key goes on where it stopped."""

from issuer.domain.award import AwardRequest
from issuer.services.award_badge import award
from issuer.services.outside import Outside
from issuer.services.show_badge import BadgeView, show
from issuer.services.sign_badge import sign


def issue(outside: Outside, request: AwardRequest, *, idempotency_key: str, actor: str) -> BadgeView:
    """Issue a badge, or return the one that this key stands for.

    Raises:
        Everything that `award` and `sign` raise; nobody has seen the badge then.
    """
    credential_id = award(outside, request, idempotency_key=idempotency_key, actor=actor)
    sign(outside, credential_id)
    return show(outside, credential_id, institution_id=request.institution_id)
