"""Institutions: the umbrella body, providers (työpajat) and schools, and the identity each signs under."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlsplit

from issuer.domain.business_id import is_business_id
from issuer.domain.errors import InvalidRequestError
from issuer.domain.telling_words import first_telling_word

Kind = Literal["umbrella", "provider", "school"]
KINDS: tuple[Kind, ...] = ("umbrella", "provider", "school")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicName:
    """The name that stands in badges and on pages; neutral by default (privacy.md PN1)."""

    fi: str
    sv: str
    en: str

    def in_language(self, language: str) -> str:
        """The name in fi, sv or en; any other language gets Finnish."""
        return {"sv": self.sv, "en": self.en}.get(language, self.fi)


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """An institution as the house knows it.

    Attributes:
        did: the identity it signs under; None for a provider whose badges go out in its umbrella's neutral name.
        legal_name, business_id: for our records and the trust list; in a badge only under an own name.
        listed_from: first day on the trust list, always the first of a month (privacy.md PD3).
    """

    id: str
    kind: Kind
    parent_id: str | None
    slug: str
    did: str | None
    public_name: PublicName
    legal_name: str
    business_id: str
    listed_from: date
    closed_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInstitution:
    """What is asked for when an institution is made.

    Attributes:
        own_identity: whether it gets a DID and a key of its own; a provider usually does not.
        did_method: ``web`` for a DID under the identity origin, ``key`` for closed networks, where the key is the DID.
        slug: part of its addresses; made from the public name when None.
    """

    kind: Kind
    public_name: PublicName
    legal_name: str
    business_id: str
    slug: str | None = None
    parent_id: str | None = None
    own_identity: bool = True
    did_method: Literal["web", "key"] = "web"


def check_new(request: NewInstitution) -> None:
    """Refuse a request that breaks a rule.

    Raises:
        InvalidRequestError: with a pointer to the member.
    """
    if request.kind not in KINDS:
        raise InvalidRequestError(code="institution.kind", pointer="/kind")
    if not is_business_id(request.business_id):
        raise InvalidRequestError(code="institution.business_id", pointer="/business_id")
    if not request.legal_name.strip():
        raise InvalidRequestError(code="institution.name_empty", pointer="/legal_name")
    for language in ("fi", "sv", "en"):
        name = getattr(request.public_name, language)
        pointer = f"/public_name/{language}"
        if not name.strip() or name != unicodedata.normalize("NFC", name):
            raise InvalidRequestError(code="institution.name_empty", pointer=pointer)
        if (found := first_telling_word(name)) is not None:
            raise InvalidRequestError(found.word, code="institution.telling_name", pointer=pointer)
    if request.did_method not in ("web", "key"):
        raise InvalidRequestError(code="institution.did_method", pointer="/did_method")
    slug = request.slug
    if slug is not None and (not _SLUG.fullmatch(slug) or first_telling_word(slug.replace("-", " ")) is not None):
        raise InvalidRequestError(code="institution.slug", pointer="/slug")
    if request.kind == "umbrella" and not request.own_identity:
        raise InvalidRequestError(code="institution.umbrella_identity", pointer="/own_identity")


def slug_from(name: str) -> str:
    """Make a slug from a public name: letters a–z, digits and single hyphens, at most 40 signs."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    return slug or "issuer"


def first_of_month(moment: datetime) -> datetime:
    """The first instant (UTC) of the moment's month: month-level dates are the default (privacy.md PD1)."""
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def host_of(identity_origin: str) -> str:
    """The host of an identity origin.

    Raises:
        InvalidRequestError: the origin is not ``https://host`` without port, path or anything else.
    """
    parts = urlsplit(identity_origin)
    host = parts.hostname or ""
    if parts.scheme != "https" or f"https://{host}" != identity_origin or "." not in host:
        raise InvalidRequestError(identity_origin, code="installation.identity_origin")
    return host
