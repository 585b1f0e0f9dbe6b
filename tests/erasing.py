"""What tests of erasing look at: which tables name somebody, and what anybody is told of a badge."""

import json

import drafts
from app_client import AppClient
from desk import SAME_ORIGIN, Desk
from sqlalchemy import String, Text, func, or_, select

from issuer.db.models import Base
from issuer.domain.holder import Holder

ERASED_MAY_STAND_IN = {"audit", "erasure"}


def holder(ready: drafts.Ready) -> Holder:
    return Holder(
        person_id=ready.person.person_id,
        institution_id=ready.desk.institution.id,
        shared_device=False,
        supported=False,
    )


def tables_with(desk: Desk, wanted: str) -> set[str]:
    """Names of all tables in which some text column holds this text."""
    found = set()
    with desk.outside.database.read() as uow:
        for table in Base.metadata.sorted_tables:
            texts = [one for one in table.columns if isinstance(one.type, String | Text)]
            if not texts:
                continue
            query = select(func.count()).select_from(table).where(or_(*[one.contains(wanted) for one in texts]))
            if uow.audit._session.execute(query).scalar_one():
                found.add(table.name)
    return found


def answer_of(desk: Desk, document: dict) -> dict:
    with AppClient(desk.app, base_url=desk.installation.settings.public_url, headers=SAME_ORIGIN) as client:
        body = json.dumps(document).encode()
        response = client.post("/api/verify", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 200, response.text
    return response.json()
