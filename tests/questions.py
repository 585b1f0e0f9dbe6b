"""A school's question to a provider and its answer: what tests of questions work with."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from desk import Desk
from recognition import School
from software_passkey import SoftwarePasskey, add_passkey

from issuer.db.repositories.questions import QuestionRow
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import Role, StaffMember
from issuer.services import signing_act
from issuer.services.questions import answer, settle
from issuer.services.questions.ask import NewQuestion, ask
from issuer.services.questions.show_asked import AskedQuestion, asked_in
from issuer.services.recognition.stored_case import open_stored

WORDS = "Millaisia ketjuja hän on vaihtanut?"
ANSWER = "Hän vaihtoi ketjuja sekä maantiepyöriin että sähköpyöriin, ja tarkisti työn itse."


@dataclass
class Asking:
    """A case at a school with a badge that can be asked about.

    Attributes:
        case: public reference of the case; key: the requirement that is asked about.
    """

    school: School
    case: str
    key: str
    passkeys: dict[str, SoftwarePasskey] = field(default_factory=dict)

    @property
    def outside(self):
        return self.school.desk.outside

    @property
    def coach(self) -> StaffMember:
        return self.school.provider.staff[Role.WORK_COACH]

    def new(self, **more: object) -> NewQuestion:
        day = helsinki_day(self.outside.now()) + timedelta(days=7)
        values = {"badge": "", "key": self.key, "words": WORDS, "answer_by": day, "allowed": True}
        return NewQuestion(**(values | more))

    def asked(self, **more: object) -> str:
        return ask(self.outside, self.school.counsellor, self.case, self.new(**more))

    def row(self, ref: str) -> QuestionRow:
        case = self.school.case(self.case)
        with self.outside.database.read() as uow:
            return uow.questions.of_case_by_ref(ref, case.row.id)

    def looked(self, ref: str, words: str = ANSWER, who: StaffMember | None = None) -> answer.Looked:
        who = who or self.coach
        return answer.look(self.outside, who, answer.read(self.outside, who, ref), words)

    def assertion(self, ref: str, digest: str, who: StaffMember | None = None) -> str:
        who = who or self.coach
        if who.id not in self.passkeys:
            self.passkeys[who.id] = add_passkey(self.outside, who)
        asked = signing_act.begin(self.outside, who, answer.act_name(ref), bytes.fromhex(digest))
        return self.passkeys[who.id].confirm(asked)

    def answered(self, ref: str, words: str = ANSWER, who: StaffMember | None = None) -> bool:
        who = who or self.coach
        digest = self.looked(ref, words, who).digest
        assertion = self.assertion(ref, digest, who)
        return answer.answer(self.outside, who, ref, words, seen=digest, assertion=assertion)

    def says(self, ref: str, *, yes: bool) -> None:
        settle.settle(self.outside, self.school.holder, ref, yes=yes)

    def seen(self) -> AskedQuestion:
        """What the school sees of the newest question."""
        return asked_in(self.outside, self.school.case(self.case))[-1]


def ask_at(provider: Desk, school_id: str, case: str) -> str:
    """A question by a new counsellor of that school, about the first requirement of the case; nothing is read."""
    outside = provider.outside
    who = StaffMember(id=str(uuid.uuid4()), institution_id=school_id, roles=frozenset({Role.COUNSELLOR}))
    outside.person_keys.create(who.id)
    with outside.database.write() as uow:
        uow.people.add_staff(who, sealed=None, now=outside.now())
    with outside.database.read() as uow:
        opened = open_stored(outside, uow, uow.recognition.of_school(case, school_id))
    day = helsinki_day(outside.now()) + timedelta(days=7)
    key = opened.unit.requirements[0].key
    return ask(outside, who, case, NewQuestion(badge="", key=key, words=WORDS, answer_by=day, allowed=True))


def asking(school: School) -> Asking:
    """The participant has sent a badge to the school."""
    return Asking(school, school.sent(school.ready.issued()), school.ready.keys[0])
