"""A participant with a badge that was taken, and the links of it, for tests of sharing."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date

import drafts
from app_client import AppClient
from desk import BUSINESS_IDS, Desk
from installation import Installation
from own import own_client

from issuer.domain.award import AwardRequest
from issuer.domain.holder import Holder
from issuer.domain.institution import NewInstitution, PublicName
from issuer.domain.permissions import PROVIDER_ROLES
from issuer.domain.share_parts import Audience, Part, ShareKind
from issuer.services.create_institution import create
from issuer.services.holdings.own_badges import own_badges
from issuer.services.issue_badge import issue
from issuer.services.own import take_badge
from issuer.services.sharing import make_share
from issuer.services.sharing.make_share import MadeShare, ShareWish

FIRST = frozenset({Part.WHAT_I_CAN, Part.SKILLS})


@dataclass
class Sharer:
    """Someone who keeps one badge."""

    desk: Desk
    ready: drafts.Ready
    credential_id: str
    clients: list[AppClient] = field(default_factory=list)

    @property
    def who(self) -> Holder:
        return Holder(
            person_id=self.ready.person.person_id,
            institution_id=self.desk.institution.id,
            shared_device=False,
            supported=False,
        )

    @property
    def ref(self) -> str:
        return own_badges(self.desk.outside, self.who)[0].ref

    @property
    def client(self) -> AppClient:
        """The own view in one browser."""
        if not self.clients:
            self.clients.append(own_client(self.desk, self.who.person_id))
        return self.clients[0]

    def link(
        self,
        *parts: Part,
        audience: Audience = Audience.EMPLOYER,
        last_day: date | None = None,
        kind: ShareKind = ShareKind.LINK,
        **words: str,
    ) -> MadeShare:
        wish = ShareWish(audience=audience, parts=frozenset(parts) or FIRST, last_day=last_day, kind=kind, **words)
        return make_share.make(self.desk.outside, self.who, self.credential_id, wish)


def sharer(desk: Desk, *, name: str = "Aino Esimerkki", **content: object) -> Sharer:
    """A participant who has taken a badge of some requirements."""
    ready = drafts.ready(desk, in_part=1, name=name)
    made = Sharer(desk, ready, ready.issued(**content))
    take_badge.keep(desk.outside, made.who, made.credential_id)
    return made


def stranger(desk: Desk, *, address: str = "127.0.0.1", language: str = "fi") -> AppClient:
    """Somebody's browser without any cookie."""
    base_url = desk.installation.settings.public_url
    client = AppClient(desk.app, base_url=base_url, address=address, headers={"Accept-Language": language})
    return desk.stack.enter_context(client)


# What stands in `full_sharer`'s badge for each part, and nowhere else in it.
MARKS = {
    Part.WHAT_I_CAN: "työssä: <bdi>Polkupyörän huolto",  # official names tell the unit, too
    Part.SKILLS: "vaihtaa ketjun ja säätää vaihteet",
    Part.NAME: "Kanaria Keltanen",
    Part.CODES: "106889",
    Part.DESCRIPTION: "pyöräkuriirin apuna",
    Part.WHERE_LEARNED: "Korjaamo Kampiakseli",
}


@contextmanager
def own_name_desk(installation: Installation) -> Iterator[Desk]:
    """A provider that signs under its own name, so that its badges may tell the place of work."""
    new = NewInstitution(
        kind="provider",
        public_name=PublicName(fi="Pyöräverstas", sv="Pyöräverstas", en="Pyöräverstas"),
        legal_name="Pyöräverstas ry",
        business_id=BUSINESS_IDS[2],
        parent_id=installation.umbrella.id,
        own_identity=True,
    )
    with ExitStack() as stack:
        desk = Desk(installation, create(installation.outside, new, actor="cli"), {}, stack)
        for role in sorted(PROVIDER_ROLES):
            desk.staff[role] = desk.add(role)
        yield desk


def full_sharer(desk: Desk) -> Sharer:
    """A participant whose badge has every part that a provider's badge can have."""
    ready = drafts.ready(desk)
    request = AwardRequest(
        institution_id=desk.institution.id,
        own_name_accepted=True,
        person_id=ready.person.person_id,
        unit_code="106889",
        role=MARKS[Part.DESCRIPTION],
        narrative="Pidin jarruista eniten.",
        holder_name=MARKS[Part.NAME],
        site=MARKS[Part.WHERE_LEARNED],
    )
    view = issue(desk.outside, request, idempotency_key="full-sharer-0000000000", actor="test")
    made = Sharer(desk, ready, view.id)
    take_badge.keep(desk.outside, made.who, made.credential_id)
    return made
