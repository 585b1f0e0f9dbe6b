"""Frames of the camera at a school's desk: who may send them, how many, and which code of several is taken."""

import io
from collections.abc import Iterator

import pytest
from desk import SAME_ORIGIN, Desk
from own import own_client
from PIL import Image
from recognition import School, school_beside

from issuer.domain.permissions import Role
from issuer.pages.school import desk_camera
from issuer.services.compact_code import code_of
from schemas import qr_code

FRAME, JPEG = "/desk/frame", {"content-type": "image/jpeg"}
CAMERA = "camera=(self)"


@pytest.fixture
def school(desk: Desk) -> Iterator[School]:
    with school_beside(desk) as opened:
        yield opened


def photograph(*texts: str) -> bytes:
    """A paper with these codes side by side, as a small grey JPEG."""
    codes = [Image.open(io.BytesIO(qr_code.png(text))).convert("L") for text in texts]
    paper = Image.new("L", (sum(one.width for one in codes) + 40 * len(codes), max(one.height for one in codes)), 255)
    left = 20
    for one in codes:
        paper.paste(one, (left, 0))
        left += one.width + 40
    paper.thumbnail((900, 900))
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=60)
    return written.getvalue()


def test_a_frame_gives_the_text_of_its_code(school: School) -> None:
    client = school.desk.client(Role.COUNSELLOR)
    answer = client.post(FRAME, content=photograph("https://school.example/s/abc"), headers=JPEG)
    assert (answer.status_code, answer.json()) == (200, {"text": "https://school.example/s/abc"})
    assert client.post(FRAME, content=b"x", headers=JPEG).status_code == 422


def test_of_a_paper_with_both_codes_the_link_is_taken_and_the_small_one_alone_is_told_apart(school: School) -> None:
    badge = school.ready.issued()
    small, link = code_of(school.desk.outside, badge), school.link(badge)
    client = school.desk.client(Role.COUNSELLOR)
    for texts in ((small, link), (link, small)):
        assert client.post(FRAME, content=photograph(*texts), headers=JPEG).json() == {"text": link}
    picture = {"photo": ("paper.jpg", photograph(small, link), "image/jpeg")}
    answer = client.post("/desk/scan", data={"text": ""}, files=picture)
    assert answer.status_code == 303, answer.text
    for sent in ({"data": {"text": small}}, {"files": {"photo": ("small.jpg", photograph(small), "image/jpeg")}}):
        refused = client.post("/desk/scan", **sent)
        assert refused.status_code == 422
        assert "Tämä on paperin koodi 2." in refused.text


def test_frames_are_counted_for_each_web_session_and_never_for_another(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_camera, "FRAMES_PER_MINUTE", 2)  # of the application that is made now
    counsellor, assessor = (school.desk.client(role) for role in (Role.COUNSELLOR, Role.ASSESSOR))
    assert [counsellor.post(FRAME, content=b"").status_code for _ in range(3)] == [422, 422, 429]
    assert counsellor.get("/desk/scan").status_code == 200
    assert assessor.post(FRAME, content=b"").status_code == 422


def test_nobody_without_a_desk_sends_frames(school: School) -> None:
    coach = school.provider.client(Role.WORK_COACH)
    assert coach.post(FRAME, content=photograph("x")).status_code == 403
    participant = own_client(school.provider, school.holder.person_id)
    assert participant.post(FRAME, content=photograph("x")).status_code == 401
    client = school.desk.client(Role.COUNSELLOR)
    elsewhere = client.post(FRAME, content=photograph("x"), headers=SAME_ORIGIN | {"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403


def test_only_the_pages_with_a_camera_may_ask_for_it(school: School) -> None:
    client, ref = school.desk.client(Role.COUNSELLOR), school.sent(school.ready.issued())
    for path in ("/desk/scan", f"/desk/{ref}/scan"):
        assert client.get(path).headers["permissions-policy"].startswith(CAMERA)
        assert client.post(path, data={"text": "?"}).headers["permissions-policy"].startswith(CAMERA)
    for path in ("/desk", f"/desk/{ref}", "/home"):
        assert client.get(path).headers["permissions-policy"].startswith("camera=()")
