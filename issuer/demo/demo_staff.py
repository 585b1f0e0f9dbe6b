"""The people of the demo: a work coach, a second pair of eyes and others at the provider, two at a school."""

from dataclasses import dataclass
from datetime import date

from issuer.domain.institution import Institution, NewInstitution, PublicName
from issuer.domain.permissions import Role
from issuer.services import show_institution
from issuer.services.create_institution import create
from issuer.services.outside import Outside
from issuer.services.sign_in import add_first
from issuer.services.staff import list_staff, record_trade
from issuer.services.staff.list_trades import list_trades

ACTOR = "demo"
SCHOOL_SLUG = "esimerkkiopisto"
# The degree of the demo's bicycle unit, or the peruste where the catalogue names no degree for it.
TRADE, PERUSTE = "koulutus_351301", "7614470"
_INDUCTED_ON = date(2025, 1, 15)
_PEOPLE = (
    ("Timo Työvalmentaja", Role.WORK_COACH),
    ("Ylva Yksilövalmentaja", Role.PERSONAL_COACH),
    ("Eeva Esihenkilö", Role.SUPERVISOR),
    ("Veikko Vastuuhenkilö", Role.RESPONSIBLE_PERSON),
)
_SCHOOL = NewInstitution(
    kind="school",
    public_name=PublicName(fi="Esimerkkiopisto", sv="Exempelinstitutet", en="Example College"),
    legal_name="Esimerkkiopisto-demo oy",
    business_id="0000003-5",
    slug=SCHOOL_SLUG,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStaff:
    """Ids of those whose links the demo prints."""

    coach: str
    reviewer: str
    counsellor: str
    assessor: str

    def doors(self) -> tuple[tuple[str, str], ...]:
        """Whose desk, and the id of the person."""
        return (
            ("Work coach", self.coach),
            ("Second pair of eyes", self.reviewer),
            ("Counsellor at a school", self.counsellor),
            ("Assessor at a school", self.assessor),
        )


def make_demo_staff(outside: Outside, provider: Institution) -> DemoStaff:
    """Make the people and the school that are missing; a second call keeps all."""
    school = show_institution.by_slug(outside, SCHOOL_SLUG) or create(outside, _SCHOOL, actor=ACTOR)
    ids = {role: _one(outside, provider, name, role) for name, role in _PEOPLE}
    _trade(outside, provider, ids[Role.WORK_COACH])
    _one(outside, provider, "Pekka Pääkäyttäjä", Role.ADMINISTRATOR)
    return DemoStaff(
        coach=ids[Role.WORK_COACH],
        reviewer=ids[Role.RESPONSIBLE_PERSON],
        counsellor=_one(outside, school, "Oona Opinto-ohjaaja", Role.COUNSELLOR),
        assessor=_one(outside, school, "Antti Arvioija", Role.ASSESSOR),
    )


def _one(outside: Outside, institution: Institution, name: str, role: Role) -> str:
    """The first person with the role there, made when there is none."""
    rows = list_staff.list_staff(outside, institution.id)
    known = next((row.id for row in rows if role in row.roles), None)
    return known or add_first(outside, institution.id, role, name=name).id


def _trade(outside: Outside, provider: Institution, coach: str) -> None:
    row = next(one for one in list_staff.list_staff(outside, provider.id) if one.id == coach)
    if not row.trades:
        known = {one.code for one in list_trades(outside)}
        trade = TRADE if TRADE in known else PERUSTE
        record_trade.record_trade(outside, None, coach, trade=trade, inducted_on=_INDUCTED_ON)
