"""Every route × every role × own institution, another one, nobody: who is let in and who not, never a fault of ours.

The routes are found in the application itself; a new one is walked without being named here. What it needs of this
file: a public one stands in PUBLIC with its reason, a new parameter in a path has a sample in tests/route_samples.py.
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property

import pytest
from app_client import AppClient
from desk import Desk, desk_over
from installation import copy_home, open_installation
from route_list import Route, routes_of
from route_samples import ABSENT, Samples

from issuer.app import create_app
from issuer.domain.holder import Holder
from issuer.domain.permissions import ALLOWED, Role
from issuer.services import sign_in
from issuer.services.link_tokens import share_token
from issuer.services.own import own_session
from issuer.services.sharing.share_codes import share_ref, typed_form

ELSEWHERE = "a check of a document or a public fact, the same for everybody"
SECRET = "the secret in the address is the way in"
DOOR = "a way in or out"
HOLDER = "a bearer token is asked for instead; tests/integration/test_http_badges.py"
# Routes that ask nobody who they are, each with the reason. The walk fails for one that is missing, or that is gone.
PUBLIC = {
    **dict.fromkeys(["GET /livez", "GET /readyz"], "health, without details"),
    **dict.fromkeys(["POST /api/badges", "GET /api/badges/{badge_id}", "POST /api/badges/{badge_id}/revoke"], HOLDER),
    **dict.fromkeys(
        ["GET /.well-known/did.json", "GET /issuers/{slug}/did.json", "GET /status/{list_id}",
         "GET /status/{list_id}/reasons", "GET /trust/list.json", "GET /trust/bundle.json", "GET /v/bundle.json",
         "GET /v/offline", "GET /v/offline-worker.js", "POST /api/verify", "POST /api/verify/frame",
         "GET /v/static/{name}", "GET /v", "POST /v", "POST /v/record", "POST /v/record.json", "GET /v/result",
         "GET /v/record", "GET /v/camera", "GET /v/about", "GET /", "GET /accessibility", "GET /privacy", "GET /docs",
         "GET /achievements/{key}", "GET /achievements/{key}/image.svg", "GET /issuers/{slug}", "GET /static/{name}",
         "GET /openapi.json", "GET /environments/{report_id}", "GET /directory", "GET /directory.json", "GET /stats",
         "GET /stats/{quarter}", "GET /stats/{quarter}/figures.csv", "GET /endorsements/{endorsement_id}",
         "GET /trust/registry.json", "GET /trust/registries.json", "GET /trust/rules"],
        ELSEWHERE,
    ),
    **dict.fromkeys(
        ["GET /s/{token}", "GET /s/{token}/check", "GET /s/{token}/qr.svg", "GET /s/{token}/qr.png",
         "GET /s/{token}/badge.json", "GET /s/{token}/badge.png", "GET /s/{token}/badge.svg",
         "GET /s/{token}/certificate.pdf", "GET /s/{token}/badge.zip", "GET /recognise/{token}",
         "POST /recognise/{token}", "GET /recognised", "GET /invite/{token}", "POST /invite/{token}",
         "POST /invite/{token}/oidc", "GET /c/{token}", "POST /c/{token}",
         "GET /mail/{token}", "POST /mail/{token}", "GET /i/{token}",
         "POST /i/{token}/badge.json", "POST /exchanges/{token}",
         "GET /decision/{token}", "POST /decision/{token}/correction", "GET /decision/{token}/receipt.json",
         "GET /decision/{token}/endorsement.json"],
        SECRET,
    ),
    **dict.fromkeys(
        ["GET /in", "GET /.well-known/change-password", "POST /in/passkey/options", "POST /in/passkey",
         "POST /in/code", "POST /in/mail", "GET /in/sent", "GET /in/{token}", "POST /in/{token}", "POST /out",
         "POST /oidc", "GET /in/oidc/back", "GET /erased", "GET /c", "POST /c", "GET /c/closed",
         "POST /c/passkey/options", "POST /c/passkey"],
        DOOR,
    ),
    # Participants' routes name OwnAccess instead of a permission and stand in no list here.
}  # fmt: skip
# Only an umbrella body, and who keeps the trust list, has these; for everyone else they are not there
# (tests/integration/test_institutions.py, test_trust_pages.py).
UMBRELLA_ONLY = (
    "/admin/institutions",
    *(f"/registry/{act}" for act in ("add", "end", "import", "propose", "confirm", "drop")),
)
# Paths whose parameters belong to everybody, so that nothing in them is another institution's.
SHARED_BY_ALL = ("/units/{ref}",)
# Opens once the batch waits for the second pair of eyes; test_http_batches.py goes there.
# What a school shows of a case once it is decided; test_school_desk_pages.py and the scenario go there.
LATER = (
    "GET /batches/{batch_id}/review/{number}",
    "GET /desk/{ref}/decide",
    "GET /desk/{ref}/decision",
    "GET /desk/{ref}/receipt.json",
    "GET /desk/{ref}/endorsement.json",
    "GET /desk/{ref}/ask/{question_ref}/answer.json",
    "GET /desk/{ref}/export/ehoks.json",
)
# Pages without a parameter in their path that are about something named in the query.
BY_QUERY = ("GET /batches/numbers.csv", "GET /batches/table.csv", "GET /places/endorse")
# Where participants' own routes stand, and nothing else.
OWN = ("/my", "/take", "/together")
# Participants' paths whose parameters belong to everybody, so that nothing in them is another participant's.
OWN_SHARED = ("/my/consents/{purpose}", "/my/know/{unit}")
# Files that are there after an act which the walk has not done yet, each with the test that goes there.
OWN_LATER = {
    "GET /together/{ref}/certificate.pdf": "test_claim_pages.py",
    "GET /my/{ref}/wallet/qr.svg": "test_wallet.py",
    "GET /my/cases/{ref}/receipt.json": "test_school_desk_pages.py",
    "GET /my/cases/{ref}/endorsement.json": "test_school_desk_pages.py",
}
NO_ROLE = "Sinulla ei ole oikeutta tähän"


@dataclass
class World:
    """Two providers and a school in one installation, with a client for each of their staff."""

    own: Desk
    foreign: Desk
    school: Desk
    routes: list[Route]
    nobody: AppClient
    participant: AppClient
    own_things: Samples
    foreign_things: Samples

    def desk_of(self, role: Role) -> Desk:
        return self.own if role in self.own.staff else self.school

    def ask(self, role: Role, route: Route, path: str):
        """Ask in a fresh web session: some routes end the one that asks. No answer to staff holds a link (PL1)."""
        desk = self.desk_of(role)
        client = desk.client(role)
        if route.method != "GET":
            member, outside = desk.staff[role], desk.outside
            client.cookies.clear()
            with outside.database.write() as uow:
                value = sign_in.new_session(uow, member.id, now=outside.now(), way="link")
            client.cookies.set("s", value)
        answer = client.request(route.method, path)
        told = answer.content + str(answer.headers).encode()
        assert [name for name, secret in self.links.items() if secret.encode() in told] == [], (route, role)
        return answer

    @cached_property
    def links(self) -> dict[str, str]:
        """Token, typed signs and reference of every link that participants of both providers have made."""
        found = {}
        for desk, things in ((self.own, self.own_things), (self.foreign, self.foreign_things)):
            secret = desk.outside.link_secret
            with desk.outside.database.read() as uow:
                made = uow.shares.of_person(things.person_id)
            for share in made:
                for name, write in (("token", share_token), ("typed", typed_form), ("ref", share_ref)):
                    found[f"{name} of {share.kind} {share.id}"] = write(secret, share.id)
        assert len(found) >= 12  # two links of each
        return found

    def ask_as_participant(self, route: Route, path: str):
        """Ask as the participant of the own samples, in a fresh view of the kind that the route asks for."""
        holder = Holder(
            person_id=self.own_things.person_id,
            institution_id=self.own.institution.id,
            shared_device=True,
            supported=route.own == "t",
        )
        with self.own.outside.database.write() as uow:
            value = own_session.begin(uow, holder, now=self.own.outside.now())
        self.participant.cookies.clear()
        self.participant.cookies.set(route.own, value)
        return self.participant.request(route.method, path)


@pytest.fixture(scope="module")
def world(sqlite_template, tmp_path_factory):
    home = tmp_path_factory.mktemp("routes") / "home"
    copy_home(sqlite_template, home)
    with open_installation(home, None) as installation, ExitStack() as stack:
        own = stack.enter_context(desk_over(installation))
        foreign = stack.enter_context(desk_over(installation, name="Toinen talo", number=1))
        school = stack.enter_context(desk_over(installation, kind="school", name="Esimerkkiopisto", number=2))
        headers = {"Accept-Language": "fi", "Sec-Fetch-Site": "same-origin"}
        base_url = installation.settings.public_url
        nobody, participant = (
            stack.enter_context(AppClient(own.app, base_url=base_url, headers=headers)) for _ in range(2)
        )
        routes = routes_of(create_app(installation.outside))
        yield World(
            own,
            foreign,
            school,
            routes,
            nobody,
            participant,
            Samples(own, school=school).make(),
            Samples(foreign, others=1).make(),
        )


def staff_routes(world: World) -> list[Route]:
    return [route for route in world.routes if route.permissions]


def own_routes(world: World) -> list[Route]:
    """Participants' routes; those that erase come last, since nobody comes back from there."""
    found = [route for route in world.routes if route.own]
    return sorted(found, key=lambda route: (route.method != "GET", route.path.startswith("/my/erase")))


def test_every_route_names_one_permission_or_stands_on_the_list_of_public_ones(world):
    assert {str(route) for route in world.routes if not route.permissions and not route.own} == set(PUBLIC)
    assert [str(route) for route in world.routes if len(set(route.permissions)) + bool(route.own) > 1] == []
    assert [str(route) for route in world.routes if bool(route.own) != route.path.startswith(OWN)] == []


def test_every_page_of_an_own_thing_opens_for_some_role(world):
    closed = []
    for route in staff_routes(world):
        if route.method != "GET" or route.path.startswith(UMBRELLA_ONLY) or str(route) in (*BY_QUERY, *LATER):
            continue
        able = [role for role in Role if role in ALLOWED[route.permissions[0]]]
        path = world.own_things.fill(route.path)
        if ABSENT in path:  # a thing inside another one that the samples do not make
            continue
        if not any(world.ask(role, route, path).status_code in (200, 303) for role in able):
            closed.append(str(route))
    assert closed == []


def test_nobody_comes_in_without_signing_in(world):
    let_in = {}
    for route in (*staff_routes(world), *own_routes(world)):
        for things in (world.own_things, world.foreign_things):
            answer = world.nobody.request(route.method, things.fill(route.path))
            if answer.status_code != 401:
                let_in[str(route)] = answer.status_code
    assert let_in == {}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_permission_is_refused_and_told_who_may(world, role):
    wrong = {}
    for route in staff_routes(world):
        if role in ALLOWED[route.permissions[0]]:
            continue
        for things in (world.own_things, world.foreign_things):
            answer = world.ask(role, route, things.fill(route.path))
            if answer.status_code != 403 or NO_ROLE not in answer.text:
                wrong[str(route)] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("role", list(Role))
def test_what_is_another_institutions_is_not_there(world, role):
    wrong = {}
    for route in staff_routes(world):
        if role not in ALLOWED[route.permissions[0]] or "{" not in route.path or route.path.startswith(SHARED_BY_ALL):
            continue
        mixed = world.own_things.fill_inside(route.path, world.foreign_things)
        for path in (world.foreign_things.fill(route.path), mixed):
            answer = world.ask(role, route, path) if path is not None else None
            if answer is not None and answer.status_code != 404:
                wrong[str(route)] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_with_the_permission_comes_in_and_nothing_breaks(world, role):
    """An empty form may be refused by its page; the person may not be, and a fault of ours may not show."""
    wrong = {}
    for route in staff_routes(world):
        if role not in ALLOWED[route.permissions[0]]:
            continue
        answer = world.ask(role, route, world.own_things.fill(route.path))
        expected = {404} if route.path.startswith(UMBRELLA_ONLY) else {200, 204, 303, 403, 404, 409, 422, 429}
        plain = "{" not in route.path and str(route) not in BY_QUERY
        if plain and route.method == "GET" and not route.path.startswith(UMBRELLA_ONLY):
            expected = {200, 303}
        if answer.status_code not in expected or NO_ROLE in answer.text:
            wrong[str(route)] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("role", list(Role))
def test_no_member_of_staff_opens_a_participants_view(world, role):
    """With the own account, whatever it may do: neither this house's participants nor another one's."""
    let_in = {}
    for route in own_routes(world):
        for things in (world.own_things, world.foreign_things):
            answer = world.ask(role, route, things.fill(route.path))
            if answer.status_code != 401:
                let_in[str(route)] = answer.status_code
    assert let_in == {}


def test_a_view_opened_with_support_opens_no_page_of_the_participant_alone_and_the_other_way_round(world):
    let_in = {}
    for route in own_routes(world):
        other = replace(route, own={"p": "t", "t": "p"}[route.own])
        answer = world.ask_as_participant(other, world.own_things.fill(route.path))
        if answer.status_code != 401:
            let_in[str(route)] = answer.status_code
        world.participant.cookies.set(route.own, world.participant.cookies[other.own])  # under the other name
        if world.participant.request(route.method, world.own_things.fill(route.path)).status_code != 401:
            let_in[str(route)] = "under the other name"
    assert let_in == {}


def test_what_is_another_participants_is_not_there(world):
    wrong = {}
    for route in own_routes(world):
        if "{" not in route.path or route.path.startswith(OWN_SHARED):
            continue
        mixed = world.own_things.fill_inside(route.path, world.foreign_things)
        for path in (world.foreign_things.fill(route.path), mixed):
            answer = world.ask_as_participant(route, path) if path is not None else None
            if answer is not None and answer.status_code != 404:
                wrong[str(route)] = answer.status_code
    assert wrong == {}


def test_a_participant_comes_in_and_nothing_breaks(world):
    """An empty form may be refused by its page; the person may not be, and a fault of ours may not show."""
    wrong = {}
    for route in own_routes(world):
        path = world.own_things.fill(route.path)
        answer = world.ask_as_participant(route, path)
        expected = {200, 303} if route.method == "GET" else {200, 204, 303, 403, 404, 409, 422, 429}
        absent = ABSENT in path or str(route) in OWN_LATER
        if answer.status_code not in (expected | {404} if absent else expected):
            wrong[str(route)] = answer.status_code
    assert wrong == {}
