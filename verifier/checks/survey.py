"""One walk over a document for all checks that look at each of its objects."""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from schemas.strict_json import JsonObject, JsonValue
from verifier.findings import Finding, failed

Placed: TypeAlias = tuple[str, str, JsonObject]
"""An object of a document: the member that holds it, its pointer, the object."""

# Members that hold an array also of one item (OB appendix A).
SETS: Final = frozenset(
    {
        "alignment",
        "allowedValue",
        "credentialSchema",
        "endorsement",
        "endorsementJwt",
        "evidence",
        "identifier",
        "otherIdentifier",
        "related",
        "result",
        "resultDescription",
        "rubricCriterionLevel",
        "tag",
        "termsOfUse",
        "type",
        "verifiableCredential",
    }
)
_NOT_ENTERED: Final = frozenset({"@context", "proof", "endorsement", "verifiableCredential", "criteria"})
_ORDERED: Final = frozenset({"allowedValue", "@context"})  # the contexts have checks of their own


@dataclass(frozen=True, slots=True)
class Survey:
    """What one walk found.

    Attributes:
        objects: below the document, in document order. Embedded credentials are not entered: they are checked by
            themselves.
        repeats: `vcdm.type` and `jsonld.terms`: items that stand twice in an array, in the whole document.
        single: (holder, member) of each member of SETS, of the document and `objects`, that is no array.
    """

    objects: list[Placed] = field(default_factory=list)
    repeats: list[Finding] = field(default_factory=list)
    single: set[tuple[str, str]] = field(default_factory=set)


def survey(document: JsonObject) -> Survey:
    """Walk a document once.

    On repeats: RDF knows each statement once, so an item could be doubled after signing and the signature would hold
    (security.md A11). Ordered lists are signed item by item.
    """
    found = Survey()
    _look(document, "", "", found, found.objects)
    return found


def _look(item: JsonObject, holder: str, at: str, found: Survey, objects: list[Placed] | None) -> None:
    """Look at the members of one object; `objects` is None where objects are not gathered."""
    for name, value in item.items():
        if isinstance(value, list):
            inside = None if name in _NOT_ENTERED else objects
            if len(value) > 1 and name not in _ORDERED and _has_repeats(value):
                code = "vcdm.type" if name == "type" else "jsonld.terms"
                found.repeats.append(failed(code, f"{at}/{name}", "repeated"))
            for place, one in enumerate(value):
                if isinstance(one, dict):
                    here = f"{at}/{name}/{place}"
                    if inside is not None:
                        inside.append((name, here, one))
                    _look(one, name, here, found, inside)
            continue
        if objects is not None and name in SETS:
            found.single.add((holder, name))
        if isinstance(value, dict):
            here = f"{at}/{name}"
            inside = None if name in _NOT_ENTERED else objects
            if inside is not None:
                inside.append((name, here, value))
            _look(value, name, here, found, inside)


def _has_repeats(items: list[JsonValue]) -> bool:
    """Equal plain values, or objects with one id; equal objects without id are refused by the canonicaliser."""
    seen: set[tuple[type, JsonValue]] = set()
    for item in items:
        key = item.get("id") if isinstance(item, dict) else item
        if key is None or isinstance(key, dict | list):
            continue
        mark = (dict if isinstance(item, dict) else type(item), key)
        if mark in seen:
            return True
        seen.add(mark)
    return False
