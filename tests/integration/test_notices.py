"""Messages: written with the act, mailed in the person's language by the worker, or left to paper; nothing telling."""

import email
import re
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.policy import default
from typing import TYPE_CHECKING

import drafts
import participants
import pytest
from aiosmtpd.controller import Controller
from desk import Desk
from own import own_client
from route_list import routes_of
from served import free_port

from issuer.adapters.smtp import SmtpMailer
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.notice import RULES, SHARE_WARNING, WAITS, NoticeKind, NoticeState
from issuer.domain.permissions import Role
from issuer.domain.share_life import last_day
from issuer.domain.share_parts import ALL_PARTS, Audience
from issuer.i18n import text, whole_day
from issuer.jobs import OutboxRunner, handlers, signers
from issuer.services.mail import Mail, MailError
from issuer.services.notices.notify import notify
from issuer.services.notices.printed import open_letter
from issuer.services.notices.warn_of_ends import warn_of_ends
from issuer.services.own import take_badge
from issuer.services.sharing.make_share import ShareWish, make
from verifier.texts import LANGUAGES

if TYPE_CHECKING:
    from email.message import EmailMessage

ADDRESS = "kanarialintu@esimerkki.fi"


@dataclass
class Post:
    """A mail server of this test: keeps what it gets, or answers as it is told."""

    answer: str = "250 OK"
    mails: list["EmailMessage"] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  the library's name
        if self.answer.startswith("250"):
            self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return self.answer


@pytest.fixture
def post():
    kept = Post()
    kept.port = free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    yield kept
    controller.stop()


def with_mail(desk: Desk, post: Post) -> Desk:
    """The same desk in a house with a mail server."""
    mailer = SmtpMailer(f"smtp://127.0.0.1:{post.port}/?from=viestit@esimerkki.fi")
    return replace(desk, installation=replace(desk.installation, outside=replace(desk.outside, mailer=mailer)))


@pytest.fixture
def mailing(desk, post):
    return with_mail(desk, post)


def run_worker(desk: Desk) -> int:
    doing = handlers(signers(desk.outside, desk.installation.settings))
    return OutboxRunner(desk.outside, doing, threading.Event()).run_due()


def give_address(desk: Desk, post: Post, person, *, language: str = "fi"):
    """The participant gives an address and confirms it by the mail's link; the mail."""
    client = own_client(desk, person.person_id)
    assert client.post("/my/notices", data={"address": ADDRESS, "language": language}).status_code == 303
    assert run_worker(desk) == 1
    asked = post.mails.pop()
    link = link_of(asked)
    assert "button" in client.get(link).text
    assert client.post(link).status_code == 200
    return asked


def plain(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def link_of(mail) -> str:
    (link,) = set(re.findall(r"https?://\S+", plain(mail)))
    return "/" + link.split("/", 3)[3]


def tell(desk: Desk, person_id: str, kind: NoticeKind, **more) -> None:
    with desk.outside.database.write() as uow:
        notify(uow, desk.outside, person_id, kind, **more)


def states(desk: Desk, person_id: str) -> list[tuple[str, str]]:
    with desk.outside.database.read() as uow:
        return [(one.kind.value, one.state.value) for one in uow.notices.of_person(person_id, limit=50)]


def test_a_badge_tells_its_person_by_mail_with_one_link_and_a_person_to_ask(both_desks, post):
    desk = with_mail(both_desks, post)
    ready = drafts.ready(desk, name="Aino Kanarianlintu")
    give_address(desk, post, ready.person, language="fi-x-selko")
    ready.issued()
    run_worker(desk)
    (mail,) = post.mails
    assert mail["From"] == "Työ ja taito <viestit@esimerkki.fi>"
    assert mail["Subject"] == "Viesti Pätevästä"
    assert mail["To"] == ADDRESS
    assert link_of(mail) == "/my"
    assert text("fi-x-selko", "notice.badge_ready.nothing") in plain(mail)
    assert "Voit kysyä: " in plain(mail)
    assert "Kanarianlintu" not in str(mail)
    assert states(desk, ready.person.person_id) == [("badge_ready", "sent")]


def test_the_page_in_a_mail_holds_one_button_the_link_as_text_and_nothing_from_elsewhere(mailing, post):
    person = participants.participant(mailing, "Aino")
    give_address(mailing, post, person)
    tell(mailing, person.person_id, NoticeKind.BADGE_READY)
    run_worker(mailing)
    page = post.mails[0].get_body(("html",)).get_content()
    assert re.findall(r"<(img|script|link|style|iframe|object|form)\b|url\(|@import", page) == []
    assert len(re.findall(r"<a ", page)) == 1
    assert len(re.findall(r"https?://[^\"<\s]+", page)) == 2
    assert len(set(re.findall(r"https?://[^\"<\s]+", page))) == 1
    assert "?" not in link_of(post.mails[0])  # nothing by which an opening could be counted


@pytest.mark.parametrize("kind", [kind for kind, rule in RULES.items() if rule.to == "participant"])
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_message_says_what_happens_otherwise_in_each_language(kind, language):
    for part in ("text", "button", "nothing"):
        assert text(language, f"notice.{kind.value}.{part}")


def test_nothing_goes_to_an_address_before_its_owner_has_confirmed_it(mailing, post):
    person = participants.participant(mailing, "Aino")
    client = own_client(mailing, person.person_id)
    client.post("/my/notices", data={"address": ADDRESS, "language": "fi"})
    tell(mailing, person.person_id, NoticeKind.BADGE_READY)
    run_worker(mailing)
    assert len(post.mails) == 1
    assert states(mailing, person.person_id) == [("badge_ready", "to_print")]


def test_a_link_confirms_once_and_not_after_a_week_and_a_made_up_one_never(mailing, post):
    person = participants.participant(mailing, "Aino")
    asked = give_address(mailing, post, person)
    client = own_client(mailing, person.person_id)
    assert client.post(link_of(asked)).status_code == 404
    client.post("/my/notices", data={"address": "toinen@esimerkki.fi", "language": "fi"})
    run_worker(mailing)
    link = link_of(post.mails.pop())
    assert client.get(link[:-3] + "AAA").status_code == 404
    mailing.installation.clock.moved += timedelta(days=7)
    assert client.get(link).status_code == 404


def test_another_address_is_another_question_and_a_removed_one_gets_nothing(mailing, post):
    person = participants.participant(mailing, "Aino")
    give_address(mailing, post, person)
    client = own_client(mailing, person.person_id)
    assert ADDRESS in client.get("/my/notices").text
    tell(mailing, person.person_id, NoticeKind.SCHOOL_DECIDED)
    assert client.post("/my/notices/remove").status_code == 303
    run_worker(mailing)
    assert post.mails == []
    assert states(mailing, person.person_id) == [("school_decided", "dropped")]
    page = client.get("/my/notices").text
    assert ADDRESS not in page
    assert text("fi", "notice.school_decided.text") in page


def test_three_questions_a_day_are_enough(mailing):
    client = own_client(mailing, participants.participant(mailing, "Aino").person_id)
    answers = [
        client.post("/my/notices", data={"address": f"osoite{number}@esimerkki.fi", "language": "fi"}).status_code
        for number in range(4)
    ]
    assert answers == [303, 303, 303, 422]


def test_an_address_that_is_none_is_told_at_its_field_and_kept(mailing):
    client = own_client(mailing, participants.participant(mailing, "Aino").person_id)
    answer = client.post("/my/notices", data={"address": "aino-ilman-merkkia", "language": "fi"})
    assert answer.status_code == 422
    assert text("fi", "error.notices.address") in answer.text
    assert 'value="aino-ilman-merkkia"' in answer.text


def test_a_server_that_is_busy_is_asked_again_later_and_later_and_then_it_is_paper(mailing, post):
    person = participants.participant(mailing, "Aino")
    give_address(mailing, post, person)
    post.answer = "451 come back later"
    tell(mailing, person.person_id, NoticeKind.BADGE_READY)
    assert run_worker(mailing) == 1
    assert run_worker(mailing) == 0
    for wait in WAITS:
        assert states(mailing, person.person_id) == [("badge_ready", "waiting")]
        mailing.installation.clock.moved += wait
        assert run_worker(mailing) == 1
    assert states(mailing, person.person_id) == [("badge_ready", "to_print")]
    assert mailing.outside.mailer is not None


def test_what_comes_through_at_a_later_try_comes_once(mailing, post):
    person = participants.participant(mailing, "Aino")
    give_address(mailing, post, person)
    post.answer = "451 come back later"
    tell(mailing, person.person_id, NoticeKind.BADGE_READY)
    run_worker(mailing)
    post.answer = "250 OK"
    mailing.installation.clock.moved += timedelta(days=1)
    run_worker(mailing)
    run_worker(mailing)
    assert len(post.mails) == 1


def test_a_refused_address_stands_on_the_first_page_of_staff_and_gets_nothing_more(mailing, post):
    person = participants.participant(mailing, "Aino Kanarianlintu")
    give_address(mailing, post, person)
    post.answer = "550 no such mailbox"
    tell(mailing, person.person_id, NoticeKind.SHARE_ENDS, day=mailing.outside.now().date())
    run_worker(mailing)
    coach = mailing.client(Role.WORK_COACH)
    assert text("fi", "today.what.bounced", count=1) in coach.get("/home").text
    listed = coach.get("/notices").text
    assert "Kanarianlintu" in listed
    assert ADDRESS not in listed
    assert text("fi", "notice.share_ends.text").split("{")[0] not in listed  # staff learn of no share
    tell(mailing, person.person_id, NoticeKind.BADGE_READY)
    run_worker(mailing)
    assert post.mails == []
    assert "ei toimi" in own_client(mailing, person.person_id).get("/my/notices").text


def test_without_mail_a_message_is_printed_handed_over_and_gone(desk):
    ready = drafts.ready(desk, name="Aino Kanarianlintu")
    ready.issued()
    coach = desk.client(Role.WORK_COACH)
    assert text("fi", "today.what.to_print", count=1) in coach.get("/home").text
    listed = coach.get("/notices").text
    path = re.search(r'href="(/notices/[0-9a-f-]{36})"', listed)[1]
    letter = coach.get(path).text
    assert text("fi-x-selko", "notice.badge_ready.text") in letter
    assert 'lang="fi-x-selko"' in letter
    assert coach.post(f"{path}/done").status_code == 303
    assert coach.get(path).status_code == 404
    assert path not in coach.get("/notices").text


def test_a_list_of_messages_is_one_reading_and_a_letter_another(desk):
    person = participants.participant(desk, "Aino")
    tell(desk, person.person_id, NoticeKind.BADGE_READY)
    coach = desk.client(Role.WORK_COACH)
    path = re.search(r'href="(/notices/[0-9a-f-]{36})"', coach.get("/notices").text)[1]
    coach.get(path)
    with desk.outside.database.read() as uow:
        read = [one.what for one in uow.coaching.readings_of(person.person_id)]
    assert sorted(what for what in read if what.startswith("notice")) == ["notice", "notices"]


def test_nobody_is_told_twice_of_one_thing(desk):
    person = participants.participant(desk, "Aino")
    for _ in range(2):
        tell(desk, person.person_id, NoticeKind.BADGE_WAITS, about="0123")
    tell(desk, person.person_id, NoticeKind.BADGE_WAITS, about="4567")
    assert len(states(desk, person.person_id)) == 2


def test_a_day_that_a_message_names_must_be_given(desk):
    person = participants.participant(desk, "Aino")
    with pytest.raises(ValueError, match="names a day"):
        tell(desk, person.person_id, NoticeKind.BADGE_LAST_CALL)


def test_a_draft_tells_those_who_may_look_once_a_day_and_not_the_one_who_made_it(mailing, post):
    for role in (Role.RESPONSIBLE_PERSON, Role.WORK_COACH, Role.PERSONAL_COACH):
        address = {"address": f"{role.value}@esimerkki.fi"}
        assert mailing.client(role).post("/me/address", data=address).status_code == 303
    ready = drafts.ready(mailing)
    for _ in range(2):
        ready.in_review(ready.started())
    run_worker(mailing)
    assert [mail["To"] for mail in post.mails] == ["responsible_person@esimerkki.fi"]
    assert link_of(post.mails[0]) == "/drafts"


def test_an_erased_person_leaves_no_address_and_no_message(mailing, post):
    person = participants.participant(mailing, "Aino")
    give_address(mailing, post, person)
    tell(mailing, person.person_id, NoticeKind.BADGE_READY)
    with mailing.outside.database.write() as uow:
        uow.notices.forget_person(person.person_id)
    run_worker(mailing)
    assert post.mails == []
    with mailing.outside.database.read() as uow:
        assert uow.notices.address_of(person.person_id) is None
    assert states(mailing, person.person_id) == []


def test_a_message_to_somebody_whose_key_is_gone_goes_nowhere(mailing, post):
    person = participants.participant(mailing, "Aino")
    give_address(mailing, post, person)
    tell(mailing, person.person_id, NoticeKind.BADGE_READY)
    mailing.outside.person_keys.destroy(person.person_id)
    run_worker(mailing)
    assert post.mails == []


def test_a_rolled_back_act_tells_nobody(mailing):
    person = participants.participant(mailing, "Aino")

    def act() -> None:
        with mailing.outside.database.write() as uow:
            notify(uow, mailing.outside, person.person_id, NoticeKind.BADGE_READY)
            raise ConflictError(code="draft.changed")

    with pytest.raises(ConflictError):
        act()
    assert states(mailing, person.person_id) == []


def test_an_end_of_a_link_is_told_once_and_only_by_mail(mailing, post):
    ready, silent = drafts.ready(mailing), drafts.ready(mailing)
    made = [share(mailing, one) for one in (ready, silent)]
    give_address(mailing, post, ready.person)
    clock = mailing.installation.clock
    clock.moved = made[0].expires_at - SHARE_WARNING - timedelta(minutes=1) - datetime.now(UTC)
    assert warn_of_ends(mailing.outside) == 0
    clock.moved += timedelta(minutes=2)
    assert [warn_of_ends(mailing.outside) for _ in range(2)] == [1, 0]
    run_worker(mailing)
    (mail,) = post.mails
    day = whole_day(last_day(made[0].expires_at), "fi")
    assert text("fi", "notice.share_ends.text").format(day=day) in plain(mail)
    assert made[0].token not in str(mail)
    assert [kind for kind, _ in states(mailing, silent.person.person_id)] == ["badge_ready"]


def share(desk: Desk, ready: drafts.Ready):
    """A link of a badge that its holder keeps."""
    who = Holder(
        person_id=ready.person.person_id, institution_id=desk.institution.id, shared_device=False, supported=False
    )
    badge_id = ready.issued()
    take_badge.keep(desk.outside, who, badge_id)
    return make(desk.outside, who, badge_id, ShareWish(audience=Audience.ANYONE, parts=ALL_PARTS))


def test_nothing_of_an_address_stands_in_the_database_in_clear(mailing, post):
    person = participants.participant(mailing, "Aino")
    asked = give_address(mailing, post, person)
    token = link_of(asked).rpartition("/")[2].encode()
    for path in mailing.installation.home.glob("*.sqlite3*"):
        content = path.read_bytes()
        assert ADDRESS.encode() not in content, path.name
        assert token not in content, path.name


def test_a_foreign_message_is_not_there(desk):
    with pytest.raises(NotFoundError):
        open_letter(desk.outside, desk.staff[Role.WORK_COACH], "00000000-0000-4000-8000-000000000000")


def test_states_are_a_closed_list():
    assert {one.value for one in NoticeState} == {"waiting", "sent", "to_print", "printed", "dropped"}


def test_a_mail_that_is_no_mail_is_refused_for_good(post):
    mailer = SmtpMailer(f"smtp://127.0.0.1:{post.port}/?from=viestit@esimerkki.fi")
    with pytest.raises(MailError) as caught:
        mailer.send(Mail(to="a@b.fi\r\nBcc: c@d.fi", sender="A", subject="B", text="C\n", language="fi"))
    assert caught.value.refused


def test_every_button_leads_to_a_page_of_the_application(desk):
    pages = {route.path for route in routes_of(desk.app) if route.method == "GET"}
    paths = {rule.path for kind, rule in RULES.items() if kind is not NoticeKind.CONFIRM_ADDRESS}
    assert paths <= pages
    assert "/mail/{token}" in pages
