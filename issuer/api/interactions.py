"""The exchange of the VC-API for wallet applications: a question, a signed answer, the badge (wallets.md section 3)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from issuer.api.problems import answers
from issuer.services.outside import Outside
from issuer.services.wallets import exchange
from issuer.services.wallets.check_presentation import SUITES
from schemas import strict_json
from schemas.strict_json import JsonObject
from verifier.admission import Rate
from verifier.problems import Problem
from verifier.request_body import read_body

MAX_BODY_BYTES = 64 << 10
ASKED_PER_MINUTE = 30
_MAX_REFERENCE = 200
_BEGINNING = (
    b'{"verifiablePresentation":{"@context":["https://www.w3.org/ns/credentials/v2"],'
    b'"type":["VerifiablePresentation"],"verifiableCredential":['
)
_END = b"]}}"


def router(outside: Outside) -> APIRouter:
    """Return the route ``/exchanges/{token}``; it reads no cookie."""
    routes = APIRouter(tags=["wallets"])
    rate = Rate(ASKED_PER_MINUTE)

    async def body(request: Request) -> bytes:
        if not rate.take(request.client.host if request.client else None):
            raise Problem("too_many")
        return await read_body(request, MAX_BODY_BYTES)

    read = Depends(body)

    @routes.post(
        "/exchanges/{token}",
        responses=answers(400, 404, 413, 422, 429) | {200: {"description": "A question, or the badge"}},
        openapi_extra={"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}},
        summary="Take a badge into a wallet application",
        description="First with {} for the question, then with a verifiablePresentation that answers it.",
    )
    def exchange_step(token: Annotated[str, Path(max_length=200)], content: bytes = read) -> Response:
        asked = strict_json.read_object(content or b"{}", max_bytes=MAX_BODY_BYTES, max_depth=16)
        presentation = asked.get("verifiablePresentation")
        if isinstance(presentation, dict):
            document = exchange.answer(outside, token, presentation)
            return Response(_BEGINNING + document + _END, media_type="application/json")
        question = _question(outside, token, exchange.ask(outside, token))
        reference = asked.get("referenceId")
        if isinstance(reference, str) and len(reference) <= _MAX_REFERENCE:
            question["referenceId"] = reference
        return Response(strict_json.write(question), media_type="application/json")

    return routes


def _question(outside: Outside, token: str, challenge: str) -> JsonObject:
    service: JsonObject = {
        "type": "VerifiableCredentialApiExchangeService",
        "serviceEndpoint": _address(outside, token),
    }
    query: JsonObject = {
        "type": "DIDAuthentication",
        "acceptedMethods": [{"method": "key"}],
        "acceptedCryptosuites": [{"cryptosuite": one} for one in SUITES],
    }
    return {
        "verifiablePresentationRequest": {
            "query": [query],
            "challenge": challenge,
            "domain": outside.public_url,
            "interact": {"service": [service]},
        }
    }


def _address(outside: Outside, token: str) -> str:
    return f"{outside.public_url}/exchanges/{token}"
