"""One answer for each class of refusal: problem+json for machines, a page with one sentence for people."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from issuer.api.bearer import NotAuthenticatedError
from issuer.api.problems import Fault, of_document, of_domain, problem
from issuer.api.request_body import BrokenRulesError, MediaTypeError
from issuer.domain.errors import DomainError, ForbiddenError, NotFoundError, StoreBusyError
from issuer.domain.permissions import Permission
from issuer.pages import stops
from issuer.pages.attempts import TooManyAttemptsError
from issuer.pages.frame import Frame
from issuer.pages.participant.own_access import ComeInFirstError
from issuer.pages.share_door import TooManyMissesError
from issuer.pages.signed_in import SignInFirstError
from keys.errors import SigningError
from schemas.errors import DocumentError
from verifier.problems import Problem

_MACHINE = ("/api", "/exchanges/", "/.well-known/", "/status/", "/trust/", "/livez", "/readyz", "/openapi.json")
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "input.limits"}
_TOO_LARGE, _WRONG_METHOD = 413, 405


def for_machine(request: Request) -> bool:
    """Tell whether a refusal is answered in JSON."""
    return request.url.path.startswith(_MACHINE)


class Refusals:
    """The handlers; each takes the request and the error.

    Args:
        frame: renders pages.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def add_to(self, app: FastAPI) -> None:
        """Let `app` answer with these."""
        app.exception_handler(DomainError)(self._domain)
        app.exception_handler(HTTPException)(self._http)
        app.exception_handler(RequestValidationError)(self._validation)
        app.exception_handler(BrokenRulesError)(_broken)
        app.exception_handler(MediaTypeError)(_media_type)
        app.exception_handler(Problem)(_problem)
        app.exception_handler(DocumentError)(_document)
        app.exception_handler(NotAuthenticatedError)(_anonymous)
        app.exception_handler(SignInFirstError)(self._sign_in_first)
        app.exception_handler(ComeInFirstError)(self._come_in_first)
        app.exception_handler(TooManyMissesError)(self._too_many_misses)
        app.exception_handler(TooManyAttemptsError)(self._too_many_attempts)
        app.exception_handler(SigningError)(self._unsigned)

    def crashed(self, scope: Scope, reference: str) -> Response:
        """Answer 500 with a short reference that also stands in the log."""
        request = Request(scope)
        if for_machine(request):
            return problem(500, "internal.fault", detail=reference)
        return stops.crashed(self._frame, request, reference)

    def cross_site(self, scope: Scope) -> Response:
        """Answer 403 to a changing request that another site made."""
        return stops.refused(self._frame, Request(scope))

    def _domain(self, request: Request, error: DomainError) -> Response:
        if for_machine(request):
            return of_domain(error)
        if isinstance(error, NotFoundError):
            return stops.not_here(self._frame, request)
        if isinstance(error, ForbiddenError) and error.detail in set(Permission):
            return stops.no_role(self._frame, request, error.detail)
        if isinstance(error, StoreBusyError):
            return stops.not_now(self._frame, request)
        return stops.refused(self._frame, request)

    def _http(self, request: Request, error: HTTPException) -> Response:
        if for_machine(request):
            return problem(error.status_code, _CODES.get(error.status_code, "http"), headers=error.headers)
        if error.status_code == _TOO_LARGE:
            return stops.too_large(self._frame, request)
        if error.status_code == _WRONG_METHOD:
            return stops.wrong_method(self._frame, request)
        return stops.not_here(self._frame, request)

    def _validation(self, request: Request, error: RequestValidationError) -> Response:
        if not for_machine(request):
            return stops.not_here(self._frame, request)
        faults = [
            Fault(code="request.invalid", pointer="/" + "/".join(map(str, one["loc"][1:])), detail=one["msg"])
            for one in error.errors()
        ]
        return problem(422, "request.invalid", errors=faults)

    def _sign_in_first(self, request: Request, _error: SignInFirstError) -> Response:
        return stops.sign_in_first(self._frame, request)

    def _come_in_first(self, request: Request, _error: ComeInFirstError) -> Response:
        return stops.come_in_first(self._frame, request)

    def _too_many_misses(self, request: Request, _error: TooManyMissesError) -> Response:
        return stops.too_many(self._frame, request)

    def _too_many_attempts(self, request: Request, error: TooManyAttemptsError) -> Response:
        return stops.too_many_attempts(self._frame, request, error.seconds)

    def _unsigned(self, request: Request, error: SigningError) -> Response:
        """The signer fails closed: nothing was issued, and the same request may be tried again."""
        if for_machine(request):
            return problem(503, error.code, headers={"Retry-After": "30"})
        return stops.not_now(self._frame, request)


def _broken(_request: Request, error: BrokenRulesError) -> Response:
    first = error.faults[0]
    return problem(422, first.code, detail=first.detail, pointer=first.pointer, errors=error.faults)


def _media_type(_request: Request, _error: MediaTypeError) -> Response:
    return problem(415, "input.media_type")


def _problem(_request: Request, error: Problem) -> Response:
    return error.response()


def _document(_request: Request, error: DocumentError) -> Response:
    return of_document(error)


def _anonymous(_request: Request, _error: NotAuthenticatedError) -> Response:
    return problem(401, "token.needed", headers={"WWW-Authenticate": "Bearer"})
