"""Small faults and twists in a document, drawn by a seeded source: what strangers, bugs and attackers might send."""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

from properties.credential_kinds import CLR, DATA_INTEGRITY, OB, OB_OLDER, STATUS_1, VCDM1, VCDM2, Document

Container = dict[str, Any] | list[Any]
Slot = tuple[Container, Any]  # a container and a key or index in it


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


HOSTILE_TEXTS = (
    "",
    " ",
    "_:b0",
    "_:",
    '"_:c14n0',
    'quote " backslash \\ tab \t line \n return \r',
    "\b\f\x00\x01\x0b\x1f\x7f",
    "\u0085\u2028\u2029 three ends of line",
    "\\u00e4 \\n",
    'x" .\n<urn:a> <urn:b> "c',
    "Ääkköset 🎓 \U0010ffff",
    "did:web:issuer.example",
    "https://issuer.example/achievements/1",
    "https://issuer.example/with space",
    "https://issuer.example/<>",
    "relative/path",
    "#fragment",
    "//issuer.example/x",
    "urn:",
    ":",
    "xsd:string",
    "ob:narrative",
    "cred:issuer",
    "schema:name",
    "sec:proof",
    "rdf:type",
    "id",
    "type",
    "@id",
    "@type",
    "@json",
    "@none",
    "Profile",
    "ext:Mine",
    "true",
    "67",
    "assertionMethod",
    "x" * 300,
)
HOSTILE_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    67,
    67.0,
    0.1,
    -2.5,
    1e-9,
    1e21,
    1e20,
    123456.789,
    2**53 - 1,
    {},
    [],
    [[]],
    ["a", "b"],
    ["a", "a"],
    [1, 1.0, True],
    {"@value": "Märke", "@language": "sv"},
    {"@value": "x", "@language": "SV-fi"},
    {"@value": "x", "@language": "fi .\n<urn:a>"},
    {"@value": "x", "@language": "fi", "@direction": "ltr"},
    {"@value": "x", "@type": "https://www.w3.org/2001/XMLSchema#string"},
    {"@value": "x"},
    {"@value": 5},
    {"@list": ["a"]},
    {"@set": ["a"]},
    {"@id": "urn:x"},
    {"id": "urn:x"},
    {"id": "urn:x", "type": "Profile"},
    {"id": "urn:x", "type": ["Profile"], "name": "N"},
    {"id": "urn:x", "name": "N"},
    {"type": "Profile"},
    {"type": []},
    {"type": ["Alignment"], "targetName": "T", "targetUrl": "https://t.example"},
    [{"@value": "x", "@language": "fi"}, {"@value": "y", "@language": "sv"}],
    [{"@value": "x", "@language": "fi"}, {"@value": "x", "@language": "fi"}],
    [{"narrative": "x"}, {"narrative": "x"}],
    [{"narrative": "x"}, {"narrative": "y"}],
)
NAMES = words("""
    id type name description issuer image narrative criteria achievement alignment result resultDescription
    value status credentialSubject credentialStatus evidence endorsement verifiableCredential proof tag creator
    related identifier source validFrom validUntil issuanceDate refreshService termsOfUse credentialSchema
    previousProof proofPurpose verificationMethod relatedResource digestSRI allowedValue rubricCriterionLevel
    creditsEarned address geo latitude hashed salt inLanguage holder controller publicKeyMultibase encodedList
    ttl confidenceMethod evidence renderMethod jwk publicKeyJwk otherIdentifier endorsementJwt association
    partial undefined honours @id @type @graph @included @nest @reverse @foo @context @language @value _:p
    https://schema.org/name schema:name ob:narrative xsd:string
""")
TYPES = words("""
    VerifiableCredential OpenBadgeCredential AchievementCredential EndorsementCredential ClrCredential
    ClrSubject AchievementSubject Achievement Profile Image Evidence Alignment Result ResultDescription
    RubricCriterionLevel IdentityObject IdentifierEntry Address GeoCoordinates Related EndorsementSubject
    DataIntegrityProof Ed25519Signature2020 BitstringStatusListEntry BitstringStatusListCredential
    BitstringStatusList JsonSchema Multikey VerifiablePresentation StatusList2021 StatusList2021Entry
    StatusList2021Credential 1EdTechRevocationList Association 1EdTechJsonSchemaValidator2019
    1EdTechCredentialRefresh Undefined ext:Mine https://schema.org/Person @json _:t name
""")
CONTEXTS: tuple[Any, ...] = (
    VCDM2,
    VCDM1,
    OB,
    *OB_OLDER,
    CLR,
    DATA_INTEGRITY,
    STATUS_1,
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    "https://w3id.org/openbadges/v2",
    "https://www.w3.org/ns/cid/v1",
    "https://unpinned.example/context",
    "https://www.w3.org/ns/credentials/v2/",
    {"honours": "https://schema.org/award"},
    {"@vocab": "https://vocab.example/"},
    None,
)


def mutated(document: Document, seed: int) -> Document:
    """Return a copy with none to three twists; the same seed gives the same copy."""
    draw = random.Random(seed)  # noqa: S311 – repeatable on purpose
    result = copy.deepcopy(document)
    for _ in range(draw.choice((0, 1, 1, 1, 1, 2, 2, 3))):
        draw.choice(MUTATIONS)(result, draw)
    return result


def containers(item: Any) -> Iterator[Container]:
    if isinstance(item, dict | list):
        yield item
        for value in item.values() if isinstance(item, dict) else item:
            yield from containers(value)


def objects(document: Document) -> list[Document]:
    return [item for item in containers(document) if isinstance(item, dict)]


def slots(document: Document) -> list[Slot]:
    return [
        (item, key)
        for item in containers(document)
        for key in (list(item) if isinstance(item, dict) else range(len(item)))
        if key != "@context"
    ]


def replace_text(document: Document, draw: random.Random) -> None:
    texts = [(item, key) for item, key in slots(document) if isinstance(item[key], str)]
    if texts:
        item, key = draw.choice(texts)
        item[key] = draw.choice(HOSTILE_TEXTS)


def replace_value(document: Document, draw: random.Random) -> None:
    found = slots(document)
    if found:
        item, key = draw.choice(found)
        item[key] = copy.deepcopy(draw.choice(HOSTILE_VALUES))


def remove(document: Document, draw: random.Random) -> None:
    found = slots(document)
    if found:
        item, key = draw.choice(found)
        del item[key]


def rename(document: Document, draw: random.Random) -> None:
    item = draw.choice(objects(document))
    if item:
        item[draw.choice(NAMES)] = item.pop(draw.choice(list(item)))


def add_member(document: Document, draw: random.Random) -> None:
    value = draw.choice((*HOSTILE_VALUES, *HOSTILE_TEXTS))
    draw.choice(objects(document))[draw.choice(NAMES)] = copy.deepcopy(value)


def graft(document: Document, draw: random.Random) -> None:
    """Copy one part to another place."""
    found = slots(document)
    if found:
        source, key = draw.choice(found)
        part = copy.deepcopy(source[key])
        target = draw.choice(objects(document))
        target[key if isinstance(key, str) else draw.choice(NAMES)] = part


def repeat_in_array(document: Document, draw: random.Random) -> None:
    arrays = [item for item in containers(document) if isinstance(item, list) and item]
    if arrays:
        array = draw.choice(arrays)
        array.insert(draw.randrange(len(array) + 1), copy.deepcopy(draw.choice(array)))


def share_an_id(document: Document, draw: random.Random) -> None:
    named = [item for item in objects(document) if isinstance(item.get("id"), str)]
    if named:
        draw.choice(objects(document))["id"] = draw.choice(named)["id"]


def drop_an_id(document: Document, draw: random.Random) -> None:
    named = [item for item in objects(document) if "id" in item]
    if named:
        del draw.choice(named)["id"]


def change_types(document: Document, draw: random.Random) -> None:
    item = draw.choice(objects(document))
    item["type"] = draw.sample(TYPES, draw.choice((1, 1, 2, 3, 7)))
    if len(item["type"]) == 1 and draw.random() < 0.5:
        item["type"] = item["type"][0]


def change_contexts(document: Document, draw: random.Random) -> None:
    roots = [item for item in objects(document) if "@context" in item]
    if not roots:
        return
    root = draw.choice(roots)
    if not isinstance(root["@context"], list):
        root["@context"] = [root["@context"]]
    contexts = root["@context"]
    draw.choice(
        (
            lambda: contexts.append(draw.choice(CONTEXTS)),
            lambda: contexts.insert(draw.randrange(len(contexts) + 1), draw.choice(CONTEXTS)),
            contexts.reverse,
            lambda: contexts.pop() if contexts else None,
            lambda: root.pop("@context"),
            lambda: root.update({"@context": draw.choice(CONTEXTS)}),
        )
    )()


def nest_a_context(document: Document, draw: random.Random) -> None:
    draw.choice(objects(document))["@context"] = draw.choice((VCDM2, [VCDM2, OB], [OB], {"x": "urn:x"}, None))


def wrap_or_unwrap(document: Document, draw: random.Random) -> None:
    found = slots(document)
    if found:
        item, key = draw.choice(found)
        value = item[key]
        item[key] = value[0] if isinstance(value, list) and value else [value]


def shuffle_members(document: Document, draw: random.Random) -> None:
    for item in objects(document):
        members = list(item.items())
        draw.shuffle(members)
        item.clear()
        item.update(members)


MUTATIONS: tuple[Callable[[Document, random.Random], None], ...] = (
    replace_text,
    replace_text,
    replace_text,
    replace_value,
    replace_value,
    remove,
    remove,
    rename,
    add_member,
    graft,
    repeat_in_array,
    share_an_id,
    drop_an_id,
    change_types,
    change_types,
    change_contexts,
    nest_a_context,
    wrap_or_unwrap,
    shuffle_members,
)
