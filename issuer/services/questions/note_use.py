"""Notes, without anybody's name, that a provider's badge was used at a school, where its holder wants that told."""

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.badge_use import shown_uses, window
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside
from issuer.services.recognition.make_receipt import counts
from issuer.services.recognition.stored_case import Case


def note_use(outside: Outside, uow: UnitOfWork, case: Case) -> None:
    """Write one use for each provider of a badge that the holder sent and that something was accepted by.

    In the decision's transaction. A decision that accepts nothing tells nobody anything (privacy.md PV4, PV5), and no
    row of the trail stands beside the use: its moment would lead from the one to the other.
    """
    if not case.row.tell_provider:
        return
    month = helsinki_day(outside.now()).replace(day=1)
    sent = [one.row.credential_id for one in case.badges if one.row.way == "share" and counts(case, one)]
    behind = [uow.questions.behind(one) for one in sent if one is not None]
    for provider_id in dict.fromkeys(one.provider_id for one in behind if one is not None):
        uow.questions.note_use(provider_id, month)


def uses_of(uow: UnitOfWork, outside: Outside, who: StaffMember) -> int | None:
    """The count for a provider's first page: the twelve months before this one; None where it is not shown."""
    begin, end = window(helsinki_day(outside.now()))
    return shown_uses(uow.questions.uses(who.institution_id, begin, end))
