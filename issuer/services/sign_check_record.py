"""Signs the record of a check with the key of the installation's first institution; nothing of it is kept."""

from issuer.domain.errors import NotFoundError
from issuer.services.outside import Outside
from issuer.services.stored_bytes import request_of
from keys.proofs.data_integrity import attach, proof_options
from schemas.strict_json import JsonObject


def sign_check_record(outside: Outside, record: JsonObject) -> JsonObject:
    """Return the record with `issuer` and an eddsa-jcs-2022 proof, as the trust list has them.

    Args:
        record: as `verifier.check_record` made it: without issuer and proof.

    Raises:
        NotFoundError: no institution signs here yet.
        keys.errors.SigningError: the signer refused; the record can be printed unsigned.
    """
    with outside.database.read() as uow:
        root = uow.institutions.root()
        if root is None:
            raise NotFoundError("no institution signs here yet")
        key = uow.institutions.active_key(root.id)
    document: JsonObject = {**record, "issuer": root.did}
    options = proof_options(document, cryptosuite="eddsa-jcs-2022", verification_method=key.kid, created=outside.now())
    return attach(document, options, outside.signer.sign(key.kid, request_of(document, options)))
