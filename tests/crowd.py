"""Many participants at once for measuring: written straight into the tables, each name under a key of its own."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from desk import BICYCLE, Desk
from sqlalchemy import insert, select

from issuer.db.models import coaching as tables
from issuer.db.models.agreements import AgreementResult
from issuer.db.models.catalogue import CatalogueRequirement, CatalogueUnit
from issuer.db.models.people import Person
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import Role
from issuer.services.coaching.personal import Personal, seal_personal


def fill(desk: Desk, people: int, requirements: int) -> None:
    """Give the desk so many participants with so many requirements each: two in three agreed as shown, all observed."""
    outside, coach = desk.outside, desk.staff[Role.WORK_COACH]
    now, today = outside.now(), helsinki_day(outside.now())
    ids = [str(uuid.uuid4()) for _ in range(people)]
    outside.person_keys.create_all(ids)
    with outside.database.write() as uow:
        session = uow._session  # rows in bulk, past the services
        keys = _keys(session, requirements)
        with outside.person_keys.held(ids):
            rows = [
                {
                    "id": one,
                    "institution_id": desk.institution.id,
                    "created_at": now,
                    "sealed": seal_personal(outside, one, Personal(name=f"Nimi {number:04d}", languages=("fi",))),
                }
                for number, one in enumerate(ids)
            ]
        session.execute(insert(Person), rows)
        base = {"institution_id": desk.institution.id, "state": "active", "coach_id": coach.id, "created_at": now}
        session.execute(
            insert(tables.ParticipantRecord),
            [base | {"person_id": one, "number": number} for number, one in enumerate(ids, start=1)],
        )
        unit = {"unit_code": BICYCLE.code, "peruste_id": BICYCLE.peruste_id}
        session.execute(insert(tables.ParticipantUnit), [unit | {"person_id": one, "position": 1} for one in ids])
        seen = {
            "institution_id": desk.institution.id, "at": now, "staff_id": coach.id, "independence": "alone",
            "origin": "period", "medium": "work", "in_trade": True, "version": 1, "replaced": False,
        }  # fmt: skip
        session.execute(
            insert(tables.ObservationRecord),
            [
                seen
                | unit
                | {"id": one, "root_id": one, "person_id": one, "observed_on": today - timedelta(days=number % 30)}
                for number, one in enumerate(ids)
            ],
        )
        session.execute(
            insert(tables.ObservationRequirement),
            [{"observation_id": one, "requirement_key": key} for one in ids for key in keys],
        )
        agreed = {
            "version": 1, "state": "agreed", "outcome": "shown", "in_part_wanted": False, "elsewhere_only": False,
            "coach_id": coach.id, "channel": "paper", "at": now,
        }  # fmt: skip
        session.execute(insert(AgreementResult), list(_agreed(ids, keys, agreed | unit)))


def _agreed(ids: list[str], keys: list[str], row: dict) -> Iterator[dict]:
    for one in ids:
        for key in keys[: 2 * len(keys) // 3]:
            yield row | {"id": str(uuid.uuid4()), "person_id": one, "requirement_key": key}


def _keys(session, wanted: int) -> list[str]:
    """The requirement keys of the demo's bicycle unit, made as many as wanted."""
    unit_id = session.execute(select(CatalogueUnit.id).where(CatalogueUnit.code == BICYCLE.code)).scalars().first()
    query = select(CatalogueRequirement).where(CatalogueRequirement.unit_id == unit_id)
    known = sorted(session.execute(query).scalars(), key=lambda one: one.position)
    more = [
        {
            "unit_id": unit_id, "position": position, "key": f"more-{position}", "text_fi": "tekee työn", "text_sv": "",
            "text_en": "", "heading": known[0].heading, "threshold": [],
        }
        for position in range(len(known) + 1, wanted + 1)
    ]  # fmt: skip
    if more:
        session.execute(insert(CatalogueRequirement), more)
    return [one.key for one in known][:wanted] + [one["key"] for one in more]
