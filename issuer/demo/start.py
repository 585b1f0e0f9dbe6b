"""What a demo starts with: catalogue, umbrella body, provider, school, staff, token, one sample badge. Repeatable."""

from dataclasses import dataclass
from datetime import date

from issuer.demo.demo_staff import make_demo_staff
from issuer.demo.load_catalogue import load_demo_catalogue
from issuer.domain.award import AwardRequest
from issuer.domain.institution import Institution, NewInstitution, PublicName
from issuer.home import Home
from issuer.services import api_tokens, show_institution, sign_in
from issuer.services.create_institution import create
from issuer.services.issue_badge import issue
from issuer.services.outside import Outside
from issuer.services.show_badge import BadgeView

ACTOR = "demo"
SAMPLE_UNIT = "106889"
SAMPLE_KEY = "demo-sample-badge-0001"
PROVIDER_SLUG = "tyo-ja-taito"
# Business ids that pass the check digit and belong to nobody: numbers this low were never given out.
_UMBRELLA = NewInstitution(
    kind="umbrella",
    public_name=PublicName(
        fi="Osaamisen tunnistamisen verkosto",
        sv="Nätverket för identifiering av kunnande",
        en="Network for Recognising Competence",
    ),
    legal_name="Pätevä-demo ry",
    business_id="0000001-9",
)
_PROVIDER_NAME = PublicName(fi="Työ ja taito", sv="Arbete och kunnande", en="Work and Skill")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLinks:
    """What the demo prints.

    Attributes:
        address: where the service is.
        sign_in: one link each of which works once: whose desk it opens, and the link.
        page, check: of the sample badge; the same at each start.
        token_file: holds the bearer token.
    """

    address: str
    sign_in: tuple[tuple[str, str], ...]
    page: str
    check: str
    token_file: str

    def lines(self) -> list[str]:
        """Return the lines to print."""
        return [
            f"Pätevä is ready: {self.address}",
            "",
            "Sign in (each link works once, within 24 hours; use a browser window of its own for each person):",
            *(line for who, link in self.sign_in for line in (f"{who}:", f"  {link}")),
            "",
            "Public page of the sample badge:",
            f"  {self.page}",
            "Check of the sample badge:",
            f"  {self.check}",
            "Bearer token of the API:",
            f"  in {self.token_file}",
            "",
            "Stop with Ctrl+C; everything is kept.",
        ]


def prepare(outside: Outside, home: Home) -> DemoLinks:
    """Make what is missing and return the links; a second call keeps all but the sign-in links."""
    load_demo_catalogue(outside, actor=ACTOR)
    umbrella = show_institution.first_signing(outside) or create(outside, _UMBRELLA, actor=ACTOR)
    provider = _provider(outside, umbrella)
    if not home.api_token.exists():
        home.write_api_token(api_tokens.create(outside, umbrella.id, name="demo"))
    administrator = sign_in.ensure_administrator(outside, umbrella.id)
    people = make_demo_staff(outside, provider)
    doors = (("Administrator", administrator.id), *people.doors())
    sample = _sample(outside, umbrella, provider)
    return DemoLinks(
        address=outside.public_url,
        sign_in=tuple((who, _link(outside, staff_id)) for who, staff_id in doors),
        page=sample.share_url or "(its link was stopped)",
        check=sample.verify_url or "(its link was stopped)",
        token_file=str(home.api_token),
    )


def _link(outside: Outside, staff_id: str) -> str:
    return f"{outside.public_url}/in/{sign_in.create_link(outside, staff_id, life=sign_in.FIRST_LINK_LIFE)}"


def _provider(outside: Outside, umbrella: Institution) -> Institution:
    known = show_institution.by_slug(outside, PROVIDER_SLUG)
    if known is not None:
        return known
    request = NewInstitution(
        kind="provider",
        public_name=_PROVIDER_NAME,
        legal_name="Työ ja taito -demo ry",
        business_id="0000002-7",
        slug=PROVIDER_SLUG,
        parent_id=umbrella.id,
        own_identity=False,
    )
    return create(outside, request, actor=ACTOR)


def _sample(outside: Outside, umbrella: Institution, provider: Institution) -> BadgeView:
    """One badge for a whole unit. Its request never changes, so its key always means the same badge."""
    request = AwardRequest(
        institution_id=umbrella.id,
        unit_code=SAMPLE_UNIT,
        activity_start=date(2025, 6, 1),
        activity_end=date(2025, 8, 31),
        role="polkupyörien huolto",
        provider_id=provider.id,
    )
    return issue(outside, request, idempotency_key=SAMPLE_KEY, actor=ACTOR)
