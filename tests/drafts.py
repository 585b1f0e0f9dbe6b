"""A participant who is ready for a badge, and the way of a draft to a signed badge, through the services."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

import agreements
import environments
import participants
from desk import BICYCLE, Desk
from software_passkey import SoftwarePasskey, add_passkey

from issuer.domain.badge_draft import Draft, DraftContent, DraftScope
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.observation import Independence, Medium, ObservationRow, Origin
from issuer.domain.participant import Participant
from issuer.domain.permissions import Role, StaffMember
from issuer.services import signing_act
from issuer.services.drafts import accept_draft, approve_draft
from issuer.services.drafts.draft_content import open_content
from issuer.services.drafts.start_draft import NewDraft, start
from schemas.strict_json import JsonObject, read_object


@dataclass
class Ready:
    """One participant with agreed results, seen at a task of a recognised site."""

    desk: Desk
    person: Participant
    place: environments.Recognised
    keys: tuple[str, ...]
    passkeys: dict[str, SoftwarePasskey] = field(default_factory=dict)

    @property
    def coach(self) -> StaffMember:
        return self.desk.staff[Role.WORK_COACH]

    @property
    def reviewer(self) -> StaffMember:
        return self.desk.staff[Role.RESPONSIBLE_PERSON]

    def draft(self, draft_id: str) -> Draft:
        with self.desk.outside.database.read() as uow:
            return uow.drafts.get(draft_id, self.desk.institution.id)

    def content(self, draft_id: str) -> DraftContent:
        return open_content(self.desk.outside, self.draft(draft_id))

    def started(self, scope: DraftScope = DraftScope.PART, **more: object) -> str:
        new = NewDraft(scope=scope, unit=None if scope is DraftScope.GENERIC else BICYCLE, **more)
        return start(self.desk.outside, self.coach, self.person.person_id, new)

    def accepted(self, draft_id: str, *, way: str = "device", also: tuple[str, ...] = ()) -> str:
        content = self.content(draft_id)
        yes = (*content.wants_yes(), *also)
        seen = self.draft(draft_id).digest.hex()
        accept_draft.accept(self.desk.outside, self.coach, draft_id, seen=seen, way=way, yes=yes)
        return draft_id

    def in_review(self, draft_id: str) -> str:
        accept_draft.send_to_review(self.desk.outside, self.coach, self.accepted(draft_id))
        return draft_id

    def assertion(self, draft_id: str, who: StaffMember | None = None) -> str:
        who = who or self.reviewer
        if who.id not in self.passkeys:
            self.passkeys[who.id] = add_passkey(self.desk.outside, who)
        asked = signing_act.begin(self.desk.outside, who, approve_draft.act_name(draft_id), self.draft(draft_id).digest)
        return self.passkeys[who.id].confirm(asked)

    def approved(self, draft_id: str, who: StaffMember | None = None) -> str:
        """Approve and issue; the id of the badge."""
        who = who or self.reviewer
        seen, assertion = self.draft(draft_id).digest.hex(), self.assertion(draft_id, who)
        return approve_draft.approve(self.desk.outside, who, draft_id, seen=seen, assertion=assertion)

    def issued(self, scope: DraftScope = DraftScope.PART, **more: object) -> str:
        return self.approved(self.in_review(self.started(scope, **more)))

    def document(self, credential_id: str) -> JsonObject:
        return document_of(self.desk, credential_id)


def document_of(desk: Desk, credential_id: str) -> JsonObject:
    """The signed badge as stored."""
    with desk.outside.database.read() as uow:
        record = uow.credentials.get(credential_id)
    assert record.document is not None
    signed = desk.outside.person_keys.unseal(record.person_id, "document", record.document)
    return read_object(signed, max_values=20_000)


def seen_at_work(desk: Desk, person_id: str, keys: Iterable[str], task_id: str | None, *, staff_id: str) -> None:
    """One observation at a task."""
    now, number = desk.outside.now(), str(uuid.uuid4())
    row = ObservationRow(
        id=number,
        root_id=number,
        version=1,
        person_id=person_id,
        unit=BICYCLE,
        at=now,
        observed_on=helsinki_day(now),
        staff_id=staff_id,
        site_id=None,
        task_id=task_id,
        requirement_keys=tuple(keys),
        independence=Independence.ALONE,
        origin=Origin.PERIOD,
        medium=Medium.WORK,
        in_trade=True,
    )
    with desk.outside.database.write() as uow:
        uow.coaching.add_observation(row, desk.institution.id, sealed=None)


def ready(
    desk: Desk,
    *,
    shown: int = 6,
    in_part: int = 0,
    name: str = "Aino Esimerkki",
    place: environments.Recognised | None = None,
) -> Ready:
    """A participant with the first `shown` requirements agreed as shown, the next `in_part` as shown in part."""
    place = place or environments.recognised(desk)
    person = participants.participant(desk, name)
    keys, partly = place.keys[:shown], place.keys[shown : shown + in_part]
    coach = desk.staff[Role.WORK_COACH]
    seen_at_work(desk, person.person_id, (*keys, *partly), place.tasks[0].id, staff_id=coach.id)
    agreements.agree(desk, person, shown=keys, in_part=partly)
    return Ready(desk, person, place, keys)
