"""A provider with staff of every role, each with a signed-in client: what tests of the desks work with."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from app_client import AppClient
from fastapi import FastAPI
from installation import Installation

from issuer.app import create_app
from issuer.domain.institution import Institution, NewInstitution, PublicName
from issuer.domain.permissions import PROVIDER_ROLES, SCHOOL_ROLES, Role, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services import sign_in
from issuer.services.create_institution import create

BICYCLE = UnitRef("tutkinnonosat_106889", "7614470")  # of the demo catalogue, 28 requirements
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
BUSINESS_IDS = ("0000002-7", "0000003-5", "0000004-3", "0000005-1")


@dataclass
class Desk:
    """One institution with staff of every role that its kind has, and the application as each of them sees it."""

    installation: Installation
    institution: Institution
    staff: dict[Role, StaffMember]
    stack: ExitStack
    clients: dict[str, AppClient] = field(default_factory=dict)

    @cached_property
    def app(self) -> FastAPI:
        """The application, made when a test first asks for it: services are tested without it."""
        return create_app(self.installation.outside)

    @property
    def outside(self):
        return self.installation.outside

    def client(self, who: Role | StaffMember) -> AppClient:
        """The application as someone who is signed in sees it; the same client each time."""
        member = self.staff[who] if isinstance(who, Role) else who
        if member.id not in self.clients:
            base_url = self.installation.settings.public_url
            headers = {"Accept-Language": "fi", **SAME_ORIGIN}
            client = self.stack.enter_context(AppClient(self.app, base_url=base_url, headers=headers))
            link = sign_in.create_link(self.outside, member.id)
            assert client.post(f"/in/{link}").status_code == 303
            self.clients[member.id] = client
        return self.clients[member.id]

    def add(self, *roles: Role, trades: tuple[str, ...] = ("7614470", "koulutus_351301")) -> StaffMember:
        """One more member of staff, with the trade of the demo's bicycle unit."""
        member = StaffMember(
            id=str(uuid.uuid4()),
            institution_id=self.institution.id,
            roles=frozenset(roles),
            trades=frozenset(trades) if Role.WORK_COACH in roles else frozenset(),
        )
        self.outside.person_keys.create(member.id)
        with self.outside.database.write() as uow:
            uow.people.add_staff(member, sealed=None, now=self.outside.now())
        return member


def make_institution(installation: Installation, kind: str, name: str, number: int = 0) -> Institution:
    """A provider under the umbrella that signs in the umbrella's name, or a school with a key of its own."""
    request = NewInstitution(
        kind=kind,
        public_name=PublicName(fi=name, sv=name, en=name),
        legal_name=f"{name} ry",
        business_id=BUSINESS_IDS[number],
        parent_id=installation.umbrella.id if kind == "provider" else None,
        own_identity=kind != "provider",
    )
    return create(installation.outside, request, actor="cli")


@contextmanager
def desk_over(
    installation: Installation, *, kind: str = "provider", name: str = "Työ ja taito", number: int = 0
) -> Iterator[Desk]:
    """An institution of this kind with one member of staff for each of its roles."""
    institution = make_institution(installation, kind, name, number)
    with ExitStack() as stack:
        desk = Desk(installation, institution, {}, stack)
        for role in sorted(PROVIDER_ROLES if kind == "provider" else SCHOOL_ROLES):
            desk.staff[role] = desk.add(role)
        yield desk
