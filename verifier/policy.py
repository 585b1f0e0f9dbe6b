"""Policies: what decides, what warns, what is only told; frozen data that cannot be built without the basic checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from verifier.checks.table import BY_CODE, CHECKS, Facet, Severity, family

VERSION = 1  # of the four policies below; raised when one of them changes

DEFAULT_SEVERITIES: Mapping[str, Severity] = MappingProxyType({check.code: check.severity for check in CHECKS})

# Checks that decide in every policy. The exceptions are the only relaxations that verification.md section 2 knows;
# each belongs to one property of a policy, so that nobody gets it by a slip.
BASIC_CHECKS = frozenset(check.code for check in CHECKS if check.severity is Severity.ERROR)
_RELAXED_BY_COMPAT = frozenset({"issuer.document", "issuer.key_binding"})
_RELAXED_FOR_CONFORMANCE = frozenset({"issuer.key_binding"})
_RELAXED_FOR_PAST_LEARNING = frozenset({"validity.expired"})


_FACETS_OF_ALL_CHECKS = frozenset({Facet.ENDORSEMENTS, Facet.TRUST})  # the others are of the deciding checks only


def counted_facet(code: str, severity: Severity) -> Facet | None:
    """The facet in which a finding of this severity counts; None if it only warns or informs."""
    facet = BY_CODE[code].facet
    return facet if severity is Severity.ERROR or facet in _FACETS_OF_ALL_CHECKS else None


class PolicyError(ValueError):
    """A policy would leave out a basic check, or tolerate a fault of a proof."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Demands on a badge, apart from the badge.

    Attributes:
        name: as told in reports.
        compat: `1edtech` for the leniency of the public validator, else None.
        severities: severity for every code of the table.
        generic: for credentials that are no badges; Open Badges checks do not apply.
        conformance: as the public suites want it: inline contexts and contexts of examples allowed, an unknown
            suite fails, the key need not be the issuer's.
        all_proofs: every proof must pass, not only the issuer's.
        created_required: a proof without `created` fails.
        past_learning: an expired badge still records what was shown.
        recipient_wanted: say in words when no recipient was given.
        evidence_wanted: say in words when no evidence is named.
        facets: for every code the facet in which it counts; follows from the severities.
        trust_at_award: trust is judged at the award date and told in words.

    Raises:
        PolicyError: when built without a basic check, or with leniency that no property explains.
    """

    name: str
    compat: Literal["1edtech"] | None = None
    severities: Mapping[str, Severity] = field(default_factory=lambda: DEFAULT_SEVERITIES)
    generic: bool = False
    conformance: bool = False
    all_proofs: bool = False
    created_required: bool = False
    past_learning: bool = False
    recipient_wanted: bool = False
    evidence_wanted: bool = False
    facets: Mapping[str, Facet | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what would let a wrong badge pass."""
        missing = DEFAULT_SEVERITIES.keys() - self.severities.keys()
        if missing:
            raise PolicyError(f"policy {self.name} leaves out {sorted(missing)}")
        allowed: frozenset[str] = frozenset()
        if self.compat:
            allowed |= _RELAXED_BY_COMPAT
        if self.conformance:
            allowed |= _RELAXED_FOR_CONFORMANCE
        if self.past_learning:
            allowed |= _RELAXED_FOR_PAST_LEARNING
        if self.conformance and not self.generic:
            raise PolicyError("only generic credentials are checked for conformance")
        if self.compat and (self.generic or self.past_learning or self.name != "EMPLOYMENT"):
            raise PolicyError("compat=1edtech goes with EMPLOYMENT only")
        relaxed = {code for code in BASIC_CHECKS if self.severities[code] is not Severity.ERROR}
        if relaxed - allowed:
            raise PolicyError(f"policy {self.name} does not decide on {sorted(relaxed - allowed)}")
        object.__setattr__(self, "severities", MappingProxyType(dict(self.severities)))
        facets = {code: counted_facet(code, severity) for code, severity in self.severities.items()}
        object.__setattr__(self, "facets", facets)

    def severity(self, code: str) -> Severity:
        """What a finding of this code means here.

        Raises:
            KeyError: no such code.
        """
        return self.severities[code]


def _with(changes: Mapping[str, Severity]) -> Mapping[str, Severity]:
    return MappingProxyType({**DEFAULT_SEVERITIES, **changes})


EMPLOYMENT = Policy(name="EMPLOYMENT")

PRIOR_LEARNING = Policy(
    name="PRIOR_LEARNING",
    severities=_with(
        dict.fromkeys(("validity.expired", "trust.issuer", "trust.scope", "evidence.present"), Severity.WARNING)
    ),
    past_learning=True,
    recipient_wanted=True,
    evidence_wanted=True,
)

_STRICT_EXCEPT = {"ob.arrays", "text.spoofing"}

STRICT = Policy(
    name="STRICT",
    severities=_with(
        {
            check.code: Severity.ERROR
            for check in CHECKS
            if (check.stage in "ABCDE" and check.severity is Severity.WARNING and check.code not in _STRICT_EXCEPT)
            or check.code == "endorsement.verified"
        }
    ),
    all_proofs=True,
    created_required=True,
)

# Conformance endpoints for generic credentials; never on a public page.
W3C = Policy(
    name="W3C",
    severities=_with({"issuer.key_binding": Severity.INFORMATION}),
    generic=True,
    conformance=True,
    all_proofs=True,
)

# Status lists and other documents of issuers that are no badges: bound and checked like badges.
GENERIC = Policy(name="GENERIC", generic=True)

_COMPAT = replace(EMPLOYMENT, compat="1edtech", severities=_with(dict.fromkeys(_RELAXED_BY_COMPAT, Severity.WARNING)))

_NAMED = {
    **{policy.name: policy for policy in (EMPLOYMENT, PRIOR_LEARNING, STRICT, W3C)},
    "EMPLOYMENT,compat=1edtech": _COMPAT,
}
POLICY_NAMES = tuple(_NAMED)


def policy_named(name: str) -> Policy:
    """The policy of the command line's `--policy` and the API's `policy`.

    Raises:
        PolicyError: no such policy or combination.
    """
    try:
        return _NAMED[name]
    except KeyError:
        raise PolicyError(f"no policy named {name!r}; there are {', '.join(POLICY_NAMES)}") from None


def open_badges_only(code: str) -> bool:
    """Whether a check speaks of Open Badges and does not apply to generic credentials."""
    return family(code) in {"ob", "ob2", "clr"}
