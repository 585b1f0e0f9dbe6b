"""Loads the demo catalogue: real codes, names, versions and scope; requirement labels in our own words."""

from dataclasses import dataclass
from importlib.resources import files

from issuer.domain.catalogue import Format, Kind, Problem, Qualification, Requirement, Unit, UnitCode
from issuer.domain.catalogue_text import Text
from issuer.domain.peruste_reading import content_digest
from issuer.domain.source_values import Node, Problems
from issuer.services.import_qualification import store_qualification
from issuer.services.import_unit_codes import store_unit_codes
from issuer.services.outside import Outside
from schemas import strict_json

KEY_PREFIX = "demo-"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCatalogue:
    """What the file holds."""

    qualifications: tuple[Qualification, ...]
    codes: tuple[UnitCode, ...]


def load_demo_catalogue(outside: Outside, *, actor: str = "cli") -> DemoCatalogue:
    """Put the demo catalogue into the database; a second time changes nothing. Real imports stand beside it."""
    demo = demo_catalogue()
    store_unit_codes(outside.database, demo.codes, now=outside.now(), actor=actor, demo=True)
    for qualification in demo.qualifications:
        store_qualification(outside.database, qualification, now=outside.now(), actor=actor)
    return demo


def demo_catalogue() -> DemoCatalogue:
    """Read the file.

    Raises:
        ValueError: the file is not as it should be, which a test would have seen.
    """
    data = files("issuer.demo").joinpath("catalogue.json").read_bytes()
    problems = Problems()
    root = Node(strict_json.read_object(data), "", problems)
    demo = DemoCatalogue(
        qualifications=tuple(_qualification(node) for node in root.nodes("qualifications")),
        codes=tuple(
            UnitCode(code=node.identifier("code"), version=_number(node, "version"), name=node.text("name"))
            for node in root.nodes("codes")
        ),
    )
    if found := problems.all():
        raise ValueError(f"the demo catalogue is damaged: {found}")
    return demo


def _qualification(node: Node) -> Qualification:
    return Qualification(
        peruste_id=node.identifier("perusteId"),
        register_number=node.identifier("registerNumber"),
        name=node.text("name"),
        degree_codes=tuple(str(code) for code in node.items("degreeCodes")),
        education_type=_number(node, "educationType"),
        published_state="demo",
        valid_from=node.day("validFrom"),
        valid_until=node.day("validUntil"),
        transition_until=node.day("transitionUntil"),
        revision=None,
        digest=content_digest(node.members),
        units=tuple(_unit(unit, node, index + 1) for index, unit in enumerate(node.nodes("units"))),
        problems=(Problem("qualification.demo", node.pointer, node.string("registerNumber")),),
        demo=True,
    )


def _unit(node: Node, qualification: Node, position: int) -> Unit:
    rows = [(group.text("name"), row) for group in node.nodes("groups") for row in group.nodes("requirements")]
    scope = node.real("credits")
    return Unit(
        source_id=node.identifier("code"),
        position=position,
        code=node.identifier("code"),
        version=_number(node, "version"),
        peruste_id=qualification.identifier("perusteId"),
        register_number=qualification.identifier("registerNumber"),
        name=node.text("name"),
        credits_min=scope,
        credits_max=scope,
        kind=Kind.VOCATIONAL,
        format=Format.DEMO,
        requirements=tuple(
            Requirement(
                key=row.identifier("key"),
                position=index + 1,
                text=Text(row.string("fi"), row.string("sv"), row.string("en")),
                group=group,
            )
            for index, (group, row) in enumerate(rows)
        ),
    )


def _number(node: Node, member: str) -> int:
    number = node.integer(member)
    if number is None:
        raise ValueError(f"the demo catalogue has no {member} at {node.pointer}")
    return number
