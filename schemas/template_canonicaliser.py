"""Recognises badges of one batch by their bytes and canonicalises them by template; the rest goes the general way.

Badges of a batch are byte-equal but for a few ids. With these replaced by marks the rest is compared as bytes, not as
values (in Python 1 equals true), with the template's; only then is the template's canonical form used. So a document
that differs anywhere else from the batch never meets the template, and signing and verifying may share one instance.
"""

from collections import OrderedDict
from threading import Lock

import orjson

from schemas.badge_template import BadgeTemplate
from schemas.compiled_canonicaliser import CompiledCanonicaliser
from schemas.compiled_contexts import NotCompiledError
from schemas.jsonld import HashName
from schemas.strict_json import JsonObject

GAPS = ("/id", "/credentialSubject/id", "/credentialStatus/id", "/credentialStatus/statusListIndex")
_MAX_TEMPLATES = 16
_MAX_SEEN = 256


class TemplateCanonicaliser:
    """A Canonicalise that is quicker for badges that differ only in the ids of GAPS.

    Args:
        general: answers for every document that no template fits.

    A template is made when a shape is seen for the second time; at most 16 are kept, the least recently used leaves.
    """

    def __init__(self, general: CompiledCanonicaliser) -> None:
        self._general = general
        self._templates: OrderedDict[bytes, BadgeTemplate | None] = OrderedDict()
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._lock = Lock()

    def __call__(self, document: JsonObject, *, hash_name: HashName = "sha256") -> str:
        """Return canonical N-Quads; see Canonicalise."""
        if hash_name == "sha256" and (parted := _parted(document)) is not None:
            shape, values = parted
            template = self._template(shape, document)
            if template is not None:
                try:
                    return template.canonical(values)
                except NotCompiledError:  # a value that could move labels: the general way decides
                    pass
        return self._general(document, hash_name=hash_name)

    def _template(self, shape: bytes, document: JsonObject) -> BadgeTemplate | None:
        with self._lock:
            if shape in self._templates:
                self._templates.move_to_end(shape)
                return self._templates[shape]
            if shape not in self._seen:
                self._seen[shape] = None
                if len(self._seen) > _MAX_SEEN:
                    self._seen.popitem(last=False)
                return None
            try:
                template = BadgeTemplate(document, GAPS, self._general)
            except NotCompiledError:
                template = None
            self._templates[shape] = template
            if len(self._templates) > _MAX_TEMPLATES:
                self._templates.popitem(last=False)
            return template


def _parted(document: JsonObject) -> tuple[bytes, list[str]] | None:
    """The document's bytes with marks in the gaps, and the values taken out; None when a gap is not a text."""
    subject, status = document.get("credentialSubject"), document.get("credentialStatus")
    if type(subject) is not dict or type(status) is not dict:
        return None
    values = [document.get("id"), subject.get("id"), status.get("id"), status.get("statusListIndex")]
    texts = [value for value in values if type(value) is str]
    if len(texts) != len(GAPS):
        return None
    rest = {
        **document,
        "id": "",
        "credentialSubject": {**subject, "id": ""},
        "credentialStatus": {**status, "id": "", "statusListIndex": ""},
    }
    try:
        return orjson.dumps(rest), texts
    except TypeError:  # a lone surrogate, or a number beyond 64 bits
        return None
