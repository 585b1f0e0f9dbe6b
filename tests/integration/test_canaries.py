"""Canaries: marked words of people, put into every form of every page, and every secret, stand in no log (PR5)."""

import json
import re
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

import participants
import pytest
from own import own_client
from page_forms import forms_of
from route_list import Route, routes_of
from route_samples import ABSENT, Samples
from served import free_port

from issuer.adapters.smtp import SmtpMailer
from issuer.domain.holder import Holder
from issuer.domain.notice import NoticeKind
from issuer.domain.permissions import ALLOWED, Role
from issuer.jobs import OutboxRunner, handlers, signers
from issuer.services.notices.notify import notify
from issuer.services.own import own_session
from issuer.services.wallets.offer import offer

if TYPE_CHECKING:
    from app_client import AppClient
    from desk import Desk

ENOUGH = 50
LAST = ("/my/erase", "/together/end", "/my/out", "/out", "/me/sessions/end", "/admin/people/{staff_id}/end")
MARK = "kanarialintu"
_SECRET_PLACES = re.compile(r"/(?:s|c|i|exchanges|mail|in|invite|recognise)/([A-Za-z0-9_-]{20,})")


@dataclass
class Journey:
    """Goes through every page of one house as each of its people, and writes marked words wherever words can be."""

    desk: "Desk"
    samples: Samples
    canaries: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    led_to: list[str] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)

    def word(self, name: str) -> str:
        """A canary of its own, in the form that the field asks for."""
        number = next(self.numbers)
        marked = f"{MARK}{number:04d}"
        self.canaries.append(marked)
        if "address" in name or "mail" in name:
            return f"{marked}@esimerkki.fi"
        return f"{marked} ÅÄÖ ääkkösin"

    def visit(self, client: "AppClient", route: Route) -> None:
        """Open a page and send each of its forms."""
        try:
            path = self.samples.fill(route.path)
        except AssertionError:  # test_every_route_and_role.py says that a sample is missing
            return
        if ABSENT in path:
            return
        answer = client.get(path)
        if answer.status_code == 200 and answer.headers.get("content-type", "").startswith("text/html"):
            self._note(answer.text)
            for form in forms_of(answer.text):
                if not form.action.endswith("/out"):
                    self._send(client, path, form)

    def _send(self, client: "AppClient", path: str, form) -> None:
        address = urljoin(path, form.action)
        values = form.filled(self.word)
        if form.typed:
            self.places.add(f"{form.method} {address}")
        if form.method == "get":
            client.get(address, params=values)
            return
        files = {"file": ("a.csv", b"x;y\n1;2\n", "text/csv")} if form.upload else None
        answer = client.post(address, data=values, files=files)
        self.led_to.append(unquote(answer.headers.get("location", "")))
        if answer.headers.get("content-type", "").startswith("text/html"):
            self._note(answer.text)

    def _note(self, text: str) -> None:
        self.secrets |= set(_SECRET_PLACES.findall(text))


@pytest.fixture
def journey(desk):
    """In a house with a mail server that does not answer, so that mails fail and are logged."""
    mailer = SmtpMailer(f"smtp://127.0.0.1:{free_port()}/?from=viestit@esimerkki.fi")
    installation = replace(desk.installation, outside=replace(desk.outside, mailer=mailer))
    mailing = replace(desk, installation=installation)
    return Journey(mailing, Samples(mailing).make())


def run_worker(desk: "Desk") -> None:
    doing = handlers(signers(desk.outside, desk.installation.settings))
    OutboxRunner(desk.outside, doing, threading.Event()).run_due()


def go_everywhere(journey: Journey) -> None:
    """All GET routes of staff by each role that may, then the participant's own, the ends of everything last."""
    desk = journey.desk
    routes = sorted((one for one in routes_of(desk.app) if one.method == "GET"), key=lambda one: one.path in LAST)
    for route in routes:
        if route.permissions and "{" + "institution_id" not in route.path:
            role = next((one for one in desk.staff if one in ALLOWED[route.permissions[0]]), None)
            if role is not None:
                journey.visit(desk.client(role), route)
    person_id = journey.samples.person_id
    views = {}
    for supported, name in ((False, "p"), (True, "t")):
        client = own_client(desk, person_id)
        who = Holder(person_id=person_id, institution_id=desk.institution.id, shared_device=True, supported=supported)
        with desk.outside.database.write() as uow:
            cookie = own_session.begin(uow, who, now=desk.outside.now())
        client.cookies.clear()
        client.cookies.set(name, cookie)
        journey.secrets.add(cookie)
        views[name] = client
    for route in routes:
        if route.own is not None:
            journey.visit(views[route.own], route)


def in_trouble(journey: Journey) -> None:
    """Wrong and made-up secrets, bodies that are no JSON, and the wallet's exchange with its challenge."""
    desk = journey.desk
    client = own_client(desk, journey.samples.person_id)
    canary = journey.word("name")
    for path in (f"/s/{canary}", f"/c/{canary}", f"/i/{canary}", f"/nothing/{canary}", f"/units?q={canary}"):
        client.get(path)
    client.post("/exchanges/" + "A" * 22, content=canary.encode())
    client.post("/api/verify", content=canary.encode(), headers={"Content-Type": "application/json"})
    client.request("POST", "/v", data={"text": canary})
    client.post("/api/badges", content=canary.encode(), headers={"Authorization": f"Bearer {MARK}0000"})


def wallet_secrets(journey: Journey) -> None:
    desk = journey.desk
    with desk.outside.database.read() as uow:
        badge_id = next(
            one
            for one in uow.drafts.badge_ids(journey.samples.person_id)
            if uow.credentials.get(one).state == "delivered"
        )
    who = Holder(
        person_id=journey.samples.person_id,
        institution_id=desk.institution.id,
        shared_device=False,
        supported=False,
    )
    made = offer(desk.outside, who, badge_id)
    client = own_client(desk, who.person_id)
    token = made.interaction_url.rpartition("/")[2].partition("?")[0]
    asked = client.post(f"/exchanges/{token}", json={}).json()["verifiablePresentationRequest"]
    client.post(f"/i/{token}/badge.json", data={"code": made.code})
    journey.secrets |= {token, asked["challenge"], made.code}


def test_fifty_words_of_people_and_all_secrets_stand_in_no_log_queue_console_or_address(journey, logged, capfd):
    wallet_secrets(journey)
    in_trouble(journey)
    go_everywhere(journey)
    run_worker(journey.desk)
    console = capfd.readouterr()
    assert len(set(journey.canaries)) >= ENOUGH
    assert len(journey.places) >= 20, sorted(journey.places)
    assert len(journey.secrets) >= 5
    lines = logged.getvalue()
    assert lines.count("http.answered") > 100
    assert "mail.not_sent" in lines
    for name, text in (
        ("log", lines),
        ("console", console.out + console.err),
        ("addresses", "\n".join(journey.led_to)),
    ):
        assert MARK not in text.casefold(), name
        assert [one for one in journey.secrets if one in text and name != "addresses"] == [], name
    assert_paths_are_templates(journey.desk, lines)
    assert_queue_is_clean(journey)


def assert_paths_are_templates(desk: "Desk", lines: str) -> None:
    """Every path that was logged is one of the application's own templates."""
    known = {route.path for route in routes_of(desk.app)} | {"-"}
    logged_paths = {json.loads(line).get("path", "-") for line in lines.splitlines()}
    assert logged_paths <= known | {"/openapi.json", "/robots.txt"}


def assert_queue_is_clean(journey: Journey) -> None:
    """What waits to be done or mailed, and the trail, hold ids and codes alone."""
    with closing(sqlite3.connect(journey.desk.installation.home / "pateva.sqlite3")) as database:
        for table, column in (("outbox", "payload"), ("audit", "entry"), ("notice", "about")):
            content = "\n".join(str(row[0]) for row in database.execute(f"SELECT {column} FROM {table}"))  # noqa: S608  names of our own, above
            assert content, table
            assert MARK not in content.casefold(), table
            assert [one for one in journey.secrets if one in content] == [], table


def test_a_crash_while_a_person_is_named_is_logged_without_the_name(journey, logged, monkeypatch):
    def fall(*_arguments, **_more):
        raise RuntimeError(f"{MARK} Aino, 040 123 4567")

    monkeypatch.setattr("issuer.services.notices.own_address.show", fall)
    answer = own_client(journey.desk, journey.samples.person_id).get("/my/notices")
    assert answer.status_code == 500
    assert MARK not in answer.text
    assert MARK not in logged.getvalue()
    assert "http.crashed" in logged.getvalue()


def test_a_message_that_fails_is_logged_without_address_and_words(journey, logged):
    desk = journey.desk
    person = participants.participant(desk, f"{MARK} Aino")
    with desk.outside.database.write() as uow:
        notify(uow, desk.outside, person.person_id, NoticeKind.BADGE_LAST_CALL, day=desk.outside.now().date())
    desk.installation.clock.moved += timedelta(days=1)
    desk.client(Role.WORK_COACH).get("/notices")
    assert MARK not in logged.getvalue()
