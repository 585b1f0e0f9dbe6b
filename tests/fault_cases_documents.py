"""Single faults of the document: input, contexts, linked data, data model, Open Badges."""

import workshop as w
from fault_cases import altered, case, deep, generic, signed_after

from verifier import W3C


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


@case("context.known")
def an_unknown_context():
    return w.sign(w.badge()) | {"@context": [w.VC2, w.OB3, "https://evil.example/context"]}


@case("context.known", policy=W3C)
def an_unknown_context_of_another_credential():
    return w.sign(generic()) | {"@context": [w.VC2, "https://evil.example/context"]}


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


@case("jsonld.iri")
def an_achievement_id_with_a_blank():
    return altered("credentialSubject", "achievement", "id", to="https://issuer.example/achievements/1 x")


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


@case("vcdm.issuer", policy=W3C)
def no_issuer_at_all():
    return w.sign(generic(issuer=None))


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
    environment=lambda: {
        "schemas": {
            "https://a.example/s": {"$schema": "https://json-schema.org/draft/2019-09/schema", "required": ["x"]}
        }
    },
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
