"""The record of a check that an institution's service gives is signed by that institution, as one can check offline."""

import json

from web_service import SAME_ORIGIN, Web

from keys.multikey import decode
from keys.proofs.data_integrity import check_signature
from schemas.strict_json import JsonObject, read_object


def record_of(web: Web) -> JsonObject:
    badge = web.issue().json()["credential"]
    form = {"text": json.dumps(badge), "lang": "fi"}
    answer = web.client.post("/v/record.json", data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 200
    return read_object(answer.content)


def test_a_record_carries_the_institutions_signature_over_every_member(sqlite_web: Web) -> None:
    outside = sqlite_web.installation.outside
    record = record_of(sqlite_web)
    with outside.database.read() as uow:
        key = uow.institutions.active_key(sqlite_web.installation.umbrella.id)
    proof = record["proof"]
    assert isinstance(proof, dict)
    assert (record["issuer"], record["verdict"]) == (sqlite_web.installation.umbrella.did, "accepted")
    check_signature(record, proof, decode(key.public_key_multibase), canonicalise=outside.canonicalise)
