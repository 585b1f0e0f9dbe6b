"""The quick JSON parser is only believed where the strict one says the same: twisted texts through both."""

import json
import random

import pytest
from properties.credential_kinds import KINDS

from schemas import strict_json
from schemas.errors import DocumentError

# What two parsers could read differently: numbers, escapes, names that come twice, signs outside strings.
PIECES = [
    b'"a":1,', b'"a":1,"a":2,', b'"\\u0061":1,"a":2,', b'"":0,', b'"a\\"":1,"a\\"":1,', b'"a\\\\":1,', b"1e5", b"1E400",
    b"-0", b"-0.0", b"0.1", b"9007199254740991", b"9007199254740992", b"18446744073709551616", b"123456789012345678",
    b"NaN", b"Infinity", b"01", b"1.", b".5", b"+1", b"tru", b"null", b"[]", b"{}", b"[", b"]", b"{", b"}", b",", b":",
    b'"', b"\\", b"\\\\", b'\\"', b"\\/", b"\\n", b"\\u0000", b"\\ud800", b"\\ud83d\\ude00", b"\x00", b"\x1f", b"\x7f",
    b"\xff", b"\xc3\xa4", b"\xed\xa0\x80", b"\xef\xbb\xbf", b" ", b"\t", b"\x0b", b"\xc2\xa0", b"//", b"/**/", b"'a'",
]  # fmt: skip
TEXTS = [json.dumps(document).encode() for document in KINDS.values()] + [
    b'{"a":[1,2.5,-3,true,null,"x"],"b":{"c":"\\"","d":{}}}',
    b'[{"a":"b","c":["d","e"]},{"a":"\xc3\xa4"}]',
]


def twisted(seed: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311 – for variety, not secrecy
    text = chance.choice(TEXTS)
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 0, 1, 1, 2, 5)))
        text = text[:start] + chance.choice(PIECES) + text[end:]
    return text


def outcome(text: bytes) -> str:
    try:
        return repr(strict_json.read(text))
    except DocumentError as refusal:
        return f"refused: {refusal.code} {refusal.pointer}"


@pytest.mark.parametrize("chunk", range(4))
def test_the_quick_parser_reads_what_the_strict_one_reads(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [twisted(seed) for seed in range(chunk * 3_000, (chunk + 1) * 3_000)]
    quick = [outcome(text) for text in texts]
    believed = sum(strict_json._read_plain(text, 32, 2000, 256 << 10) is not None for text in texts)
    monkeypatch.setattr(strict_json, "_read_plain", lambda *_: None)
    for text, found in zip(texts, quick, strict=True):
        assert found == outcome(text), text
    assert len(texts) // 20 < believed < len(texts)  # else the comparison would be empty


@pytest.mark.parametrize(
    "text",
    [b'{"a":1,"a":1}', b'{"a":{"b":"\\"","b":"\\""}}', b'[{"x":1},{"":"","":""}]', b'{"a\\"":1,"a\\"":2}'],
)
def test_a_name_that_comes_twice_is_never_believed(text: bytes) -> None:
    assert strict_json._read_plain(text, 32, 2000, 256 << 10) is None
