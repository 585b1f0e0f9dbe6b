"""The application as a participant sees it in the own view, alone or with support."""

from app_client import AppClient
from desk import SAME_ORIGIN, Desk

from issuer.domain.holder import Holder
from issuer.services.own import own_session


def own_client(
    desk: Desk, person_id: str, *, language: str = "fi", shared_device: bool = False, supported: bool = False
) -> AppClient:
    """A browser in which this participant has come in."""
    holder = Holder(
        person_id=person_id, institution_id=desk.institution.id, shared_device=shared_device, supported=supported
    )
    with desk.outside.database.write() as uow:
        value = own_session.begin(uow, holder, now=desk.outside.now())
    headers = {"Accept-Language": language, **SAME_ORIGIN}
    client = desk.stack.enter_context(
        AppClient(desk.app, base_url=desk.installation.settings.public_url, headers=headers)
    )
    client.cookies.set("t" if supported else "p", value)  # a supported view opens /together… and no page under /my
    return client
