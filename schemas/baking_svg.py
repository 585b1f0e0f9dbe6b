"""Puts a credential into an SVG and takes it out again; the only home of defusedxml. Nothing in the image is run."""

import re
from typing import Any, NoReturn
from xml.sax import SAXException  # nosec – the class only; parsing is defusedxml's
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.saxutils import quoteattr
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from schemas.container import (
    CONTAINER,
    MAX_CREDENTIAL_BYTES,
    MAX_IMAGE_BYTES,
    UNREADABLE,
    Baked,
    Generation,
    check_credential,
    limit_reached,
)
from schemas.errors import DocumentError

MAX_DEPTH = 32
MAX_ELEMENTS = 50_000
MAX_ATTRIBUTES = 60_000  # expat reads a start tag in one go, and nobody else gets a turn meanwhile

_SVG = "http://www.w3.org/2000/svg"
_OPEN_BADGES = "https://purl.imsglobal.org/ob/v3p0"
_CLR = "https://purl.imsglobal.org/clr/v2p0"
_CARRIERS: dict[tuple[str | None, str], Generation] = {
    (_OPEN_BADGES, "credential"): "ob3",
    (_CLR, "credential"): "clr",
    ("http://openbadges.org", "assertion"): "ob2",
}
_NAMESPACES: dict[Generation, tuple[str, str]] = {"ob3": ("openbadges", _OPEN_BADGES), "clr": ("clr", _CLR)}
_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)")
_START_TAG = re.compile(rb"<([^\s/>]+)(?:[^>\"']|\"[^\"]*\"|'[^']*')*?(/?)>")
_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+")
_XML_CANNOT_SAY = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def read_svg(svg: bytes) -> Baked:
    """Return the one credential of an SVG.

    Args:
        svg: UTF-8, at most 4 MiB, 32 levels, 50,000 elements and 60,000 attributes, with at most 1 MiB of credential;
            all inclusive.

    Raises:
        DocumentError: ``input.unreadable`` (not an SVG, XML faults, no credential inside), ``input.container`` (any
            DTD or entity, two carriers of any generation, attribute and text at once, elements inside the carrier),
            ``input.encoding`` or ``input.limits``.

    Source: OB 3.0 section 5.3.2.
    """
    found = _scan(svg)
    if not found.carriers:
        raise DocumentError(UNREADABLE, detail="no credential in this SVG")
    if len(found.carriers) > 1:  # another reader might take the other one
        raise DocumentError(CONTAINER, detail=f"{len(found.carriers)} credentials")
    return found.carriers[0].baked()


def bake_svg(svg: bytes, credential: bytes, *, generation: Generation = "ob3", replace: bool = False) -> bytes:
    """Return the SVG with the credential as first child of its root; everything else stays byte for byte.

    Args:
        svg: a whole SVG in UTF-8.
        credential: compact JWS (goes into the attribute) or JSON (goes into CDATA), UTF-8, at most 1 MiB.
        generation: "ob3" or "clr".
        replace: drop a credential that is already there; otherwise it is refused.

    Raises:
        DocumentError: as `read_svg`; ``input.container`` also if there is a credential already, if the prefix is
            taken, or if XML cannot carry a character of the credential.

    Source: OB 3.0 section 5.3.2.
    """
    check_credential(credential)
    found = _scan(svg)
    if found.carriers and not replace:
        raise DocumentError(CONTAINER, detail="there is a credential already")
    for carrier in reversed(found.carriers):
        svg = svg[: carrier.start] + svg[carrier.end :]
    prefix, namespace = _NAMESPACES[generation]
    declared = found.prefixes.get(prefix)
    if declared not in (None, namespace):
        raise DocumentError(CONTAINER, detail=f"the prefix {prefix} means {declared} here")
    declaration = b"" if declared else f" xmlns:{prefix}={quoteattr(namespace)}".encode()
    element = _element(prefix, credential)
    root = _START_TAG.match(svg, found.root_start)
    if root is None:
        raise DocumentError(UNREADABLE, detail="no start tag")
    name, closed = root.groups()
    before_end = root.end() - len(closed) - 1
    closing = b"</" + name + b">" if closed else b""
    baked = svg[:before_end] + declaration + b">" + element + closing + svg[root.end() :]
    if read_svg(baked) != Baked(generation, credential):
        raise DocumentError(CONTAINER, detail="the credential would not come out as it went in")
    return baked


def _element(prefix: str, credential: bytes) -> bytes:
    if _JWS.fullmatch(credential):
        return f'<{prefix}:credential verify="{credential.decode("ascii")}"/>'.encode()
    text = credential.decode("utf-8")
    if _XML_CANNOT_SAY.search(text):
        raise DocumentError(CONTAINER, detail="a character that XML cannot carry")
    data = text.replace("]]>", "]]]]><![CDATA[>")
    return f"<{prefix}:credential><![CDATA[{data}]]></{prefix}:credential>".encode()


def _scan(svg: bytes) -> "_Finder":
    if len(svg) > MAX_IMAGE_BYTES:
        raise limit_reached(f"{len(svg)} bytes of image")
    if svg.count(b'="') + svg.count(b"='") > MAX_ATTRIBUTES:
        raise limit_reached("too many attributes")
    if b"\0" in svg:
        raise DocumentError("input.encoding", detail="UTF-16, or U+0000")
    encoding = _DECLARED_ENCODING.match(svg.removeprefix(b"\xef\xbb\xbf"))
    if encoding is not None and encoding.group(1).upper() != b"UTF-8":
        raise DocumentError("input.encoding", detail=f"declared as {encoding.group(1)!r}")
    parser = DefusedExpatParser(forbid_dtd=True)  # the only switch that refuses every DTD (security.md D4)
    parser.setFeature(feature_namespaces, True)  # noqa: FBT003 – xml.sax's own signature
    finder = _Finder(parser, svg)
    parser.setContentHandler(finder)
    try:
        parser.feed(svg)
        parser.close()
    except DefusedXmlException as problem:
        raise DocumentError(CONTAINER, detail=f"a DTD or an entity: {type(problem).__name__}") from problem
    except (SAXException, ValueError) as problem:
        if isinstance(problem, DocumentError):
            raise
        raise DocumentError(UNREADABLE, detail=f"not XML: {problem}") from problem
    return finder


class _Carrier:
    """One element that carries a credential: where it stands and what it says."""

    def __init__(self, generation: Generation, verify: str | None, start: int) -> None:
        self._generation = generation
        self._verify = verify
        self._pieces: list[str] = []
        self._size = 0
        self.start = start
        self.end = start

    def add(self, text: str) -> None:
        self._pieces.append(text)
        self._size += len(text)
        if self._size > MAX_CREDENTIAL_BYTES:
            raise limit_reached("credential too long")

    def baked(self) -> Baked:
        text = "".join(self._pieces).strip(" \t\r\n")
        if self._verify is not None:
            # OB 2.0 puts a readable copy into the text; in 3.0 it is the one or the other
            if text and self._generation != "ob2":
                raise DocumentError(CONTAINER, detail="a credential in attribute and text")
            text = self._verify.strip(" \t\r\n")
        content = text.encode("utf-8")
        if len(content) > MAX_CREDENTIAL_BYTES:
            raise limit_reached("credential too long")
        if not content:
            raise DocumentError(UNREADABLE, detail="an empty credential")
        return Baked(self._generation, content)


class _Finder(ContentHandler):
    """Walks the events of the parser and notes the carriers, with bounds on depth and number."""

    def __init__(self, parser: Any, svg: bytes) -> None:  # noqa: ANN401 – defusedxml's reader has no types
        super().__init__()
        self._parser = parser
        self._svg = svg
        self._depth = 0
        self._elements = 0
        self._open: _Carrier | None = None
        self.carriers: list[_Carrier] = []
        self.prefixes: dict[str, str] = {}
        self.root_start = 0

    def startPrefixMapping(self, prefix: str | None, uri: str) -> None:  # noqa: N802  SAX fixes the name – xml.sax's names
        if self._depth == 0 and prefix:
            self.prefixes[prefix] = uri

    def startElementNS(  # noqa: N802 – xml.sax's names
        self, name: tuple[str | None, str], _qname: str | None, attributes: AttributesNSImpl
    ) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise limit_reached("nested too deeply, or too many elements")
        if self._depth == 1:
            if name != (_SVG, "svg"):
                raise DocumentError(UNREADABLE, detail="the root is not svg")
            self.root_start = self._place()
        if self._open is not None:
            _refuse_inside()
        generation = _CARRIERS.get(name)
        if generation is not None:
            verify = attributes.get((None, "verify"))
            self._open = _Carrier(generation, verify, self._place())
            self.carriers.append(self._open)

    def endElementNS(self, name: tuple[str | None, str], _qname: str | None) -> None:  # noqa: N802
        self._depth -= 1
        if self._open is not None and name in _CARRIERS:
            at = self._place()  # of the end tag; of an empty element expat tells the place behind it
            self._open.end = self._svg.index(b">", at) + 1 if self._svg.startswith(b"</", at) else at
            self._open = None

    def characters(self, content: str) -> None:
        if self._open is not None:
            self._open.add(content)

    def _place(self) -> int:
        return int(self._parser._parser.CurrentByteIndex)  # noqa: SLF001 – xml.sax does not hand it out


def _refuse_inside() -> NoReturn:
    raise DocumentError(CONTAINER, detail="elements inside the credential")
