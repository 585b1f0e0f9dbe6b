"""The rows of parts: QR codes, baked images, status lists."""

import json
import secrets
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import zxingcpp
from benchmarks import material, rows_proofs
from benchmarks.rounds import InProcess
from benchmarks.table import Row

from issuer.domain.peruste_reading import read_peruste
from keys.proofs.data_integrity import add_proof
from schemas import qr_code, status_list, strict_json
from schemas.baking import bake_png, read_png
from verifier.qr_decoding import read_code

SHARED = Path(__file__).parents[3] / "shared" / "data" / "finland" / "eperusteet"
LINK = "https://demo.pateva.example/s/AbCdEfGhIjKlMnOpQrStUv"
_SHARE_SET = 100  # one entry in so many is set


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def picture(side: int = 400) -> bytes:
    """A PNG of noise: as large as a badge's image usually is."""
    lines = b"".join(b"\0" + secrets.token_bytes(3 * side // 8) + bytes(3 * side - 3 * side // 8) for _ in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines, 1)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def codes() -> Iterator[Row]:
    def zxing() -> bytes:
        image = zxingcpp.write_barcode(zxingcpp.BarcodeFormat.QRCode, LINK, width=400, height=400)
        return bytes(cv2.imencode(".png", np.asarray(image))[1])

    yield Row(
        "QR code of a share link as PNG",
        [
            InProcess("Pätevä (qrcode, own PNG)", lambda: qr_code.png(LINK)),
            InProcess("Pätevä, SVG", lambda: qr_code.svg(LINK)),
            InProcess("zxing-cpp, chooses its own level", zxing),
        ],
        {},
    )


def images(badge: material.Document) -> Iterator[Row]:
    data, image = rows_proofs.sign_once(badge, material.FAST), picture()
    baked = bake_png(image, data)

    def pillow() -> bytes:
        import io

        from PIL import Image
        from PIL.PngImagePlugin import PngInfo

        info, target = PngInfo(), io.BytesIO()
        info.add_itxt("openbadgecredential", data.decode())
        Image.open(io.BytesIO(image)).save(target, "PNG", pnginfo=info)
        return target.getvalue()

    yield Row(
        f"bake a badge into a PNG of {len(image) // 1024} kB",
        [
            InProcess("Pätevä, chunk spliced in", lambda: bake_png(image, data)),
            InProcess("Pätevä, read back", lambda: read_png(baked)),
            InProcess("Pillow, decoded and encoded", pillow),
        ],
        {},
    )


def lists() -> Iterator[Row]:
    for entries in (131_072, 1_000_000):
        size = -(-entries // 8)
        bits = bytearray(size)
        for _ in range(entries // _SHARE_SET):
            status_list.set_value(bits, secrets.randbelow(entries), 1)
        frozen = bytes(bits)
        coded = status_list.encode(frozen)
        document = {name: value for name, value in material.signed_status_list().items() if name != "proof"}
        document["credentialSubject"] = {**document["credentialSubject"], "encodedList": coded}

        def whole(frozen: bytes = frozen, document: material.Document = document) -> material.Document:
            subject = {**document["credentialSubject"], "encodedList": status_list.encode(frozen)}
            return add_proof(
                {**document, "credentialSubject": subject},
                verification_method=material.METHOD,
                created=material.CREATED,
                sign=material.KEY.sign,
                canonicalise=material.FAST,
            )

        yield Row(
            f"status list of {entries:,}, 1 % set",
            [
                InProcess("Pätevä, encode and sign", whole),
                InProcess("Pätevä, encode", lambda frozen=frozen: status_list.encode(frozen)),  # type: ignore[misc]
                InProcess("Pätevä, decode", lambda coded=coded: status_list.decode(coded)),  # type: ignore[misc]
            ],
            {},
        )


def frames() -> Iterator[Row]:
    """A camera frame of a printed code, as the scanning page posts it."""
    code = cv2.imdecode(np.frombuffer(qr_code.png(LINK), np.uint8), cv2.IMREAD_GRAYSCALE)
    scene = np.full((480, 640), 200, np.uint8)
    code = cv2.resize(code, (300, 300), interpolation=cv2.INTER_AREA)
    scene[90:390, 170:470] = code
    scene = cv2.GaussianBlur(scene, (3, 3), 0)
    frame = bytes(cv2.imencode(".jpg", scene, [cv2.IMWRITE_JPEG_QUALITY, 80])[1])
    assert read_code(frame) == LINK
    yield Row(
        "scan page: one camera frame of 640 × 480",
        [
            InProcess("Pätevä (Pillow, zxing-cpp)", lambda: read_code(frame)),
            InProcess("OpenCV's decoder", lambda: cv2.QRCodeDetector().detectAndDecode(scene)),
        ],
        {},
    )


def catalogue() -> Iterator[Row]:
    """One whole qualification of 1,888 requirements; needs the shared inputs beside this checkout."""
    source = SHARED / "peruste-7614470_ajoneuvoalan-perustutkinto_OPH-5410-2021.json"
    if not source.is_file():
        return
    data = source.read_bytes()
    value = strict_json.read(data, max_bytes=1 << 26, max_values=1 << 22)
    yield Row(
        f"catalogue import: a qualification of {len(data) / 1e6:.1f} MB",
        [
            InProcess("Pätevä, values to catalogue", lambda: read_peruste(value)),
            InProcess(
                "Pätevä, strict reading of the file",
                lambda: strict_json.read(data, max_bytes=1 << 26, max_values=1 << 22),
            ),
            InProcess("json.loads alone", lambda: json.loads(data)),
        ],
        {},
    )


def rows() -> Iterator[Row]:
    """All of them; `rows_pages` has certificates, and is the place for the list of 1,000 participants."""
    yield from codes()
    yield from frames()
    yield from catalogue()
    yield from images(material.badges()["2.7 kB"])
    yield from lists()
