"""The cases of tests/vectors/compact: each a code, a moment, the one right answer. Run as a program to write them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cbor2
import compact_world as world

from schemas import base45
from schemas.compact_code import PREFIX, message, payload

FOLDER = Path(__file__).parent / "vectors" / "compact"
SOON, LATER, MUCH_LATER, BEFORE = (
    "2026-11-12T18:00:00Z",
    "2026-12-12T06:00:00Z",
    "2026-12-12T06:00:01Z",
    "2026-11-11T05:59:59Z",
)
GENUINE, WRONG, UNCHECKED = "genuine_as_of", "not_genuine", "status_not_checked_since"
GONE, UNKNOWN = "out_of_use", "could_not_check"


def raw(data: bytes) -> str:
    return PREFIX + base45.encode(data)


def bytes_of(code: str) -> bytes:
    return base45.decode(code.removeprefix(PREFIX))


def parts() -> tuple[bytes, dict, bytes, bytes]:
    """Protected header, open header, claims, signature of the good code."""
    tagged = cbor2.loads(bytes_of(world.code()))
    return tuple(tagged.value)


def resigned(claims: bytes, *, header: bytes | None = None, tag: int = 18, open_header: object = None) -> str:
    """A code over any claims, rightly signed for what it says, written by another encoder."""
    protected = parts()[0] if header is None else header
    structure = cbor2.dumps(["Signature1", protected, b"", claims])
    signature = world.ACTIVE.sign(structure)
    return raw(cbor2.dumps(cbor2.CBORTag(tag, [protected, open_header or {}, claims, signature])))


def members(**changes: object) -> bytes:
    """The claims of the good code with some members changed (`k5=…`), sorted as they should be."""
    found = cbor2.loads(parts()[2])
    for name, value in changes.items():
        number = int(name[1:])
        if value is None:
            found.pop(number, None)
        else:
            found[number] = value
    return cbor2.dumps(found, canonical=True)


def good() -> Iterator[tuple[str, str, str, str, str]]:
    yield "part of a unit", world.code(), SOON, GENUINE, "compact.genuine"
    yield "what is no unit", world.code(world.NO_UNIT), SOON, GENUINE, "compact.genuine"
    school = replace(world.CLAIMS, by_school=True)
    yield "in a school's demonstration", world.code(school), SOON, GENUINE, "compact.genuine"
    older = replace(world.CLAIMS, given=319, signed=320)
    yield "by a retired key, in time", world.code(older, world.RETIRED), SOON, GENUINE, "compact.genuine"
    yield "the bundle thirty days old", world.code(), LATER, GENUINE, "compact.genuine"
    yield "the bundle older than that", world.code(), MUCH_LATER, UNCHECKED, "compact.bundle_old"
    yield "a clock behind the bundle", world.code(), BEFORE, UNCHECKED, "compact.clock"


def status() -> Iterator[tuple[str, str, str, str, str]]:
    for name, index, answer, code in (
        ("replaced", world.REVOKED, GONE, "compact.revoked"),
        ("withdrawn for cause", world.FOR_CAUSE, GONE, "compact.revoked"),
        ("being checked", world.CHECKED, UNCHECKED, "compact.being_checked"),
        ("a place that the list does not have", world.NOWHERE, UNCHECKED, "compact.list_unknown"),
    ):
        yield name, world.code(replace(world.CLAIMS, index=index)), SOON, answer, code
    revoked = world.code(replace(world.CLAIMS, index=world.REVOKED))
    yield "replaced, by an old bundle", revoked, MUCH_LATER, GONE, "compact.revoked"
    other = world.code(replace(world.CLAIMS, status_list=bytes(10)))
    yield "a list that the bundle does not have", other, SOON, UNCHECKED, "compact.list_unknown"


def keys() -> Iterator[tuple[str, str, str, str, str]]:
    yield "a foreign key", world.code(key=world.FOREIGN), SOON, WRONG, "compact.key_unknown"
    borrowed = world.code(key=world.FOREIGN, name=world.kid(world.ACTIVE))
    yield "a foreign key under a known name", borrowed, SOON, WRONG, "compact.signature"
    perhaps = world.code(key=world.FOREIGN)
    yield "a key that may be newer than the bundle", perhaps, LATER, UNKNOWN, "compact.key_perhaps_newer"
    old = world.code(replace(world.CLAIMS, given=319, signed=319), world.FOREIGN)
    yield "a foreign key and an older month", old, LATER, WRONG, "compact.key_unknown"
    yield "a compromised key", world.code(key=world.COMPROMISED), SOON, WRONG, "compact.key_compromised"
    yield "a retired key, too late", world.code(key=world.RETIRED), SOON, WRONG, "compact.key_expired"
    yield "a key, too early", world.code(key=world.FUTURE), SOON, WRONG, "compact.key_expired"


def altered() -> Iterator[tuple[str, str, str, str, str]]:
    protected, _, _, signature = parts()
    more = payload(replace(world.CLAIMS, unit=replace(world.CLAIMS.unit, shown=b"\xff\xff\xff\xf0", in_part=b"")))
    swapped = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, more, signature]))
    yield "more requirements under the old signature", raw(swapped), SOON, WRONG, "compact.signature"
    flipped = bytearray(bytes_of(world.code()))
    flipped[-1] ^= 1
    yield "one bit of the signature", raw(bytes(flipped)), SOON, WRONG, "compact.signature"
    yield "cut short", world.code()[:-3], SOON, WRONG, "compact.form"
    yield "a byte left over", raw(bytes_of(world.code()) + b"\x00"), SOON, WRONG, "compact.form"
    yield "another prefix", world.code().replace("PATEVA1:", "PATEVA2:"), SOON, WRONG, "compact.form"
    yield "small letters", world.code().lower(), SOON, WRONG, "compact.form"
    yield "an address", "https://demo.pateva.example/v", SOON, WRONG, "compact.form"


def encodings() -> Iterator[tuple[str, str, str, str, str]]:
    """Rightly signed each, and refused all the same: a code has one spelling."""
    protected, _, claims, signature = parts()
    shown = cbor2.loads(claims)[5]
    backwards = b"\xaa" + b"".join(cbor2.dumps(k) + cbor2.dumps(v) for k, v in reversed(cbor2.loads(claims).items()))
    doubled = b"\xab" + claims[1:] + b"\x08\x02"
    for name, changed in (
        ("members in another order", backwards),
        ("a member twice", doubled),
        ("a map of indefinite length", b"\xbf" + claims[1:] + b"\xff"),
        ("a head longer than it need be", claims.replace(b"\x08\x02", b"\x08\x18\x02")),
        ("a length beyond the end", claims[:2] + b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff" + claims[3:]),
    ):
        yield name, resigned(changed), SOON, WRONG, "compact.form"
    for name, changed in (
        ("an unknown member", members(k13=1)),
        ("a zero byte at the end of the bits", members(k5=shown + b"\x00")),
        ("a requirement both shown and in part", members(k10=b"\x80")),
        ("no requirement at all", members(k5=b"")),
        ("an id of fifteen bytes", members(k1=bytes(15))),
        ("months that run backwards", members(k6=[322, 0, 3, 5])),
        ("a unit and an achievement", members(k11=bytes(16), k10=None, k6=[322, 0], k9=None)),
        ("an unknown scope", members(k8=4)),
        ("no place on a list", members(k7=None)),
        ("a school that is neither yes nor absent", members(k12=0)),
    ):
        yield name, resigned(changed), SOON, WRONG, "compact.claims"
    kid, claims = protected[5:], members(k10=None)
    for name, code, expected in (
        ("another tag", resigned(claims, tag=17), "compact.form"),
        ("no tag", raw(cbor2.dumps([protected, {}, claims, signature])), "compact.form"),
        ("alg ES256", resigned(claims, header=cbor2.dumps({1: -7, 4: kid})), "compact.algorithm"),
        ("alg HMAC with the public key", resigned(claims, header=cbor2.dumps({1: 5, 4: kid})), "compact.algorithm"),
        ("no alg", resigned(claims, header=cbor2.dumps({4: kid})), "compact.algorithm"),
        ("alg outside the signature", resigned(claims, header=cbor2.dumps({4: kid}), open_header={1: -8}),
         "compact.form"),
        ("an open header", resigned(claims, open_header={4: kid}), "compact.algorithm"),
        ("a critical header", resigned(claims, header=cbor2.dumps({1: -8, 2: [1], 4: kid})), "compact.algorithm"),
        ("a short signature", raw(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, claims, signature[:63]]))),
         "compact.form"),
        ("an empty signature", raw(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, claims, b""]))), "compact.form"),
    ):  # fmt: skip
        yield name, code, SOON, WRONG, expected


def cases() -> list[dict[str, str]]:
    names = ("name", "text", "at", "answer", "code")
    groups = (good(), status(), keys(), altered(), encodings())
    return [dict(zip(names, case, strict=True)) for group in groups for case in group]


def documents() -> dict[str, str]:
    """What stands in the files, by name."""
    signed = {
        "about": "docs/compact-qr.md; every code is checked by bundle.json at its moment",
        "signed_message_of_the_first": message(world.kid(world.ACTIVE), payload(world.CLAIMS)).hex(),
        "cases": cases(),
    }
    return {
        "codes.json": json.dumps(signed, ensure_ascii=False, indent=1) + "\n",
        "bundle.json": world.bundle().decode() + "\n",
    }


if __name__ == "__main__":
    for name, text in documents().items():
        (FOLDER / name).write_text(text)
