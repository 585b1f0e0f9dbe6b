"""The table of all checks: code, stage, severity, facet and source, in the order in which they run and are reported."""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple


class Severity(Enum):
    """What a finding that did not pass means for the verdict."""

    ERROR = "error"  # decides the verdict
    WARNING = "warning"  # is shown beside it
    INFORMATION = "info"  # is shown on request

    __hash__ = object.__hash__  # see Outcome


class Facet(Enum):
    """The seven answers that a report gives side by side."""

    INTEGRITY = "integrity"
    ISSUER = "issuer"
    STATUS = "status"
    VALIDITY = "validity"
    RECIPIENT = "recipient"
    ENDORSEMENTS = "endorsements"
    TRUST = "trust"

    __hash__ = object.__hash__  # see Outcome


class Check(NamedTuple):
    """One row of the table."""

    code: str
    stage: str  # A … H, the sections of docs/verification.md
    severity: Severity
    facet: Facet
    source: str  # clause that demands it


_SEVERITIES = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFORMATION}

# stage | code | severity | source
_ROWS = """
A | input.container | E | OB 5.3; PNG iTXt
A | input.encoding | E | RFC 8259 8.1; RFC 7515 2
A | input.json | E | RFC 8259 4; RFC 7493 2
A | input.limits | E | own rule
A | input.kind | E | OB 9.1, VCDM 4.5
B | context.order | E | OB A, B.1; VCDM 4.3
B | context.known | E | DI 4.6, 2.4.1
B | context.version | W | OB change log
B | context.nested | E | DI 2.4.2, 4.6
B | jsonld.keyword | E | VCDM 6.1.2
B | jsonld.iri | E | VCDM 4.4; RFC 3987
B | jsonld.language | E | JSON-LD 1.1 9.5; BCP 47
B | jsonld.terms | E | OB 9.1, DI 2.4.3
B | jsonld.node_conflict | E | own rule; DI 5.6
B | structure.too_complex | E | RDFC-1.0 7.1
C | vcdm.version | E | VCDM 4.3
C | vcdm.legacy | W | OB 9.1 notes
C | vcdm.type | E | VCDM 4.5
C | vcdm.id | E | VCDM 4.4; OB B.1
C | vcdm.issuer | E | VCDM 4.7
C | vcdm.subject | E | VCDM 4.8
C | vcdm.dates | E | VCDM 4.9; OB DateTimeZ
C | vcdm.members | E | VCDM 4.6, 4.10, 4.11, 5.4-5.6
C | vcdm.related_resource | E | VCDM 5.3
C | ob.type | E | OB B.1
C | ob.schema | E | OB appendix B; VCCS 1.0
C | ob.cardinality | W | OB B.1
C | ob.schema_declared | E | OB 9.1 step 1
C | ob.subject | E | OB 9.1 step 1, B.1
C | ob.achievement | E | OB B.1
C | ob.vocabulary | W | OB B, C
C | ob.results | W | OB B.1 Result
C | ob.arrays | W | OB A
C | text.spoofing | W | own rule
D | proof.present | E | OB 8; DI 4.4
D | proof.members | E | DI 2.1, 4.4
D | proof.purpose | E | OB 8.3; DI 2.2
D | proof.suite | E | OB 8.3; DI 3
D | proof.legacy | W | guide "Prior cryptosuites"
D | proof.created | E | DI 2.1
D | proof.expires | E | DI 2.1
D | proof.domain | E | DI 4.4
D | proof.challenge | E | DI 4.4
D | proof.chain | E | DI 4.5
D | proof.signature | E | EdDSA 3.2.7, ECDSA 3.2.7, RFC 7515 5.2
D | proof.set | E | DI 4.5; OB 8.1
D | jwt.header | E | OB 8.2
D | jwt.profile | W | OB 8.2; JOSE 3.1
D | jwt.algorithm | E | OB 8.2; SEC-11 6.1
D | jwt.claims | E | OB 8.2
E | issuer.document | E | CID 3.3; OB 8.5
E | issuer.method | E | CID 2.2, 3.3
E | issuer.relationship | E | CID 2.3.2, DI 5.10
E | issuer.key_binding | E | DI 2.6, 5.9; CID 3.3; guide "Key provenance"
E | issuer.key_basis | W | guide "Key provenance"
E | proof.key_expired | E | CID 2.2
E | proof.key_revoked | E | CID 2.2, "Revocation Semantics"
F | refresh.available | W | OB 9.1 step 3
F | status.entry | E | BSL 2.1
F | status.list | E | BSL 3.2, 3.4
F | status.revoked | E | OB 9.1 step 4; BSL 3.2
F | status.suspended | E | BSL 2.1
F | status.message | I | BSL 2.1
F | status.rolled_back | E | own rule
F | validity.not_yet_valid | E | OB 9.1 step 4; VCDM 4.9
F | validity.expired | E | OB 9.1 step 4; RFC 7519 4.1.4
F | validity.order | E | VCDM 4.9
G | recipient.mismatch | E | OB 9.1 step 5, 9.3
G | recipient.binding | E | VCDM 4.13; DI 4.4
G | recipient.weak | W | OB B.1
G | endorsement.verified | W | OB 9.2
G | endorsement.subject | W | OB B.1 EndorsementSubject
G | clr.member | W | CLR 2.0
G | presentation.member | E | VCDM 4.13
G | evidence.present | I | OB B.1
G | trust.registry | I | own rule
G | trust.issuer | I | own rule
G | trust.scope | I | own rule
G | internal.error | E | own rule
H | ob2.schema | E | OB 2.0 Data Validation
H | ob2.hosted | E | OB 2.0 HostedBadge
H | ob2.scope | E | OB 2.0 VerificationObject
H | ob2.signature | E | OB 2.0 SignedBadge
H | ob2.key_owner | E | OB 2.0 CryptographicKey
H | ob2.revoked | E | OB 2.0 Revocation
"""

_FACET_BY_FAMILY = {
    "issuer": Facet.ISSUER,
    "refresh": Facet.STATUS,
    "status": Facet.STATUS,
    "validity": Facet.VALIDITY,
    "recipient": Facet.RECIPIENT,
    "endorsement": Facet.ENDORSEMENTS,
    "clr": Facet.ENDORSEMENTS,
    "presentation": Facet.ENDORSEMENTS,
    "trust": Facet.TRUST,
    "evidence": Facet.TRUST,
}
_FACET_BY_CODE = {"ob2.scope": Facet.ISSUER, "ob2.key_owner": Facet.ISSUER, "ob2.revoked": Facet.STATUS}


def family(code: str) -> str:
    """First part of a code: `status` of `status.revoked`."""
    return code.partition(".")[0]


def _facet(code: str) -> Facet:
    return _FACET_BY_CODE.get(code) or _FACET_BY_FAMILY.get(family(code), Facet.INTEGRITY)


def _read(rows: str) -> Iterable[Check]:
    for row in rows.strip().splitlines():
        stage, code, severity, source = (cell.strip() for cell in row.split(" | "))
        yield Check(code, stage, _SEVERITIES[severity], _facet(code), source)


CHECKS = tuple(_read(_ROWS))
BY_CODE = {check.code: check for check in CHECKS}
POSITION = {check.code: place for place, check in enumerate(CHECKS)}

# Only reported when it happens: an exception in our own code (verification.md, section 2).
INTERNAL_ERROR = "internal.error"

# Codes of every document of the VCDM family, whatever the way it is secured.
CREDENTIAL_CODES = frozenset(check.code for check in CHECKS if check.stage != "H") - {
    INTERNAL_ERROR,
    "presentation.member",
}

# A presentation has no achievement and no status of its own; what it carries has reports of its own.
PRESENTATION_CODES = frozenset(
    check.code for check in CHECKS if check.stage in "ABDE" or family(check.code) in {"vcdm", "text"}
) | {"presentation.member", "recipient.binding"}

# OB 2.0 has checks of its own instead of stages C to F (verification.md, section 3 H).
OPEN_BADGES_2_CODES = frozenset(
    check.code
    for check in CHECKS
    if check.stage in "AGH" or check.code in {"jsonld.keyword", "jsonld.iri"} or family(check.code) == "validity"
) - {INTERNAL_ERROR, "presentation.member"}

# One result for each proof of a document; all other codes speak of the document as a whole or of one place in it.
PER_PROOF_CODES = frozenset(
    check.code for check in CHECKS if check.stage in "DE" and check.code not in {"proof.present", "proof.set"}
)
