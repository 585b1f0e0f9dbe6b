"""A real thing for every parameter in a path, in any provider: what the walk over routes and roles fills paths with."""

import re
from typing import TYPE_CHECKING

import batches
import cooperation
import demonstrations
import drafts
import participants
import questions
from desk import BICYCLE, Desk, make_institution

from issuer.domain.badge_draft import DraftScope
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.holder import Holder
from issuer.domain.notice import NoticeKind
from issuer.domain.permissions import Role
from issuer.domain.share_parts import ALL_PARTS, Audience, ShareKind
from issuer.services.erasing import raise_concern, show_seen
from issuer.services.erasing.refs import concern_ref
from issuer.services.holdings import make_wish
from issuer.services.holdings.import_badge import import_badge
from issuer.services.holdings.own_badges import badge_by_ref
from issuer.services.link_tokens import own_badge_ref
from issuer.services.notices.notify import notify
from issuer.services.own import take_badge
from issuer.services.own.make_slip import make_slip
from issuer.services.recognition import open_case
from issuer.services.sharing.make_share import ShareWish, make
from issuer.services.staff import invite

if TYPE_CHECKING:
    from collections.abc import Callable

ABSENT = "00000000-0000-4000-8000-000000000000"
# Parameters that name a thing inside the thing before them in the path: the outer one decides whose it is. Where the
# inner one can be had, it stands in `Samples`, and the walk also puts a stranger's behind an own outer one.
FIXED = {
    "unit": str(BICYCLE),
    "ref": str(BICYCLE),
    "what": str(BICYCLE),
    "reader": "employer",
    "kind": "start",
    "purpose": "coaching",
    "moment": "end",
    "version": "1",
    "tasks/{number}": "1",
    "rows/{number}": "1",
    "review/{number}": "1",
    "goal_id": ABSENT,
    "period_id": ABSENT,
    "talk_id": ABSENT,
    "card_id": ABSENT,
    "picture_id": ABSENT,
    "demonstration_id": ABSENT,
    "demo_id": ABSENT,
    "case_id": ABSENT,
    "report_id": ABSENT,
    "passkey_id": ABSENT,
    "key_id": ABSENT,
    "cases/{ref}": ABSENT,
    "preview/{part}": "check",
}
_PARAMETER = re.compile(r"(?:([\w.-]+)/)?\{(\w+)(?::\w+)?\}")


class Samples:
    """Makes things of one provider when a path first asks for them.

    Args:
        desk: the provider.
        school: whom it asks for demonstrations; None: a school without a desk here.
        others: how many participants stand before the one that is used, so that numbers differ between providers.
    """

    def __init__(self, desk: Desk, *, school: Desk | None = None, others: int = 0) -> None:
        self._desk, self._others = desk, others
        self._school_id = school.institution.id if school is not None else None
        self._made: dict[str, str] = {}
        self._ready: drafts.Ready | None = None
        self._makers: dict[str, Callable[[], str]] = {
            "people/{number}": lambda: f"{self._person().number:03d}",
            "followups/{number}": lambda: f"{self._person().number:03d}",
            "people/{code}": lambda: f"{self._person().number:03d}",
            "observation_id": lambda: participants.observed(desk, self._person())[0],
            "badge_id": lambda: self._world().issued(),
            "draft_id": lambda: self._world().started(),
            "site_id": lambda: self._world().place.site.id,
            "batch_id": self._batch,
            "people/{staff_id}": lambda: desk.add(Role.PERSONAL_COACH).id,
            "invitation_id": self._invitation,
            "institution_id": self._institution,
            "demos/{number}": lambda: demonstrations.requested(desk, self._person(), school),
            "demos-asked/{number}": lambda: self._value("demos", "number"),
            "desk/{ref}": lambda: self._case(self._value(None, "badge_id")),
            "cases/{ref}": lambda: self._case(self._generic("times")),
            "agreements/{ref}": self._cooperation,
            "notice_id": self._notice,
            # A participant's own things; the participant is the one of `person_id`.
            "my/{ref}": lambda: self._own_badge("tidiness", kept=True),
            "shares/{share_ref}": self._own_share,
            "elsewhere/{ref}": self._elsewhere,
            "wish_id": self._wish,
            "seen/{ref}": lambda: show_seen.seen(desk.outside, self._holder).rows[-1].ref,
            "concerns/{ref}": self._concern,
            "take/{ref}": lambda: self._own_badge("customers"),
            "together/{ref}": lambda: self._own_badge("teamwork"),
            "ask/{question_ref}": self._question,
            "questions/{question_ref}": lambda: self._value("ask", "question_ref"),
            "c/{token}": lambda: make_slip(desk.outside, desk.staff[Role.PERSONAL_COACH], self.person_id).link_token,
        }

    @property
    def person_id(self) -> str:
        """The participant whose own things stand in paths of participants."""
        return self._person().person_id

    def use(self, name: str, value: str) -> None:
        """Take this thing for a parameter instead of making one."""
        self._makers[name] = lambda: value

    def make(self) -> "Samples":
        """Make all things now, before a walk ends, withdraws or drops any of them."""
        for name in [*self._makers]:
            before, _, parameter = name.rpartition("/")
            self._value(before or None, parameter.strip("{}") if before else name)
        return self

    def fill(self, path: str) -> str:
        """Return the path with things of this provider in it."""
        return _PARAMETER.sub(lambda found: self._segment(found[1], found[2]), path)

    def fill_inside(self, path: str, stranger: "Samples") -> str | None:
        """The path with an own thing first and a stranger's last; None where the last one is nobody's by itself."""
        parameters = list(_PARAMETER.finditer(path))
        last = parameters[-1] if len(parameters) > 1 else None
        if last is None or {last[2], f"{last[1]}/{{{last[2]}}}"} & FIXED.keys():
            return None
        return self.fill(path[: last.start()]) + stranger._segment(last[1], last[2]) + path[last.end() :]

    def _segment(self, before: str | None, name: str) -> str:
        value = self._value(before, name)
        return f"{before}/{value}" if before is not None else value

    def _value(self, before: str | None, name: str) -> str:
        key = f"{before}/{{{name}}}"
        for candidate in (key, name):
            if candidate in FIXED:
                return FIXED[candidate]
            if candidate in self._makers:
                if candidate not in self._made:
                    self._made[candidate] = self._makers[candidate]()
                return self._made[candidate]
        raise AssertionError(
            f"no sample for {key}: add one to tests/route_samples.py, `{name}` or `{key}`, that makes a real thing "
            "of the provider, so that the walk over routes and roles can ask for it as a stranger"
        )

    def _world(self) -> drafts.Ready:
        if self._ready is None:
            for number in range(self._others):
                participants.participant(self._desk, f"Toinen {number}")
            self._ready = drafts.ready(self._desk)
        return self._ready

    def _person(self):
        return self._world().person

    def _own_badge(self, competence: str, *, kept: bool = False) -> str:
        """A badge of the participant, by its own reference: it waits to be taken, or is kept."""
        outside, badge_id = self._desk.outside, self._generic(competence)
        if kept:
            take_badge.keep(outside, self._holder, badge_id)
        return own_badge_ref(outside.link_secret, badge_id)

    def _generic(self, competence: str) -> str:
        return self._world().issued(DraftScope.GENERIC, competence=competence)

    @property
    def _holder(self) -> Holder:
        return Holder(
            person_id=self.person_id, institution_id=self._desk.institution.id, shared_device=True, supported=False
        )

    def _case(self, badge_id: str) -> str:
        """A case that the participant opened at the school; a stranger's one stands at another school."""
        outside = self._desk.outside
        if self._school_id is None:
            self._school_id = make_institution(self._desk.installation, "school", "Kaukainen opisto", 3).id
        wish = ShareWish(audience=Audience.SCHOOL, parts=ALL_PARTS)
        share = make(outside, self._holder, badge_id, wish)
        return open_case.open_case(outside, self._holder, share.id, self._school_id)

    def _cooperation(self) -> str:
        """An agreement of the school with the name in which the provider's badges go out; strangers agree elsewhere."""
        installation = self._desk.installation
        if self._others or self._school_id is None:
            far = make_institution(installation, "school", "Vieras opisto", 3)
            return cooperation.agreed(self._desk, far, cooperation.own_signer(self._desk))
        with self._desk.outside.database.read() as uow:
            school = uow.institutions.get(self._school_id)
        return cooperation.agreed(self._desk, school, installation.umbrella)

    def _question(self) -> str:
        """What the school asks about the badge of the case on its desk."""
        case = self._value("desk", "ref")
        assert self._school_id is not None
        return questions.ask_at(self._desk, self._school_id, case)

    def _own_share(self) -> str:
        """A link on paper of the badge that is kept; another one shows the badge that staff look at."""
        shown = ShareWish(audience=Audience.EMPLOYER, parts=ALL_PARTS)
        seen_by_staff = self._value(None, "badge_id")
        take_badge.keep(self._desk.outside, self._holder, seen_by_staff)
        make(self._desk.outside, self._holder, seen_by_staff, shown)
        badge = badge_by_ref(self._desk.outside, self._holder, self._value("my", "ref"))
        wish = ShareWish(audience=Audience.ANYONE, parts=ALL_PARTS, kind=ShareKind.PAPER)
        return make(self._desk.outside, self._holder, badge.credential_id, wish).ref

    def _elsewhere(self) -> str:
        """A badge from elsewhere that the participant keeps."""
        with self._desk.outside.database.read() as uow:
            record = uow.credentials.get(self._generic("planning"))
        assert record.document is not None
        data = self._desk.outside.person_keys.unseal(record.person_id, "document", record.document)
        return import_badge(self._desk.outside, self._holder, data, keep_unchecked=True).ref

    def _concern(self) -> str:
        """What the participant says of a reading, by its reference at the desk."""
        outside, lead = self._desk.outside, self._desk.staff[Role.RESPONSIBLE_PERSON]
        self._person()
        ref = show_seen.seen(outside, self._holder).rows[0].ref
        raise_concern.raise_concern(outside, self._holder, ref, "En tunne tätä ihmistä.")
        (concern,) = raise_concern.open_concerns(outside, lead)
        return concern_ref(outside.link_secret, concern.id)

    def _wish(self) -> str:
        """What the participant asks of the coach."""
        make_wish.ask_for_correction(self._desk.outside, self._holder, self._value("my", "ref"), "Kuukausi on toinen.")
        with self._desk.outside.database.read() as uow:
            return uow.holdings.wishes(self.person_id)[0].id

    def _notice(self) -> str:
        """A message to the participant that waits for paper."""
        outside = self._desk.outside
        with outside.database.write() as uow:
            notify(uow, outside, self.person_id, NoticeKind.BADGE_READY)
        with outside.database.read() as uow:
            return uow.notices.to_print(self._desk.institution.id)[-1].id

    def _batch(self) -> str:
        ready = self._world()
        world = batches.BatchWorld(
            desk=self._desk,
            recognised=ready.place,
            people=[ready.person.person_id],
            drafter=ready.coach,
            reviewer=ready.reviewer,
            day=helsinki_day(self._desk.outside.now()),
        )
        return world.start(world.rows([ready.person.number]))

    def _invitation(self) -> str:
        who = self._desk.staff[Role.ADMINISTRATOR]
        new = invite.NewInvitation(
            institution_id=who.institution_id, name="Kutsuttu", address="", roles=frozenset({Role.SUPERVISOR})
        )
        return invite.invite(self._desk.outside, who, new)

    def _institution(self) -> str:
        """An institution under the umbrella: a provider's administrator may not touch even the own one from there."""
        return self._desk.institution.id
