"""People and roles: invitations, roles that fit, trades, the last administrator, no raising of one's own rights."""

import re
from contextlib import ExitStack
from datetime import timedelta

import pytest
from app_client import AppClient

from issuer.db.person_keys import PersonErasedError
from issuer.domain.permissions import Role
from issuer.services.staff import staff_names

HEADERS = {"Accept-Language": "fi", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def chief(desk):
    """The administrator's browser."""
    return desk.client(Role.ADMINISTRATOR)


@pytest.fixture
def stranger(desk):
    with AppClient(desk.app, base_url=desk.outside.public_url, headers=HEADERS) as client:
        yield client


def invited(chief, **form):
    """Invite somebody by the page; the path of the link."""
    made = chief.post("/admin/people/invite", data={"name": "Maija Uusi", "address": "", "roles": "supervisor"} | form)
    assert made.status_code == 303, made.text
    return re.search(r"(/invite/[\w-]{43})<", chief.get(made.headers["location"]).text)[1]


def roles_of(desk, staff_id):
    with desk.outside.database.read() as uow:
        found = uow.people.staff(staff_id)
        return found.roles if found is not None else None


def test_somebody_invited_joins_once_under_the_own_name_and_stands_in_the_list(both_desks):
    chief = both_desks.client(Role.ADMINISTRATOR)
    path = invited(chief)
    with ExitStack() as stack:
        browser = stack.enter_context(
            AppClient(both_desks.app, base_url=both_desks.outside.public_url, headers=HEADERS)
        )
        assert "esihenkilö" in browser.get(path).text
        assert browser.post(path, data={"name": "Maija Itse"}).headers["location"].startswith("/me")
        assert "Maija Itse" in browser.get("/me").text
        assert browser.post(path, data={"name": "Toinen"}).status_code == 404
        assert browser.get(path).status_code == 404
    assert "Maija Itse" in chief.get("/admin/people").text


def test_an_invitation_that_nobody_accepts_ends_and_is_erased(desk, chief, stranger):
    path = invited(chief)
    with desk.outside.database.read() as uow:
        invitation = uow.staff.open_invitations(desk.institution.id, now=desk.outside.now())[0]
    desk.installation.clock.moved = timedelta(days=7)
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, data={"name": "Maija"}).status_code == 404
    desk.clients.clear()
    invited(desk.client(Role.ADMINISTRATOR))
    with pytest.raises(PersonErasedError):
        desk.outside.person_keys.unseal(invitation.id, "invitation", invitation.sealed)


def test_an_invitation_that_was_taken_back_is_not_there(chief, stranger):
    path = invited(chief)
    number = re.search(r"/admin/people/invited/([0-9a-f-]{36})/withdraw", chief.get("/admin/people").text)[1]
    assert chief.post(f"/admin/people/invited/{number}/withdraw").status_code == 303
    assert stranger.get(path).status_code == 404


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"address": "no address"}, "address"),
        ({"address": "a@b.fi\r\nBcc: c@d.fi"}, "address"),
        ({"roles": ""}, "roles"),
        ({"roles": "counsellor"}, "roles"),
        ({"roles": "emperor"}, "roles"),
    ],
    ids=str,
)
def test_an_invitation_with_one_fault_is_not_made_and_told_at_its_field(desk, chief, form, field):
    page = chief.post("/admin/people/invite", data={"name": "Maija", "address": "", "roles": "supervisor"} | form)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    with desk.outside.database.read() as uow:
        assert uow.staff.open_invitations(desk.institution.id, now=desk.outside.now()) == []


def test_roles_are_set_and_trades_of_somebody_who_is_no_work_coach_any_more_go(desk, chief):
    member = desk.add(Role.WORK_COACH)
    answer = chief.post(f"/admin/people/{member.id}/roles", data={"roles": ["supervisor", "group_coach"]})
    assert answer.status_code == 303
    with desk.outside.database.read() as uow:
        now = uow.people.staff(member.id)
    assert now.roles == {Role.SUPERVISOR, Role.GROUP_COACH}
    assert now.trades == frozenset()


def test_nobody_raises_the_own_rights_but_may_give_some_up(desk):
    chief = desk.add(Role.ADMINISTRATOR, Role.SUPERVISOR)
    browser = desk.client(chief)
    own = f"/admin/people/{chief.id}/roles"
    assert browser.post(own, data={"roles": ["administrator", "work_coach"]}).status_code == 422
    assert roles_of(desk, chief.id) == {Role.ADMINISTRATOR, Role.SUPERVISOR}
    assert browser.post(own, data={"roles": ["administrator"]}).status_code == 303
    trade = {"trade": "7614470", "inducted_on": "1.1.2026"}
    assert browser.post(f"/admin/people/{chief.id}/trades", data=trade).status_code == 422


@pytest.mark.parametrize("act", [("roles", {"roles": "supervisor"}), ("end", {})])
def test_the_last_administrator_stays(desk, chief, act):
    member = desk.staff[Role.ADMINISTRATOR]
    page = chief.post(f"/admin/people/{member.id}/{act[0]}", data=act[1])
    assert page.status_code == 422
    assert roles_of(desk, member.id) == {Role.ADMINISTRATOR}


def test_the_first_of_two_administrators_may_go(desk):
    other = desk.add(Role.ADMINISTRATOR)
    assert desk.client(other).post(f"/admin/people/{desk.staff[Role.ADMINISTRATOR].id}/end").status_code == 303


def test_somebody_whose_work_ended_is_out_at_once(desk, chief):
    member = desk.staff[Role.WORK_COACH]
    browser = desk.client(member)
    assert browser.get("/me").status_code == 200
    assert chief.post(f"/admin/people/{member.id}/end").status_code == 303
    assert browser.get("/me").status_code == 401
    assert member.id not in chief.get("/admin/people").text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"trade": ""}, "trade"),
        ({"trade": "koulutus_000000"}, "trade"),
        ({"inducted_on": ""}, "inducted_on"),
        ({"inducted_on": "31.2.2026"}, "inducted_on"),
        ({"inducted_on": "2199-01-01"}, "inducted_on"),
    ],
    ids=str,
)
def test_a_trade_with_one_fault_is_not_recorded(desk, chief, form, field):
    from issuer.services.staff.list_trades import list_trades

    member = desk.add(Role.WORK_COACH, trades=())
    good = {"trade": list_trades(desk.outside)[0].code, "inducted_on": "1.2.2026"}
    path = f"/admin/people/{member.id}/trades"
    page = chief.post(path, data=good | form)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    with desk.outside.database.read() as uow:
        assert uow.people.staff(member.id).trades == frozenset()
    assert chief.post(path, data=good).status_code == 303
    assert "perehdytetty 1.2.2026" in chief.get("/admin/people").text


def test_a_trade_is_recorded_for_work_coaches_only(desk, chief):
    from issuer.services.staff.list_trades import list_trades

    form = {"trade": list_trades(desk.outside)[0].code, "inducted_on": "1.2.2026"}
    member = desk.staff[Role.SUPERVISOR]
    assert chief.post(f"/admin/people/{member.id}/trades", data=form).status_code == 422


def test_names_are_sealed_and_gone_with_their_key(desk, chief, stranger):
    path = invited(chief, name="Maija Salattu")
    stranger.post(path, data={"name": "Maija Salattu"})
    stored = b"".join(one.read_bytes() for one in desk.installation.home.glob("pateva.sqlite3*"))
    assert b"Maija Salattu" not in stored
    with desk.outside.database.read() as uow:
        ids = [one.id for one in uow.staff.of_institution(desk.institution.id)]
        named = [one for one, name in staff_names.names(desk.outside, uow, ids).items() if name == "Maija Salattu"]
        desk.outside.person_keys.destroy(named[0])
        assert staff_names.names(desk.outside, uow, named) == {named[0]: ""}


def test_the_role_table_has_headers_for_rows_and_columns(chief):
    page = chief.get("/admin/people").text
    assert page.count('<th scope="row">') >= 8
    assert "ei voi" in page


def test_an_umbrellas_administrator_makes_an_institution_and_invites_its_first_administrator_alone(desk, stranger):
    from issuer.services import sign_in

    outside = desk.outside
    member = sign_in.add_first(outside, desk.installation.umbrella.id, Role.ADMINISTRATOR, name="Pia")
    chief = desk.client(member)
    form = {"kind": "provider", "public_name-fi": "Kolmas talo", "legal_name": "Kolmas oy", "business_id": "0000009-4"}
    refused = chief.post("/admin/institutions", data=form | {"business_id": "0000009-5"})
    assert refused.status_code == 422
    assert 'href="#business_id"' in refused.text
    assert chief.post("/admin/institutions", data=form).status_code == 303
    page = chief.get("/admin/institutions").text
    found = {slug: number for number, slug in re.findall(r"/institutions/([0-9a-f-]{36})/(invite)\"", page)}
    path = f"/admin/institutions/{found['invite']}"
    made = chief.post(f"{path}/invite", data={"name": "Kalle", "address": ""})
    link = re.search(r"(/invite/[\w-]{43})<", chief.get(made.headers["location"]).text)[1]
    assert stranger.post(link, data={"name": "Kalle"}).status_code == 303
    assert "pääkäyttäjä" in stranger.get("/me").text
    assert chief.post(f"{path}/invite", data={"name": "Toinen", "address": ""}).status_code == 422


def test_for_a_providers_administrator_there_are_no_institutions(chief, desk):
    assert chief.get("/admin/institutions").status_code == 404
    form = {"kind": "school", "public_name-fi": "X", "legal_name": "X oy", "business_id": "0000009-4"}
    assert chief.post("/admin/institutions", data=form).status_code == 404
    invite = f"/admin/institutions/{desk.installation.umbrella.id}/invite"
    assert chief.post(invite, data={"name": "Vieras", "address": ""}).status_code == 404
