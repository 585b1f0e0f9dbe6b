"""A school beside a provider, and a case at it: what tests of the school's desk work with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import drafts
import participants
from desk import Desk, desk_over
from software_passkey import SoftwarePasskey, add_passkey

from issuer.db.repositories.shares import ShareRecord
from issuer.domain.award import AwardRequest
from issuer.domain.holder import Holder
from issuer.domain.permissions import Role, StaffMember
from issuer.domain.recognition import Route, Work, with_shown_accepted
from issuer.services import signing_act
from issuer.services.issue_badge import issue
from issuer.services.link_tokens import share_token, token_digest
from issuer.services.recognition import change_case, correct_decision, decide_case, open_case
from issuer.services.recognition.read_case import read_case
from issuer.services.recognition.stored_case import Case


@dataclass
class School:
    """A school's desk with a provider's participant who has badges to send."""

    desk: Desk
    provider: Desk
    ready: drafts.Ready
    passkeys: dict[str, SoftwarePasskey] = field(default_factory=dict)

    @property
    def counsellor(self) -> StaffMember:
        return self.desk.staff[Role.COUNSELLOR]

    @property
    def assessor(self) -> StaffMember:
        return self.desk.staff[Role.ASSESSOR]

    @property
    def holder(self) -> Holder:
        person = self.ready.person
        return Holder(
            person_id=person.person_id, institution_id=person.institution_id, shared_device=False, supported=False
        )

    def share(self, credential_id: str) -> str:
        """A living link of the participant; the id of the share."""
        now = self.desk.outside.now()
        share = ShareRecord(
            id=f"share-{credential_id}"[:36],
            credential_id=credential_id,
            person_id=self.holder.person_id,
            expires_at=now.replace(year=now.year + 1),
        )
        token = share_token(self.desk.outside.link_secret, share.id)
        with self.desk.outside.database.write() as uow:
            uow.shares.add(share, token_digest(token), now=now)
        return share.id

    def link(self, credential_id: str) -> str:
        """The address of a link to the badge."""
        share_id = self.share(credential_id)
        return f"{self.desk.outside.public_url}/s/{share_token(self.desk.outside.link_secret, share_id)}"

    def sent(self, credential_id: str) -> str:
        """The badge sent to this school; the case's reference."""
        return open_case.open_case(self.desk.outside, self.holder, self.share(credential_id), self.desk.institution.id)

    def case(self, ref: str) -> Case:
        return read_case(self.desk.outside, self.counsellor, ref)


@contextmanager
def school_beside(provider: Desk, *, shown: int = 6, number: int = 1, name: str = "Oppilaitos") -> Iterator[School]:
    """A school in the provider's installation; the participant has `shown` requirements agreed."""
    with desk_over(provider.installation, kind="school", name=name, number=number) as desk:
        yield School(desk, provider, drafts.ready(provider, shown=shown))


def decided_work(case: Case, **more: object) -> Work:
    """All that was shown accepted directly, an identity document seen."""
    work = with_shown_accepted(case.unit, case.seen, case.work)
    return replace(work, **({"route": Route.DIRECT, "identity_seen": True} | more))


def save(school: School, ref: str, name: str | None = None, **more: object) -> Case:
    """The case with that work saved by the counsellor."""
    case = school.case(ref)
    work = decided_work(case, **more)
    change_case.save(school.desk.outside, school.counsellor, ref, work, seen=case.row.version, name=name)
    return school.case(ref)


def ask(school: School, ref: str, words: str = "Yksi vaatimus puuttuu.") -> None:
    """The learner asks for a correction."""
    row = school.case(ref).row
    correct_decision.ask_correction(school.desk.outside, row.id, words, actor=f"person:{school.holder.person_id}")
    school.desk.installation.clock.moved += timedelta(seconds=2)  # whatever is answered comes later


def opened_again(school: School, ref: str) -> Case:
    """The learner asks, and the counsellor opens the case again."""
    ask(school, ref)
    seen = school.case(ref).row.version
    correct_decision.open_again(school.desk.outside, school.counsellor, ref, "Katsomme uudelleen.", seen=seen)
    return school.case(ref)


def decide(school: School, ref: str, who: StaffMember | None = None) -> decide_case.Outcome:
    """Decide what is saved, with a passkey."""
    who = who or school.counsellor
    digest, assertion = decision(school, ref, who)
    return decide_case.decide(school.desk.outside, who, ref, seen=digest, assertion=assertion)


def decision(school: School, ref: str, who: StaffMember) -> tuple[str, str]:
    """Digest and passkey's answer for deciding what is saved."""
    return confirmed(school, who, decide_case.act_name(ref), decide_case.decision_digest(school.case(ref)))


def confirmed(school: School, who: StaffMember, act: str, digest: bytes) -> tuple[str, str]:
    """Digest (hex) of an act, and the passkey's answer for it."""
    if who.id not in school.passkeys:
        school.passkeys[who.id] = add_passkey(school.desk.outside, who)
    asked = signing_act.begin(school.desk.outside, who, act, digest)
    return digest.hex(), school.passkeys[who.id].confirm(asked)


def another_badge(school: School) -> bytes:
    """A badge of the same unit by other hands: half of what the participant has shown, and one requirement more."""
    keys = participants.requirement_keys(school.provider)[3:7]
    umbrella = school.desk.installation.umbrella
    request = AwardRequest(institution_id=umbrella.id, unit_code="106889", requirement_keys=keys)
    made = issue(school.desk.outside, request, idempotency_key="another-badge-of-the-unit", actor="test")
    assert made.document is not None
    return made.document
