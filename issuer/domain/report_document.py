"""The public document of a published report: neutral, without inner names, ids of rows or a person's name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from issuer.domain.catalogue import Qualification, Requirement, Unit
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.catalogue_text import Text
from issuer.domain.institution import PublicName
from issuer.domain.learning_environment import Report, SiteTexts
from schemas.strict_json import JsonObject

FORMAT = "pateva.learning-environment/1"
_QUALIFICATION_PAGE = "https://eperusteet.opintopolku.fi/#/fi/ammatillinen/{}/tiedot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes, about which site.

    Attributes:
        issuer: DID of the institution that signs: the provider's own, or the one in whose name its badges go out.
        register_number: diaarinumero of the qualification that the environment was held against.
    """

    issuer: str
    name: PublicName
    texts: SiteTexts
    register_number: str


def report_document(
    address: str,
    report: Report,
    found: CatalogueUnit,
    *,
    publisher: Publisher,
    tasks: Mapping[str, str],
) -> JsonObject:
    """Return what is published, frozen as of the day of publication.

    Args:
        address: of this version, under the identity origin.
        report: its digest is not looked at.
        found: the unit with its requirements, as the catalogue has it on that day.
        tasks: names of the tasks by id, in the order of the site.
    """
    provider, texts = publisher.name, publisher.texts
    site: JsonObject = {
        "name": texts.public_name,
        "description": texts.public_description,
        "realWork": texts.real_work,
        "equipment": texts.equipment,
        "safety": texts.safety,
        "customers": texts.customers,
        "municipality": {"code": texts.municipality_code, "name": texts.municipality},
        "language": texts.language,
    }
    if texts.address_public and texts.address:
        site["address"] = texts.address
    return {
        "format": FORMAT,
        "id": address,
        "issuer": publisher.issuer,
        "version": report.version,
        "provider": {"name": {"fi": provider.fi, "sv": provider.sv, "en": provider.en}},
        "site": site,
        "qualification": _qualification(found.qualification, publisher.register_number),
        "unit": _unit(found.unit),
        "recogniser": {"role": report.recogniser.role, "organisation": report.recogniser.organisation},
        "recognisedOn": report.recognised_on.isoformat(),
        "publishedOn": report.published_on.isoformat(),
        "validUntil": report.valid_until.isoformat(),
        "tasks": [*tasks.values()],
        "requirements": [_requirement(one, report, tasks) for one in found.unit.requirements],
    }


def _qualification(qualification: Qualification, register_number: str) -> JsonObject:
    valid_from, valid_until = qualification.valid_from, qualification.valid_until
    return {
        "name": _text(qualification.name),
        "perusteId": qualification.peruste_id,
        "diaarinumero": register_number,
        "url": _QUALIFICATION_PAGE.format(qualification.peruste_id),
        "validFrom": valid_from.isoformat() if valid_from else None,
        "validUntil": valid_until.isoformat() if valid_until else None,
        "competenceAreas": [_text(one.name) for one in qualification.competence_areas],
        "titles": [_text(one.name) for one in qualification.titles],
    }


def _unit(unit: Unit) -> JsonObject:
    return {
        "code": unit.code,
        "version": unit.version,
        "name": _text(unit.name),
        "creditsMin": unit.credits_min,
        "creditsMax": unit.credits_max,
    }


def _requirement(requirement: Requirement, report: Report, tasks: Mapping[str, str]) -> JsonObject:
    teaching: Sequence[str] = [name for task, name in tasks.items() if requirement.key in report.tasks.get(task, ())]
    return {
        "key": requirement.key,
        "group": _text(requirement.group),
        "text": _text(requirement.text),
        "tasks": [*teaching],
        "elsewhere": requirement.key in report.requirement_keys_elsewhere,
    }


def _text(text: Text) -> JsonObject:
    return {language: getattr(text, language) for language in ("fi", "sv", "en") if getattr(text, language)}
