"""Single faults of proofs, keys, status, validity and people."""

from datetime import timedelta

import workshop as w
from fault_cases import altered, case, deep, generic, legacy, signed_after, without_created

from verifier import PRIOR_LEARNING, STRICT, W3C, Request


# D
@case("proof.present")
def no_proof():
    return w.badge()


@case("proof.present", policy=W3C)
def a_null_proof():
    return generic() | {"proof": None}


@case("proof.members")
def an_unknown_proof_member():
    return altered("proof", "x", to="y")


@case("proof.members")
def the_same_proof_twice():
    document = w.sign(w.badge())
    return {**document, "proof": [document["proof"], document["proof"]]}


@case("proof.purpose")
def another_purpose():
    return w.sign(w.badge(), proofPurpose="authentication")


@case("proof.suite", verdict="undetermined")
def an_unknown_suite():
    return altered("proof", "cryptosuite", to="bbs-2023")


@case("proof.legacy", verdict="accepted")
def a_superseded_suite():
    return legacy()


@case("proof.created")
def a_proof_from_tomorrow():
    return w.sign(w.badge(), created=w.NOW + timedelta(days=1))


@case("proof.created", policy=STRICT)
def a_proof_without_created():
    return without_created()


@case("proof.expires")
def a_proof_that_ended():
    return w.sign(w.badge(), expires="2026-11-22T11:59:59Z")


@case("proof.chain")
def a_missing_previous_proof():
    return altered("proof", "previousProof", to="urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-00000000000c")


@case("proof.signature")
def an_altered_name():
    return altered("name", to="Hitsaus")


@case("proof.signature")
def a_signature_of_another_length():
    return w.changed(w.sign(w.badge()), lambda d: d["proof"].update(proofValue=d["proof"]["proofValue"][:-2]))


@case("proof.set", also={"issuer.key_binding"})
def only_a_foreign_proof():
    return w.sign(w.badge(), w.OTHER)


# E
@case("issuer.document", verdict="undetermined")
def a_document_out_of_reach():
    return w.sign(w.badge(w.DID), method=f"{w.DID}#key-1")


@case("issuer.document", documents={w.DID: w.did_document("did:web:other.example")})
def a_document_with_another_id():
    return w.sign(w.badge(w.DID), method=f"{w.DID}#key-1")


@case("issuer.document", documents={w.DID: {"status": 404}})
def a_document_that_is_gone():
    return w.sign(w.badge(w.DID), method=f"{w.DID}#key-1")


@case("issuer.document", verdict="undetermined")
def an_unknown_did_method():
    return w.sign(w.badge("did:ion:abc"), method="did:ion:abc#key-1")


@case("issuer.method", documents={w.DID: w.did_document()})
def a_method_that_is_not_there():
    return w.sign(w.badge(w.DID), method=f"{w.DID}#key-2")


@case("issuer.method")
def a_did_key_without_fragment():
    return w.sign(w.badge(), method=w.KEY.did)


@case("issuer.method")
def a_did_key_with_the_fragment_of_another_key():
    return w.sign(w.badge(), w.OTHER, method=f"{w.KEY.did}#{w.OTHER.multibase}")


@case("issuer.relationship", documents={w.DID: w.did_document(assertionMethod=[], authentication=[f"{w.DID}#key-1"])})
def a_key_for_signing_in_only():
    return w.sign(w.badge(w.DID), method=f"{w.DID}#key-1")


@case(
    "issuer.key_binding",
    documents={
        w.DID: w.changed(w.did_document(), deep("verificationMethod", 0, "controller", to="did:web:evil.example"))
    },
)
def a_key_of_another_controller():
    return w.sign(w.badge(w.DID), method=f"{w.DID}#key-1")


@case(
    "issuer.key_binding",
    documents={w.DID: w.changed(w.did_document(), deep("verificationMethod", 0, "controller", to=...))},
)
def a_key_without_controller():
    return w.sign(w.badge(w.DID), method=f"{w.DID}#key-1")


ISSUER_URL = "https://issuer.example/o/1"


def key_elsewhere(url: str) -> w.Json:
    return {
        "@context": "https://www.w3.org/ns/cid/v1",
        "id": url,
        "verificationMethod": [
            {"id": f"{url}#k", "type": "Multikey", "controller": ISSUER_URL, "publicKeyMultibase": w.KEY.multibase}
        ],
        "assertionMethod": [f"{url}#k"],
    }


PROFILE = {"id": ISSUER_URL, "type": "Profile", "name": "Paja"}


@case(
    "issuer.key_basis",
    verdict="accepted",
    documents={f"{ISSUER_URL}/keys": key_elsewhere(f"{ISSUER_URL}/keys"), ISSUER_URL: PROFILE},
)
def a_key_below_the_address_of_the_issuer():
    return w.sign(w.badge(ISSUER_URL), method=f"{ISSUER_URL}/keys#k")


@case(
    "issuer.key_binding",
    verdict="undetermined",
    documents={"https://issuer.example/keys": key_elsewhere("https://issuer.example/keys"), ISSUER_URL: PROFILE},
)
def a_key_beside_the_address_of_the_issuer():
    return w.sign(w.badge(ISSUER_URL), method="https://issuer.example/keys#k")


@case(
    "proof.key_expired",
    verdict="undetermined",
    documents={w.DID: w.changed(w.did_document(), deep("verificationMethod", 0, "expires", to="2026-11-22T00:00:00Z"))},
)
def a_key_that_expired_since():
    return w.sign(w.badge(w.DID), method=f"{w.DID}#key-1")


@case(
    "proof.key_expired",
    documents={w.DID: w.changed(w.did_document(), deep("verificationMethod", 0, "expires", to="2026-11-01T00:00:00Z"))},
)
def a_key_that_had_expired():
    return w.sign(w.badge(w.DID), method=f"{w.DID}#key-1")


@case(
    "proof.key_revoked",
    documents={w.DID: w.changed(w.did_document(), deep("verificationMethod", 0, "revoked", to="2026-11-22T00:00:00Z"))},
)
def a_key_that_was_revoked_after_created():
    return w.sign(w.badge(w.DID), method=f"{w.DID}#key-1")


# F
@case("status.entry", verdict="undetermined", documents="list")
def an_index_with_a_leading_zero():
    return w.sign(w.changed(w.with_status(w.badge()), deep("credentialStatus", "statusListIndex", to="05")))


@case("status.list", verdict="undetermined")
def a_list_out_of_reach():
    return w.sign(w.with_status(w.badge()))


@case("status.revoked", documents={w.LIST_URL: w.sign(w.status_document(5))})
def a_revoked_badge():
    return w.sign(w.with_status(w.badge()))


@case(
    "status.suspended",
    documents={w.LIST_URL: w.sign(w.status_document(5, subject={"statusPurpose": "suspension"}))},
)
def a_suspended_badge():
    return w.sign(w.with_status(w.badge(), purpose="suspension"))


@case("validity.not_yet_valid")
def a_badge_of_next_month():
    return w.sign(w.badge(validFrom="2026-12-01T00:00:00Z"))


@case("validity.expired")
def a_badge_that_ended():
    return w.sign(w.badge(validUntil="2026-11-22T11:59:59Z"))


@case("validity.order", also={"validity.expired"})
def an_end_before_the_start():
    return w.sign(w.badge(validUntil="2026-10-01T00:00:00Z"))


@case("validity.order", environment=lambda: {"clock_skew": timedelta(minutes=1)})
def an_end_before_the_start_within_the_clocks_skew():
    return w.sign(w.badge(validFrom="2026-11-22T12:00:10Z", validUntil="2026-11-22T11:59:50Z"))


# G
@case("recipient.mismatch", request=Request(recipient="did:key:zSomebodyElse"))
def a_badge_of_somebody_else():
    return w.sign(w.badge())


@case("recipient.weak", verdict="accepted")
def a_hash_with_a_short_salt():
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$" + "0" * 64,
        "identityType": "emailAddress",
        "salt": "ab",
    }
    return signed_after("credentialSubject", "identifier", to=[identity])


@case(
    "evidence.present",
    verdict="accepted",
    policy=PRIOR_LEARNING,
    request=Request(recipient="urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000002"),
)
def no_evidence_for_prior_learning_of_a_named_person():
    return w.sign(w.badge())


@case("evidence.present", verdict="accepted", policy=PRIOR_LEARNING, also={"recipient.mismatch"})
def no_evidence_for_prior_learning():
    return w.sign(w.badge())


@case("ob.vocabulary", verdict="rejected", also={"ob.schema"})
def an_unknown_achievement_type():
    return signed_after("credentialSubject", "achievement", "achievementType", to="Trophy")
