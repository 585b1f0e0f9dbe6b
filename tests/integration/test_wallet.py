"""A badge into a wallet application: the question, what a wallet signs, the same bytes, and every wrong answer."""

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import drafts
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from own import own_client

from issuer.domain.errors import InvalidRequestError
from issuer.domain.holder import Holder
from issuer.i18n import text
from issuer.services.holdings.own_badges import own_badges
from issuer.services.own import take_badge
from issuer.services.revoke_badge import revoke
from issuer.services.wallets.check_presentation import check_presentation
from issuer.services.wallets.offer import offer
from keys import multikey
from keys.proofs.data_integrity import attach, prepare, proof_options
from keys.public_key import PublicKey
from schemas import qr_code
from schemas.canonicaliser import canonicaliser
from verifier import EMPLOYMENT, Verdict, verify

if TYPE_CHECKING:
    from desk import Desk

V2 = "https://www.w3.org/ns/credentials/v2"
OLD_SUITE = "https://w3id.org/security/suites/ed25519-2020/v1"
RFC9457 = "application/problem+json"


@dataclass
class Wallet:
    """A wallet of our own making: one did:key, both suites that we accept."""

    key: Ed25519PrivateKey

    @property
    def did(self) -> str:
        raw = self.key.public_key().public_bytes_raw()
        return f"did:key:{multikey.encode(PublicKey('Ed25519', raw))}"

    @property
    def method(self) -> str:
        return f"{self.did}#{self.did.removeprefix('did:key:')}"

    def presentation(self, question: dict[str, Any], *, suite: str = "eddsa-rdfc-2022", **changes: Any) -> dict:
        """A DIDAuthentication answer; `changes` go into the proof, None takes a member out."""
        document = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": changes.pop("holder", self.did)}
        document |= changes.pop("document", {})
        document = {name: value for name, value in document.items() if value is not None}
        members = {"challenge": question["challenge"], "domain": question["domain"]} | changes
        members = {name: value for name, value in members.items() if value is not None}
        created, purpose = datetime.now(UTC), members.pop("proofPurpose", "authentication")
        if suite == "Ed25519Signature2020":
            document["@context"] = [V2, OLD_SUITE]
            options = {
                "type": suite,
                "created": f"{created:%Y-%m-%dT%H:%M:%SZ}",
                "verificationMethod": self.method,
                "proofPurpose": purpose,
                **members,
            }
        else:
            options = proof_options(
                document,
                verification_method=self.method,
                created=created,
                cryptosuite=suite,
                proofPurpose=purpose,
                **members,
            )
        message = prepare(document, options, canonicalise=canonicaliser(fast_path=False)).message
        return attach(document, options, self.key.sign(message))


@dataclass
class Scene:
    """A participant with a kept badge, and an offer of it."""

    desk: "Desk"
    who: Holder
    badge_id: str
    ref: str

    @property
    def document(self) -> bytes:
        (badge,) = own_badges(self.desk.outside, self.who)
        return badge.document

    def client(self):
        return own_client(self.desk, self.who.person_id)

    def offer(self):
        return offer(self.desk.outside, self.who, self.badge_id)

    def exchange(self) -> str:
        """The path of a fresh exchange, found as a wallet finds it."""
        address = self.offer().interaction_url
        answer = self.client().get(address, headers={"Accept": "application/json"})
        (found,) = answer.json()["protocols"].values()
        return "/" + found.split("/", 3)[3]

    def question(self, path: str) -> dict[str, Any]:
        answer = self.client().post(path, json={})
        assert answer.status_code == 200
        return answer.json()["verifiablePresentationRequest"]


@pytest.fixture
def scene(desk):
    return scene_at(desk)


def scene_at(desk: "Desk") -> Scene:
    ready = drafts.ready(desk)
    badge_id = ready.issued()
    who = Holder(
        person_id=ready.person.person_id, institution_id=desk.institution.id, shared_device=False, supported=False
    )
    take_badge.keep(desk.outside, who, badge_id)
    (badge,) = own_badges(desk.outside, who)
    return Scene(desk, who, badge_id, badge.ref)


@pytest.fixture
def wallet():
    return Wallet(Ed25519PrivateKey.generate())


def handed_over(desk: "Desk") -> int:
    """How often the trail says that a badge was handed over."""
    with desk.outside.database.read() as uow:
        return sum("wallet.handed_over" in row[2] for row in uow.audit.rows())


def refused(answer) -> str:
    assert answer.status_code == 422
    assert answer.headers["content-type"] == RFC9457
    problem = answer.json()
    assert problem["code"] == "wallet.presentation"
    return problem["detail"]


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "Ed25519Signature2020"])
def test_a_wallet_that_answers_gets_the_same_signed_bytes_and_gets_them_again(both_desks, wallet, suite):
    scene = scene_at(both_desks)
    path = scene.exchange()
    answered = {"verifiablePresentation": wallet.presentation(scene.question(path), suite=suite)}
    first, second = (scene.client().post(path, json=answered) for _ in range(2))
    assert first.status_code == 200
    assert first.content == second.content
    assert handed_over(both_desks) == 1
    assert scene.document in first.content
    (handed,) = first.json()["verifiablePresentation"]["verifiableCredential"]
    report = verify(json.dumps(handed).encode(), policy=EMPLOYMENT, environment=scene.desk.outside.environment())
    assert report.verdict is Verdict.ACCEPTED


def test_the_question_names_method_suites_challenge_domain_and_service(scene):
    path = scene.exchange()
    question = scene.question(path)
    own = scene.desk.outside.public_url
    assert question["query"] == [
        {
            "type": "DIDAuthentication",
            "acceptedMethods": [{"method": "key"}],
            "acceptedCryptosuites": [{"cryptosuite": "eddsa-rdfc-2022"}, {"cryptosuite": "Ed25519Signature2020"}],
        }
    ]
    assert re.fullmatch(r"[0-9a-f]{32}", question["challenge"])
    assert question["domain"] == own
    assert question["interact"]["service"] == [
        {"type": "VerifiableCredentialApiExchangeService", "serviceEndpoint": f"{own}{path}"}
    ]


def test_an_empty_body_is_a_question_and_a_reference_is_echoed(scene):
    path = scene.exchange()
    assert scene.client().post(path).json()["verifiablePresentationRequest"]
    assert scene.client().post(path, json={"referenceId": "abc"}).json()["referenceId"] == "abc"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"challenge": "0" * 32}, "proof.challenge"),
        ({"challenge": None}, "proof.challenge"),
        ({"domain": "https://elsewhere.example"}, "proof.domain"),
        ({"domain": None}, "proof.domain"),
        ({"proofPurpose": "assertionMethod"}, "proof.purpose"),
        ({"holder": "did:key:z6Mkifpk32Uy82jsL3CPHkKtBFbTp3B72nxo5hLcMtote8qL"}, "proof.set"),
        ({"holder": None}, "recipient.binding"),
        ({"suite": "eddsa-jcs-2022"}, "proof.suite"),
    ],
)
def test_a_wrong_answer_hands_nothing_over(scene, wallet, changes, code):
    path = scene.exchange()
    question = scene.question(path)
    presentation = wallet.presentation(question, **changes)
    assert refused(scene.client().post(path, json={"verifiablePresentation": presentation})) == code
    assert handed_over(scene.desk) == 0


def test_a_signature_by_another_key_or_over_other_words_hands_nothing_over(scene, wallet):
    path = scene.exchange()
    question = scene.question(path)
    other = Wallet(Ed25519PrivateKey.generate())
    stolen = other.presentation(question) | {"holder": wallet.did}
    assert refused(scene.client().post(path, json={"verifiablePresentation": stolen}))
    changed = wallet.presentation(question) | {"id": "urn:uuid:7f0b3c06-4f7e-4f0b-9a7e-0d3c1e9e6b51"}
    assert refused(scene.client().post(path, json={"verifiablePresentation": changed})) == "proof.signature"


def test_credentials_that_nobody_asked_for_are_refused(scene, wallet):
    path = scene.exchange()
    question = scene.question(path)
    badge = json.loads(scene.document)
    more = wallet.presentation(question, document={"verifiableCredential": [badge]})
    assert refused(scene.client().post(path, json={"verifiablePresentation": more})) == "presentation.member"
    with pytest.raises(InvalidRequestError, match=r"input\.kind"):
        check_presentation(scene.desk.outside, badge, challenge=question["challenge"])


def test_a_wallet_of_did_web_is_refused_and_nothing_is_fetched(scene, wallet):
    path = scene.exchange()
    presentation = wallet.presentation(scene.question(path)) | {"holder": "did:web:elsewhere.example"}
    assert refused(scene.client().post(path, json={"verifiablePresentation": presentation}))


def test_a_challenge_serves_one_answer_and_no_older_one(scene, wallet):
    path = scene.exchange()
    first, second = scene.question(path), scene.question(path)
    client = scene.client()
    early = {"verifiablePresentation": wallet.presentation(first)}
    assert refused(client.post(path, json=early)) == "proof.challenge"
    assert client.post(path, json={"verifiablePresentation": wallet.presentation(second)}).status_code == 200
    again = Wallet(Ed25519PrivateKey.generate()).presentation(second)
    assert refused(client.post(path, json={"verifiablePresentation": again})) == "proof.challenge"


def test_a_challenge_of_another_exchange_is_not_ours(desk, wallet):
    one, ready = scene_at(desk), drafts.ready(desk)
    badge_id = ready.issued()
    who = replace(one.who, person_id=ready.person.person_id)
    take_badge.keep(desk.outside, who, badge_id)
    other = Scene(desk, who, badge_id, "")
    mine, theirs = one.exchange(), other.exchange()
    assert one.question(mine)
    presentation = wallet.presentation(other.question(theirs))
    assert refused(one.client().post(mine, json={"verifiablePresentation": presentation})) == "proof.challenge"


def test_a_challenge_lives_five_minutes_and_an_offer_ten(scene, wallet):
    path = scene.exchange()
    answered = {"verifiablePresentation": wallet.presentation(scene.question(path))}
    clock = scene.desk.installation.clock
    clock.moved += timedelta(minutes=5, seconds=1)
    assert refused(scene.client().post(path, json=answered)) == "proof.challenge"
    clock.moved += timedelta(minutes=5)
    gone = scene.client().post(path, json={})
    assert gone.status_code == 404
    assert gone.headers["content-type"] == RFC9457


def test_unknown_ended_and_replaced_offers_answer_alike(scene):
    first = scene.exchange()
    scene.exchange()
    answers = [scene.client().post(path, json={}) for path in (first, f"/exchanges/{'A' * 22}", "/exchanges/x")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_the_six_digits_open_the_file_and_five_wrong_ones_end_the_offer(scene):
    made = scene.offer()
    page = "/" + made.interaction_url.split("/", 3)[3].partition("?")[0]
    client = scene.client()
    wrong = f"{(int(made.code) + 1) % 1_000_000:06d}"
    assert "4 kertaa" in client.post(f"{page}/badge.json", data={"code": wrong}).text
    spaced = f" {made.code[:3]} {made.code[3:]} "
    taken = client.post(f"{page}/badge.json", data={"code": spaced})
    assert taken.content == scene.document
    assert "attachment" in taken.headers["content-disposition"]
    for left in (3, 2, 1):
        told = "wallet.code.wrong_once" if left == 1 else "wallet.code.wrong"
        answer = client.post(f"{page}/badge.json", data={"code": wrong})
        assert answer.status_code == 422
        assert text("fi", told, left=left) in answer.text
    last = client.post(f"{page}/badge.json", data={"code": wrong})
    assert text("fi", "wallet.code.spent") in last.text
    assert client.post(f"{page}/badge.json", data={"code": made.code}).status_code == 404
    assert client.post(page.replace("/i/", "/exchanges/"), json={}).status_code == 404


def test_the_code_on_the_page_is_the_address_beside_it_and_says_nothing_of_the_person(scene):
    client = scene.client()
    assert client.post(f"/my/{scene.ref}/wallet").status_code == 303
    page = client.get(f"/my/{scene.ref}/wallet").text
    (address,) = set(re.findall(r'href="(http[^"]+/i/[^"]+)"', page))
    assert client.get(f"/my/{scene.ref}/wallet/qr.svg").text == qr_code.svg(address)
    assert len(address) <= 400
    assert scene.badge_id not in address
    assert scene.who.person_id not in address


def test_a_page_for_people_stands_where_a_program_gets_protocols(scene):
    address = scene.offer().interaction_url
    page = scene.client().get(address, headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    link = re.search(r'href="(dccrequest://request\?request=[^"]+)"', page.text)
    assert link
    assert "lcw.app" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"


def test_a_badge_that_is_out_of_use_gets_no_offer(scene):
    outside = scene.desk.outside
    revoke(outside, scene.badge_id, institution_id=scene.desk.institution.id, reason="holder_wish", actor="test")
    client = scene.client()
    assert client.post(f"/my/{scene.ref}/wallet").status_code == 422
    assert text("fi", "error.wallet.out_of_use") in client.get(f"/my/{scene.ref}/wallet").text


def test_nobody_offers_another_ones_badge(scene):
    stranger = drafts.ready(scene.desk).person.person_id
    client = own_client(scene.desk, stranger)
    assert client.post(f"/my/{scene.ref}/wallet").status_code == 404
    assert client.get(f"/my/{scene.ref}/wallet").status_code == 404


def test_the_holder_sees_that_the_badge_was_taken(scene, wallet):
    path = scene.exchange()
    told = text("fi", "wallet.handed", at="").split("{")[0].strip().rstrip(".")
    assert told not in scene.client().get(f"/my/{scene.ref}/wallet").text
    scene.client().post(path, json={"verifiablePresentation": wallet.presentation(scene.question(path))})
    assert told in scene.client().get(f"/my/{scene.ref}/wallet").text


def test_no_secret_of_an_offer_stands_in_the_database(scene, wallet):
    path = scene.exchange()
    question = scene.question(path)
    secrets = [path.rpartition("/")[2].encode(), question["challenge"].encode()]
    for file in scene.desk.installation.home.glob("*.sqlite3*"):
        content = file.read_bytes()
        assert [secret for secret in secrets if secret in content] == [], file.name


def test_an_old_offer_is_forgotten(scene):
    scene.offer()
    with scene.desk.outside.database.write() as uow:
        assert uow.exchanges.forget_old(before=scene.desk.outside.now()) == 0
        assert uow.exchanges.forget_old(before=scene.desk.outside.now() + timedelta(hours=1)) == 1


@pytest.mark.shared
def test_a_presentation_of_learner_credential_wallet_passes_at_its_own_time(desk, shared):
    sample = json.loads((shared / "data/wallet/samples/lcw-didauth-vp.json").read_text())
    made_at = datetime(2026, 11, 22, 14, 45, tzinfo=UTC)
    environment = partial(replace, desk.outside.environment(), clock=lambda: made_at)
    outside = replace(desk.outside, public_url=sample["domain"], environment=environment)
    check_presentation(outside, sample["verifiablePresentation"], challenge=sample["challenge"])
    with pytest.raises(InvalidRequestError):
        check_presentation(outside, sample["verifiablePresentation"], challenge="0" * 32)


def test_a_body_that_is_no_json_or_too_large_is_a_problem(scene):
    path = scene.exchange()
    for content, status in ((b"{", 400), (b"[]", 400), (b'{"a":"' + b"a" * 70_000 + b'"}', 413)):
        answer = scene.client().post(path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == status
        assert answer.headers["content-type"] == RFC9457
