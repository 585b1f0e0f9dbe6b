"""A school settles how it works with badges."""

from issuer.domain.audit import Act
from issuer.domain.errors import NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.domain.recognition_terms import SchoolRules, check_rules
from issuer.services.outside import Outside


def set_rules(outside: Outside, who: StaffMember, rules: SchoolRules) -> None:
    """Store the rules of the own school.

    Raises:
        InvalidRequestError: see `check_rules`; NotFoundError: the own institution is no school.
    """
    check_rules(rules)
    now = outside.now()
    with outside.database.write() as uow:
        if uow.institutions.get(who.institution_id).kind != "school":
            raise NotFoundError("school")
        uow.recognition.put_rules(who.institution_id, rules, now=now)
        refs = (("school", who.institution_id),)
        uow.audit.append(Act(at=now, actor=who.actor, action="school.rules_set", refs=refs))
