"""Business ids, names and identity origins: what is refused and where."""

from datetime import UTC, datetime

import pytest

from issuer.domain.business_id import is_business_id
from issuer.domain.errors import InvalidRequestError
from issuer.domain.institution import NewInstitution, PublicName, check_new, first_of_month, host_of, slug_from


def _new(**changes: object) -> NewInstitution:
    values = {
        "kind": "umbrella",
        "public_name": PublicName(fi="Osaamismerkit", sv="Kompetensmärken", en="Skill Badges"),
        "legal_name": "Esimerkkisäätiö sr",
        "business_id": "0149669-3",
    }
    return NewInstitution(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["0149669-3", "0100130-4", "1927400-1"])
def test_a_business_id_with_its_check_digit_is_one(text: str) -> None:
    assert is_business_id(text)


@pytest.mark.parametrize(
    "text", ["0149669-4", "149669-3", "0149669-33", "01496693", " 0149669-3", "0149669-3\n", "٠149669-3", "0000010-1"]
)
def test_anything_else_is_no_business_id(text: str) -> None:
    assert not is_business_id(text)


def test_a_good_request_passes() -> None:
    check_new(_new())


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"kind": "company"}, "institution.kind", "/kind"),
        ({"business_id": "0149669-4"}, "institution.business_id", "/business_id"),
        ({"legal_name": " "}, "institution.name_empty", "/legal_name"),
        ({"public_name": PublicName(fi="", sv="a", en="b")}, "institution.name_empty", "/public_name/fi"),
        (
            {"public_name": PublicName(fi="a", sv="Arbetsverkstad", en="b")},
            "institution.telling_name",
            "/public_name/sv",
        ),
        (
            {"public_name": PublicName(fi="a", sv="b", en="Prison Skills")},
            "institution.telling_name",
            "/public_name/en",
        ),
        ({"slug": "Iso"}, "institution.slug", "/slug"),
        ({"slug": "vankila-merkit"}, "institution.slug", "/slug"),
        ({"slug": "a/../b"}, "institution.slug", "/slug"),
        ({"own_identity": False}, "institution.umbrella_identity", "/own_identity"),
    ],
)
def test_a_request_that_breaks_one_rule_is_refused_at_its_place(
    changes: dict[str, object], code: str, pointer: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        check_new(_new(**changes))
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Osaamismerkit Suomi", "osaamismerkit-suomi"), ("Kyvyt & Työ Åbo", "kyvyt-tyo-abo"), ("日本", "issuer")],
)
def test_a_slug_comes_from_the_public_name(name: str, slug: str) -> None:
    assert slug_from(name) == slug


@pytest.mark.parametrize(
    "origin",
    [
        "http://a.example",
        "https://a.example/",
        "https://a.example:8443",
        "https://localhost",
        "https://A.example",
        "a.example",
    ],
)
def test_an_identity_origin_is_https_and_a_bare_host(origin: str) -> None:
    with pytest.raises(InvalidRequestError):
        host_of(origin)


def test_month_level_dates_begin_with_the_first_instant_of_the_month() -> None:
    assert first_of_month(datetime(2026, 11, 22, 14, 5, 9, 7, tzinfo=UTC)) == datetime(2026, 11, 1, tzinfo=UTC)
