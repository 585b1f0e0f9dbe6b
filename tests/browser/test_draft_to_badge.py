"""A phone and a real browser: from agreed results over the participant's yes and a second person's passkey."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import drafts
import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import with_authenticator
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from desk import Desk
from playwright.sync_api import Page
from served_desk import served_desk
from software_passkey import SoftwarePasskey, add_passkey

from issuer.domain.permissions import Role, StaffMember

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with served_desk(sqlite_template, tmp_path_factory.mktemp("drafts") / "home") as served:
        yield served


def signed_in(visit: Callable[..., Page], house: Desk, who: StaffMember, *, scripts: bool = True) -> Page:
    page = visit(width=360, scripts=scripts)
    jar = house.client(who).cookies.jar
    page.context.add_cookies(
        [
            {"name": one.name, "value": one.value or "", "url": house.outside.public_url}
            for one in jar
            if one.name != "lang"
        ]
    )
    return page


def with_passkey(page: Page, desk: Desk, who: StaffMember) -> None:
    """Let the browser hold a passkey of this person: Chromium's virtual authenticator with our own key in it."""
    passkey = add_passkey(desk.outside, who, SoftwarePasskey(desk.outside.public_url))
    tools, authenticator = with_authenticator(page)
    key = passkey._key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    credential = {
        "credentialId": base64.b64encode(passkey.credential_id).decode(),
        "isResidentCredential": False,
        "rpId": "localhost",
        "privateKey": base64.b64encode(key).decode(),
        "signCount": 1,
    }
    tools.send("WebAuthn.addCredential", {"authenticatorId": authenticator, "credential": credential})


def look(page: Page, screen: str) -> None:
    assert page.locator("body").get_attribute("data-screen") == screen
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    violations = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations if one["impact"] in SERIOUS] == []


def test_two_people_and_a_passkey_make_a_badge_on_a_phone(visit: Callable[..., Page], house: Desk) -> None:
    one = drafts.ready(house)
    coach = signed_in(visit, house, one.coach)
    coach.goto(f"{house.outside.public_url}/people/{one.person.code}/badges")
    look(coach, "B6")
    coach.get_by_role("button", name="Tee luonnos").click()
    look(coach, "B12")
    coach.get_by_label("Kuvaus työstä").fill("Polkupyörien huolto")
    coach.get_by_role("button", name="Tallenna").click()
    assert "Luonnos on tallennettu." in coach.get_by_role("status").first.inner_text()
    coach.get_by_role("link", name="Näytä osallistujalle tällä laitteella").click()
    look(coach, "C9")
    coach.get_by_role("button", name="Hyväksyn tämän").click()
    coach.get_by_role("button", name="Lähetä toisen katsottavaksi").click()
    look(coach, "B12")
    lead = signed_in(visit, house, one.reviewer)
    with_passkey(lead, house, one.reviewer)
    lead.goto(f"{house.outside.public_url}/drafts")
    lead.get_by_role("link", name="Polkupyörän huolto").click()
    look(lead, "B13")
    lead.get_by_role("button", name="Hyväksy laitteen avaimella").click()
    lead.wait_for_url("**/issue")
    look(lead, "B14")
    assert lead.get_by_text("Merkki on valmis.").is_visible()
    lead.get_by_role("link", name="Katso merkki").click()
    look(lead, "B21")
    assert (coach.faults, lead.faults) == ([], [])


def test_without_scripts_a_draft_is_made_and_returned_and_only_the_passkey_is_missing(
    visit: Callable[..., Page], house: Desk
) -> None:
    one = drafts.ready(house, name="Onni Esimerkki")
    coach = signed_in(visit, house, one.coach, scripts=False)
    coach.goto(f"{house.outside.public_url}/people/{one.person.code}/badges")
    coach.get_by_role("button", name="Tee luonnos").click()
    coach.get_by_role("link", name="Näytä osallistujalle tällä laitteella").click()
    coach.get_by_role("button", name="Hyväksyn tämän").click()
    coach.get_by_role("button", name="Lähetä toisen katsottavaksi").click()
    lead = signed_in(visit, house, house.staff[Role.SUPERVISOR], scripts=False)
    lead.goto(coach.url.partition("?")[0] + "/review")
    assert not lead.get_by_role("button", name="Hyväksy laitteen avaimella").is_visible()
    lead.get_by_label("jokin vaatimus").check()
    lead.get_by_role("button", name="Palauta luonnos").click()
    coach.reload()
    assert coach.get_by_text("Luonnos palautettiin.").is_visible()
