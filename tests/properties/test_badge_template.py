"""The template of a batch against the general path: the same bytes or a refusal, whatever the values are."""

import copy
import json
import random

import pytest
from properties.credential_kinds import KINDS, uuid
from properties.mutations import HOSTILE_TEXTS

from schemas.badge_template import BadgeTemplate
from schemas.compiled_canonicaliser import CompiledCanonicaliser, NotCompiledError
from schemas.errors import DocumentError
from schemas.jsonld import SafeProcessor

SAFE = SafeProcessor()
GENERAL = CompiledCanonicaliser(fallback=SAFE)
BADGES_A_CHUNK = 600
COMPARED_WITH_PYLD = 30

# What differs between the badges of a batch, and texts in every kind of place.
IDS = ("/id", "/credentialSubject/id", "/credentialStatus/id", "/evidence/0/id")
TEXTS = (
    "/credentialStatus/statusListIndex",
    "/credentialSubject/identifier/0/identityHash",
    "/credentialSubject/identifier/0/salt",
    "/credentialSubject/result/0/value",
    "/credentialSubject/achievement/tag/0",
    "/credentialSubject/achievement/tag/1",
    "/credentialSubject/achievement/alignment/0/targetName",
    "/credentialSubject/achievement/alignment/1/targetName",
    "/credentialSubject/achievement/alignment/1/targetUrl",
    "/issuer/url",
    "/validFrom",
    "/evidence/0/name",
)
GAPS = IDS + TEXTS
GOOD_IDS = (*(uuid(n) for n in range(60, 70)), "did:key:z6Mk", "https://issuer.example/status/7#8")


def template_badge():
    badge = copy.deepcopy(KINDS["small badge"])
    badge["credentialSubject"]["id"] = uuid(60)
    return badge


def filled(badge, gaps, values):
    result = copy.deepcopy(badge)
    for gap, value in zip(gaps, values, strict=True):
        *steps, last = gap[1:].split("/")
        item = result
        for step in steps:
            item = item[int(step)] if isinstance(item, list) else item[step]
        item[int(last) if isinstance(item, list) else last] = value
    return result


def random_text(draw):
    if draw.random() < 0.5:
        return draw.choice(HOSTILE_TEXTS)
    alphabet = 'ab%{}"\\\n\t\r\b\f\x00\x1f\x7f\u0085\u2028åÄ🎓<>_:.'
    return "".join(draw.choices(alphabet, k=draw.randrange(12)))


def random_values(draw):
    ids = [draw.choice(GOOD_IDS) if draw.random() < 0.97 else random_text(draw) for _ in IDS]
    return ids + [random_text(draw) if draw.random() < 0.8 else draw.choice(GOOD_IDS) for _ in TEXTS]


@pytest.mark.parametrize("chunk", range(10))
def test_hostile_values_give_what_the_general_path_gives_or_are_sent_there(chunk):
    badge = template_badge()
    template = BadgeTemplate(badge, GAPS, GENERAL)
    draw = random.Random(chunk)  # noqa: S311 – repeatable on purpose
    equal = compared = 0
    for _ in range(BADGES_A_CHUNK):
        values = random_values(draw)
        try:
            text = template.canonical(values)
        except NotCompiledError:
            continue
        document = filled(badge, GAPS, values)
        assert text == GENERAL.compiled(document)
        if compared < COMPARED_WITH_PYLD:
            assert text == SAFE(document)
            compared += 1
        assert json.loads(template.json(values)) == document
        equal += 1
    assert equal > BADGES_A_CHUNK // 4


def test_honest_values_never_need_the_general_path():
    badge = template_badge()
    gaps = (*IDS[:3], "/credentialStatus/statusListIndex")
    template = BadgeTemplate(badge, gaps, GENERAL)
    for n in range(200):
        values = [uuid(1000 + n), uuid(5000 + n), f"https://issuer.example/status/1#{n}", str(n)]
        assert template.canonical(values) == GENERAL.compiled(filled(badge, gaps, values))


@pytest.mark.parametrize("kind", ["badge of 28 requirements", "badge with levels", "VCDM 1.1 badge", "status list"])
def test_every_kind_of_plain_credential_has_a_template(kind):
    document = KINDS[kind]
    gaps = ("/id",)
    template = BadgeTemplate(document, gaps, GENERAL)
    assert template.canonical([uuid(77)]) == SAFE(filled(document, gaps, [uuid(77)]))


@pytest.mark.parametrize(
    "gap",
    ["/type/0", "/@context/0", "/credentialSubject/type/0", "/nowhere", "/credentialSubject", "/evidence/9", ""],
)
def test_a_gap_that_is_no_signed_text_is_refused(gap):
    with pytest.raises(NotCompiledError):
        BadgeTemplate(template_badge(), [gap], GENERAL)


def test_a_gap_given_twice_is_refused():
    with pytest.raises(NotCompiledError):
        BadgeTemplate(template_badge(), ["/id", "/id"], GENERAL)


@pytest.mark.parametrize("kind", ["language strings", "endorsed badge", "chained proofs"])
def test_documents_that_the_rules_would_have_to_look_at_have_no_template(kind):
    with pytest.raises(NotCompiledError):
        BadgeTemplate(KINDS[kind], ["/id"], GENERAL)


def refused(gaps, values):
    with pytest.raises(NotCompiledError):
        BadgeTemplate(template_badge(), gaps, GENERAL).canonical(values)


@pytest.mark.parametrize(
    "text", ["relative", "urn:with space", "urn:<", "xsd:string", "_:b0", "", "urn:\x7f", "a:\ud800"]
)
def test_an_id_that_is_not_plainly_an_absolute_iri_goes_the_general_way(text):
    refused(["/id"], [text])


def test_an_id_that_another_object_of_the_badge_has_goes_the_general_way():
    refused(["/credentialSubject/id"], ["did:web:badges.example.edu"])


def test_two_ids_that_became_equal_go_the_general_way():
    refused(["/id", "/credentialSubject/id"], [uuid(1), uuid(1)])


def test_blank_nodes_that_became_alike_go_the_general_way():
    gaps = [
        f"/credentialSubject/achievement/alignment/{n}/{name}" for n in (0, 1) for name in ("targetName", "targetUrl")
    ]
    refused(gaps, ["same", "urn:same"] * 2)


def test_statements_of_a_blank_node_that_became_equal_go_the_general_way():
    badge = template_badge()
    badge["credentialSubject"]["achievement"].pop("id")
    gaps = ["/credentialSubject/achievement/tag/0", "/credentialSubject/achievement/tag/1"]
    with pytest.raises(NotCompiledError):
        BadgeTemplate(badge, gaps, GENERAL).canonical(["same", "same"])


def test_lines_that_became_equal_are_one():
    gaps = ["/credentialSubject/achievement/tag/0", "/credentialSubject/achievement/tag/1"]
    text = BadgeTemplate(template_badge(), gaps, GENERAL).canonical(["same", "same"])
    assert text.count('"same"') == 1


def test_another_number_of_values_is_refused():
    refused(["/id"], [uuid(1), uuid(2)])


def test_the_signed_badge_is_the_template_with_its_values_and_the_proof():
    template = BadgeTemplate(template_badge(), ["/id"], GENERAL)
    proof = {"type": "DataIntegrityProof", "proofValue": "z1"}
    expected = filled(template_badge(), ["/id"], ["urn:x"]) | {"proof": proof}
    assert json.loads(template.json(["urn:x"], proof)) == expected


def test_values_that_the_oracle_refuses_are_never_canonicalised():
    draw = random.Random(7)  # noqa: S311 – repeatable on purpose
    badge = template_badge()
    template = BadgeTemplate(badge, IDS, GENERAL)
    for _ in range(100):
        values = [random_text(draw) for _ in IDS]
        try:
            SAFE(filled(badge, IDS, values))
        except DocumentError:
            with pytest.raises(NotCompiledError):
                template.canonical(values)


def test_a_badge_that_holds_a_mark_already_has_no_template():
    badge = template_badge() | {"name": "urn:pateva-gap:0"}
    with pytest.raises(NotCompiledError):
        BadgeTemplate(badge, ["/id"], GENERAL)
