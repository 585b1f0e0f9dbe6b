"""Badges of one achievement differ in a few texts: what the checks said of all the rest is kept, and used again.

A mould is what such badges have in common: their JSON, sign for sign, with gaps for ids, moments, hashes, marks and
short texts. A badge that is equal to it outside the gaps, and has an ordinary text in each, is what the mould's badge
was in all that stages A to C look at: so it has their findings, and its canonical form follows by template. Everything
that can differ is done anew for each badge: the proof and its key, the status, the times, the person, trust.

A mould holds nothing of the person who has the badge, no signature and no verdict: these stand in gaps; what it holds
are the achievement and the issuer's own profile. It is made of a badge that came as JSON, whose proof holds and which
passed every check of stages A to C, and only if each of its texts is known to be one of a gap (`_GAPS`) or to be common
(`_FIXED`).
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from sys import getsizeof
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from schemas.badge_template import BadgeTemplate, TemplateBounds
from schemas.compiled_contexts import NotCompiledError
from schemas.gapped_text import ABSOLUTE_IRI, Fits, GappedText, Names, NoGapsError, document_of, plain_text, with_gaps
from schemas.json_schema import SchemaName, named
from verifier.checks.badge_content import check_results
from verifier.findings import Finding, Outcome
from verifier.proof_forms import ProofForm, is_plain
from verifier.times import instant_of

if TYPE_CHECKING:
    from schemas.compiled_canonicaliser import CompiledCanonicaliser
    from schemas.jsonld import Canonicalise, HashName
    from schemas.strict_json import JsonObject
    from verifier.environment import Limits
    from verifier.policy import Policy

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII).fullmatch


def _moment(text: str) -> bool:
    return _MOMENT(text) is not None and instant_of(text) is not None


_TEXT: Final = plain_text(1_000)
_DIGITS: Final[Fits] = re.compile("[0-9]{1,10}").fullmatch
_HASH: Final[Fits] = re.compile(r"sha256\$[0-9A-Fa-f]{64}").fullmatch
_BASE58: Final[Fits] = re.compile("z[1-9A-HJ-NP-Za-km-z]{60,140}").fullmatch

# What varies. The checks of stages A to C ask of these texts no more than that they fit, but for two things that are
# looked at for each badge: ids differ from each other, and results agree with their descriptions.
_IDS: Final[Mapping[Names, Fits]] = {
    ("id",): ABSOLUTE_IRI,
    ("credentialSubject", "id"): ABSOLUTE_IRI,
    ("evidence", "id"): ABSOLUTE_IRI,
    ("credentialStatus", "id"): ABSOLUTE_IRI,
}
_PROOF: Final[Mapping[Names, Fits]] = {("proof", "created"): _moment, ("proof", "proofValue"): _BASE58}
_GAPS: Final[Mapping[Names, Fits]] = {
    **_IDS,
    **_PROOF,
    ("name",): _TEXT,
    ("description",): _TEXT,
    ("validFrom",): _moment,
    ("validUntil",): _moment,
    ("awardedDate",): _moment,
    ("credentialSubject", "identifier", "identityHash"): _HASH,
    ("credentialSubject", "identifier", "salt"): _TEXT,
    ("credentialSubject", "result", "value"): _TEXT,
    ("credentialStatus", "statusListIndex"): _DIGITS,
    ("evidence", "name"): _TEXT,
    ("evidence", "description"): _TEXT,
    ("evidence", "narrative"): _TEXT,
    ("evidence", "genre"): _TEXT,
    ("evidence", "audience"): _TEXT,
}
# What badges of one achievement have in common, with all that is inside: nothing here speaks of who has the badge.
_FIXED: Final[frozenset[Names]] = frozenset(
    {
        ("@context",),
        ("type",),
        ("issuer",),
        ("credentialSubject", "type"),
        ("credentialSubject", "achievement"),
        ("credentialSubject", "identifier", "type"),
        ("credentialSubject", "identifier", "hashed"),
        ("credentialSubject", "identifier", "identityType"),
        ("credentialSubject", "result", "type"),
        ("credentialSubject", "result", "resultDescription"),
        ("credentialSubject", "result", "status"),
        ("credentialSubject", "result", "achievedLevel"),
        ("evidence", "type"),
        ("credentialStatus", "type"),
        ("credentialStatus", "statusPurpose"),
        ("credentialStatus", "statusListCredential"),
        ("credentialSchema", "id"),
        ("credentialSchema", "type"),
        ("proof", "type"),
        ("proof", "cryptosuite"),
        ("proof", "verificationMethod"),
        ("proof", "proofPurpose"),
    }
)
_NEEDED: Final = frozenset({"/id", "/proof/proofValue", "/proof/created"})
_ID_ENDS: Final = "/id"
_MARK: Final = '"achievement"'
_ENDORSED: Final = '"endorsement'  # with its quote it can only stand outside the gaps
_MARK_LENGTH: Final = 300  # of the text by which moulds are looked for
_LARGEST_BYTES: Final = 48 << 10
_CLR: Final = b"ClrCredential"  # the reader gives texts with this word other bounds, wherever it stands in them
_BOUNDS: Final = TemplateBounds(statements=1_000, blank_nodes=128)
_MOST_BYTES: Final = 32 << 20  # of all moulds
_TEXTS: Final = 2  # of the JSON: with gaps here, with marks in the template
_MOST_ALIKE: Final = 8  # moulds that begin their achievement alike
_MOST_SEEN: Final = 4_096

_Key = tuple[int, bytes]


class Mould(NamedTuple):
    """What badges have in common, and what was found out about it.

    Attributes:
        policy: under which; kept, so that its identity stays its own.
        limits: the same.
        most_bytes: of a badge, so that no bound of `limits` can be passed.
        text: the JSON with its gaps.
        signed: of the gaps, which are filled in the template.
        ids: of the gaps, which are ids.
        template: the canonical form.
        findings: of stages A to C; each passed, or had nothing to check.
        results: the finding `ob.results` among them.
        issuer_id: as the badge names it.
        is_endorsed: whether any member is for endorsements.
        proof: what is the same about the proofs; None if it is not ordinary.
    """

    policy: "Policy"
    limits: "Limits"
    most_bytes: int
    text: GappedText
    signed: tuple[int, ...]
    ids: tuple[int, ...]
    template: BadgeTemplate
    findings: tuple[Finding, ...]
    results: Finding
    issuer_id: str
    is_endorsed: bool
    proof: ProofForm | None


class Cast(NamedTuple):
    """A badge that fits a mould.

    Attributes:
        mould: which.
        document: as received.
        canonical: N-Quads of the document without its proof.
    """

    mould: Mould
    document: "JsonObject"
    canonical: str

    def canonicaliser(self, general: "Canonicalise") -> "Canonicalise":
        """Return a canonicaliser for this document without its proof, and `general` for all others."""

        def canonicalise(document: "JsonObject", *, hash_name: "HashName" = "sha256") -> str:
            if hash_name == "sha256" and "proof" not in document and "credentialSubject" in document:
                return self.canonical
            return general(document, hash_name=hash_name)

        return canonicalise


class Found(NamedTuple):
    """What was found out about a badge of which a mould may be made.

    Attributes:
        document: as received.
        content: all findings of stages A to C, and no other.
        proof: see `Mould`.
    """

    document: "JsonObject"
    content: tuple[Finding, ...]
    proof: ProofForm | None


class Moulds:
    """A bounded memory of moulds. When it is full it is emptied: strangers can make it useless, but not large.

    Args:
        canonicaliser: of the environment that the badges are verified in.
    """

    def __init__(self, canonicaliser: "CompiledCanonicaliser") -> None:
        self._canonicaliser = canonicaliser
        self._moulds: dict[_Key, tuple[Mould, ...]] = {}
        self._seen: dict[_Key, int] = {}
        self._bytes = 0
        self._secret = secrets.token_bytes(32)
        self._lock = Lock()

    def cast(self, data: bytes, policy: "Policy", limits: "Limits") -> Cast | None:
        """Return the badge if it fits a mould.

        Args:
            data: as received.
            policy: demands.
            limits: bounds; a mould is for one set of them.
        """
        parted = self._parted(data, policy)
        if parted is None:
            return None
        text, key = parted
        for mould in self._moulds.get(key, ()):
            values = mould.text.values(text)
            if values is not None and (mould.limits is limits or mould.limits == limits):
                return None if len(data) > mould.most_bytes else self._filled(mould, text, values)
        return None

    @staticmethod
    def _filled(mould: Mould, text: str, values: list[str]) -> Cast | None:
        if len({values[place] for place in mould.ids}) < len(mould.ids):
            return None
        document = document_of(text)
        if check_results(document) is not mould.results:
            return None
        try:
            canonical = mould.template.canonical([values[place] for place in mould.signed])
        except NotCompiledError:  # blank nodes that look alike, an id that the tables doubt
            return None
        return Cast(mould, document, canonical)

    def learn(self, data: bytes, found: "Found", policy: "Policy", limits: "Limits") -> None:
        """Make a mould of a badge whose like was seen before.

        Args:
            data: as received; it was read as the document found.
            found: an OpenBadgeCredential of VCDM 2.0 whose issuer's proof holds.
            policy: under which.
            limits: the same.
        """
        parted = self._parted(data, policy)
        if parted is None or not self._is_worth_it(parted[1]):
            return
        mould = self._made(parted[0], found, policy, limits)
        if mould is not None:
            self._keep(parted[1], mould)

    def _is_worth_it(self, key: _Key) -> bool:
        """Whether to make a mould now: with the second, fourth, eighth … badge, for it takes as long as some checks."""
        with self._lock:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            times = self._seen[key] = self._seen.get(key, 0) + 1
            return times > 1 and not times & (times - 1) and len(self._moulds.get(key, ())) < _MOST_ALIKE

    def _keep(self, key: _Key, mould: Mould) -> None:
        taken = (
            mould.template.bytes_at_most
            + _TEXTS * getsizeof(mould.text.start)
            + sum(_TEXTS * getsizeof(behind) for _, behind in mould.text.rest)
        )
        with self._lock:
            if self._bytes + taken > _MOST_BYTES:
                self._moulds.clear()
                self._bytes = 0
            if taken <= _MOST_BYTES:
                self._bytes += taken
                self._moulds[key] = (mould, *self._moulds.get(key, ()))

    def _made(self, text: str, found: "Found", policy: "Policy", limits: "Limits") -> Mould | None:
        document, findings = found.document, found.content
        told = {finding.code: finding for finding in findings}
        results, container = told.get("ob.results"), told.get("input.container")
        if container is None or container.outcome is not Outcome.NOT_APPLICABLE:
            return None  # what is said of a picture around the badge is not said of the next badge
        issuer = document.get("issuer")
        issuer_id = issuer.get("id") if isinstance(issuer, dict) else issuer
        if results is None or not isinstance(issuer_id, str) or not all(map(is_plain, findings)):
            return None
        if not _declares_only_the_official_schema(document):
            return None
        try:
            gapped = with_gaps(text, document, _GAPS, _FIXED)
            unsecured = {name: value for name, value in document.items() if name != "proof"}
            signed = [place for place, at in enumerate(gapped.pointers) if not at.startswith("/proof/")]
            places = [gapped.pointers[place] for place in signed]
            template = BadgeTemplate(unsecured, places, self._canonicaliser, bounds=_BOUNDS)
        except (NoGapsError, NotCompiledError):
            return None
        if not _NEEDED.issubset(gapped.pointers):
            return None
        ids = tuple(place for place in signed if gapped.pointers[place].endswith(_ID_ENDS))
        most_bytes = min(limits.json_bytes, limits.image_bytes, limits.clr_bytes, limits.string_bytes)
        return Mould(
            policy,
            limits,
            most_bytes,
            gapped,
            tuple(signed),
            ids,
            template,
            findings,
            results,
            issuer_id,
            _ENDORSED in text,
            found.proof,
        )

    def _parted(self, data: bytes, policy: "Policy") -> tuple[str, _Key] | None:
        """The text, and by what its moulds are found: a digest, by a key of its own, of how its achievement begins."""
        if len(data) > _LARGEST_BYTES or _CLR in data:
            return None
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return None
        start = text.find(_MARK)
        if start < 0:
            return None
        beginning = text[start : start + _MARK_LENGTH].encode()
        return text, (id(policy), hashlib.blake2b(beginning, digest_size=16, key=self._secret).digest())


def _declares_only_the_official_schema(document: "JsonObject") -> bool:
    """Another schema could ask anything of the texts in the gaps."""
    declared = document.get("credentialSchema", [])
    return all(
        isinstance(one, dict) and isinstance(one.get("id"), str) and named(str(one["id"])) is SchemaName.BADGE
        for one in (declared if isinstance(declared, list) else [declared])
    )
