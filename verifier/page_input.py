"""What a person handed to the check page: files, a text or link, a picture of a code; what is to be judged of it."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from schemas.compact_code import is_compact
from verifier import Unreadable, verify
from verifier.bundle_file import BundleSource, no_bundle
from verifier.compact import CompactReport, check_code
from verifier.environment import Environment
from verifier.policy import Policy
from verifier.qr_decoding import PICTURE_STARTS, NotAPicture, read_code
from verifier.report import Report
from verifier.request import Request
from verifier.request_body import FormPart
from verifier.source import MAX_BYTES, NotFetched, link_in, read_source

MAX_FILES: Final = 10
MAX_HELD_BYTES: Final = 96 << 10  # a page stays light; what is larger is chosen again
_TYPED_CODE_SIGNS: Final = 16
_START: Final = 1024  # longer than any small code


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One thing to check.

    Attributes:
        data: the bytes of a file, or UTF-8 of a text.
        as_text: typed, pasted or scanned.
        scanned: read from a code, so a link in it was chosen by whoever made the code.
        confirmed: the person has seen the link and asked for it.
        name: of the file, as the browser told it; only shown back.
    """

    data: bytes
    as_text: bool = False
    scanned: bool = False
    confirmed: bool = False
    name: str | None = None

    def held(self) -> str | None:
        """Return the data for a hidden field, so that the page can be asked for again; None when it is too large."""
        return base64.b64encode(self.data).decode() if len(self.data) <= MAX_HELD_BYTES else None


@dataclass(frozen=True, slots=True)
class AskFirst:
    """A code leads to `link`, which is fetched only if the person wants it."""

    link: str


@dataclass(frozen=True, slots=True)
class GoTo:
    """The link is one of our own pages."""

    path: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Nothing could be judged; `key` is the text that says what to do."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """How things are judged.

    Attributes:
        environment: makes a fresh Environment for each.
        policy: of the page.
        local_path: link or typed code → path of a page of ours; None when it is not ours.
        bundle: by which small codes are checked.
    """

    environment: Callable[[], Environment]
    policy: Policy
    local_path: Callable[[str], str | None]
    bundle: BundleSource = no_bundle


Answer: TypeAlias = Report | CompactReport | AskFirst | GoTo | Fault


def given_in(parts: list[FormPart]) -> list[Given] | Fault:
    """Return what a form holds: the files, or else the text, or else what an earlier page held."""
    files = [p for p in parts if p.name == "file" and p.data]
    values = {p.name: bytes(p.data) for p in parts if p.name != "file"}
    if len(files) > MAX_FILES:
        return Fault("error.too_many_files")
    if files:
        if any(len(file.data) > MAX_BYTES for file in files):
            return Fault("error.too_large")
        return [Given(data=bytes(file.data), name=file.file_name) for file in files]
    flags = {name: values.get(name) == b"1" for name in ("scanned", "confirmed", "as_text")}
    typed = values.get("text", b"").strip()
    if typed:
        return [Given(data=typed, as_text=True, scanned=flags["scanned"], confirmed=flags["confirmed"])]
    held = values.get("held", b"")
    if not held:
        return Fault("error.nothing_given")
    try:
        data = base64.b64decode(held, validate=True)
    except binascii.Error:
        return Fault("error.unreadable")
    return [Given(data=data, as_text=flags["as_text"], confirmed=True)]


def judge(given: Given, how: Judging) -> Answer:
    """Judge one thing; a picture without a badge is looked at for a code once."""
    answer = _judge_bytes(given, how)
    if isinstance(answer, Fault) and answer.key == "error.unreadable" and given.data.startswith(PICTURE_STARTS):
        return _judge_code(given, how)
    return answer


def _judge_bytes(given: Given, how: Judging) -> Answer:
    typed = given.data[:_START].decode("ascii", "replace").strip()
    if is_compact(typed):
        kept = how.bundle()
        return check_code(typed, kept.bundle if kept is not None else None, how.environment().now())
    if given.as_text:
        ours = _own_page(given, how)
        if ours is not None:
            return ours
        link = link_in(given.data)
        if link is not None and given.scanned and not given.confirmed:
            return AskFirst(link)
    try:
        environment = how.environment()
        data, kind, url = (
            read_source(given.data, environment, from_text=given.as_text)
            if given.as_text
            else (
                given.data,
                None,
                None,
            )
        )
        facts = Request(source_kind=kind, source_url=url, refresh=False)
        return verify(data, policy=how.policy, environment=environment, request=facts)
    except NotFetched:
        return Fault("error.not_fetched")
    except Unreadable as error:
        if error.code == "input.too_large":
            return Fault("error.too_large")
        return Fault("error.other_code" if given.scanned else "error.unreadable")


def _judge_code(given: Given, how: Judging) -> Answer:
    try:
        code = read_code(given.data)
    except NotAPicture:
        return Fault("error.no_code")
    if code is None:
        return Fault("error.no_code")
    return _judge_bytes(Given(data=code.encode(), as_text=True, scanned=True, confirmed=given.confirmed), how)


def _own_page(given: Given, how: Judging) -> GoTo | Fault | None:
    """Return where a link or typed code of ours leads."""
    typed = given.data.decode("utf-8", "replace").strip()
    path = how.local_path(typed)
    if path is not None:
        return GoTo(path)
    signs = typed.replace(" ", "").replace("-", "")
    if len(signs) == _TYPED_CODE_SIGNS and signs.isascii() and signs.isalnum():
        return Fault("error.typed_code")
    return None
