"""Observations: three steps, groups, telling words, corrections that keep the old version, pictures made clean."""

import io
import re
from datetime import timedelta

import pytest
from desk import BICYCLE, desk_over
from participants import observed, participant, requirement_keys
from PIL import Image

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, DomainError, InvalidRequestError, NotFoundError
from issuer.domain.observation import Independence, NewObservation, Origin
from issuer.domain.participant import How, Purpose
from issuer.domain.permissions import Role
from issuer.domain.unit_ref import UnitRef
from issuer.services.coaching import correct_observation, give_consent, record_observation, withdraw_consent
from issuer.services.coaching.clean_picture import clean_picture
from issuer.services.coaching.give_consent import Yes

COACH = Role.WORK_COACH


def new(desk, *people, **more):
    values = {
        "person_ids": tuple(one.person_id for one in people),
        "unit": BICYCLE,
        "requirement_keys": requirement_keys(desk)[:2],
        "independence": Independence.SOME_HELP,
        "observed_on": helsinki_day(desk.outside.now()),
    }
    return NewObservation(**(values | more))


def count(desk, person):
    with desk.outside.database.read() as uow:
        return len(uow.coaching.all_observations(person.person_id, with_replaced=True))


def form(desk, person, **more):
    values = {
        "person": person.code,
        "unit": str(BICYCLE),
        "task": "other",
        "requirement": ["1", "2"],
        "independence": "alone",
        "observed_on": "22.11.2026",
        "medium": "work",
        "words": "",
    }
    return values | more


def photograph():
    picture = Image.new("RGB", (64, 48), "red")
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    kept = io.BytesIO()
    picture.save(kept, "JPEG", exif=exif, comment=b"CANARY-COMMENT")
    return kept.getvalue()


def test_a_group_at_one_task_gets_an_observation_each_or_none(both_desks):
    desk = both_desks
    one, two = participant(desk), participant(desk, "Osallistuja Kaksi")
    recorded = record_observation.record(desk.outside, desk.staff[COACH], new(desk, one, two, words="Hyvin meni"))
    assert len(recorded.ids) == 2
    assert (count(desk, one), count(desk, two)) == (1, 1)
    with desk.outside.database.read() as uow:
        assert b"Hyvin" not in uow.coaching.observation_words(one.person_id)[recorded.ids[0]]
    withdraw_consent.withdraw(desk.outside, desk.staff[COACH], two.person_id, Purpose.COACHING)
    with pytest.raises(ConflictError):
        record_observation.record(desk.outside, desk.staff[COACH], new(desk, one, two))
    assert count(desk, one) == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"requirement_keys": ()}, "observation.requirements"),
        ({"requirement_keys": ("demo-103910-1",)}, "observation.other_unit"),
        ({"unit": UnitRef("tutkinnonosat_1", "1")}, "unit.unknown"),
        ({"task_id": "elsewhere"}, "task.unknown"),
        ({"site_id": "elsewhere"}, "site.unknown"),
        ({"person_ids": ()}, "observation.people"),
        ({"person_ids": tuple(map(str, range(31)))}, "observation.people"),
        ({"words": "x" * 1001}, "text.length"),
        ({"words": "hyv\u202ein"}, "text.control"),
        ({"words": "oli vankilassa"}, "privacy.telling_word"),
        ({"words": "teki pajalla huollot"}, "observation.warned_word"),
        ({"picture": b"x"}, "picture.not_permitted"),
    ],
)
def test_a_fault_of_an_observation_is_named_and_nothing_is_kept(desk, more, code):
    person = participant(desk)
    with pytest.raises(DomainError) as refused:
        record_observation.record(desk.outside, desk.staff[COACH], new(desk, person, **more))
    assert refused.value.code == code
    assert count(desk, person) == 0


@pytest.mark.parametrize(("days", "fits"), [(0, True), (-1098, True), (1, False), (-1099, False)])
def test_the_day_lies_within_three_years_and_not_ahead(desk, days, fits):
    person = participant(desk)
    day = helsinki_day(desk.outside.now()) + timedelta(days=days)
    if fits:
        record_observation.record(desk.outside, desk.staff[COACH], new(desk, person, observed_on=day))
    else:
        with pytest.raises(InvalidRequestError, match=r"observation\.day"):
            record_observation.record(desk.outside, desk.staff[COACH], new(desk, person, observed_on=day))


def test_an_observer_without_the_trade_is_kept_and_told(desk):
    person = participant(desk)
    recorded = record_observation.record(desk.outside, desk.staff[Role.PERSONAL_COACH], new(desk, person))
    assert not recorded.in_trade
    client = desk.client(Role.PERSONAL_COACH)
    answer = client.post("/note", data=form(desk, person))
    assert answer.status_code == 303
    assert "vain alan työvalmentaja" in client.get(answer.headers["location"]).text.lower()


def test_prior_competence_is_kept_apart(desk):
    person = participant(desk)
    observed(desk, person, keys=requirement_keys(desk)[:1], origin=Origin.PRIOR)
    page = desk.client(COACH).get(f"/people/{person.code}").text
    assert "Ennen jaksoa opittua: 1" in page


def test_a_correction_keeps_the_old_version_and_only_the_observer_makes_one(both_desks):
    desk = both_desks
    person = participant(desk)
    who = desk.staff[COACH]
    (first,) = observed(desk, person, keys=requirement_keys(desk)[:2])
    said = new(desk, person, requirement_keys=requirement_keys(desk)[:1], words="Tarkemmin")
    with pytest.raises(ConflictError, match=r"observation\.not_own"):
        correct_observation.correct(desk.outside, desk.staff[Role.SUPERVISOR], person.code, first, said)
    second = correct_observation.correct(desk.outside, who, person.code, first, said)
    with pytest.raises(ConflictError, match=r"observation\.replaced"):
        correct_observation.correct(desk.outside, who, person.code, first, said)
    with desk.outside.database.read() as uow:
        (now,) = uow.coaching.observations(person.person_id, BICYCLE)
        kept = uow.coaching.all_observations(person.person_id, with_replaced=True)
    assert (now.id, now.version, len(now.requirement_keys)) == (second, 2, 1)
    assert {(one.id, one.replaced) for one in kept} == {(first, True), (second, False)}


def test_nobody_opens_anothers_observation_for_correction(desk):
    person = participant(desk)
    (first,) = observed(desk, person)
    path = f"/people/{person.code}/observations/{first}"
    assert desk.client(COACH).get(path).status_code == 200
    assert desk.client(Role.GROUP_COACH).get(path).status_code == 404
    assert desk.client(Role.SUPERVISOR).get(path).status_code == 403
    assert desk.client(Role.GROUP_COACH).post(path, data=form(desk, person)).status_code == 404


def test_the_three_steps_lead_to_an_observation_without_scripts(desk):
    person = participant(desk, "Aino")
    client = desk.client(COACH)
    assert "Aino" in client.get("/note").text
    what = client.get("/note", params={"step": "2", "person": person.code}).text
    assert 'name="requirement"' in what
    how = client.get(
        "/note", params={"step": "3", "person": person.code, "task": "other", "unit": str(BICYCLE), "requirement": "3"}
    ).text
    assert re.search(r'name="independence" value="alone">', how)
    answer = client.post("/note", data=form(desk, person, requirement="3", next="yes"))
    assert answer.status_code == 303
    assert "task=other" in answer.headers["location"]
    assert count(desk, person) == 1


def test_a_step_without_a_choice_says_so(desk):
    person = participant(desk)
    client = desk.client(COACH)
    nobody = client.get("/note", params={"step": "2"})
    assert nobody.status_code == 422
    assert 'href="#person"' in nobody.text
    nothing = client.get("/note", params={"step": "3", "person": person.code, "unit": str(BICYCLE)})
    assert nothing.status_code == 422
    assert 'href="#requirement"' in nothing.text


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"independence": ""}, "independence"),
        ({"independence": "perfect"}, "independence"),
        ({"observed_on": "eilen"}, "observed_on"),
        ({"observed_on": "1.1.2031"}, "observed_on"),
        ({"words": "oli vankilassa"}, "words"),
        ({"words": "teki pajalla huollot"}, "words"),
        ({"words": "x" * 1001}, "words"),
        ({"requirement": "99"}, "requirement"),
    ],
)
def test_a_fault_of_step_three_leads_to_its_field_and_keeps_what_was_typed(desk, more, field):
    person = participant(desk)
    answer = desk.client(COACH).post("/note", data=form(desk, person, **more))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    if "words" in more:
        assert more["words"] in answer.text
    assert count(desk, person) == 0


def test_a_blocking_word_is_marked_in_place_and_a_warned_one_gets_an_offer_and_may_stay(desk):
    person = participant(desk)
    client = desk.client(COACH)
    blocked = client.post("/note", data=form(desk, person, words="Hän oli vankilassa ennen")).text
    assert "<mark>vankilassa</mark>" in blocked
    assert 'name="warned"' not in blocked
    warned = client.post("/note", data=form(desk, person, words="Teki pajalla huollot")).text
    assert "työpaikalla" in warned
    assert 'name="warned"' in warned
    answer = client.post("/note", data=form(desk, person, words="Teki pajalla huollot", warned="yes"))
    assert answer.status_code == 303
    assert client.post("/note", data=form(desk, person, words="vankilassa", warned="yes")).status_code == 422


def test_people_of_another_institution_are_not_here(desk):
    person = participant(desk)
    with desk_over(desk.installation, name="Toinen", number=1) as other:
        stranger = other.client(COACH)
        assert stranger.get("/note", params={"person": person.code}).status_code == 404
        assert stranger.post("/note", data=form(desk, person)).status_code == 404
        with pytest.raises(NotFoundError):
            record_observation.record(desk.outside, other.staff[COACH], new(desk, person))
    assert count(desk, person) == 0


def test_a_picture_needs_its_permission_and_loses_all_but_the_image(desk):
    person, client = participant(desk), desk.client(COACH)
    files = {"picture": ("work.jpg", photograph(), "image/jpeg")}
    assert "CANARY" in photograph().decode("latin-1")
    refused = client.post("/note", data=form(desk, person), files=files)
    assert refused.status_code == 422
    assert count(desk, person) == 0
    yes = Yes(purpose=Purpose.PICTURES, how=How.ALONE, language="fi")
    give_consent.give(desk.outside, desk.staff[COACH], person.person_id, yes)
    assert client.post("/note", data=form(desk, person), files=files).status_code == 303
    page = client.get(f"/people/{person.code}/observations").text
    (path,) = re.findall(rf"/people/{person.code}/pictures/[0-9a-f-]+", page)
    shown = client.get(path)
    assert shown.headers["content-type"] == "image/jpeg"
    assert b"CANARY" not in shown.content
    assert b"Exif" not in shown.content
    withdraw_consent.withdraw(desk.outside, desk.staff[COACH], person.person_id, Purpose.PICTURES)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture.kind"),
        (b"<svg/>", "picture.kind"),
        (photograph()[:200], "picture.kind"),
        (b"\xff\xd8" + bytes(4 << 20), "picture.large"),
    ],
)
def test_what_is_no_fit_picture_is_refused(content, code):
    with pytest.raises(InvalidRequestError) as refused:
        clean_picture(content)
    assert refused.value.code == code


def test_the_newest_kept_picture_is_upright_and_not_large():
    source = io.BytesIO()
    Image.new("RGB", (4000, 3000), "blue").save(source, "PNG")
    kept = Image.open(io.BytesIO(clean_picture(source.getvalue())))
    assert max(kept.size) == 1600
    assert kept.format == "JPEG"
