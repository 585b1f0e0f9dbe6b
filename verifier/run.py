"""What the parts of one verification share: one reading of the clock, one set of fetches, one canonicaliser."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from verifier.checks.linked_data import CanonicaliseOnce
from verifier.environment import Environment, Fetch, Limits
from verifier.fetch_session import FetchSession
from verifier.policy import Policy
from verifier.request import Request


@dataclass(slots=True, kw_only=True)
class Run:
    """One verification, or the part of it that looks at an embedded document.

    Attributes:
        policy: demands on the document at hand.
        environment: the outside world.
        request: what the caller knows; only the outermost document is compared with it.
        now: aware UTC, read once.
        fetch: counted and recorded.
        session: the one behind `fetch`.
        canonicalise: does each document once.
        depth: 0 for the document itself, 1 for one inside it, and so on.
        existed_at: moment at which the document is proven to have existed; None without evidence.
        looked_at: endorsements looked at so far, shared by all depths.
    """

    policy: Policy
    environment: Environment
    request: Request
    now: datetime
    fetch: Fetch
    session: FetchSession
    canonicalise: CanonicaliseOnce
    depth: int = 0
    existed_at: datetime | None = None
    looked_at: list[str] = field(default_factory=list)

    @property
    def clock_skew(self) -> timedelta:
        """Allowed at both ends of every period."""
        return self.environment.clock_skew

    @property
    def limits(self) -> Limits:
        """Bounds of the documents."""
        return self.environment.limits

    def inner(self, policy: Policy) -> "Run":
        """The same verification, looking at a document inside this one."""
        once = self.canonicalise if policy.conformance == self.policy.conformance else _canonicaliser(self, policy)
        request = replace(self.request, recipient=None, domain=None, challenge=None, presentation=False)
        return replace(  # evidence speaks of the outermost document only
            self, policy=policy, request=request, canonicalise=once, depth=self.depth + 1, existed_at=None
        )


def _canonicaliser(run: Run, policy: Policy) -> CanonicaliseOnce:
    return canonicaliser_of(run.environment, policy)


def canonicaliser_of(environment: Environment, policy: Policy) -> CanonicaliseOnce:
    """A canonicaliser for one verification under a policy."""
    generic = environment.canonicalise_generic if policy.conformance else None
    return CanonicaliseOnce(generic or environment.canonicalise)


def start(policy: Policy, environment: Environment, request: Request) -> Run:
    """Read the clock and begin."""
    session = FetchSession(environment)
    return Run(
        policy=policy,
        environment=environment,
        request=request,
        now=environment.now(),
        fetch=session,
        session=session,
        canonicalise=canonicaliser_of(environment, policy),
    )
