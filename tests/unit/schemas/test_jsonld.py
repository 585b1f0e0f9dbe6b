"""PyLD in safe mode: what it drops or guesses is refused, what it writes is RDFC-1.0, its work is bounded."""

import hashlib
import time

import pytest
from document_samples import OB, V2, at, changed, endorsement, full_badge, leaves, proof_options
from pyld import jsonld as pyld

from schemas import nquads
from schemas.canonicaliser import canonicaliser
from schemas.errors import DocumentError
from schemas.jsonld import W3C_CONTEXTS, SafeProcessor, TooComplex, canonical_nquads

PROCESSOR = SafeProcessor()
GENERIC = SafeProcessor(W3C_CONTEXTS, inline_contexts=True)
ACHIEVEMENT = "/credentialSubject/achievement"


def refusal_of(document, processor=PROCESSOR):
    with pytest.raises(DocumentError) as refusal:
        processor(document)
    return refusal.value.code, refusal.value.pointer


def test_canonical_form_ends_each_line_in_lf_and_is_sorted():
    lines = PROCESSOR(full_badge()).split("\n")
    assert lines.pop() == ""
    assert lines == sorted(lines)
    assert len(lines) > 80
    assert any(line.startswith("_:c14n0 ") for line in lines)


def test_document_is_not_changed():
    document = full_badge()
    PROCESSOR(document)
    assert document == full_badge()


def test_proof_options_are_canonicalised_too():
    text = PROCESSOR(proof_options())
    assert '"eddsa-rdfc-2022"^^<https://w3id.org/security#cryptosuiteString>' in text
    assert text.count("\n") == 5


def test_proofs_are_graphs_of_their_own():
    document = full_badge()
    options = proof_options()
    del options["@context"]
    document["proof"] = [{**options, "proofValue": "z3"}]
    text = PROCESSOR(document)
    assert min(nquads.parse(text)) == "@default"
    assert [len(graph) for name, graph in nquads.parse(text).items() if name != "@default"] == [6]


@pytest.mark.parametrize(
    ("pointer", "value", "code", "place"),
    [
        ("/gpa", "5", "jsonld.terms", "/gpa"),
        (ACHIEVEMENT + "/criteria/level", "9", "jsonld.terms", ACHIEVEMENT + "/criteria/level"),
        ("/credentialSubject/honours", {"id": "urn:x:1"}, "jsonld.terms", "/credentialSubject/honours"),
        ("/type/2", "SuperBadge", "jsonld.terms", "/type/2"),
        ("/evidence/0/type", ["Proof of skill"], "jsonld.terms", "/evidence/0/genre"),
        (
            "/credentialSubject/achievement/criteria/type",
            "x y",
            "jsonld.terms",
            "/credentialSubject/achievement/criteria/type",
        ),
        ("/type/2", 5, "jsonld.terms", ""),
        ("/credentialStatus/statusListCredential", "../x", "jsonld.iri", "/credentialStatus/statusListCredential"),
        ("/credentialStatus/statusListCredential", "", "jsonld.iri", "/credentialStatus/statusListCredential"),
        ("/credentialStatus/statusListCredential", "https://a.example/x y", "jsonld.iri", None),
        ("/issuer", "did:web:a b", "jsonld.iri", "/issuer"),
        ("/issuer", "host", "jsonld.iri", "/issuer"),
        ("/credentialStatus/type", "UnknownEntry", "jsonld.terms", "/credentialStatus/statusListCredential"),
        ("/name", {"en": "x"}, "jsonld.terms", "/name/en"),
    ],
)
def test_what_json_ld_would_drop_or_guess_is_refused(pointer, value, code, place):
    found, where = refusal_of(changed(pointer, value))
    assert found == code
    if place is not None:
        assert where == place


def test_cheap_rules_come_before_the_processor(monkeypatch):
    monkeypatch.setattr(pyld.JsonLdProcessor, "to_rdf", lambda *_: pytest.fail("PyLD was called"))
    assert refusal_of(changed("/@foo", "x"))[0] == "jsonld.keyword"


def test_expanded_form_holds_absolute_iris_only():
    (node,) = PROCESSOR.expand(full_badge())
    assert node["@id"] == full_badge()["id"]
    assert all(name.startswith(("@", "http")) for name in node)


class TestInlineContexts:
    def test_term_defined_in_the_document_is_read(self):
        document = changed("/@context/2", {"hours": "https://x.example/hours"})
        document["credentialSubject"]["hours"] = 5
        assert "<https://x.example/hours>" in GENERIC(document)

    def test_protected_term_may_not_be_redefined(self):
        assert refusal_of(changed("/@context/2", {"name": "https://x.example/n"}), GENERIC)[0] == "context.nested"

    def test_protected_context_may_not_be_nulled(self):
        assert refusal_of(changed("/@context/2", None), GENERIC)[0] == "context.nested"
        assert refusal_of(changed("/issuer/@context", None), GENERIC)[0] == "context.nested"

    def test_odd_context_that_fells_the_processor_is_refused(self):
        assert refusal_of(changed("/@context/2", {"@vocab": None}), GENERIC) == ("jsonld.terms", "")

    def test_other_name_for_type_hides_no_keyword(self):
        document = changed("/@context/2", {"kind": "@type"})
        document["credentialSubject"]["achievement"]["criteria"]["kind"] = "@json"
        assert refusal_of(document, GENERIC)[0] in ("jsonld.terms", "jsonld.iri")

    def test_examples_context_makes_every_word_a_term(self):
        document = changed("/@context/2", "https://www.w3.org/ns/credentials/examples/v2")
        document["anything"] = "x"
        assert "anything" in GENERIC(document)

    def test_chain_of_terms_gives_a_refusal_and_no_crash(self):
        chain = {f"t{n}": f"t{n + 1}:x" for n in range(199)} | {"t199": "https://x.example/"}
        try:
            GENERIC(changed("/@context/2", chain))
        except DocumentError as refusal:
            code = refusal.code
        else:
            code = "accepted"
        assert code in ("accepted", "structure.too_complex", "context.nested", "jsonld.terms")


def test_loader_that_pyld_would_use_by_itself_refuses():
    with pytest.raises(pyld.JsonLdError) as refusal:
        pyld.expand({"@context": "https://evil.example/context", "a": "b"})
    assert "would have been fetched" in str(refusal.value.__cause__)


def test_address_with_an_open_bracket_beside_a_relative_one_is_no_crash():
    document = changed("/issuer/url", "http://[")
    document["credentialStatus"]["statusListCredential"] = "../x"
    assert refusal_of(document) == ("jsonld.iri", "/credentialStatus/statusListCredential")


def test_nesting_beyond_the_processor_is_too_complex(monkeypatch):
    def overflow(*_):
        raise RecursionError

    monkeypatch.setattr(pyld.JsonLdProcessor, "to_rdf", overflow)
    with pytest.raises(TooComplex):
        PROCESSOR(full_badge())


def test_control_characters_are_escaped_as_rdfc_says():
    text = "".join(map(chr, range(0x20))) + "\x7f\x80\u2028\\\"'"
    escaped = (
        r"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000B\f\r\u000E\u000F"
        r"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u007F"
        "\x80\u2028" + r"\\\"" + "'"
    )
    document = {"@context": [V2], "id": "urn:x:1", "type": ["VerifiableCredential"], "name": text}
    assert f'"{escaped}"' in PROCESSOR(document)
    assert nquads.parse(PROCESSOR(document))["@default"][0]["object"]["value"] in (
        text,
        "https://www.w3.org/2018/credentials#VerifiableCredential",
    )


def test_numbers_are_written_as_the_standard_says():
    text = PROCESSOR(full_badge())
    assert '"1.5E0"^^<https://www.w3.org/2001/XMLSchema#float>' in text
    assert '"30"^^<https://www.w3.org/2001/XMLSchema#float>' in text


def test_sha384_gives_other_labels_where_nodes_are_ordered_by_hash():
    document = full_badge()
    assert PROCESSOR(document, hash_name="sha384") != PROCESSOR(document)
    assert PROCESSOR(document, hash_name="sha384").count("\n") == PROCESSOR(document).count("\n")


def alike(siblings, parents=2):
    lines = []
    for p in range(parents):
        lines.append(f"<urn:s> <urn:result> _:p{p} .")
        for c in range(siblings):
            lines += [f"_:p{p} <urn:alignment> _:p{p}c{c} .", f'_:p{p}c{c} <urn:name> "x" .']
    return nquads.parse("\n".join(lines))


def test_budget_is_charged_before_the_orders_are_tried():
    assert canonical_nquads(alike(5))[0].count("\n") == 22
    for siblings in (9, 40, 200):
        started = time.process_time()
        with pytest.raises(TooComplex) as refusal:
            canonical_nquads(alike(siblings))
        assert refusal.value.code == "structure.too_complex"
        assert time.process_time() - started < 0.5


def test_ordinary_badge_needs_no_budget():
    assert SafeProcessor(budget=0)(full_badge()) == PROCESSOR(full_badge())


def test_alike_nodes_of_a_generic_credential_end_by_budget():
    twins = [{"type": "Evidence", "evidence": [{"type": "Evidence"}] * 9}] * 2
    document = changed("/evidence", [{"type": "Evidence", "name": "x"} for _ in range(2)])
    assert GENERIC(document)
    document["credentialSubject"]["result"] = [
        {"type": ["Result"], "alignment": [{"type": ["Alignment"], "targetName": "x"}] * 9} for _ in twins
    ]
    with pytest.raises(TooComplex):
        GENERIC(document)


def test_smaller_budget_and_fewer_nodes_can_be_asked_for():
    assert refusal_of(full_badge(), SafeProcessor(max_nodes=5))[0] == "input.limits"


def test_other_contexts_can_be_given():
    processor = SafeProcessor({"https://x.example/c": {"@context": {"id": "@id", "a": "https://x.example/a"}}})
    assert processor({"@context": "https://x.example/c", "id": "urn:x:1", "a": "b"}) == (
        '<urn:x:1> <https://x.example/a> "b" .\n'
    )
    assert refusal_of({"@context": V2, "id": "urn:x:1"}, processor)[0] == "context.known"


def test_chooser_without_fast_path_is_the_safe_processor():
    plain = canonicaliser(fast_path=False)
    assert isinstance(plain, SafeProcessor)
    assert plain(full_badge()) == canonicaliser(fast_path=True)(full_badge())


@pytest.mark.parametrize(
    "document", [full_badge(), endorsement(), proof_options()], ids=["badge", "endorsement", "proof"]
)
def test_every_leaf_of_a_document_changes_its_canonical_form(document):
    before = hashlib.sha256(PROCESSOR(document).encode()).digest()
    uncovered = []
    for pointer in leaves(document):
        container, key = at(document, pointer)
        kept = container[key]
        if isinstance(kept, bool):
            container[key] = not kept
        else:
            container[key] = f"{kept}x" if isinstance(kept, str) else kept + 1
        try:
            if hashlib.sha256(PROCESSOR(document).encode()).digest() == before:
                uncovered.append(pointer)
        except DocumentError:
            pass
        container[key] = kept
    assert uncovered == []


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/gpa", "5"),
        ("/@foo", "bar"),
        ("/_:p", "v"),
        (ACHIEVEMENT + "/criteria/level", "9"),
        (ACHIEVEMENT + "/humanCode", None),
        ("/https:~1~1schema.org~1name", "x"),
        ("/evidence/2", {}),
        ("/type/2", "@json"),
        (ACHIEVEMENT + "/criteria/type", "@json"),
        (ACHIEVEMENT + "/criteria/type", ["@json"]),
    ],
)
def test_nothing_that_the_signature_does_not_cover_can_be_planted(pointer, value):
    try:
        text = PROCESSOR(changed(pointer, value))
    except DocumentError:
        text = ""
    assert text != PROCESSOR(full_badge())


def test_direction_is_the_one_part_that_is_not_signed():
    left = changed("/name", {"@value": "x", "@language": "fi", "@direction": "ltr"})
    right = changed("/name", {"@value": "x", "@language": "fi", "@direction": "rtl"})
    assert PROCESSOR(left) == PROCESSOR(right)


def test_contexts_of_an_endorsement_are_its_own():
    document = changed("/endorsement/0/@context", [V2, OB])
    assert PROCESSOR(document) == PROCESSOR(full_badge())


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [
        ("/name", "\ud800", "input.encoding"),
        ("/evidence/1/name", "\ud800", "input.encoding"),
        ("/credentialSubject/result/0/value", "\ud800", "input.json"),
        ("/credentialSubject/result/0/value", 2**60, "input.json"),
    ],
)
def test_values_that_no_reader_lets_in_are_refused_too(pointer, value, code):
    document = changed(pointer, value)
    if pointer == "/name":
        document = {"@context": [V2], "id": "urn:x:1", "type": ["VerifiableCredential"], "name": value}
    assert refusal_of(document)[0] == code
