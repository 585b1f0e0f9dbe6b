"""A school endorses a provider's recognised environment: what tests of endorsements and of the registry work with."""

from datetime import UTC, date, datetime, timedelta

import workshop
from desk import Desk
from software_passkey import SoftwarePasskey, add_passkey

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.endorsement import Endorsement
from issuer.domain.permissions import Role, StaffMember
from issuer.services import signing_act
from issuer.services.endorsements.endorse import ACT, Wish, checked, endorse
from keys.proofs.data_integrity import add_proof
from schemas.credential import utc_text

_passkeys: dict[str, SoftwarePasskey] = {}


def assertion(desk: Desk, who: StaffMember, act: str, digest: bytes) -> str:
    """The answer of this person's passkey to an act; the passkey is added at first."""
    if who.id not in _passkeys:
        _passkeys[who.id] = add_passkey(desk.outside, who)
    return _passkeys[who.id].confirm(signing_act.begin(desk.outside, who, act, digest))


def wish_of(*report_ids: str, until: date | None = None, desk: Desk, comment: str = "") -> Wish:
    """A wish for these versions; for 100 days unless a last day is given."""
    last = until or helsinki_day(desk.outside.now()) + timedelta(days=100)
    return Wish(report_ids=report_ids, last_day=last, comment=comment)


def endorsed(school: Desk, *report_ids: str, until: date | None = None, comment: str = "") -> bool:
    """Endorse as the school's administrator; whether everything was signed at once."""
    who = school.staff[Role.ADMINISTRATOR]
    wish = wish_of(*report_ids, until=until, desk=school, comment=comment)
    digest = checked(school.outside, who, wish).digest
    answer = assertion(school, who, ACT, digest)
    return endorse(school.outside, who, wish, seen=digest.hex(), assertion=answer)


def of_report(desk: Desk, report_id: str) -> list[Endorsement]:
    """The endorsements of a version as stored."""
    with desk.outside.database.read() as uow:
        return uow.endorsements.of_report(report_id)


def foreign_list(version: int = 1, *, key=workshop.OTHER, **more: object) -> bytes:
    """A list that another installation signed just now."""
    now = datetime.now(UTC).replace(microsecond=0)
    document = {
        "format": "pateva.trust-list/1",
        "id": "https://muualla.example/trust/list.json",
        "issuer": "did:web:muualla.example",
        "version": version,
        "validFrom": utc_text(now - timedelta(hours=1)),
        "validUntil": utc_text(now + timedelta(days=7)),
        "institutions": [
            {
                "id": workshop.KEY.did,
                "kind": "provider",
                "name": {"fi": "Taitotalo"},
                "listedFrom": "2026-01-01",
                "withdrawnAt": None,
                "units": ["*"],
            }
        ],
        **more,
    }
    signed = add_proof(
        document,
        verification_method=key.method,
        created=now,
        sign=key.sign,
        canonicalise=workshop.CANONICALISE,
        cryptosuite="eddsa-jcs-2022",
    )
    return workshop.dump(signed)
