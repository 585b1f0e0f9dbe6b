"""Runs didkit in a process of its own: its threads do not survive the end of an interpreter gracefully."""

import asyncio
import json
import sys
import time
from typing import Any


async def serve() -> None:
    import didkit

    material: dict[str, Any] = json.loads(sys.stdin.readline())
    key = material["jwk"]
    document = json.dumps(material["badge"])
    method = await didkit.key_to_verification_method("key", key)
    issue = json.dumps(
        {"verificationMethod": method, "proofPurpose": "assertionMethod", "type": "Ed25519Signature2020"}
    )
    verify = json.dumps({"proofPurpose": "assertionMethod"})
    try:
        signed = await didkit.issue_credential(document, issue, key)
        report = json.loads(await didkit.verify_credential(signed, verify))
    except didkit.DIDKitException as problem:
        report = {"errors": [str(problem)]}
    print(json.dumps({"error": report["errors"]} if report["errors"] else {"ok": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(request["times"]):
            if request["run"] == "sign":
                await didkit.issue_credential(document, issue, key)
            else:
                await didkit.verify_credential(signed, verify)
        print(json.dumps({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}), flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
