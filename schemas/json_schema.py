"""Checks against the vendored JSON Schemas; formats are asserted, and no $ref is ever fetched."""

import hashlib
from enum import Enum
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, cast

import jsonschema_rs

from schemas import strict_json
from schemas.errors import DocumentError
from schemas.jsonld_rules import pointer
from schemas.pinned_contexts import DamagedPackageError
from schemas.schema_editions import sets_as_arrays, vcdm_1_1
from schemas.strict_json import JsonObject

_FOLDER = Path(__file__).parent / "json_schemas"
_DECLARED_BYTES = 1 << 16
_PATTERN_BYTES = 1 << 14  # of one compiled pattern, and of what it keeps while it runs
_DECLARED_VALUES = 20_000


class Problem(NamedTuple):
    """One place at which a document breaks a schema: pointer into the document, and the keyword that it breaks."""

    pointer: str
    keyword: str


class SchemaName(Enum):
    """The schemas at hand; the value is (file, edition)."""

    BADGE = ("ob_v3p0_achievementcredential_schema.json", "official")
    BADGE_VCDM_1_1 = ("ob_v3p0_achievementcredential_schema.json", "1.1")
    BADGE_ARRAYS = ("ob_v3p0_achievementcredential_schema.json", "arrays")
    BADGE_VCDM_1_1_ARRAYS = ("ob_v3p0_achievementcredential_schema.json", "1.1 arrays")
    ENDORSEMENT = ("ob_v3p0_endorsementcredential_schema.json", "official")
    ENDORSEMENT_VCDM_1_1 = ("ob_v3p0_endorsementcredential_schema.json", "1.1")
    ENDORSEMENT_ARRAYS = ("ob_v3p0_endorsementcredential_schema.json", "arrays")
    ENDORSEMENT_VCDM_1_1_ARRAYS = ("ob_v3p0_endorsementcredential_schema.json", "1.1 arrays")
    PROFILE = ("ob_v3p0_profile_schema.json", "official")
    PROFILE_ARRAYS = ("ob_v3p0_profile_schema.json", "arrays")
    BADGES_RESPONSE = ("ob_v3p0_getopenbadgecredentialsresponse_schema.json", "official")
    STATUS_INFO = ("ob_v3p0_imsx_statusinfo_schema.json", "official")
    CLR = ("clr_v2p0_clrcredential_schema.json", "official")
    CLR_BADGE = ("clr_v2p0_achievementcredential_schema.json", "official")
    CLR_ENDORSEMENT = ("clr_v2p0_endorsementcredential_schema.json", "official")
    CLR_PROFILE = ("clr_v2p0_profile_schema.json", "official")
    CLRS_RESPONSE = ("clr_v2p0_getclrcredentialsresponse_schema.json", "official")
    CLR_STATUS_INFO = ("clr_v2p0_imsx_statusinfo_schema.json", "official")


def problems(document: JsonObject, schema: SchemaName, *, most: int = 10) -> list[Problem]:
    """Return the first problems of a document, none if it passes.

    Args:
        document: values of strict_json.
        schema: which schema and edition.
        most: no more problems than this are looked for.

    Source: OB 3.0 appendix B; VCCS 1.0.
    """
    return _problems(_validator(schema), document, most)


def is_valid(document: JsonObject, schema: SchemaName) -> bool:
    """Say whether the document passes; the quick form of `problems`."""
    return bool(_validator(schema).is_valid(document))


def named(url: str) -> SchemaName | None:
    """Return the official schema with this address, if it is at hand."""
    return _by_address().get(url)


def problems_by_declared(document: JsonObject, schema: JsonObject, *, most: int = 10) -> list[Problem]:
    """Return the first problems by a schema that the operator gave; its drafts are 4 to 2020-12, no $ref leaves it.

    Raises:
        DocumentError: ``ob.schema_declared``: the schema itself is broken, too large or points outside.
    """
    if len(strict_json.write(schema)) > _DECLARED_BYTES:
        raise DocumentError("ob.schema_declared", detail="schema too large")
    try:
        validator = jsonschema_rs.validator_for(
            cast("dict[str, Any]", schema),
            validate_formats=True,
            retriever=_refuse,
            pattern_options=_LINEAR,
        )
        return _problems(validator, document, most)
    except (ValueError, jsonschema_rs.ReferencingError) as problem:
        raise DocumentError("ob.schema_declared", detail=str(problem)) from problem


def _problems(validator: jsonschema_rs.Validator, document: JsonObject, most: int) -> list[Problem]:
    return [
        Problem(pointer(*error.instance_path), error.kind.name)
        for error in islice(validator.iter_errors(document), most)
    ]


# a linear engine with little memory: no pattern of a schema can stall it, nor a thousand of them
_LINEAR = jsonschema_rs.RegexOptions(size_limit=_PATTERN_BYTES, dfa_size_limit=_PATTERN_BYTES)


def _refuse(url: str) -> NoReturn:
    raise ValueError(f"{url} is not at hand; schemas are never fetched")


@cache
def _validator(name: SchemaName) -> jsonschema_rs.Validator:
    file, edition = name.value
    schema = _read(file)
    if "1.1" in edition:
        schema = vcdm_1_1(schema)
    if "arrays" in edition:
        schema = sets_as_arrays(schema)
    return jsonschema_rs.Draft201909Validator(
        cast("dict[str, Any]", schema),
        validate_formats=True,
        retriever=_refuse,
        pattern_options=_LINEAR,
    )


@cache
def _manifest() -> list[JsonObject]:
    return cast("list[JsonObject]", strict_json.read((_FOLDER / "MANIFEST.json").read_bytes()))


@cache
def _by_address() -> dict[str, SchemaName]:
    files = {name.value[0]: name for name in SchemaName if name.value[1] == "official"}
    return {cast("str", row["url"]): files[cast("str", row["file"])] for row in _manifest()}


def _read(file: str) -> JsonObject:
    data = (_FOLDER / file).read_bytes()
    expected = next(row["sha256"] for row in _manifest() if row["file"] == file)
    if hashlib.sha256(data).hexdigest() != expected:
        raise DamagedPackageError(file)
    return strict_json.read_object(data, max_values=_DECLARED_VALUES)
