"""Certificates for tests: an installation with a badge of each language, their records, and what a reader sees."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import BytesIO

import installation as installations
import pikepdf
import pypdfium2

from issuer.domain.award import AwardRequest
from issuer.domain.certificate import LinkCode, read_certificate
from issuer.domain.institution import PublicName
from issuer.services.certificates import certificate_for_holder
from issuer.services.issue_badge import issue

LANGUAGES = ("fi", "sv", "en")
ISSUER = PublicName(fi="Osaamismerkit", sv="Kompetensmärken", en="Skill Badges")
LINK = LinkCode(
    url="https://merkit.example.fi/s/2kfD9sQw1xYz3Ab5Cd7Ef9", works_until=datetime(2027, 1, 1, tzinfo=UTC), told=True
)


@contextmanager
def installation_with_badges(template, home) -> Iterator:
    """(installation, badges): a copy of the template with a badge of each language in it."""
    installations.copy_home(template, home)
    with installations.open_installation(home, None) as opened:
        yield opened, {language: new_badge(opened, language) for language in LANGUAGES}


def new_badge(installation, language, **more):
    request = AwardRequest(
        institution_id=installation.umbrella.id,
        unit_code="106889",
        language=language,
        activity_start=date(2026, 6, 1),
        activity_end=date(2026, 8, 1),
        **more,
    )
    key = hashlib.sha256(repr(request).encode()).hexdigest()
    return issue(installation.outside, request, idempotency_key=key, actor="test")


def record_of(made, language="fi", **more):
    installation, badges = made
    return certificate_for_holder(
        installation.outside,
        badges[language].id,
        institution_id=installation.umbrella.id,
        actor="test",
        with_link=True,
        **more,
    )


def changed(made, change):
    """The record of a badge whose JSON was changed; it is no signed badge any more, but reads like one."""
    document = json.loads(made[1]["fi"].document)
    change(document)
    raw = json.dumps(document, ensure_ascii=False).encode()
    return read_certificate(raw, issuer=ISSUER, check_url="https://merkit.example.fi/v", link=LINK)


def pages(pdf):
    """The text of each page as a foreign reader sees it, in reading order, lines joined."""
    opened = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range() for page in opened]
    opened.close()
    return [unicodedata.normalize("NFC", re.sub(r"\s+", " ", text.replace("\ufffe", "-"))) for text in texts]


def requirements(document):
    subject = json.loads(document)["credentialSubject"]
    return [one["name"] for one in subject["achievement"]["resultDescription"]]


def results(made):
    return json.loads(made[1]["fi"].document)["credentialSubject"]["result"]


def lines_of(pdf):
    """Strokes on page one."""
    with pikepdf.open(as_file(pdf)) as opened:
        return [one for one in pikepdf.parse_content_stream(opened.pages[0]) if str(one.operator) == "S"]


def as_file(pdf):
    return BytesIO(pdf)
