"""Finds every page of the application by itself: a filled house, and a walk along all links as each role."""

import re
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import batches
import cooperation
import demonstrations
import desk as desks
import drafts
import endorsements
import installation as installations
import participants
import questions
import recognised_units
import recognition
import uvicorn
from app_client import AppClient
from fastapi import FastAPI
from installation import Installation, MovableClock
from own import own_client
from route_list import routes_of as staff_routes_of
from route_samples import ABSENT, Samples

from issuer.adapters.smtp import SmtpMailer
from issuer.composition import compose
from issuer.domain.agreement import Outcome
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.demonstration_result import DemonstrationResult, Result
from issuer.domain.holder import Holder
from issuer.domain.period import GoalKind, PeriodKind
from issuer.domain.permissions import ALLOWED, Role, StaffMember
from issuer.domain.recognition import Choice, Reason, Route, Row
from issuer.domain.share_parts import Audience, preticked
from issuer.services import sign_in
from issuer.services.coaching import keep_goals, run_period
from issuer.services.environments import invite_recogniser
from issuer.services.holdings.own_badges import badge_by_ref
from issuer.services.link_tokens import confirmation_token, decision_token
from issuer.services.notices import own_address
from issuer.services.own import take_badge
from issuer.services.own.make_slip import make_slip
from issuer.services.recognition import record_result
from issuer.services.recognition.open_case import open_case
from issuer.services.sharing import make_share
from issuer.services.sharing.make_share import ShareWish
from issuer.services.staff import invite
from issuer.services.statistics.make_release import make_release
from issuer.services.trust import draft_agreement
from issuer.services.wallets.offer import offer

NAME, PROVIDER = "Aino Kanarianlintu", "Työ ja taito"
NOWHERE = "/nothing-here"
_FIRST = (Role.WORK_COACH, Role.RESPONSIBLE_PERSON, Role.ADMINISTRATOR)  # who may act sees a page before who may read
_LINK = re.compile(r"""<a\b[^>]*?\bhref="([^"#]+)""")
_MOST_OF_A_KIND = 3  # pages of one route that are looked at: states of a draft differ


Someone = StaffMember | Holder | None


@dataclass(frozen=True)
class Place:
    """One page: its address, the route that answers it, and who looks; None is a stranger."""

    path: str
    route: str
    who: Someone


@dataclass
class House:
    """A served installation with something on every desk.

    Attributes:
        seeds: where the walk of each person begins; the first ones have the most pages.
    """

    desk: desks.Desk
    url: str
    seeds: list[tuple[Someone, list[str]]] = field(default_factory=list)

    def client(self, who: Someone) -> AppClient:
        """The application as they see it."""
        if isinstance(who, Holder):
            name = f"holder {who}"
            if name not in self.desk.clients:
                self.desk.clients[name] = own_client(self.desk, who.person_id, supported=who.supported)
            return self.desk.clients[name]
        if who is not None:
            return self.desk.client(who)
        if "stranger" not in self.desk.clients:
            client = AppClient(self.desk.app, base_url=self.url, headers={"Accept-Language": "fi"})
            self.desk.clients["stranger"] = self.desk.stack.enter_context(client)
        return self.desk.clients["stranger"]


@contextmanager
def served_house(template: Path, home: Path) -> Iterator[House]:
    """The house, reached over a socket of this machine while the block runs."""
    installations.copy_home(template, home)
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    settings, clock = installations.settings_for(home, None, PATEVA_PUBLIC_URL=url), MovableClock()
    with compose(settings, clock=clock) as composition:
        with composition.outside.database.read() as uow:
            umbrella = uow.institutions.by_slug("osaamismerkit")
        installation = Installation(settings, composition.outside, umbrella, clock)
        with (
            desks.desk_over(installation, name=PROVIDER) as desk,
            desks.desk_over(installation, kind="school", name="Esimerkkiopisto", number=1) as school,
        ):
            server = uvicorn.Server(uvicorn.Config(desk.app, log_config=None, ws="none", access_log=False))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            house = House(desk, url)
            house.seeds = _fill(house, school)
            yield house
            server.should_exit = True
            thread.join(10)
    listener.close()


def _fill(house: House, school: desks.Desk) -> list[tuple[Someone, list[str]]]:
    """Put something on every desk; return where the walks begin."""
    desk = house.desk
    world = batches.batch_world(desk, 2)  # first: it numbers its participants itself
    repair, running = (world.start(world.rows([number])) for number in (1, 2))
    world.queued(running)
    ready = drafts.ready(desk, name=NAME, in_part=1)
    ready.started()
    ready.accepted(ready.started())
    ready.in_review(ready.started())
    badge_id = ready.issued()
    endorsements.endorsed(school, ready.place.report.id)
    participants.participant(desk, "Ilman Mitään")
    more = [f"/batches/{one}{part}" for one in (repair, running) for part in ("", "/repair", "/confirm", "/review")]
    demonstration = demonstrations.given(desk, demonstrations.confirmed(desk, ready.person, school))
    more += _with_period(desk, f"{ready.person.number:03d}")
    case = _decided_case(desk, school, ready, badge_id)
    more += _drafted_agreement(desk, school)
    samples = Samples(desk, school=school)
    samples.use("batch_id", repair)
    for address in ("demos/{number}", "demos-asked/{number}"):
        samples.use(address, demonstration)
    administrator = sign_in.ensure_administrator(desk.outside, desk.installation.umbrella.id)
    everyone = [*(desk.staff[role] for role in _FIRST), *desk.staff.values(), *school.staff.values(), administrator]
    badge = [f"/badges/{badge_id}", f"/badges/{badge_id}/revoke"]
    letters = _letters(desk, ready.place.site.id)
    seeds: list[tuple[Someone, list[str]]] = [
        (None, [*_public(house, case.learner, badge_id), *letters, *case.by_link]),
        (case.learner, case.of_learner),
    ]
    seeds += [
        (
            who,
            [
                "/home",
                "/c/closed",
                *badge,
                *more,
                *case.of_school,
                "/units?q=polkupyörä",
                *_sampled(desk.app, samples, who),
            ],
        )
        for who in dict.fromkeys(everyone)
    ]
    for supported in (False, True):
        holder = Holder(
            person_id=samples.person_id,
            institution_id=desk.institution.id,
            shared_device=True,
            supported=supported,
        )
        if not supported:
            seeds.append((None, _by_link(desk, samples, holder)))
        seeds.append((holder, ["/together" if supported else "/my", *_own_pages(desk.app, samples, holder)]))
    return seeds


@dataclass(frozen=True)
class DecidedCase:
    """Addresses of a case that a school decided: for the school, for the learner, and for whoever has the link."""

    learner: Holder
    of_school: list[str]
    of_learner: list[str]
    by_link: list[str]


def _decided_case(desk: desks.Desk, school: desks.Desk, ready: drafts.Ready, badge_id: str) -> DecidedCase:
    """Keep the badge, send it to the school, and let the school decide."""
    one = recognition.School(school, desk, ready)
    take_badge.keep(desk.outside, one.holder, badge_id)
    ref = one.sent(badge_id)
    case = one.case(ref)
    asking = questions.Asking(one, ref, ready.keys[0])
    question = asking.asked()
    asking.answered(question)
    asking.says(question, yes=True)
    partly = Row(choice=Choice.IN_PART, reason=Reason.EVIDENCE, remaining="Tekee työn yksin.")
    rows = {key: partly for key, seen in case.seen.items() if seen.outcome is Outcome.IN_PART}
    recognition.save(one, ref, rows={**recognition.decided_work(case).rows, **rows})
    recognition.decide(one, ref)
    recognition.ask(one, ref)
    shown = _awaited_result(one, badge_id, rows)
    token = decision_token(desk.outside.link_secret, one.case(ref).row.id)
    papers = ("/receipt.json", "/endorsement.json")
    told = f"/questions/{question}"
    more = ("/decision", "/export", "/export/ehoks.json", "/ask", f"/ask/{question}/answer.json", *papers)
    return DecidedCase(
        learner=replace(one.holder, shared_device=True),
        of_school=[*(f"/desk/{ref}{part}" for part in more), f"/desk/{shown}/result", f"/desk/{shown}/result/confirm"],
        of_learner=[f"/my/cases/{ref}{part}" for part in ("", told, f"{told}/answer.json", *papers)],
        by_link=[f"/decision/{token}{part}" for part in ("", *papers)],
    )


def _awaited_result(one: recognition.School, badge_id: str, rows: dict[str, Row]) -> str:
    """The same badge in another case, which led to a demonstration; its result is written and not confirmed yet."""
    outside, day = one.desk.outside, helsinki_day(one.desk.outside.now())
    ref = open_case(outside, one.holder, f"share-{badge_id}"[:36], one.desk.institution.id)
    plan = replace(recognised_units.plan(), begins_on=day, ends_on=day)
    assessors = recognised_units.ASSESSORS
    rows = {**recognition.decided_work(one.case(ref)).rows, **rows}
    recognition.save(one, ref, rows=rows, route=Route.DEMONSTRATION, plan=plan, assessors=assessors)
    recognition.decide(one, ref)
    told = DemonstrationResult(result=Result.PASSED, day=day, assessors=assessors)
    record_result.save_result(outside, one.assessor, ref, told, seen=one.case(ref).row.version)
    return ref


def _drafted_agreement(desk: desks.Desk, school: desks.Desk) -> list[str]:
    """A draft of the school's own: pages that only its writer sees."""
    terms, partner = cooperation.good_terms(helsinki_day(desk.outside.now())), desk.installation.umbrella
    ref = draft_agreement.draft(desk.outside, school.staff[Role.ADMINISTRATOR], partner.id, terms)
    return [f"/agreements/{ref}", f"/agreements/{ref}/edit", f"/agreements/new?after={ref}"]


def _by_link(desk: desks.Desk, samples: Samples, holder: Holder) -> list[str]:
    """What a wallet's code and the mail that confirms an address lead to."""
    ref = samples.fill("my/{ref}").rpartition("/")[2]
    made = offer(desk.outside, holder, badge_by_ref(desk.outside, holder, ref).credential_id)
    mailing = replace(desk.outside, mailer=SmtpMailer("smtp://127.0.0.1:9/?from=viestit@esimerkki.fi"))
    own_address.set_address(mailing, holder, "aino@esimerkki.fi", "fi")
    with desk.outside.database.read() as uow:
        address = uow.notices.address_of(holder.person_id)
    token = confirmation_token(desk.outside.link_secret, address.id)
    return [urlsplit(made.interaction_url).path, f"/mail/{token}"]


def _own_pages(app: FastAPI, samples: Samples, holder: Holder) -> list[str]:
    """A real address for every page of a participant's own view."""
    cookie = "t" if holder.supported else "p"
    routes = (one for one in staff_routes_of(app) if one.method == "GET" and one.own == cookie)
    return [path for path in (samples.fill(one.path) for one in routes) if ABSENT not in path]


def _with_period(desk: desks.Desk, number: str) -> list[str]:
    """A planned period with a goal: pages that open only where there is one."""
    outside, who = desk.outside, desk.staff[Role.WORK_COACH]
    day = helsinki_day(outside.now())
    new = run_period.NewPeriod(kind=PeriodKind.WORK, starts_on=day)
    period_id = run_period.plan(outside, who, number, new)
    words = keep_goals.GoalWords(text="Oppii vaihtamaan ketjun")
    goal_id = keep_goals.propose(outside, who, number, period_id, GoalKind.PERIOD, words)
    period = f"/people/{number}/periods/{period_id}"
    acts = ("pause", "resume", "end", "talk/start", "talk/mid", "goal", "service")
    return [f"/people/{number}/periods", *(f"{period}/{act}" for act in acts), f"/people/{number}/goals/{goal_id}"]


def _letters(desk: desks.Desk, site_id: str) -> list[str]:
    """Links that go out by letter: to a recogniser, to a new member of staff."""
    outside = desk.outside
    place = (site_id, desks.BICYCLE)
    invite_recogniser.invite(outside, desk.staff[Role.WORK_COACH], place)
    (sent,) = invite_recogniser.sent_links(outside, desk.staff[Role.WORK_COACH], place)
    new = invite.NewInvitation(
        institution_id=desk.institution.id, name="Kutsuttu", address="", roles=frozenset({Role.SUPERVISOR})
    )
    invited = invite.invite(outside, desk.staff[Role.ADMINISTRATOR], new)
    return [urlsplit(sent.address).path, f"/invite/{invite.token(outside, invited)}", "/recognised"]


def _sampled(app: FastAPI, samples: Samples, who: StaffMember) -> list[str]:
    """A real address for every page that they may open."""
    allowed = {permission for permission, roles in ALLOWED.items() if roles & who.roles}
    routes = (one for one in staff_routes_of(app) if one.method == "GET" and allowed.intersection(one.permissions))
    return [path for path in (samples.fill(one.path) for one in routes) if ABSENT not in path]


def _public(house: House, who: Holder, badge_id: str) -> list[str]:
    outside = house.desk.outside
    with outside.database.read() as uow:
        achievement = uow.credentials.get(badge_id).achievement_id
    pages = [
        f"/s/{make_share.make(outside, who, badge_id, ShareWish(audience=one, parts=preticked(one))).token}"
        for one in Audience
    ]
    link = sign_in.create_link(outside, house.desk.staff[Role.SUPERVISOR].id)
    make_release(outside, "2025-Q4")
    slip = make_slip(outside, house.desk.staff[Role.PERSONAL_COACH], who.person_id)
    fixed = ["/", "/in", "/directory", "/docs", "/c", "/issuers/osaamismerkit", "/v", "/v/about", "/in/sent"]
    fixed += [f"/c/{slip.link_token}", "/erased", "/v/offline"]
    return [
        *fixed,
        "/stats/2025-Q4",
        *pages,
        f"{pages[0]}/check",
        f"/achievements/{achievement}",
        f"/in/{link}",
        NOWHERE,
    ]


def routes_of(app: FastAPI) -> dict[str, re.Pattern[str]]:
    """Every GET route of the application: its path and what it matches, in the order in which they are asked."""
    return {route.path: route.path_regex for route in _routes(app.routes) if "GET" in (route.methods or ())}


def _routes(routes: Iterable) -> Iterator:
    for route in routes:
        if hasattr(route, "path_regex") and hasattr(route, "methods"):
            yield route
        elif hasattr(route, "original_router"):
            yield from _routes(route.original_router.routes)


@dataclass
class Walk:
    """What a walk found.

    Attributes:
        pages: HTML, at most three of a route and role order.
        files: routes that answer something else than a page, lead on, or say what is still missing.
        broken: addresses that a page leads to and that do not answer: route, address, status.
    """

    pages: list[Place] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    broken: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def seen(self) -> set[str]:
        return {place.route for place in self.pages} | self.files


def walk(house: House) -> Walk:
    """Follow all links of all pages as a stranger, as each member of staff, and as a participant."""
    found, routes = Walk(), routes_of(house.desk.app)
    taken: set[str] = set()
    for who, seeds in house.seeds:
        pending = [(path, False) for path in dict.fromkeys(seeds)]
        while pending:
            path, linked = pending.pop(0)
            route = next((name for name, pattern in routes.items() if pattern.match(urlsplit(path).path)), path)
            if path in taken or _count(found, route) >= _MOST_OF_A_KIND:
                continue
            answer = house.client(who).get(path)
            if answer.status_code == 404 and not linked and path != NOWHERE:  # a thing of another house, or another day
                continue
            if _noted(found, Place(path, route, who), answer.status_code, answer.headers.get("content-type", "")):
                pending.extend((one, True) for one in _links(path, answer.text))
            if answer.status_code != 403:  # somebody else may
                taken.add(path)
    return found


def _noted(found: Walk, place: Place, status: int, content_type: str) -> bool:
    """Note what answered; tell whether it was a page to look at."""
    if status == 403:
        return False
    if status in (303, 422) or (status == 200 and not content_type.startswith("text/html")):
        found.files.add(place.route)
        return False
    if status != (404 if place.path == NOWHERE else 200):
        found.broken.append((place.route, place.path, status))
        return False
    found.pages.append(place)
    return True


def _count(found: Walk, route: str) -> int:
    return sum(place.route == route for place in found.pages)


def _links(path: str, html: str) -> Iterator[str]:
    """Addresses of this application that a page leads to, without those that only change the language."""
    for raw in _LINK.findall(html):
        parts = urlsplit(urljoin(path, unescape(raw)))
        if not parts.netloc and not parts.scheme and "lang=" not in parts.query:
            yield parts.path + (f"?{parts.query}" if parts.query else "")
