"""Differential issue by way of drafts: two providers of different kinds leave no trace in their badges (PN2, PB8)."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from desk import Desk, desk_over
from drafts import ready
from installation import Installation

from issuer.domain.award import AwardRequest
from issuer.domain.badge_draft import DraftScope
from issuer.domain.errors import InvalidRequestError
from issuer.domain.institution import NewInstitution, PublicName
from issuer.domain.telling_words import lint_document, strings
from issuer.domain.working_life import competences
from issuer.services.create_institution import create
from issuer.services.issue_badge import issue
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject, read_object
from verifier import STRICT, Verdict, verify

MAY_DIFFER = {
    "/id",
    "/credentialSubject/id",
    "/credentialStatus/id",
    "/credentialStatus/statusListIndex",
    "/proof/0/created",
    "/proof/0/proofValue",
}


def leaves(document: JsonObject) -> dict[str, str]:
    """Every text of a badge by its pointer."""
    return dict(strings(document))


@pytest.fixture
def two_desks(sqlite_installation: Installation) -> Iterator[tuple[Desk, Desk]]:
    """Two providers that differ in name, site, language of work and kind of service."""
    with ExitStack() as stack:
        yield tuple(
            stack.enter_context(desk_over(sqlite_installation, name=name, number=number))
            for number, name in enumerate(("Sininen Silta", "Kotikulman Verstas"))
        )


@pytest.mark.parametrize(
    ("scope", "more"),
    [(DraftScope.PART, {}), (DraftScope.GENERIC, {"competence": "teamwork"})],
)
def test_twins_by_way_of_drafts_differ_only_where_every_two_badges_do(
    two_desks: tuple[Desk, Desk], scope: DraftScope, more: dict
) -> None:
    first, second = (ready(desk, name=f"Osallistuja {n}") for n, desk in enumerate(two_desks))
    one, other = first.document(first.issued(scope, **more)), second.document(second.issued(scope, **more))
    assert canonicalise(one["credentialSubject"]["achievement"]) == canonicalise(
        other["credentialSubject"]["achievement"]
    )
    flat_one, flat_other = leaves(one), leaves(other)
    assert flat_one.keys() == flat_other.keys()
    assert {pointer for pointer in flat_one if flat_one[pointer] != flat_other[pointer]} <= MAY_DIFFER
    for desk, badge in zip(two_desks, (one, other), strict=True):
        texts = " ".join(str(value) for value in leaves(badge).values())
        hidden = (desk.institution.id, desk.institution.business_id, desk.institution.legal_name, "Takakatu")
        assert not [word for word in (*hidden, "Osallistuja 0", "Osallistuja 1") if word in texts]
        assert not [word for member in desk.staff.values() if (word := member.id) in texts]


def test_an_own_name_carries_the_name_and_no_telling_word(sqlite_installation: Installation) -> None:
    request = NewInstitution(
        kind="provider",
        public_name=PublicName(fi="Sininen Silta", sv="Blå bron", en="Blue Bridge"),
        legal_name="Sinisen Sillan kuntouttava työpaja ry",
        business_id="0000005-1",
        parent_id=sqlite_installation.umbrella.id,
        own_identity=True,
    )
    own = create(sqlite_installation.outside, request, actor="test")

    wanted = AwardRequest(institution_id=own.id, unit_code="106889", own_name_accepted=True)

    view = issue(sqlite_installation.outside, wanted, idempotency_key="own-name-of-a-provider", actor="test")
    badge = read_object(view.document or b"", max_values=20_000)
    assert badge["issuer"]["name"] == "Sininen Silta"
    achievement = badge["credentialSubject"]["achievement"]
    national = {str(value) for value in leaves(achievement).values()}
    assert list(lint_document(badge, national=national)) == []


def test_only_a_school_puts_a_grade_into_a_badge(sqlite_installation: Installation) -> None:

    outside = sqlite_installation.outside
    graded = AwardRequest(institution_id=sqlite_installation.umbrella.id, unit_code="106889", grade=4)
    with pytest.raises(InvalidRequestError, match=r"badge\.grade"):
        issue(outside, graded, idempotency_key="grade-of-nobody-0001", actor="test")
    name = PublicName(fi="Opisto", sv="Institutet", en="College")
    school = create(
        outside,
        NewInstitution(kind="school", public_name=name, legal_name="Opisto oy", business_id="0000004-3"),
        actor="test",
    )
    request = AwardRequest(institution_id=school.id, unit_code="106889", grade=4)
    view = issue(outside, request, idempotency_key="grade-of-a-school-0001", actor="test")
    assert verify(view.document or b"", policy=STRICT, environment=outside.environment()).verdict is Verdict.ACCEPTED
    subject = read_object(view.document or b"", max_values=20_000)["credentialSubject"]
    assert subject["result"][-1] == {
        "type": ["Result"],
        "resultDescription": subject["achievement"]["id"] + "#grade",
        "value": "4",
    }
    assert subject["achievement"]["resultDescription"][-1]["allowedValue"] == ["1", "2", "3", "4", "5"]


def test_our_own_words_of_competences_tell_nothing() -> None:
    for by_language in competences().by_key.values():
        assert set(by_language) == {"fi", "sv", "en"}
        for one in by_language.values():
            assert list(lint_document({"name": one.name, "what": one.what, "how": one.how}, national=())) == []
            assert list(lint_document({"what": one.what, "how": one.how}, national=(), level="W")) == []
