"""Agreements between a school and the umbrella body that signs badges: what tests of trust work with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from desk import BICYCLE, Desk
from recognition import School, school_beside
from software_passkey import SoftwarePasskey, add_passkey

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.cooperation import Cooperation, Terms
from issuer.domain.errors import ConflictError, ForbiddenError, InvalidRequestError, NotFoundError
from issuer.domain.institution import Institution, NewInstitution, PublicName
from issuer.domain.permissions import Role, StaffMember
from issuer.services import signing_act
from issuer.services.create_institution import create
from issuer.services.recognition.check_badges import check_badge, check_of
from issuer.services.trust import confirm_agreement, offer_agreement
from issuer.services.trust.draft_agreement import draft
from issuer.services.trust.judge_case import CaseTrust, judge_case
from issuer.services.trust.read_agreement import read


def good_terms(today: date, **more: object) -> Terms:
    """Terms that a badge of today meets: this month on for two years."""
    first = today.replace(day=1)
    terms = Terms(
        units=(BICYCLE,),
        recency_months=12,
        assessed_by="Opettaja",
        school_contact="Opinto-ohjaaja",
        partner_contact="Vastuuhenkilö",
        valid_from=first,
        valid_until=first.replace(year=first.year + 2),
    )
    return replace(terms, **more)


def own_signer(desk: Desk, name: str = "Oma verstas") -> Institution:
    """A provider of the desk's installation that signs badges in a name of its own."""
    request = NewInstitution(
        kind="provider",
        public_name=PublicName(fi=name, sv=name, en=name),
        legal_name=f"{name} ry",
        business_id="0000005-1",
        parent_id=desk.installation.umbrella.id,
    )
    return create(desk.outside, request, actor="cli")


def agreed(desk: Desk, school: Institution, partner: Institution, **more: object) -> str:
    """An agreement in force between these two, each with an administrator made for it; its reference."""
    outside = desk.outside
    writer, other = (Desk(desk.installation, one, {}, desk.stack).add(Role.ADMINISTRATOR) for one in (school, partner))
    ref = draft(outside, writer, partner.id, good_terms(helsinki_day(outside.now()), **more))
    for who, act, act_name in (
        (writer, offer_agreement.offer, offer_agreement.act_name),
        (other, confirm_agreement.confirm, confirm_agreement.act_name),
    ):
        seen, passkey = read(outside, who, ref).digest, add_passkey(outside, who)
        assertion = passkey.confirm(signing_act.begin(outside, who, act_name(ref), bytes.fromhex(seen)))
        act(outside, who, ref, seen=seen, assertion=assertion)
    return ref


@dataclass
class Sides:
    """A school and the umbrella body whose name the badges of a provider carry."""

    school: School
    umbrella: Desk
    passkeys: dict[str, SoftwarePasskey] = field(default_factory=dict)

    @property
    def outside(self):
        return self.school.desk.outside

    @property
    def school_lead(self) -> StaffMember:
        return self.school.desk.staff[Role.ADMINISTRATOR]

    @property
    def umbrella_lead(self) -> StaffMember:
        return self.umbrella.staff[Role.RESPONSIBLE_PERSON]

    @property
    def today(self) -> date:
        return helsinki_day(self.outside.now())

    def stored(self, ref: str) -> Cooperation:
        with self.outside.database.read() as uow:
            return uow.trust.by_ref(ref)

    def assertion(self, who: StaffMember, act: str, digest: str) -> str:
        if who.id not in self.passkeys:
            self.passkeys[who.id] = add_passkey(self.outside, who)
        return self.passkeys[who.id].confirm(signing_act.begin(self.outside, who, act, bytes.fromhex(digest)))

    def drafted(self, who: StaffMember | None = None, **more: object) -> str:
        """A draft by the school, or by whom is named."""
        who = who or self.school_lead
        other = self.umbrella if who.institution_id == self.school.desk.institution.id else self.school.desk
        return draft(self.outside, who, other.institution.id, good_terms(self.today, **more))

    def offered(self, who: StaffMember | None = None, **more: object) -> str:
        """A draft that its writer has confirmed."""
        who = who or self.school_lead
        ref = self.drafted(who, **more)
        seen = read(self.outside, who, ref).digest
        assertion = self.assertion(who, offer_agreement.act_name(ref), seen)
        offer_agreement.offer(self.outside, who, ref, seen=seen, assertion=assertion)
        return ref

    def confirm(self, ref: str, who: StaffMember | None = None) -> None:
        """The other side confirms."""
        who = who or self.umbrella_lead
        seen = read(self.outside, who, ref).digest
        assertion = self.assertion(who, confirm_agreement.act_name(ref), seen)
        confirm_agreement.confirm(self.outside, who, ref, seen=seen, assertion=assertion)

    def in_force(self, **more: object) -> str:
        """An agreement that the school wrote and both have confirmed."""
        ref = self.offered(**more)
        self.confirm(ref)
        return ref


@contextmanager
def sides_over(provider: Desk, *, shown: int = 6) -> Iterator[Sides]:
    """Both sides around a provider whose participant has `shown` requirements agreed."""
    with school_beside(provider, shown=shown) as school:
        umbrella = Desk(provider.installation, provider.installation.umbrella, {}, school.desk.stack)
        for role in (Role.RESPONSIBLE_PERSON, Role.ADMINISTRATOR, Role.SUPERVISOR):
            umbrella.staff[role] = umbrella.add(role)
        yield Sides(school, umbrella)


def code_of(call: Callable[[], object]) -> str:
    """The code with which a service refuses."""
    with pytest.raises((ConflictError, InvalidRequestError, ForbiddenError, NotFoundError)) as refused:
        call()
    return refused.value.code


def judged(sides: Sides, ref: str) -> CaseTrust:
    case = sides.school.case(ref)
    checks = [check_of(check_badge(sides.outside, one.data)) for one in case.badges]
    return judge_case(sides.outside, case, checks)
