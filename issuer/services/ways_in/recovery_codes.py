"""Ten printed codes of 80 bits, each of which lets its owner in once; only their digests are kept."""

import base64
import secrets

from issuer.domain.audit import Act
from issuer.domain.permissions import StaffMember
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside
from issuer.services.sign_in import new_session

HOW_MANY = 10
_BYTES = 10  # 80 bits: 16 signs of base32
_GROUP = 4


def make(outside: Outside, who: StaffMember) -> tuple[str, ...]:
    """Make ten new codes and return them in groups of four signs; all codes from before stop."""
    codes = [base64.b32encode(secrets.token_bytes(_BYTES)).decode() for _ in range(HOW_MANY)]
    now = outside.now()
    with outside.database.write() as uow:
        uow.sign_in.replace_recovery_codes(who.id, [token_digest(code) for code in codes])
        uow.audit.append(Act(at=now, actor=who.actor, action="recovery_codes.made"))
    return tuple(" ".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP)) for code in codes)


def redeem(outside: Outside, typed: str) -> str | None:
    """Use a code once; return the new session's cookie value, or None for an unknown or used one.

    Spaces, hyphens and lower case do not matter; base32 has no 0, 1 and 8, which are read as O, I and B.
    """
    code = "".join(typed.upper().split()).replace("-", "").translate(str.maketrans("018", "OIB"))
    now = outside.now()
    with outside.database.write() as uow:
        staff_id = uow.sign_in.use_recovery_code(token_digest(code), now=now)
        if staff_id is None or uow.people.staff(staff_id) is None:
            return None
        return new_session(uow, staff_id, now=now, way="code")
