"""The rows sign, verify and batch sign: ours on every path, the peers, and the limit."""

import hashlib
import itertools
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks import material, peers
from benchmarks.child import Child, ChildError, InChild
from benchmarks.rounds import Contender, InProcess
from benchmarks.table import Row
from properties.credential_kinds import ED25519_2020, OB_OLDER, VCDM1, vcdm1_badge

from keys import base58
from keys.proofs.data_integrity import add_proof, check_signature, hash_options, proof_options, proofs_of
from schemas import strict_json
from schemas.badge_template import BadgeTemplate
from schemas.compiled_canonicaliser import CompiledCanonicaliser
from schemas.jsonld import Canonicalise
from schemas.pinned_contexts import PINNED_CONTEXTS
from verifier import EMPLOYMENT, Environment, Verdict, verify

HERE = Path(__file__).parent
OTHER_BADGES = 500
BATCH_GAPS = ("/id", "/credentialSubject/id", "/credentialStatus/id", "/credentialStatus/statusListIndex")


def sign_once(badge: material.Document, canonicalise: Canonicalise) -> bytes:
    """One badge signed the general way, as JSON bytes."""
    signed = add_proof(
        badge,
        verification_method=material.METHOD,
        created=material.CREATED,
        sign=material.KEY.sign,
        canonicalise=canonicalise,
    )
    return strict_json.write(signed)


def verify_once(data: bytes, environment: Environment) -> None:
    """The whole verifier with all its checks; the status list is in its memory."""
    report = verify(data, policy=EMPLOYMENT, environment=environment)
    if report.verdict is not Verdict.ACCEPTED:
        raise AssertionError([finding for finding in report.findings if finding.outcome.name != "PASSED"])


def check_proof_once(data: bytes, canonicalise: Canonicalise) -> None:
    """The proof alone, what the peers call verifying."""
    document = strict_json.read_object(data)
    proof = proofs_of(document)[0]
    del document["proof"]
    check_signature(document, proof, material.PUBLIC, canonicalise=canonicalise)


class Batch:
    """Badges of one achievement, signed from one template."""

    def __init__(self, badge: material.Document) -> None:
        assert isinstance(material.FAST, CompiledCanonicaliser)
        self._template = BadgeTemplate(badge, BATCH_GAPS, material.FAST)
        self._options = proof_options(
            badge,
            verification_method=material.METHOD,
            created=material.CREATED,
            cryptosuite="eddsa-rdfc-2022",
        )
        self._options_hash = hash_options(badge["@context"], self._options, canonicalise=material.FAST)
        self._number = 0

    def sign_next(self) -> bytes:
        self._number += 1
        n = self._number
        values = (
            f"urn:uuid:00000000-0000-4000-8000-{n:012d}",
            f"urn:uuid:00000000-0000-4000-9000-{n:012d}",
            f"{material.LIST_URL}#{n}",
            str(n),
        )
        digest = hashlib.sha256(self._template.canonical(values).encode()).digest()
        signature = material.KEY.sign(self._options_hash + digest)
        return self._template.json(values, {**self._options, "proofValue": "z" + base58.encode(signature)})


@contextmanager
def foreign_peers(badge: material.Document) -> Iterator[tuple[dict[str, Child], dict[str, str]]]:
    """Start the peers of other languages; yield those that work, and why the others do not."""
    children: dict[str, Child] = {}
    absent: dict[str, str] = {}
    public, secret = peers.multikey_pair()
    try:
        if not shutil.which("node") or not (HERE / "node" / "node_modules").is_dir():
            absent["@digitalbazaar/vc"] = "needs Node and tests/benchmarks/node/install.sh"
        else:
            data = {
                "contexts": dict(PINNED_CONTEXTS),
                "badge": badge,
                "did": material.DID,
                "method": material.METHOD,
                "publicKeyMultibase": public,
                "secretKeyMultibase": secret,
                "created": "2026-11-22T11:59:00Z",
            }
            _start(children, absent, "@digitalbazaar/vc", ["node", "peer.mjs"], HERE / "node", data)
        command = [sys.executable, "didkit_child.py"]
        _start(children, absent, "didkit", command, HERE, {"jwk": peers.jwk(), "badge": _for_didkit(badge)})
        yield children, absent
    finally:
        for child in children.values():
            child.close()


def _start(
    children: dict[str, Child], absent: dict[str, str], name: str, command: list[str], folder: Path, data: object
) -> None:
    try:
        children[name] = Child(command, folder, data)  # type: ignore[arg-type]
    except ChildError as problem:
        absent[name] = str(problem)


def _for_didkit(badge: material.Document) -> material.Document:
    """The same badge in VCDM 1.1: didkit 0.3.3 knows no VCDM 2.0 and only the first OB 3.0 context."""
    older = vcdm1_badge(ED25519_2020, OB_OLDER[2])
    older["@context"] = [VCDM1, OB_OLDER[2]]
    older["issuer"] = badge["issuer"]
    older["credentialSubject"] = badge["credentialSubject"]
    for name in ("proof", "credentialSchema"):
        older.pop(name, None)
    return older


def rows(name: str, badge: material.Document) -> Iterator[Row]:
    """The rows of one badge: ours first in each, the limit last."""
    data = sign_once(badge, material.FAST)
    assert data == sign_once(badge, material.SAFE), "the two paths sign different bytes"
    environment, plain_environment = material.environment(), material.environment(material.SAFE)
    verify_once(data, environment)
    verify_once(data, plain_environment)
    canonical = material.FAST(badge).encode()
    batch = Batch(badge)
    others = itertools.cycle([batch.sign_next() for _ in range(OTHER_BADGES)])
    verify_once(next(others), environment)
    without = replace(environment, moulds=None)
    with foreign_peers(badge) as (children, absent):
        library_sign, library_verify = peers.openbadgeslib(badge, data)
        sign: list[Contender] = [
            InProcess("Pätevä, compiled contexts", lambda: sign_once(badge, material.FAST)),
            InProcess("Pätevä, PyLD path", lambda: sign_once(badge, material.SAFE)),
            InProcess("PyLD plain", lambda: peers.pyld_sign(badge)),
            *library_sign,
            *(InChild(peer, child, "sign") for peer, child in children.items()),
            InProcess("limit: bare Ed25519", lambda: material.KEY.sign(b"x" * 64)),
        ]
        yield Row(f"sign, {name}", sign, absent)
        check: list[Contender] = [
            InProcess("Pätevä, whole verify()", lambda: verify_once(data, environment)),
            InProcess("Pätevä, whole, each badge another", lambda: verify_once(next(others), environment)),
            InProcess("Pätevä, whole, no mould", lambda: verify_once(data, without)),
            InProcess("Pätevä, proof alone", lambda: check_proof_once(data, material.FAST)),
            InProcess("Pätevä, whole, PyLD path", lambda: verify_once(data, plain_environment)),
            InProcess("PyLD plain, proof alone", lambda: peers.pyld_verify(data)),
            *library_verify,
            *(InChild(f"{peer}, proof alone", child, "verify") for peer, child in children.items()),
            InProcess("limit: JSON, SHA-256, Ed25519", peers.limit_verify(data, canonical)),
        ]
        yield Row(f"verify, {name}", check, absent)
        yield Row(
            f"batch sign, {name}",
            [
                InProcess("Pätevä, batch template", batch.sign_next),
                InProcess("Pätevä, compiled contexts", lambda: sign_once(badge, material.FAST)),
                InProcess("PyLD plain", lambda: peers.pyld_sign(badge)),
                InProcess("limit: bare Ed25519", lambda: material.KEY.sign(b"x" * 64)),
            ],
            {},
        )
