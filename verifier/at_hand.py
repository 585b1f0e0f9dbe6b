"""A world in which nothing is waited for: what would take long ends the verification, to be begun anew in a thread."""

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from schemas.compiled_canonicaliser import CompiledCanonicaliser
from schemas.compiled_contexts import NotCompiledError
from verifier.documents_fetch import DocumentsFetch
from verifier.https_fetch import CountedFetch, HttpsFetch

if TYPE_CHECKING:
    from schemas.jsonld import HashName
    from schemas.strict_json import JsonObject
    from verifier.environment import Environment, Fetch, FetchRules, Response


class MustWait(BaseException):
    """Going on would mean waiting for the network or for another process.

    Not an Exception: a verification turns those into findings, and this is none.
    """


def _must_wait(*_: object, **__: object) -> NoReturn:
    raise MustWait


class _Tables:
    """A Canonicalise that has no fallback."""

    def __init__(self, canonicalise: CompiledCanonicaliser) -> None:
        self._canonicalise = canonicalise

    def __call__(self, document: "JsonObject", *, hash_name: "HashName" = "sha256") -> str:
        try:
            return self._canonicalise.quickly(document, hash_name=hash_name)
        except NotCompiledError:
            raise MustWait from None


class _Kept:
    """A Fetch that asks nobody."""

    def __init__(self, https: HttpsFetch) -> None:
        self._https = https

    def __call__(self, url: str, *, rules: "FetchRules") -> "Response":
        response = self._https.kept(url, rules)
        if response is None:
            raise MustWait
        return response


def _kept(fetch: "Fetch") -> "Fetch":
    """Return what a fetcher answers without asking; of one that is not known, nothing."""
    if isinstance(fetch, CountedFetch):
        return _Kept(fetch.shared)
    return fetch.before(_kept) if isinstance(fetch, DocumentsFetch) else _must_wait


def at_hand(environment: "Environment") -> "Environment":
    """Return the same world without waiting: whatever is not at hand raises MustWait."""
    tables = environment.canonicalise
    return replace(
        environment,
        fetch=_kept(environment.fetch),
        canonicalise=_Tables(tables) if isinstance(tables, CompiledCanonicaliser) else _must_wait,
        canonicalise_generic=_must_wait,
        read_pdf=_must_wait,
    )
