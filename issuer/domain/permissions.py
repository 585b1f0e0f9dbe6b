"""Who may do what: roles of domain.md section 2, the acts of the house, and which role may do which."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What someone does for an institution; one person may have several roles."""

    ADMINISTRATOR = "administrator"  # pääkäyttäjä
    WORK_COACH = "work_coach"  # työvalmentaja: a tradesperson; the only one who signs competence
    PERSONAL_COACH = "personal_coach"  # yksilövalmentaja
    GROUP_COACH = "group_coach"  # ryhmävalmentaja, työhönvalmentaja
    SUPERVISOR = "supervisor"  # esihenkilö
    RESPONSIBLE_PERSON = "responsible_person"  # vastuuhenkilö
    COUNSELLOR = "counsellor"  # opinto-ohjaaja, at a school
    ASSESSOR = "assessor"  # osaamisen arvioija, at a school


PROVIDER_ROLES: Final = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.WORK_COACH,
        Role.PERSONAL_COACH,
        Role.GROUP_COACH,
        Role.SUPERVISOR,
        Role.RESPONSIBLE_PERSON,
    }
)
SCHOOL_ROLES: Final = frozenset({Role.ADMINISTRATOR, Role.COUNSELLOR, Role.ASSESSOR})


class Permission(StrEnum):
    """One kind of act. Every staff route names exactly one; a test walks all routes, roles and institutions."""

    OWN_ACCOUNT = "own_account"
    CATALOGUE_READ = "catalogue.read"
    CATALOGUE_IMPORT = "catalogue.import"
    STAFF_READ = "staff.read"
    STAFF_MANAGE = "staff.manage"
    ENVIRONMENT_READ = "environment.read"
    ENVIRONMENT_EDIT = "environment.edit"
    ENVIRONMENT_PUBLISH = "environment.publish"
    PEOPLE_READ = "people.read"
    PEOPLE_EDIT = "people.edit"
    SERVICE_FORM = "service_form"
    OBSERVATION_RECORD = "observation.record"
    AGREEMENT_EDIT = "agreement.edit"
    COMPETENCE_SIGN = "competence.sign"
    DEMONSTRATION_PLAN = "demonstration.plan"
    DEMONSTRATION_ASSESS = "demonstration.assess"
    DRAFT_EDIT = "draft.edit"
    DRAFT_REVIEW = "draft.review"
    BADGE_READ = "badge.read"
    BADGE_WITHDRAW = "badge.withdraw"
    BATCH = "batch"
    STATISTICS = "statistics"
    AUDIT_READ = "audit.read"
    SCHOOL_DESK = "school.desk"
    SCHOOL_DECIDE = "school.decide"
    TRUST_READ = "trust.read"
    TRUST_MANAGE = "trust.manage"
    COOPERATION_READ = "cooperation.read"
    COOPERATION_MANAGE = "cooperation.manage"


_COACHES = frozenset({Role.WORK_COACH, Role.PERSONAL_COACH, Role.GROUP_COACH})
_LEADS = frozenset({Role.SUPERVISOR, Role.RESPONSIBLE_PERSON})
_EVERYONE = frozenset(Role)

ALLOWED: Final[dict[Permission, frozenset[Role]]] = {
    Permission.OWN_ACCOUNT: _EVERYONE,
    Permission.CATALOGUE_READ: _EVERYONE,
    Permission.CATALOGUE_IMPORT: frozenset({Role.ADMINISTRATOR}),
    Permission.STAFF_READ: frozenset({Role.ADMINISTRATOR}) | _LEADS,
    Permission.STAFF_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Permission.ENVIRONMENT_READ: PROVIDER_ROLES,
    Permission.ENVIRONMENT_EDIT: frozenset({Role.WORK_COACH}) | _LEADS,
    Permission.ENVIRONMENT_PUBLISH: frozenset({Role.RESPONSIBLE_PERSON}),
    Permission.PEOPLE_READ: _COACHES | _LEADS,
    Permission.PEOPLE_EDIT: _COACHES | frozenset({Role.SUPERVISOR}),
    Permission.SERVICE_FORM: _LEADS,
    Permission.OBSERVATION_RECORD: _COACHES,
    Permission.AGREEMENT_EDIT: _COACHES,
    Permission.COMPETENCE_SIGN: frozenset({Role.WORK_COACH}),
    Permission.DEMONSTRATION_PLAN: _COACHES | _LEADS,
    Permission.DEMONSTRATION_ASSESS: frozenset({Role.WORK_COACH, Role.ASSESSOR}),
    Permission.DRAFT_EDIT: frozenset({Role.WORK_COACH}),
    Permission.DRAFT_REVIEW: frozenset({Role.WORK_COACH}) | _LEADS,
    Permission.BADGE_READ: PROVIDER_ROLES,
    Permission.BADGE_WITHDRAW: frozenset({Role.ADMINISTRATOR}) | _LEADS,
    Permission.BATCH: frozenset({Role.WORK_COACH}) | _LEADS,
    Permission.STATISTICS: _LEADS,
    Permission.AUDIT_READ: frozenset({Role.ADMINISTRATOR, Role.RESPONSIBLE_PERSON}),
    Permission.SCHOOL_DESK: frozenset({Role.COUNSELLOR, Role.ASSESSOR}),
    Permission.SCHOOL_DECIDE: frozenset({Role.COUNSELLOR, Role.ASSESSOR}),
    Permission.TRUST_READ: frozenset({Role.ADMINISTRATOR, Role.COUNSELLOR, Role.ASSESSOR}),
    Permission.TRUST_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Permission.COOPERATION_READ: frozenset({Role.ADMINISTRATOR, Role.COUNSELLOR, Role.ASSESSOR}) | _LEADS,
    Permission.COOPERATION_MANAGE: frozenset({Role.ADMINISTRATOR, Role.RESPONSIBLE_PERSON}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Someone who works for an institution, by random reference; the name stays sealed.

    Attributes:
        trades: the trades recorded for this person, each the code of a degree (``koulutus_351301``) or, for
            qualifications without one, the id of a peruste. Only in these may a work coach sign competence.
    """

    id: str
    institution_id: str
    roles: frozenset[Role]
    trades: frozenset[str] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the roles allows the act."""
        return not self.roles.isdisjoint(ALLOWED[permission])

    def may_sign(self, degree_codes: tuple[str, ...], peruste_id: str) -> bool:
        """Tell whether this person may confirm competence in units of a qualification: a work coach of the trade."""
        trade = {*degree_codes, peruste_id}
        return self.may(Permission.COMPETENCE_SIGN) and not self.trades.isdisjoint(trade)

    @property
    def actor(self) -> str:
        """How audit rows name this person."""
        return f"staff:{self.id}"
