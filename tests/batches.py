"""Participants with observations and agreed results in bulk, and tables about them: what tests of batches work with."""

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import environments
from desk import BICYCLE, Desk
from sqlalchemy import insert

from issuer.db.models import agreements, coaching, people, periods
from issuer.domain.batch_table import empty_table, read_table, write_table
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import Role, StaffMember
from issuer.jobs import OutboxRunner, handlers, signers
from issuer.services.batches import choose_columns, send_to_review, start_batch
from issuer.services.batches.approve_batch import RUN
from issuer.services.batches.start_batch import BatchPlace
from issuer.services.coaching.personal import Personal, seal_personal
from issuer.services.outbox import enqueue

SHOWN = 4  # requirements that every participant was seen to do and agreed on, from the first one on


@dataclass
class BatchWorld:
    """A provider with a recognised site and participants 001, 002 …, each ready for a badge of four requirements."""

    desk: Desk
    recognised: environments.Recognised
    people: list[str]
    drafter: StaffMember
    reviewer: StaffMember
    day: date
    batches: list[str] = field(default_factory=list)

    @property
    def outside(self):
        return self.desk.outside

    @property
    def place(self) -> BatchPlace:
        return BatchPlace(unit=BICYCLE, site_id=self.recognised.site.id, reviewer_id=self.reviewer.id)

    def rows(self, numbers: Sequence[int], **changes: str) -> list[list[str]]:
        """Sound rows, heading first; `changes` by field hold for all of them."""
        heading = read_table(empty_table(len(self.recognised.keys)) + b"1\r\n").rows[0][1]
        rows = [list(heading)]
        for number in numbers:
            values = {"henkilo": f"{number:03d}", "kieli": "fi", "paiva": f"{self.day:%d.%m.%Y}"}
            values |= {f"v{one:02d}": "x" for one in range(1, SHOWN + 1)}
            values |= {"kertomus": "Huolsi asiakkaiden pyöriä."} | changes
            rows.append([values.get(one, "") for one in heading])
        return rows

    def start(self, rows: Sequence[Sequence[str]], *, who: StaffMember | None = None) -> str:
        """A batch of these rows whose columns were guessed rightly; it stands at repair."""
        table = read_table(write_table(rows))
        who = who or self.drafter
        batch_id = start_batch.start(self.outside, who, self.place, table, file_name="rivit.csv")
        with self.outside.database.read() as uow:
            mapping = uow.batches.get(batch_id).mapping
        choose_columns.choose(self.outside, who, batch_id, mapping, has_heading=table.has_heading)
        return batch_id

    def queued(self, batch_id: str) -> int:
        """Send the sound rows and approve them as the reviewer's passkey would; return how many."""
        with self.outside.database.read() as uow:
            sound = sum(not row.faulty for row in uow.batches.rows(batch_id, states=("open",)))
        sent = send_to_review.send(self.outside, self.drafter, batch_id, expected=sound)
        with self.outside.database.write() as uow:
            batch = uow.batches.get(batch_id)
            uow.batches.move_rows(batch_id, from_states=("review",), to="waiting")
            assert uow.batches.change(batch, state="queued", approved_at=self.outside.now())
            enqueue(uow, RUN, {"batch": batch_id}, now=self.outside.now())
        return sent

    def states(self, batch_id: str) -> dict[str, int]:
        with self.outside.database.read() as uow:
            return uow.batches.counts([batch_id])[batch_id]


def work(world: BatchWorld, stop: threading.Event | None = None) -> int:
    """Do all that is due, as the server's threads would; return how many effects were tried."""
    doing = handlers(signers(world.outside, world.desk.installation.settings))
    return OutboxRunner(world.outside, doing, stop or threading.Event()).run_due()


def faults(world: BatchWorld, batch_id: str) -> dict[int, set[tuple[str, str, str]]]:
    """What is to be mended, by row: (class, cause, field)."""
    with world.outside.database.read() as uow:
        return {number: set(problems) for number, problems in uow.batches.faults(batch_id)}


def batch_world(desk: Desk, count: int) -> BatchWorld:
    """Make `count` participants with what a badge asks for."""
    outside, now = desk.outside, desk.outside.now()
    recognised = environments.recognised(desk)
    drafter, reviewer = desk.staff[Role.WORK_COACH], desk.add(Role.WORK_COACH)
    day = helsinki_day(now) - timedelta(days=3)
    ids = [str(uuid.uuid4()) for _ in range(count)]
    outside.person_keys.create_all(ids)
    with outside.person_keys.held(ids), outside.database.write() as uow:
        session = uow.batches._session
        sealed = [
            seal_personal(outside, one, Personal(name=f"Testi {at}", languages=("fi",)))
            for at, one in enumerate(ids, 1)
        ]
        place = {"institution_id": desk.institution.id, "created_at": now}
        session.execute(
            insert(people.Person), [{"id": one, "sealed": box, **place} for one, box in zip(ids, sealed, strict=True)]
        )
        session.execute(
            insert(coaching.ParticipantRecord),
            [
                {"person_id": one, "number": at, "state": "active", "coach_id": drafter.id, "accepted_at": now, **place}
                for at, one in enumerate(ids, 1)
            ],
        )
        session.execute(
            insert(periods.Period),
            [
                {
                    "id": str(uuid.uuid4()),
                    "person_id": one,
                    "kind": "work",
                    "starts_on": day - timedelta(days=60),
                    "ends_on": None,
                    "state": "running",
                    **place,
                }
                for one in ids
            ],
        )
        _add_evidence(session, desk, recognised, ids, drafter, day)
    return BatchWorld(desk, recognised, ids, drafter, reviewer, day)


def _add_evidence(session, desk, recognised, ids, drafter, day):
    now, unit = desk.outside.now(), {"unit_code": BICYCLE.code, "peruste_id": BICYCLE.peruste_id}
    seen = {one: str(uuid.uuid4()) for one in ids}
    session.execute(
        insert(coaching.ObservationRecord),
        [
            {
                "id": seen[one],
                "root_id": seen[one],
                "version": 1,
                "replaced": False,
                "person_id": one,
                "institution_id": desk.institution.id,
                **unit,
                "at": now,
                "observed_on": day,
                "staff_id": drafter.id,
                "site_id": recognised.site.id,
                "task_id": recognised.tasks[0].id,
                "independence": "alone",
                "origin": "period",
                "medium": "work",
                "in_trade": True,
            }
            for one in ids
        ],
    )
    keys = recognised.keys[:SHOWN]
    session.execute(
        insert(coaching.ObservationRequirement),
        [{"observation_id": seen[one], "requirement_key": key} for one in ids for key in keys],
    )
    session.execute(
        insert(agreements.AgreementResult),
        [
            {
                "id": str(uuid.uuid4()),
                "person_id": one,
                **unit,
                "requirement_key": key,
                "version": 1,
                "state": "agreed",
                "outcome": "shown",
                "in_part_wanted": False,
                "elsewhere_only": False,
                "coach_id": drafter.id,
                "channel": "device",
                "at": now,
            }
            for one in ids
            for key in keys
        ],
    )
