"""The stored schema of Koski, and a learner's record that an element of ours is put into to be held against it."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import jsonschema_rs

KOSKI = "data/finland/koski/schema/koski-oppija-schema_2021-12-14.json"
ENVELOPE = "data/finland/derived/samples/koski-oppija-tunnustettu.json"


def koski_schema(shared: Path) -> jsonschema_rs.Draft4Validator:
    """The validator of a learner's whole record."""
    text = re.sub(r'"\$ref"\s*:\s*"([^"]+)"', _ascii_reference, (shared / KOSKI).read_text())
    return jsonschema_rs.Draft4Validator(json.loads(text))


def _ascii_reference(found: re.Match[str]) -> str:
    """The schema writes references with Finnish letters, which a URI must encode."""
    return f'"$ref": "{quote(found[1], safe="#/")}"'


def in_envelope(shared: Path, unit: dict) -> dict:
    """The element inside a learner's whole record, at a campus that the school fills in."""
    record = json.loads((shared / ENVELOPE).read_text())
    study = record["opiskeluoikeudet"][0]["suoritukset"][0]
    study["osasuoritukset"] = [unit]
    return record
