"""Single faults of what carries or surrounds a badge: files, tokens, presentations, lists, hosts, our own program."""

from datetime import UTC, datetime, timedelta
from typing import Any

import older_badges as older
import workshop as w
from fault_cases import case, generic
from good_badges import image
from surrounding_documents import LISTINGS, beside, listed, presentation, signed_trust_list, trust_list

from keys.proofs import jwt
from keys.proofs.data_integrity import add_proof
from schemas.baking import bake_png
from verifier import W3C, Request

CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
GOOD_LIST = signed_trust_list(trust_list())
OTHER_ID = "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000ff"
ASKED = Request(domain="verify.example", challenge="c1")
REFRESH = "https://issuer.example/refresh/1"
MESSAGES = w.sign(w.status_document(size=2, values={5: 2}, subject={"statusPurpose": "message"}))


def token(document: w.Json | None = None, header: w.Json | None = None, **claims: Any) -> str:
    """A badge (or another credential) in a token of the issuer, with other members of the header or other claims."""
    badge = document or w.badge()
    payload = {**badge, **jwt.expected_claims(badge), **claims}
    return packed(payload, header)


def packed(payload: w.Json, header: w.Json | None = None) -> str:
    """A token of the issuer with this payload, with other members of the header."""
    head = {"alg": "EdDSA", "typ": "JWT", "kid": w.KEY.method, **(header or {})}
    signed = ".".join(older.b64(w.dump(part)) for part in (head, payload))
    return f"{signed}.{older.b64(w.KEY.sign(signed.encode()))}"


def presented(holder: w.Key = w.THIRD, **members: Any) -> w.Json:
    """A presentation of a badge of the third key, signed by its subject or another holder."""
    return add_proof(
        {**presentation(), "holder": {"id": holder.did}, **members.pop("changes", {})},
        verification_method=holder.method,
        created=w.NOW - timedelta(minutes=1),
        sign=holder.sign,
        canonicalise=w.CANONICALISE,
        proofPurpose="authentication",
        **{"domain": "verify.example", "challenge": "c1", **members},
    )


def endorsed(about: str, *, name: str = "Suositus") -> w.Json:
    """A badge with an endorsement whose name may have been changed after it was signed."""
    endorsement = w.sign(
        {
            "@context": [w.VC2, w.OB3],
            "id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-00000000000e",
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": "Suositus",
            "issuer": {"id": w.OTHER.did, "type": ["Profile"], "name": "Koulu"},
            "validFrom": "2026-11-01T00:00:00Z",
            "credentialSubject": {"id": about, "type": ["EndorsementSubject"], "endorsementComment": "Hyvä"},
        },
        w.OTHER,
    )
    return w.sign(w.badge(endorsement=[{**endorsement, "name": name}]))


def record(*members: w.Json) -> w.Json:
    """A comprehensive learner record of these badges."""
    return w.sign(
        {
            "@context": [w.VC2, CLR, w.OB3],
            "id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000c1",
            "type": ["VerifiableCredential", "ClrCredential"],
            "name": "Osaamiseni",
            "issuer": {"id": w.KEY.did, "type": ["Profile"], "name": "Paja"},
            "validFrom": "2026-11-01T00:00:00Z",
            "credentialSubject": {
                "id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000c2",
                "type": ["ClrSubject"],
                "verifiableCredential": list(members),
            },
        }
    )


def refreshable(**changes: Any) -> w.Json:
    """A badge that names a refresh service."""
    service = {"id": REFRESH, "type": "1EdTechCredentialRefresh"}
    return w.sign(w.badge(**{"@context": [w.VC2, w.OB3, w.EXTENSIONS], "refreshService": service, **changes}))


def with_message(size: int = 2) -> w.Json:
    """A badge whose status entry asks for a message."""
    return w.sign(
        w.changed(
            w.with_status(w.badge(), purpose="message"), lambda one: one["credentialStatus"].update(statusSize=size)
        )
    )


def vouched(*documents: w.Json) -> dict[str, Any]:
    """The operator's trust lists."""
    return {"trust_lists": tuple(source for document in documents for source in beside(document))}


class _SawNewer:
    """A memory of status lists that has seen a newer one."""

    def newest(self, url: str) -> datetime:
        return datetime(2026, 11, 22, 6, tzinfo=UTC)

    def remember(self, url: str, valid_from: datetime) -> None:
        raise AssertionError("an older list is not remembered")


def _broken(document: w.Json, *, hash_name: str = "sha256") -> str:
    raise ZeroDivisionError


# A
@case("input.container")
def bytes_after_the_end_of_an_image():
    return bake_png(image(), w.dump(w.sign(w.badge()))) + b"\n"


# C, for which Open Badges' own schema would speak as well
@case("vcdm.version", policy=W3C)
def both_data_models_in_a_token():
    return token(generic(issuanceDate="2026-11-01T00:00:00Z"))


@case("vcdm.id", policy=W3C)
def a_relative_id_in_a_token():
    return token(generic(id="badge-1"))


# D
@case("proof.domain", request=ASKED)
def a_presentation_for_another_service():
    return presented(domain="elsewhere.example")


@case("proof.challenge", request=ASKED)
def a_presentation_that_answers_another_request():
    return presented(challenge="c2")


@case("proof.challenge", request=Request(domain="verify.example", challenge="c1", challenge_fresh=False))
def a_presentation_that_was_used_before():
    return presented()


@case("jwt.header")
def a_header_that_leads_to_keys_elsewhere():
    return token(header={"jku": "https://evil.example/jwks"})


@case("jwt.profile", verdict="accepted")
def a_token_of_the_other_profile():
    return token(header={"typ": "vc+jwt"})


@case("jwt.algorithm")
def an_algorithm_of_another_key():
    return token(header={"alg": "ES256"})


@case("jwt.claims")
def a_claim_about_another_badge():
    return token(jti=OTHER_ID)


# F
@case("refresh.available", verdict="accepted", documents={REFRESH: refreshable(id=OTHER_ID)})
def another_badge_from_the_refresh_service():
    return refreshable()


@case("status.list", verdict="undetermined", documents={w.LIST_URL: MESSAGES})
def a_message_of_another_size():
    return with_message(size=4)


@case(
    "status.rolled_back",
    verdict="undetermined",
    documents="list",
    environment=lambda: {"status_memory": _SawNewer()},
    also={"status.list"},
)
def a_list_older_than_one_seen_before():
    return w.sign(w.with_status(w.badge()))


# G
@case("recipient.binding", request=ASKED)
def a_presentation_by_somebody_else():
    return presented(w.OTHER)


@case("endorsement.verified", verdict="accepted")
def an_endorsement_changed_after_signing():
    return endorsed(w.badge()["id"], name="Kiitos")


@case("endorsement.subject", verdict="accepted")
def an_endorsement_of_something_else():
    return endorsed(OTHER_ID)


@case("clr.member", verdict="accepted")
def a_record_with_an_ended_badge():
    return record(w.sign(w.badge()), w.sign(w.badge(id=OTHER_ID, validUntil="2026-11-02T00:00:00Z")))


@case("presentation.member", request=ASKED)
def a_presented_badge_that_was_changed():
    badge = presentation()["verifiableCredential"][0]
    return presented(changes={"verifiableCredential": [{**badge, "name": "Hitsaus"}]})


@case("trust.registry", verdict="accepted", environment=lambda: vouched(GOOD_LIST, {**GOOD_LIST, "version": 2}))
def a_second_trust_list_that_was_changed():
    return w.sign(w.badge())


@case(
    "trust.issuer",
    verdict="accepted",
    environment=lambda: vouched(signed_trust_list(listed(withdrawnAt="2026-10-15"))),
    also={"trust.scope"},
)
def an_issuer_that_had_left_the_list():
    return w.sign(w.badge())


@case("trust.scope", verdict="accepted", environment=lambda: vouched(signed_trust_list(LISTINGS["for another unit"])))
def a_badge_outside_the_issuers_units():
    return w.sign(w.badge())


@case("internal.error", verdict="undetermined", environment=lambda: {"canonicalise": _broken})
def a_program_that_falls_over():
    return w.sign(w.badge())


# H
@case("ob2.schema", documents=older.world(badges_1={"name": ""}))
def an_older_badge_class_without_a_name():
    return older.assertion()


@case("ob2.hosted", documents=older.world(assertions_1={"status": 404}))
def an_older_badge_that_is_not_where_it_says():
    return older.assertion()


@case("ob2.scope", documents=older.world(issuer={"verification": {"startsWith": "https://other.example/"}}))
def an_older_badge_outside_the_issuers_addresses():
    return older.assertion()


@case("ob2.signature", documents=older.world())
def an_older_badge_with_a_changed_signature():
    return older.signed()[:-3] + "AAA"


@case("ob2.key_owner", documents=older.world(key={"owner": "https://other.example/issuer"}))
def an_older_badge_with_somebody_elses_key():
    return older.signed()


@case("ob2.revoked", documents=older.world(assertions_1={"revoked": True}))
def an_older_badge_that_was_withdrawn():
    return older.assertion()
