"""What people do at a provider's desk, step by step in a real browser; a scenario puts the steps into an order."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from chromium import with_authenticator
from playwright.sync_api import Browser, BrowserContext, Locator, Page

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
PICTURES = Path(__file__).parents[1] / "build" / "screenshots"
TASKS = ("Jarrujen huolto", "Renkaan vaihto", "Asiakkaan palvelu")
PATIENCE = 15_000  # milliseconds; the machine may be busy with other tests


@dataclass
class Someone:
    """One person at one browser.

    Attributes:
        keyboard: presses keys only, as someone who cannot use a mouse.
        faults: what scripts and the console complained about.
        origins: of all requests.
    """

    context: BrowserContext
    page: Page
    base: str
    name: str
    keyboard: bool = False
    faults: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)

    def go(self, path: str) -> None:
        """Open an address of the service."""
        self.page.goto(self.base + path)

    def press(self, where: Locator) -> None:
        """Use a link, button, tick or radio button."""
        if not self.keyboard:
            where.click()
            return
        reach(self.page, where)
        role = where.evaluate("one => one.tagName === 'A' ? 'link' : one.type || 'summary'")
        if role in ("link", "submit"):
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")
        else:
            self.page.keyboard.press("Space")

    def button(self, name: str) -> None:
        """Press the button with this name."""
        self.press(self.page.get_by_role("button", name=name, exact=True).first)

    def link(self, name: str) -> None:
        """Follow the link with this name."""
        self.press(self.page.get_by_role("link", name=name).first)

    def tick(self, label: str, *, exact: bool = False) -> None:
        """Set a tick or choose a radio button."""
        box = self.page.get_by_label(label, exact=exact).first
        box.wait_for()
        if not box.is_checked():
            self.press(box)
        assert box.is_checked()

    def write(self, label: str, text: str, *, exact: bool = False) -> None:
        """Fill a field."""
        box = self.page.get_by_label(label, exact=exact).first
        if self.keyboard:
            reach(self.page, box)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        else:
            box.fill(text)

    def choose(self, label: str, option: str) -> None:
        """Take one of a list of choices."""
        box = self.page.get_by_label(label).first
        if self.keyboard:
            reach(self.page, box)
            self.page.keyboard.type(option)  # a list follows what is typed
        else:
            box.select_option(label=option)
        assert box.evaluate("one => one.selectedOptions[0].text.trim()") == option

    def sees(self, text: str) -> None:
        """Hold what stands on the page against a text."""
        self.page.get_by_text(text).first.wait_for()

    def picture(self, title: str) -> None:
        """Keep a picture of the whole page, to be looked at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        width = self.page.viewport_size["width"]  # type: ignore[index]
        self.page.screenshot(path=PICTURES / f"{title}-{width}.png", full_page=True)

    def resize(self, size: dict[str, int]) -> None:
        """Take another device."""
        self.page.set_viewport_size(size)  # type: ignore[arg-type]


def someone(browser: Browser, base: str, link: str, name: str, size: dict[str, int]) -> Someone:
    """Sign a person in by a one-time link in a browser of their own."""
    context = browser.new_context(viewport=size, locale="fi-FI")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    person = Someone(context, page, base, name)
    page.on("pageerror", lambda error: person.faults.append(str(error)))
    page.on("console", lambda said: person.faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda request: person.origins.add("/".join(request.url.split("/")[:3])))
    page.goto(link)
    page.locator("main form button").first.click()
    page.wait_for_url("**/home")
    return person


def reach(page: Page, where: Locator, most: int = 400) -> None:
    """Move the focus to an element by Tab alone, forwards."""
    where.wait_for(state="attached")
    target = where.element_handle()
    for _ in range(most):
        key = page.evaluate(_NEXT_KEY, target)
        if key is None:
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {where}")


# What to press to come nearer; null at the aim. Arrows move between the radio buttons of one group.
_NEXT_KEY = """one => { const now = document.activeElement;
  if (now === one) return null;
  const radios = now.type === 'radio' && one.type === 'radio';
  return radios && now.name === one.name && now.form === one.form ? 'ArrowDown' : 'Tab' }"""


def import_catalogue(admin: Someone, peruste: Path, codes: Path) -> None:
    """Bring in a qualification and the list of unit codes from files."""
    admin.go("/units")
    admin.link("Tuo tutkinnon perusteet")
    admin.page.get_by_label("Perusteet tiedostona").set_input_files(peruste)
    admin.button("Tuo tiedosto")
    admin.sees("Ajoneuvoalan perustutkinto")
    admin.picture("unit-import")
    admin.link("Tuo lisää")
    admin.page.get_by_label("Luettelo tiedostona").set_input_files(codes)
    admin.button("Tuo luettelo")
    admin.sees("Koodeja 9565")


def recognise_environment(coach: Someone, responsible: Someone) -> None:
    """A site with three tasks, the matrix, the outside recogniser, and the published report."""
    coach.go("/sites/new")
    coach.write("Paikan nimi talossa", "Korjaamo")
    coach.write("Julkinen nimi", "Polkupyöräkorjaamo")
    coach.write("Kuvaus", "Huollamme ja korjaamme polkupyöriä.")
    coach.write("Oikeat työt", "Asiakkaiden pyörien huolto.")
    coach.write("Välineet", "Korjausteline ja momenttiavain.")
    coach.write("Turvallisuus", "Suojalasit ja käsineet.")
    coach.write("Kunta", "Vaasa", exact=True)
    coach.write("Kuntanumero", "905")
    coach.button("Tallenna")
    for task in TASKS:
        coach.write("Työtehtävän nimi", task)
        coach.button("Lisää työtehtävä")
    coach.write("Tutkinnon osan numero", "106889")
    coach.button("Aloita taulukko")
    boxes = coach.page.locator("main table input[type=checkbox]")
    assert boxes.count() == 28 * 4
    for number in range(28):
        boxes.nth(number * 4 + number % 3).check()
    coach.button("Tallenna taulukko")
    coach.sees("Jokainen vaatimus opitaan työssä tai muualla.")
    coach.picture("matrix")
    matrix = coach.page.url.split("?")[0].removeprefix(coach.base)
    coach.link("Ulkopuolinen tunnistaja")
    coach.write("Nimi", "Oona Opettaja", exact=True)
    coach.write("Rooli", "ammatillinen opettaja")
    coach.write("Organisaatio", "Ammattiopisto")
    coach.write("diaarinumero", "OPH-5410-2021")
    coach.write("Tunnistettu", "2.11.2026")
    coach.write("Voimassa asti", "31.12.2030")
    coach.button("Tallenna")
    responsible.go(matrix + "/publish")
    responsible.button("Julkaise versio 1")
    responsible.sees("Raportti on julkaistu.")


def add_participant(coach: Someone, name: str) -> str:
    """A draft, the participant's yes on the same device, and the number that the participant gets."""
    coach.go("/people/add")
    coach.write("Käytössä oleva nimi", name)
    coach.tick("suomi", exact=True)
    coach.write("Muu tutkinnon osa numerolla", "106889")
    coach.picture("participant-add")
    coach.button("Tallenna luonnos")
    number = re.search(r"\d{3,}", coach.page.inner_text("main"))
    assert number is not None
    coach.go(f"/people/{number[0]}/accept")
    coach.tick("itse tällä laitteella")
    coach.picture("participant-accepts")
    coach.button("Hyväksyn")
    coach.sees("Osallistuja on mukana.")
    return number[0]


def start_talk(coach: Someone, number: str) -> None:
    """A period, its start talk with prior competence, the participant's yes, and the beginning."""
    coach.go(f"/people/{number}/periods/new")
    coach.tick("Työjakso")
    coach.write("Alkaa", "1.10.2026")
    coach.choose("Paikka", "Korjaamo")
    coach.button("Tallenna")
    coach.link("Alkukeskustelu")
    coach.write("Päivä", "1.10.2026")
    for who in ("osallistuja", "esihenkilö", "ohjaaja"):
        coach.tick(who, exact=True)
    coach.picture("start-talk")
    coach.button("Tallenna")
    coach.press(coach.page.locator("summary", has_text="Osallistuja hyväksyy").first)
    coach.tick("itse tällä laitteella")
    coach.press(coach.page.locator("details[open] button").first)
    coach.button("Aloita jakso")
    coach.sees("Jakso on alkanut.")


def observe(coach: Someone, number: str, task: str, *, title: str | None = None) -> None:
    """One observation in three steps: who, which task with its requirements, how it went."""
    coach.go("/note")
    coach.tick(number)
    if title:
        coach.picture(f"{title}-1")
    coach.button("Jatka")
    coach.link(task)
    if title:
        coach.picture(f"{title}-2")
    assert coach.page.locator("input[name=requirement]:checked").count() > 0  # they come from the matrix
    coach.button("Jatka")
    coach.tick("Itsenäisesti")
    if title:
        coach.picture(f"{title}-3")
    coach.button("Tallenna")
    coach.sees("Havainto")


def answer_for_oneself(coach: Someone, number: str, unit: str, *, most: int) -> None:
    """The participant's own answers, one question a page, for the first `most` requirements."""
    coach.go(f"/people/{number}/self/{unit}")
    coach.picture("self-assessment")
    for _ in range(most):
        coach.tick("Osaan", exact=True)
        coach.button("Jatka")


def agree(coach: Someone, number: str, unit: str) -> None:
    """The coach's view, the talk, and the participant's yes."""
    coach.go(f"/people/{number}/view/{unit}")
    _choose_all(coach, "shown")
    coach.picture("coach-view")
    coach.press(coach.page.locator("main form button.primary").first)
    coach.go(f"/people/{number}/agree/{unit}")
    _choose_all(coach, "shown")
    coach.picture("agreement")
    coach.press(coach.page.locator("main form button.primary").first)
    coach.go(f"/people/{number}/agree/{unit}/confirm")
    coach.picture("agreement-confirmed")
    coach.press(coach.page.locator("main form button.primary").first)


def _choose_all(coach: Someone, value: str) -> None:
    """Take the same answer in every row that is open to one; the browser clicks them in one go."""
    open_ones = coach.page.locator(f"main input[type=radio][value={value}]:enabled:not(:checked)")
    open_ones.evaluate_all("boxes => boxes.forEach(box => box.click())")


def draft(coach: Someone, number: str, scope: str) -> str:
    """A draft that the participant accepts on the coach's device and that goes to the second pair of eyes."""
    coach.go(f"/people/{number}/badges")
    coach.page.locator(f"input[name=scope][value={scope}]").check()
    coach.page.locator("main form button.primary").last.click()
    coach.page.wait_for_url("**/drafts/**")
    address = coach.page.url.split("?")[0].removeprefix(coach.base)
    coach.picture(f"draft-{scope}")
    coach.go(address + "/accept")
    coach.picture(f"draft-accept-{scope}")
    coach.page.locator("main form button.primary").last.click()
    coach.go(address)
    coach.page.locator(f"form[action='{address}/send'] button").click()
    return address


def approve(second: Someone, address: str) -> str:
    """Look at a draft and say yes with the passkey; return the badge's address."""
    second.go(address + "/review")
    second.picture("review")
    second.page.locator("[data-passkey-button]:visible").click()
    second.page.wait_for_url("**/issue**")
    for _ in range(40):
        if second.page.locator("main a[href^='/badges/']").count():
            break
        second.page.wait_for_timeout(250)
        second.page.reload()
    second.picture("issued")
    badge = second.page.locator("main a[href^='/badges/']").first.get_attribute("href")
    assert badge is not None
    return badge.removesuffix("/certificate")


def add_passkey(person: Someone) -> None:
    """Give the browser an authenticator of its own and register it on the own account page."""
    with_authenticator(person.page)
    person.go("/me")
    person.write("Laitteen nimi", "puhelin")
    person.button("Lisää avain")
    person.page.locator("main li", has_text="puhelin").first.wait_for()
    person.picture("own-account")


def plan_school_demonstration(coach: Someone, number: str, school: str) -> str:
    """A plan for the school's own demonstration, and the request that the participant wants; return its address."""
    coach.go(f"/people/{number}/demos")
    coach.picture("demonstrations-of-person")
    coach.press(coach.page.get_by_role("button", name="Suunnittele näyttö oppilaitokselle").first)
    coach.page.wait_for_url("**/demos/*")
    address = coach.page.url.split("?")[0].removeprefix(coach.base)
    coach.write("Työtehtävät", "Polkupyörän kevään huolto\nJarrujen korjaus")
    coach.write("Paikka", "Korjaamo", exact=True)
    coach.write("Alkaa", "20.11.2026")
    coach.write("Päättyy", "20.11.2026")
    coach.button("Tallenna suunnitelma")
    coach.sees("Suunnitelma on tallessa.")
    coach.page.get_by_label("Oppilaitos", exact=True).select_option(label=school)
    coach.tick("Osallistuja haluaa, että pyyntö lähetetään")
    coach.picture("demonstration-plan")
    coach.button("Lähetä pyyntö")
    coach.sees("Pyyntö on lähetetty")
    return address


def confirm_assessors(counsellor: Someone, account: str) -> None:
    """The school's yes: a teacher with an account and somebody from working life."""
    counsellor.go("/demos-asked")
    counsellor.picture("school-asked")
    counsellor.press(counsellor.page.locator("main li a").first)
    for number, name in ((0, account), (1, "Tuula Työnantaja")):
        card = counsellor.page.locator("#assessors fieldset").nth(number)
        card.get_by_label("Nimi", exact=True).fill(name)
        card.get_by_label("Perehdytetty").fill("1.9.2026")
        card.get_by_label("Arvioija vakuuttaa").check()
        if number == 0:
            card.get_by_label("Käyttäjätunnus").select_option(label=account)
    counsellor.picture("school-confirms")
    counsellor.button("Vahvista ja nimeä arvioijat")
    counsellor.sees("Oppilaitos on vahvistanut näytön.")


def assess_oneself(coach: Someone, address: str) -> None:
    """The demonstration was given; the participant says first how it went."""
    coach.go(address)
    coach.button("Merkitse annetuksi")
    coach.sees("Merkitty annetuksi.")
    coach.go(address + "/own")
    _choose_all(coach, "shown")
    coach.picture("demonstration-own-view")
    coach.button("Tallenna")
    coach.sees("Itsearviointi on tallessa.")


def assess(assessor: Someone, address: str, grade: str) -> None:
    """The results, the talk, who decided, and the grade that the school gives."""
    assessor.go(address + "/assess")
    _choose_all(assessor, "shown")
    for box in ("talk-1", "talk-3", "talk-5", "decider-0", "decider-1"):
        assessor.page.locator(f"#{box}").check()
    assessor.write("Keskustelun päivä", "20.11.2026")
    assessor.picture("demonstration-assessment")
    assessor.button("Arviointi on valmis")
    assessor.sees("Arviointi on valmis. Päätös puuttuu vielä.")
    assessor.page.get_by_label("Oppilaitoksen antama arvosana").select_option(label=grade)
    assessor.picture("demonstration-grade")
    assessor.button("Tee päätös")
    assessor.sees(f"Arvosana {grade}")
    assessor.picture("demonstration-graded")
