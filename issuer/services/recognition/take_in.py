"""What a counsellor scans, types, pastes or uploads becomes a badge in a case: a new one, or one that is open."""

import re
from dataclasses import replace
from typing import Final

from issuer.db.repositories.recognition import CaseRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain import typed_code
from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.permissions import StaffMember
from issuer.domain.recognition import with_badges_changed
from issuer.services.open_share import open_share
from issuer.services.outside import Outside
from issuer.services.recognition.begin_case import Arrived, add, begin
from issuer.services.recognition.change_case import changed
from issuer.services.recognition.check_badges import check_badge
from issuer.services.recognition.stored_case import badge_digest, open_stored, seal_work
from schemas.compact_code import is_compact
from verifier import Environment, Report
from verifier.qr_decoding import NotAPicture, read_code
from verifier.reading import Reading, Unreadable, read
from verifier.source import MAX_BYTES, NotFetched, read_source

_KIND: Final = "OpenBadgeCredential"
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_CONTAINERS: Final = frozenset({"png", "svg", "pdf"})
_SHARE_PATH: Final = re.compile(r"/s/([A-Za-z0-9_-]{22})")


def take_in(outside: Outside, who: StaffMember, given: bytes, *, as_text: bool, ref: str | None = None) -> str:
    """Open a case with what was given, or add it to an open one; return the case's public reference.

    Args:
        given: bytes of a file, or UTF-8 of a text: a link, a badge, a picture of a code.
        as_text: whether it was typed, pasted or scanned.
        ref: of the case to add to; None for a new one.

    Raises:
        InvalidRequestError: ``recognition.nothing_given``, ``recognition.too_large``, ``recognition.unreadable``,
            ``recognition.not_fetched``, ``recognition.not_a_badge``, ``recognition.small_code``,
            ``recognition.link_ended``, ``recognition.link_of_parts``.
        ConflictError: see `begin_case.add`.
        NotFoundError: no such case.
    """
    pointer = "/text" if as_text else "/file"
    if ref is not None:
        with outside.database.read() as uow:
            uow.recognition.of_school(ref, who.institution_id)  # before anything is said of what was given
    if not given.strip():
        raise InvalidRequestError(code="recognition.nothing_given", pointer="/text")
    if len(given) > MAX_BYTES:
        raise InvalidRequestError(code="recognition.too_large", pointer=pointer)
    data = _badge_bytes(outside, given, as_text=as_text, pointer=pointer)
    arrived = _arrived(outside, data, way="text" if as_text else "file", pointer=pointer)
    if ref is None:
        return begin(outside, who.institution_id, arrived, actor=who.actor, staff_id=who.id)
    with outside.database.write() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
        add(outside, uow, row, arrived, actor=who.actor, staff_id=who.id)
    return ref


def _badge_bytes(outside: Outside, given: bytes, *, as_text: bool, pointer: str) -> bytes:
    """The badge itself: behind a link, in a picture of a code, or what was given."""
    if not as_text:
        code = _code_in(given) if given.startswith(_PICTURES) and not _holds_badge(outside, given) else None
        return given if code is None else _badge_bytes(outside, code.encode(), as_text=True, pointer=pointer)
    typed = given.decode("utf-8", "replace").strip()
    if is_compact(typed):  # a digest and a place on a list, not the badge
        raise InvalidRequestError(code="recognition.small_code", pointer=pointer)
    ours = _own_share(outside, typed)
    if ours is not None:
        return ours
    try:
        data, _, _ = read_source(given, outside.environment(), from_text=True)
    except NotFetched:
        raise InvalidRequestError(code="recognition.not_fetched", pointer=pointer) from None
    return data


def _own_share(outside: Outside, typed: str) -> bytes | None:
    """The badge behind a living link or a printed code of this installation; None for anything else.

    Only a link that lets the signed badge itself be taken opens a case: the others show parts of it.
    """
    token = typed if typed_code.read(typed) is not None else None
    for origin in (outside.public_url, outside.identity_origin):
        if typed.startswith(f"{origin}/s/"):
            found = _SHARE_PATH.match(typed.removeprefix(origin))
            token = found[1] if found is not None else ""
    if token is None:
        return None
    shared = open_share(outside, token, counted=False)
    if shared is None:
        raise InvalidRequestError(code="recognition.link_ended", pointer="/text")
    if not shared.whole_file:
        raise InvalidRequestError(code="recognition.link_of_parts", pointer="/text")
    return shared.document


def _arrived(outside: Outside, data: bytes, *, way: str, pointer: str) -> Arrived:
    try:
        bare = _without_container(outside.environment(), data)
        report: Report = check_badge(outside, bare)
    except Unreadable:
        raise InvalidRequestError(code="recognition.unreadable", pointer=pointer) from None
    if report.kind != _KIND or report.document is None:
        raise InvalidRequestError(code="recognition.not_a_badge", pointer=pointer)
    with outside.database.read() as uow:
        ours = uow.recognition.whose(badge_digest(bare))
    return Arrived(
        data=bare,
        document=report.document,
        way=way,
        credential_id=ours[0] if ours is not None else None,
        person_id=ours[1] if ours is not None else None,
    )


def _without_container(environment: Environment, data: bytes) -> bytes:
    """The badge's own bytes out of a picture or a PDF, so that one badge in two files is one badge."""
    received = read(data, Reading(limits=environment.limits, read_pdf=environment.read_pdf))
    if received.source_kind in _CONTAINERS and received.jws is None and received.text:
        return received.text
    return data


def _holds_badge(outside: Outside, picture: bytes) -> bool:
    """Whether the picture itself carries a badge, so that nobody needs to follow the link on it."""
    environment = outside.environment()
    try:
        read(picture, Reading(limits=environment.limits, read_pdf=environment.read_pdf))
    except Unreadable:
        return False
    return True


def _code_in(picture: bytes) -> str | None:
    try:
        return read_code(picture, small_first=False)
    except NotAPicture:
        return None


def drop(outside: Outside, who: StaffMember, ref: str, badge_id: str) -> None:
    """Take a badge out of an open case; the rows that it alone spoke of are looked at again.

    Where no badge is left of the person whose case it was, name and look at an identity document go with it.

    Raises:
        NotFoundError; ConflictError: ``recognition.last_badge``, ``recognition.closed``.
    """
    with outside.database.write() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
        if len(uow.recognition.badges(row.id)) <= 1:
            raise ConflictError(code="recognition.last_badge")
        uow.recognition.drop_badge(row.id, badge_id)
        changed(outside, uow, who, _of_those_left(outside, uow, row), action="case.badge_dropped")


def _of_those_left(outside: Outside, uow: UnitOfWork, row: CaseRow) -> CaseRow:
    """The case as one of the person whose badges are left in it, with the rows that they speak of."""
    if row.sealed is None:
        return row
    found = (uow.recognition.whose(one.document_sha256) for one in uow.recognition.badges(row.id))
    owners = [owner[1] for owner in found if owner is not None]
    case = open_stored(outside, uow, row)
    work = with_badges_changed(case.unit, case.seen, case.work) if case.found is not None else case.work
    if row.person_id in owners:
        return replace(row, sealed=seal_work(outside, row.id, work, name=case.name))
    sealed = seal_work(outside, row.id, replace(work, identity_seen=False), name="")
    return replace(row, person_id=next(iter(owners), None), sealed=sealed)
