"""A participant's own passkeys: the wish to come in without a slip, which nothing needs."""

import json

import own
import participants
import pytest
from app_client import AppClient
from desk import SAME_ORIGIN, Desk
from software_passkey import SoftwarePasskey, to_bytes

from issuer.domain.permissions import Role
from issuer.services.own.make_slip import Known, make_slip


def browser(desk: Desk) -> AppClient:
    headers = {"Accept-Language": "fi", **SAME_ORIGIN}
    base_url = desk.installation.settings.public_url
    return desk.stack.enter_context(AppClient(desk.app, base_url=base_url, headers=headers))


@pytest.fixture
def person(desk):
    return participants.participant(desk)


@pytest.fixture
def passkey(desk, person):
    """A device with a key of this participant."""
    client = own.own_client(desk, person.person_id)
    made = SoftwarePasskey(desk.installation.settings.public_url)
    options = client.post("/my/keys/options").text
    assert person.person_id.encode() not in to_bytes(json.loads(options)["user"]["id"])
    answer = client.post("/my/keys", data={"assertion": made.register(options), "name": "Oma puhelin"})
    assert answer.headers["location"] == "/my/keys?notice=added"
    assert "Oma puhelin" in client.get("/my/keys").text
    return made


def come_in(client, passkey):
    options = client.post("/c/passkey/options").text
    assert json.loads(options)["allowCredentials"] == []
    return client.post("/c/passkey", data={"assertion": passkey.confirm(options)})


def test_a_key_lets_its_owner_in_without_the_slip(desk, passkey):
    client = browser(desk)
    answer = come_in(client, passkey)
    assert (answer.status_code, answer.headers["location"]) == (303, "/my")
    assert "Oma puhelin" in client.get("/my/keys").text


def test_an_answer_of_another_browser_or_a_second_time_lets_nobody_in(desk, passkey):
    one, other = browser(desk), browser(desk)
    assertion = passkey.confirm(one.post("/c/passkey/options").text)
    other.post("/c/passkey/options")
    assert other.post("/c/passkey", data={"assertion": assertion}).status_code == 422
    assert one.post("/c/passkey", data={"assertion": assertion}).status_code == 422


def test_an_unknown_key_a_staffs_door_and_odd_answers_let_nobody_in(desk, passkey):
    client = browser(desk)
    unknown = SoftwarePasskey(desk.installation.settings.public_url)
    assert come_in(client, unknown).status_code == 422
    for odd in ("", "{}", "x" * 100_000):
        assert client.post("/c/passkey", data={"assertion": odd}).status_code == 422
    options = client.post("/in/passkey/options").text
    assert client.post("/in/passkey", data={"assertion": passkey.confirm(options)}).status_code == 422


def test_a_removed_key_and_one_from_before_a_new_slip_let_nobody_in(desk, person, passkey):
    who, known = desk.staff[Role.WORK_COACH], Known(name_used=True, own_record=True)
    make_slip(desk.outside, who, person.person_id)
    assert come_in(browser(desk), passkey).status_code == 303  # the first slip takes nobody's place
    make_slip(desk.outside, who, person.person_id, known=known)
    assert come_in(browser(desk), passkey).status_code == 422


def test_the_last_key_may_go_and_nobody_elses(desk, person, passkey):
    with desk.outside.database.read() as uow:
        (row,) = uow.own_access.passkeys(person.person_id)
    stranger = own.own_client(desk, participants.participant(desk, "Toinen").person_id)
    assert stranger.post(f"/my/keys/{row.id}/remove").status_code == 404
    client = own.own_client(desk, person.person_id)
    assert client.post(f"/my/keys/{row.id}/remove").status_code == 303
    assert come_in(browser(desk), passkey).status_code == 422
