"""Sets documents with typst: values in, bytes out; the library's only home. No network, no system fonts, no date."""

from functools import cache
from pathlib import Path
from typing import Literal

import typst

from schemas.errors import DocumentError
from schemas.strict_json import JsonObject, write

LETTERS = "typesetting.letters"
_FOLDER = Path(__file__).parent
_POINTS_AN_INCH = 72
_MISSING = "could not be displayed"


def pdf(template: str, values: JsonObject) -> bytes:
    """Return a tagged PDF (PDF/UA-1, ISO 14289-1); the same values give the same bytes.

    Args:
        template: file name in this folder, ``certificate.typ``.
        values: what the template reads as JSON; texts are set as they stand and never read as markup.

    Raises:
        DocumentError: ``typesetting.letters``: a text has signs that none of typst's own fonts has.
    """
    return _set(template, values, form="pdf")


def picture(template: str, values: JsonObject, *, pixels_a_point: int) -> bytes:
    """Return the one page of a template as PNG, without metadata. Raises DocumentError as `pdf`."""
    return _set(template, values, form="png", pixels_an_inch=pixels_a_point * _POINTS_AN_INCH)


def drawing(template: str, values: JsonObject) -> str:
    """Return the one page of a template as SVG, letters as outlines. Raises DocumentError as `pdf`."""
    return _set(template, values, form="svg").decode()


def _set(
    template: str, values: JsonObject, *, form: Literal["pdf", "png", "svg"], pixels_an_inch: float | None = None
) -> bytes:
    compiler = typst.Compiler(_source(template), font_paths=_fonts(), ignore_system_fonts=True)
    try:
        made = compiler.compile(
            format=form,
            ppi=pixels_an_inch,
            sys_inputs={"values": write(values).decode()},
            pdf_standards=["ua-1"] if form == "pdf" else [],
        )
    except typst.TypstError as problem:
        if _MISSING in problem.message:
            raise DocumentError(LETTERS) from None  # the message quotes the text
        raise
    if not isinstance(made, bytes):
        raise TypeError("one document, one page or one file")
    return made


@cache
def _source(template: str) -> bytes:
    return (_FOLDER / template).read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)
