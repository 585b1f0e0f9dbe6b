"""Documents that the caller gives in place of the network (`--documents`, tests, our own institution's pages)."""

import base64
from collections.abc import Callable, Mapping
from typing import Final

from schemas import strict_json
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject, JsonValue
from verifier.environment import Fetch, FetchError, FetchRules, Response

_JSON: Final = "application/json"
_OK: Final = 200
_FILE_BYTES: Final = 32 << 20
_FILE_VALUES: Final = 200_000


class DocumentsError(ValueError):
    """A file of documents that is none: a usage error of whoever gives it."""


def _answer(value: JsonValue) -> Response:
    if isinstance(value, dict) and isinstance(value.get("status"), int) and not isinstance(value["status"], bool):
        return _response(value)
    return Response(_OK, _JSON, strict_json.write(value), "documents")


def _response(value: JsonObject) -> Response:
    status, kind = value["status"], value.get("content_type", _JSON)
    body, coded = value.get("body", ""), value.get("body_base64")
    if not isinstance(status, int) or not isinstance(kind, str) or not isinstance(body, str):
        raise DocumentsError("an answer has the members status, content_type, and body or body_base64")
    data = body.encode("utf-8")
    if coded is not None:
        try:
            data = base64.b64decode(str(coded), validate=True)
        except ValueError as problem:  # also of signs outside ASCII
            raise DocumentsError("body_base64 is not Base64") from problem
    return Response(status, kind, data, "documents")


def read_documents(data: bytes) -> dict[str, Response]:
    """The answers of a FILE as verification.md section 10 describes it, by URL or DID without fragment.

    Raises:
        DocumentsError: not such a file, or more than 32 MiB.
    """
    try:
        found = strict_json.read_object(
            data, max_bytes=_FILE_BYTES, max_values=_FILE_VALUES, max_string_bytes=_FILE_BYTES
        )
    except DocumentError as problem:
        raise DocumentsError("not a JSON object of answers") from problem
    return {name.partition("#")[0]: _answer(value) for name, value in found.items()}


def given_schemas(answers: Mapping[str, Response]) -> dict[str, JsonObject]:
    """The JSON Schemas among the answers, by URL: only these may be run for `credentialSchema`."""
    schemas: dict[str, JsonObject] = {}
    for url, answer in answers.items():
        if b'"$schema"' not in answer.body or answer.status != _OK:
            continue
        try:
            content = strict_json.read_object(answer.body, max_values=_FILE_VALUES)
        except DocumentError:
            continue
        if "$schema" in content:
            schemas[url] = content
    return schemas


class DocumentsFetch:
    """A Fetch that answers from what was given; rules for addresses do not apply to it, all others do.

    Args:
        answers: by URL, or by DID for the document that a did:web leads to.
        then: asked for everything else; None: nothing else is allowed (`--offline`).
    """

    def __init__(self, answers: Mapping[str, Response], then: Fetch | None = None) -> None:
        self._answers = answers
        self._then = then

    def before(self, change: Callable[[Fetch], Fetch]) -> "DocumentsFetch":
        """Return the same answers before a changed fetcher of everything else."""
        return DocumentsFetch(self._answers, None if self._then is None else change(self._then))

    def __call__(self, url: str, *, rules: FetchRules) -> Response:
        """See `verifier.environment.Fetch`."""
        answer = self._answers.get(url)
        if answer is None and rules.did is not None:
            answer = self._answers.get(rules.did)
        if answer is not None:
            if len(answer.body) > rules.max_bytes:
                raise FetchError("refused")
            return answer
        if self._then is None:
            raise FetchError("not_allowed_offline")
        return self._then(url, rules=rules)
