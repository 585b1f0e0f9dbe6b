"""A participant as holder of badges, through the services, and the taking of a badge."""

from desk import Desk

from issuer.domain.holder import Holder


def holder(desk: Desk, person_id: str) -> Holder:
    return Holder(person_id=person_id, institution_id=desk.institution.id, shared_device=False, supported=False)


def keep(desk: Desk, credential_id: str) -> str:
    """Take a badge, as far as its state goes."""
    with desk.outside.database.write() as uow:
        assert uow.credentials.change(uow.credentials.get(credential_id), to="delivered")
    return credential_id
