"""Sends the request for a demonstration to a school, with the participant's yes."""

from dataclasses import dataclass, replace

from issuer.domain.demonstration import Kind, State, check_request
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.require_active import require_active
from issuer.services.demonstrations import opened as desk
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """To whom it goes and what the participant allows.

    Attributes:
        school_id: of a school with a desk here; None for one that gets the request on paper.
        learner: the name as the participant wants the school to have it.
        wanted: the participant has said yes to sending it.
    """

    school_id: str | None
    school_name: str
    learner: str
    wanted: bool


def send(outside: Outside, who: StaffMember, demonstration_id: str, request: Request, *, seen: int) -> None:
    """Make the request; from now on the school sees it at its desk, if it has one here.

    Raises:
        NotFoundError, ConflictError, InvalidRequestError: see `check_request`; ``demonstration.not_schools`` for one
            at work, ``demonstration.school`` for an institution that is no school, ``demonstration.learner_name``.
    """
    with outside.database.write() as uow:
        before = desk.open_for(outside, uow, who, demonstration_id)
        if before.row.institution_id != who.institution_id:
            raise NotFoundError("demonstration")
        require_active(uow, before.row.person_id, who.institution_id)
        if before.row.kind is not Kind.SCHOOL:
            raise ConflictError(code="demonstration.not_schools")
        desk.require_state(before, State.PLANNED)
        name = request.school_name
        if request.school_id is not None:
            schools = {one.id: one for one in uow.institutions.all() if one.kind == "school" and not one.closed_at}
            if request.school_id not in schools:
                raise InvalidRequestError(code="demonstration.school", pointer="/school")
            name = schools[request.school_id].public_name.fi
        learner = desk.line(request.learner, "/learner")
        if not learner:
            raise InvalidRequestError(code="demonstration.learner_name", pointer="/learner")
        content = replace(
            before.content,
            school_name=desk.line(name, "/school_name"),
            learner=learner,
            request_wanted=request.wanted,
            confirmation=None,  # another request: what a school said before was the answer to another one
            assessors=(),
        )
        check_request(content)
        row = replace(before.row, school_id=request.school_id, requested_at=outside.now(), confirmed_at=None)
        step = desk.Step(who=who, act="requested", seen=seen)
        desk.store(outside, uow, step, before, replace(before, row=row, content=content))
