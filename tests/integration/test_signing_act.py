"""Acts confirmed by a passkey: for one person, one act, one content, once, soon, with the device's own check."""

import hashlib
import json
from datetime import timedelta

import pytest
from software_passkey import EDDSA, SoftwarePasskey, add_passkey

from issuer.domain.errors import ForbiddenError
from issuer.domain.permissions import Role
from issuer.services import signing_act

ACT, DIGEST = "draft.approve:1", hashlib.sha256(b"what is approved").digest()


@pytest.fixture
def coach(desk):
    return desk.staff[Role.WORK_COACH]


def refused(desk, who, response, *, act=ACT, digest=DIGEST):
    with pytest.raises(ForbiddenError) as error:
        signing_act.confirm(desk.outside, who, act, digest, response)
    assert error.value.code == "act.not_confirmed"


def test_an_act_is_confirmed_once_and_leaves_a_row(both_desks):
    coach = both_desks.staff[Role.WORK_COACH]
    passkey = add_passkey(both_desks.outside, coach)
    answer = passkey.confirm(signing_act.begin(both_desks.outside, coach, ACT, DIGEST))
    signing_act.confirm(both_desks.outside, coach, ACT, DIGEST, answer)
    refused(both_desks, coach, answer)


def test_the_question_holds_the_digest_of_act_and_content(desk, coach):
    add_passkey(desk.outside, coach)
    options = [json.loads(signing_act.begin(desk.outside, coach, ACT, DIGEST)) for _ in range(2)]
    assert options[0]["challenge"] != options[1]["challenge"]
    assert options[0]["userVerification"] == "required"
    assert options[0]["challenge"][-40:] == options[1]["challenge"][-40:]


@pytest.mark.parametrize(
    ("act", "digest"), [("draft.approve:2", DIGEST), (ACT, hashlib.sha256(b"something else").digest())]
)
def test_another_act_or_content_is_not_confirmed(desk, coach, act, digest):
    passkey = add_passkey(desk.outside, coach)
    answer = passkey.confirm(signing_act.begin(desk.outside, coach, ACT, DIGEST))
    refused(desk, coach, answer, act=act, digest=digest)


def test_a_colleague_cannot_use_the_answer(desk, coach):
    passkey = add_passkey(desk.outside, coach)
    answer = passkey.confirm(signing_act.begin(desk.outside, coach, ACT, DIGEST))
    refused(desk, desk.staff[Role.SUPERVISOR], answer)


def test_the_passkey_of_a_colleague_is_not_taken(desk, coach):
    other = add_passkey(desk.outside, desk.staff[Role.SUPERVISOR])
    add_passkey(desk.outside, coach)
    refused(desk, coach, other.confirm(signing_act.begin(desk.outside, coach, ACT, DIGEST)))


def test_an_answer_after_five_minutes_is_too_late(desk, coach):
    passkey = add_passkey(desk.outside, coach)
    answer = passkey.confirm(signing_act.begin(desk.outside, coach, ACT, DIGEST))
    desk.installation.clock.moved = timedelta(minutes=5, seconds=1)
    refused(desk, coach, answer)


def test_a_device_that_did_not_verify_its_user_is_refused(desk, coach):
    passkey = add_passkey(desk.outside, coach)
    passkey.verified = False
    refused(desk, coach, passkey.confirm(signing_act.begin(desk.outside, coach, ACT, DIGEST)))


def test_a_page_of_another_origin_is_refused(desk, coach):
    passkey = add_passkey(desk.outside, coach)
    passkey.origin = "https://evil.example"
    refused(desk, coach, passkey.confirm(signing_act.begin(desk.outside, coach, ACT, DIGEST)))


def test_a_counter_that_goes_back_is_refused(desk, coach):
    passkey = add_passkey(desk.outside, coach)
    passkey.counter = 5
    signing_act.confirm(
        desk.outside, coach, ACT, DIGEST, passkey.confirm(signing_act.begin(desk.outside, coach, ACT, DIGEST))
    )
    passkey.counter = 3
    refused(desk, coach, passkey.confirm(signing_act.begin(desk.outside, coach, ACT, DIGEST)))


@pytest.mark.parametrize("response", ["", "{}", "[]", "null", '{"id": 1}', "x" * 30_000, '{"id":"a","rawId":"a"}'])
def test_what_is_no_answer_is_refused(desk, coach, response):
    refused(desk, coach, response)


@pytest.mark.parametrize("member", ["signature", "authenticatorData", "clientDataJSON"])
def test_one_changed_bit_is_refused(desk, coach, member):
    passkey = add_passkey(desk.outside, coach)
    answer = json.loads(passkey.confirm(signing_act.begin(desk.outside, coach, ACT, DIGEST)))
    value = answer["response"][member]
    answer["response"][member] = ("A" if value[8] != "A" else "B").join((value[:8], value[9:]))
    refused(desk, coach, json.dumps(answer))


def test_without_a_passkey_there_is_no_question(desk, coach):
    with pytest.raises(ForbiddenError) as error:
        signing_act.begin(desk.outside, coach, ACT, DIGEST)
    assert error.value.code == "act.no_passkey"


def test_a_key_of_ed25519_is_neither_offered_nor_taken(desk, coach):
    with pytest.raises(ForbiddenError) as error:
        add_passkey(desk.outside, coach, SoftwarePasskey(desk.outside.public_url, algorithm=EDDSA))
    assert error.value.code == "passkey.not_added"


def test_a_device_that_cannot_verify_its_user_is_not_added(desk, coach):
    with pytest.raises(ForbiddenError) as error:
        add_passkey(desk.outside, coach, SoftwarePasskey(desk.outside.public_url, verified=False))
    assert error.value.code == "passkey.not_added"
