"""For every code a document that only this check refuses, and that passes without the one change."""

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import workshop as w

from verifier import EMPLOYMENT, PRIOR_LEARNING, STRICT, W3C, Policy, Request, Verdict
from verifier.checks.table import CHECKS

FOLLOW_ON = {"proof.set"}  # a proof that fails makes the set fail
Case = tuple[Callable[[], Any], str, dict[str, Any]]
CASES: dict[str, Case] = {}


def case(code: str, **how: Any) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def add(make: Callable[[], Any]) -> Callable[[], Any]:
        CASES[make.__name__] = (make, code, how)
        return make

    return add


def generic(**changes: Any) -> w.Json:
    """A credential that is no badge, for rules that the badge's schema would refuse as well."""
    document = {
        "@context": [w.VC2],
        "id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000aa",
        "type": ["VerifiableCredential"],
        "issuer": w.KEY.did,
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000ab"},
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def deep(*path: Any, to: Any) -> Callable[[w.Json], None]:
    def change(document: w.Json) -> None:
        item: Any = document
        for step in path[:-1]:
            item = item[step]
        if to is ...:
            del item[path[-1]]
        else:
            item[path[-1]] = to

    return change


def signed_after(*path: Any, to: Any) -> w.Json:
    return w.sign(w.changed(w.badge(), deep(*path, to=to)))


def altered(*path: Any, to: Any) -> w.Json:
    return w.changed(w.sign(w.badge()), deep(*path, to=to))


# A
@case("input.encoding")
def a_lone_surrogate_in_a_name():
    return w.dump(w.sign(w.badge())).replace("Säätää".encode(), rb"\ud800")


@case("input.encoding")
def a_byte_order_mark():
    return b"\xef\xbb\xbf" + w.dump(w.sign(w.badge()))


@case("input.json")
def a_repeated_name():
    return w.dump(w.sign(w.badge())).replace(b'{"@context"', b'{"name": "x", "@context"', 1)


@case("input.json")
def a_number_beyond_doubles():
    return w.dump(w.sign(w.badge())).replace(b'{"@context"', b'{"x": 1e400, "@context"', 1)


@case("input.limits", verdict="undetermined")
def two_thousand_values():
    return w.dump({**w.badge(), "x": [1] * 2_000})


@case("input.limits", verdict="undetermined")
def six_proofs():
    document = w.sign(w.badge())
    return {**document, "proof": [document["proof"]] * 6}


@case("input.kind")
def a_document_of_another_kind():
    return {"type": "Invoice"}


@case("input.kind", verdict="undetermined")
def a_credential_that_is_no_badge():
    return w.sign(generic())


@case("input.kind", verdict="undetermined")
def an_assertion_of_open_badges_1():
    return {"@context": "https://w3id.org/openbadges/v1", "type": "Assertion", "id": "https://a.example/1"}


# B
@case("context.order")
def a_third_context_twice():
    return w.sign(w.badge(**{"@context": [w.VC2, w.OB3, w.EXTENSIONS]})) | {
        "@context": [w.VC2, w.OB3, w.EXTENSIONS, w.EXTENSIONS]
    }


@case("context.known", also={"ob.schema"})
def an_unknown_context():
    return w.sign(w.badge()) | {"@context": [w.VC2, w.OB3, "https://evil.example/context"]}


@case("context.version", verdict="accepted")
def an_older_context():
    return w.sign(w.badge(**{"@context": [w.VC2, w.OB3.replace("3.0.3", "3.0.2")]}))


@case("context.nested")
def an_inline_context():
    return w.sign(w.badge()) | {"@context": [w.VC2, w.OB3, {"gpa": "https://schema.org/gpa"}]}


@case("jsonld.keyword")
def a_nested_keyword():
    return w.sign(w.badge()) | {"@nest": {"name": "x"}}


@case("jsonld.iri", policy=W3C, also={"vcdm.members"})
def an_id_with_a_blank():
    terms = w.sign(generic(termsOfUse={"id": "https://a.example/1", "type": "https://a.example/Terms"}))
    return w.changed(terms, deep("termsOfUse", "id", to="https://a.example/1 x"))


@case("jsonld.language", policy=W3C)
def a_line_break_in_a_language_tag():
    document = w.sign(generic(name={"@value": "D", "@language": "fi"}))
    return w.changed(document, deep("name", "@language", to="fi .\n<urn:x> <urn:y> <urn:z>"))


@case("jsonld.terms")
def an_undefined_member():
    return altered("credentialSubject", "gpa", to="5.0")


@case("jsonld.terms")
def a_doubled_tag():
    document = w.sign(w.changed(w.badge(), deep("credentialSubject", "achievement", "tag", to=["a", "b"])))
    return w.changed(document, deep("credentialSubject", "achievement", "tag", to=["a", "b", "a"]))


@case("vcdm.type")
def a_doubled_class_of_a_part():
    return altered("credentialSubject", "achievement", "alignment", 0, "type", to=["Alignment", "Alignment"])


@case("jsonld.terms")
def one_evidence_listed_twice():
    evidence = {"id": "https://issuer.example/e/1", "type": ["Evidence"], "name": "Työ"}
    return w.changed(w.sign(w.badge(evidence=[evidence])), deep("evidence", to=[evidence, evidence]))


@case("jsonld.node_conflict")
def an_evidence_with_the_id_of_the_badge():
    return w.sign(w.badge()) | {"evidence": [{"id": w.badge()["id"], "type": ["Evidence"], "name": "x"}]}


@case("structure.too_complex")
def equal_siblings_without_id():
    results = [{"type": ["Result"], "value": "1"}] * 2
    return altered("credentialSubject", "result", to=results)


# C
@case("vcdm.version", policy=W3C, also={"jsonld.terms"})
def both_data_models():
    return w.sign(generic()) | {"issuanceDate": "2026-11-01T00:00:00Z"}


@case("vcdm.legacy", verdict="accepted", policy=W3C, also={"context.version"})
def the_first_data_model():
    contexts = ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2"]
    return w.sign(generic(**{"@context": contexts, "validFrom": None, "issuanceDate": "2026-11-01T00:00:00Z"}))


@case("vcdm.type")
def a_repeated_type():
    return w.sign(w.badge(type=["VerifiableCredential", "OpenBadgeCredential", "OpenBadgeCredential"]))


@case("vcdm.id", policy=W3C, also={"jsonld.iri"})
def a_relative_id():
    return w.sign(generic()) | {"id": "badge-1"}


@case("vcdm.issuer", policy=W3C, also={"jsonld.keyword"})
def an_issuer_without_id():
    return w.sign(generic()) | {"issuer": {"id": None}}


@case("vcdm.subject", policy=W3C)
def an_empty_subject():
    return w.sign(generic(credentialSubject={}))


@case("vcdm.dates", policy=W3C)
def a_date_without_offset():
    return w.sign(generic(validFrom="2026-11-01T00:00:00"))


@case("vcdm.dates", also={"ob.schema"})
def a_sixtieth_second():
    return w.sign(w.badge(validFrom="2026-11-01T00:00:60Z"))


@case("vcdm.members", policy=W3C)
def evidence_without_a_type():
    return w.sign(generic(evidence={"id": "https://a.example/1"}))


@case("vcdm.related_resource")
def a_digest_that_does_not_match():
    return w.sign(w.badge(relatedResource=[{"id": w.VC2, "digestSRI": "sha384-" + "A" * 64}]))


@case("vcdm.related_resource", verdict="accepted")
def a_resource_that_is_not_at_hand():
    return w.sign(w.badge(relatedResource=[{"id": "https://a.example/x", "digestSRI": "sha384-" + "A" * 64}]))


@case("ob.type", also={"ob.schema"})
def an_issuer_of_the_wrong_class():
    return signed_after("issuer", "type", to=["Achievement"])


@case("ob.schema")
def text_where_a_number_is_wanted():
    return signed_after("credentialSubject", "achievement", "creditsAvailable", to="5")


@case("ob.cardinality", verdict="accepted", documents="list")
def two_status_entries():
    document = w.with_status(w.badge())
    entry = document["credentialStatus"]
    other = {**entry, "id": f"{w.LIST_URL}#6", "statusListIndex": "6"}
    return w.sign({**document, "credentialStatus": [entry, other]})


@case("ob.schema_declared", verdict="accepted")
def a_schema_that_nobody_gave():
    schema = [{"id": "https://a.example/schema.json", "type": "1EdTechJsonSchemaValidator2019"}]
    return w.sign(w.badge(**{"@context": [w.VC2, w.OB3, w.EXTENSIONS], "credentialSchema": schema}))


@case(
    "ob.schema_declared",
    schemas={"https://a.example/s": {"$schema": "https://json-schema.org/draft/2019-09/schema", "required": ["x"]}},
)
def a_declared_schema_that_fails():
    schema = [{"id": "https://a.example/s", "type": "1EdTechJsonSchemaValidator2019"}]
    return w.sign(w.badge(**{"@context": [w.VC2, w.OB3, w.EXTENSIONS], "credentialSchema": schema}))


@case("ob.subject")
def a_bearer_badge():
    return signed_after("credentialSubject", "id", to=...)


@case("ob.subject")
def a_hash_without_prefix():
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "0" * 64,
        "identityType": "emailAddress",
        "salt": "0123456789",
    }
    return signed_after("credentialSubject", "identifier", to=[identity])


@case("ob.achievement")
def an_achievement_without_criteria():
    return signed_after("credentialSubject", "achievement", "criteria", to={})


@case("ob.results", verdict="accepted")
def a_dangling_result():
    return signed_after("credentialSubject", "result", 0, "resultDescription", to="https://issuer.example/x")


@case("ob.arrays", verdict="accepted")
def a_single_value_for_a_set():
    return signed_after("credentialSubject", "achievement", "tag", to="one")


@case("text.spoofing", verdict="accepted")
def a_cyrillic_letter_in_a_latin_name():
    return w.sign(w.badge(name="Pоlkupyörä"))


@case("text.spoofing", verdict="accepted")
def an_escaped_control_character():
    return signed_after("credentialSubject", "achievement", "criteria", "narrative", to="a\x08b")


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


@case("evidence.present", verdict="accepted", policy=PRIOR_LEARNING, also={"recipient.mismatch"})
def no_evidence_for_prior_learning():
    return w.sign(w.badge())


@case("ob.vocabulary", verdict="rejected", also={"ob.schema"})
def an_unknown_achievement_type():
    return signed_after("credentialSubject", "achievement", "achievementType", to="Trophy")


def legacy() -> w.Json:
    contexts = [w.VC2, w.OB3, "https://w3id.org/security/suites/ed25519-2020/v1"]
    document = w.badge(**{"@context": contexts})
    options = {
        "type": "Ed25519Signature2020",
        "created": "2026-11-21T12:00:00Z",
        "verificationMethod": w.KEY.method,
        "proofPurpose": "assertionMethod",
    }
    return by_hand(document, options)


def without_created() -> w.Json:
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "verificationMethod": w.KEY.method,
        "proofPurpose": "assertionMethod",
    }
    return by_hand(w.badge(), options)


def by_hand(document: w.Json, options: w.Json) -> w.Json:
    from keys.proofs.data_integrity import attach, prepare

    secured = prepare(document, options, canonicalise=w.CANONICALISE)
    return attach(document, options, w.KEY.sign(secured.message))


def world(how: dict[str, Any]) -> dict[str, Any]:
    documents = how.get("documents", {})
    return {w.LIST_URL: w.sign(w.status_document())} if documents == "list" else copy.deepcopy(documents)


@pytest.mark.parametrize("name", CASES)
def test_only_the_named_check_refuses(name):
    make, code, how = CASES[name]
    changes = {"schemas": how["schemas"]} if "schemas" in how else {}
    policy: Policy = how.get("policy", EMPLOYMENT)
    report = w.check(make(), world(how), policy=policy, request=how.get("request"), **changes)
    found = w.faults(report)
    assert code in found
    assert found - {code} - how.get("also", set()) <= FOLLOW_ON
    assert report.verdict is Verdict(how.get("verdict", "rejected"))


def test_the_badge_without_any_change_is_accepted():
    report = w.check(w.sign(w.badge()))
    assert report.verdict is Verdict.ACCEPTED
    assert w.faults(report) == set()


def test_every_code_stands_in_every_report():
    for make, _, how in CASES.values():
        changes = {"schemas": how["schemas"]} if "schemas" in how else {}
        report = w.check(make(), world(how), policy=how.get("policy", EMPLOYMENT), **changes)
        codes = {finding.code for finding in report.findings}
        wanted = {check.code for check in CHECKS if check.stage != "H"} - {"internal.error", "presentation.member"}
        assert codes == wanted
