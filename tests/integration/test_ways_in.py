"""The door and the own account: passkey, mail link, printed code; equal answers; limits; never the last key."""

import html
import re
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from app_client import AppClient
from software_passkey import SoftwarePasskey, add_passkey

from issuer.app import create_app
from issuer.domain.permissions import Role
from issuer.services import sign_in
from issuer.services.ways_in import mail_link, recovery_codes

HEADERS = {"Accept-Language": "fi", "Sec-Fetch-Site": "same-origin"}
ADDRESS = "maija@example.fi"


@dataclass
class Kept:
    """A mailer that keeps what it is given, for our side of the matter; tests/integration/test_mail.py really sends."""

    mails: list = field(default_factory=list)

    def send(self, mail):
        self.mails.append(mail)


class House:
    """The application with mail, and browsers."""

    def __init__(self, desk, stack):
        self.desk, self._stack, self.mailer = desk, stack, Kept()
        self.outside = replace(desk.outside, mailer=self.mailer)
        self._app = create_app(self.outside)

    def browser(self, address="127.0.0.1"):
        client = AppClient(self._app, base_url=self.outside.public_url, headers=HEADERS, address=address)
        return self._stack.enter_context(client)

    def signed_in(self, member, way="link"):
        browser = self.browser()
        if way == "link":
            assert browser.post(f"/in/{sign_in.create_link(self.outside, member.id)}").status_code == 303
            return browser
        with self.outside.database.write() as uow:
            value = sign_in.new_session(uow, member.id, now=self.outside.now(), way=way)
        browser.cookies.set("s", value)
        return browser

    def last_link(self):
        return re.search(r"(/in/\S+)", self.mailer.mails[-1].text)[1]


@pytest.fixture
def house(desk):
    with ExitStack() as stack:
        yield House(desk, stack)


@pytest.fixture
def coach(house):
    return house.desk.staff[Role.WORK_COACH]


def by_passkey(browser, passkey):
    options = browser.post("/in/passkey/options")
    assert options.status_code == 200
    return browser.post("/in/passkey", data={"assertion": passkey.confirm(options.text)})


def test_a_passkey_lets_its_owner_in(house, coach):
    passkey = add_passkey(house.outside, coach)
    browser = house.browser()
    assert by_passkey(browser, passkey).headers["location"] == "/home"
    assert "työvalmentaja" in browser.get("/me").text


def test_the_options_name_no_account_and_ask_for_the_devices_own_check(house):
    options = house.browser().post("/in/passkey/options").json()
    assert options.get("allowCredentials", []) == []
    assert options["userVerification"] == "required"
    assert options["rpId"] == "localhost"


def test_an_answer_of_another_browser_or_a_second_time_lets_nobody_in(house, coach):
    passkey = add_passkey(house.outside, coach)
    asking, other = house.browser(), house.browser()
    answer = passkey.confirm(asking.post("/in/passkey/options").text)
    other.post("/in/passkey/options")
    assert other.post("/in/passkey", data={"assertion": answer}).status_code == 422
    answer = passkey.confirm(asking.post("/in/passkey/options").text)
    assert asking.post("/in/passkey", data={"assertion": answer}).status_code == 303
    assert asking.post("/in/passkey", data={"assertion": answer}).status_code == 422


def test_an_unknown_passkey_and_one_of_somebody_who_left_get_the_same_answer(house, coach):
    known = add_passkey(house.outside, coach)
    stranger = SoftwarePasskey(house.outside.public_url, user=coach.id.encode())
    with house.outside.database.write() as uow:
        uow.staff.end(coach.id, now=house.outside.now())
    pages = [by_passkey(house.browser(), passkey) for passkey in (known, stranger)]
    assert [page.status_code for page in pages] == [422, 422]
    assert pages[0].text == pages[1].text


def test_a_mail_link_works_once_in_the_browser_that_asked_and_by_a_button(house, coach):
    mail_link.set_address(house.outside, coach, " Maija@Example.fi ")
    asking, other = house.browser(), house.browser()
    asking.post("/in/mail", data={"address": ADDRESS})
    link = house.last_link()
    assert other.get(link).status_code == 404
    assert other.post(link).status_code == 404
    assert asking.get(link).status_code == 200
    assert asking.post(link).status_code == 303
    assert asking.post(link).status_code == 404
    mail = house.mailer.mails[0]
    assert (mail.to, mail.sender, mail.subject) == (ADDRESS, "Työ ja taito", "Kirjautumislinkki")


def test_the_answer_is_the_same_for_known_unknown_and_odd_addresses(house, coach):
    mail_link.set_address(house.outside, coach, ADDRESS)
    answers = [
        house.browser().post("/in/mail", data={"address": one})
        for one in (ADDRESS, "nobody@example.fi", "", "no address", "x" * 5000)
    ]
    assert {(one.status_code, one.headers["location"], one.text) for one in answers} == {(303, "/in/sent", "")}
    assert len(house.mailer.mails) == 1


def test_whoever_signs_and_has_a_passkey_gets_no_link_by_mail(house, coach):
    mail_link.set_address(house.outside, coach, ADDRESS)
    add_passkey(house.outside, coach)
    house.browser().post("/in/mail", data={"address": ADDRESS})
    assert house.mailer.mails == []


def test_a_mail_link_ends_after_a_quarter_of_an_hour(house, coach):
    mail_link.set_address(house.outside, coach, ADDRESS)
    browser = house.browser()
    browser.post("/in/mail", data={"address": ADDRESS})
    house.desk.installation.clock.moved = timedelta(minutes=15, seconds=1)
    assert browser.post(house.last_link()).status_code == 404


def test_eleven_requests_for_one_address_are_too_many_known_or_not(house):
    answers = [house.browser().post("/in/mail", data={"address": ADDRESS}) for _ in range(11)]
    assert [one.status_code for one in answers] == [303] * 10 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 900
    assert house.browser().post("/in/mail", data={"address": "other@example.fi"}).status_code == 303
    house.desk.installation.clock.moved = timedelta(minutes=15)
    assert house.browser().post("/in/mail", data={"address": ADDRESS}).status_code == 303


def test_ten_failed_attempts_close_the_door_for_their_prefix_alone(house, coach):
    code = recovery_codes.make(house.outside, coach)[0]
    browser = house.browser("198.51.100.7")
    statuses = [browser.post("/in/code", data={"code": "AAAA"}).status_code for _ in range(10)]
    assert statuses == [422] * 10
    neighbour, elsewhere = house.browser("198.51.100.99"), house.browser("198.51.101.7")
    assert neighbour.post("/in/code", data={"code": code}).status_code == 429
    assert elsewhere.post("/in/code", data={"code": code}).status_code == 303


def test_each_printed_code_works_once_however_it_is_typed(house, coach):
    page = house.signed_in(coach).post("/me/codes")
    codes = re.findall(r"<code>([A-Z2-7 ]{19})</code>", page.text)
    assert len(set(codes)) == 10
    typed = codes[0].lower().replace(" ", "-")
    assert house.browser().post("/in/code", data={"code": typed}).headers["location"] == "/me"
    assert house.browser().post("/in/code", data={"code": codes[0]}).status_code == 422
    house.signed_in(coach).post("/me/codes")
    assert house.browser().post("/in/code", data={"code": codes[1]}).status_code == 422


def test_a_passkey_is_added_on_the_own_page_and_the_session_gets_a_new_id(house, coach):
    browser = house.signed_in(coach)
    before = browser.cookies["s"]
    passkey = SoftwarePasskey(house.outside.public_url)
    answer = passkey.register(browser.post("/me/passkeys/options").text)
    assert browser.post("/me/passkeys", data={"assertion": answer, "name": "Työpuhelin"}).status_code == 303
    assert browser.cookies["s"] != before
    assert "Työpuhelin" in browser.get("/me").text
    thief = house.browser()
    thief.cookies.set("s", before)
    assert thief.get("/me").status_code == 401


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\u202eb", "a\nb"])
def test_a_device_needs_a_readable_name(house, coach, name):
    browser = house.signed_in(coach)
    answer = SoftwarePasskey(house.outside.public_url).register(browser.post("/me/passkeys/options").text)
    page = browser.post("/me/passkeys", data={"assertion": answer, "name": name})
    assert page.status_code == 422
    assert 'href="#name"' in page.text


def test_the_last_key_stays_and_another_one_goes(house, coach):
    add_passkey(house.outside, coach)
    browser = house.signed_in(coach)
    with house.outside.database.read() as uow:
        first = uow.sign_in.passkeys(coach.id)[0].id
    refused = browser.post(f"/me/passkeys/{first}/remove")
    assert refused.status_code == 422
    assert "Tämä on ainoa avaimesi. Lisää ensin toinen." in html.unescape(refused.text)
    add_passkey(house.outside, coach)
    assert browser.post(f"/me/passkeys/{first}/remove").status_code == 303


def test_a_colleagues_key_is_not_there(house, coach):
    add_passkey(house.outside, coach)
    with house.outside.database.read() as uow:
        key = uow.sign_in.passkeys(coach.id)[0].id
    supervisor = house.desk.staff[Role.SUPERVISOR]
    assert house.signed_in(supervisor).post(f"/me/passkeys/{key}/remove").status_code == 404


@pytest.mark.parametrize(("way", "status"), [("mail", 422), ("oidc", 422), ("passkey", 200), ("code", 200)])
def test_a_mailbox_alone_makes_no_way_in_for_somebody_with_a_passkey(house, coach, way, status):
    add_passkey(house.outside, coach)
    browser = house.signed_in(coach, way)
    assert browser.post("/me/codes").status_code == status
    options = browser.post("/me/passkeys/options").status_code
    assert options == (403 if status == 422 else 200)
    assert browser.post("/me/address", data={"address": ADDRESS}).status_code == (422 if status == 422 else 303)


def test_signing_out_everywhere_ends_every_session(house, coach):
    here, there = house.signed_in(coach), house.signed_in(coach)
    assert here.post("/me/sessions/end").headers["location"] == "/in"
    assert there.get("/me").status_code == 401


def test_being_asked_keeps_a_session_alive_until_twelve_hours(house, coach):
    browser, clock = house.signed_in(coach), house.desk.installation.clock
    for _ in range(24):
        clock.moved += timedelta(minutes=29)
        assert browser.post("/me/alive").status_code == 204
    clock.moved += timedelta(minutes=25)
    assert browser.post("/me/alive").status_code == 401


def test_password_managers_are_led_to_the_own_page(house):
    answer = house.browser().get("/.well-known/change-password")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")


def test_no_address_name_or_secret_stands_readable_in_the_database(house, coach):
    mail_link.set_address(house.outside, coach, ADDRESS)
    codes = recovery_codes.make(house.outside, coach)
    add_passkey(house.outside, coach)
    stored = b"".join(one.read_bytes() for one in house.desk.installation.home.glob("pateva.sqlite3*"))
    for secret in (ADDRESS, "Testin puhelin", codes[0], codes[0].replace(" ", "")):
        assert secret.encode() not in stored
