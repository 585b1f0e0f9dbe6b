"""What a badge and a receipt say of a national unit: its names, alignments and requirements, alike in both."""

from collections.abc import Iterable
from dataclasses import dataclass

from issuer.domain.badge_texts import UNIT_SCOPE, Language
from issuer.domain.catalogue import Requirement, Unit
from issuer.domain.catalogue_text import Text
from schemas.achievement import Achievement, Alignment, StatusResultDescription


@dataclass(frozen=True, slots=True)
class UnitInBadge:
    """A unit in the language of one badge.

    Attributes:
        qualification_name: of the qualification that the unit belongs to.
    """

    unit: Unit
    qualification_name: Text
    language: Language

    @property
    def name(self) -> str:
        """The unit's name."""
        return text_in(self.unit.name, self.language)

    @property
    def qualification(self) -> str:
        """The qualification's name."""
        return text_in(self.qualification_name, self.language)

    @property
    def key(self) -> tuple[str, str]:
        """The identifier that carries code, version, qualification and register number."""
        unit = self.unit
        return "ext:unitKey", f"{unit.code}/{unit.version}/{unit.peruste_id}/{unit.register_number}"

    @property
    def points(self) -> int | float:
        """Competence points of the whole unit; 0 where it has no scope."""
        scope = float(self.unit.credits_min if self.unit.credits_min is not None else 0)
        return int(scope) if scope.is_integer() else round(scope, 2)

    def alignment(self) -> Alignment:
        """The alignment with the unit as a whole."""
        return Alignment(
            name=self.name,
            url=self._url,
            code=self.unit.code or "",
            framework=self._framework,
            kind="ext:TutkinnonOsa",
            description=UNIT_SCOPE[self.language].format(credits=self.points, required=len(self.unit.requirements)),
        )

    def results(self, requirements: Iterable[Requirement]) -> tuple[StatusResultDescription, ...]:
        """A result description for each of these requirements of the unit, aligned with it."""
        return tuple(self._result(one) for one in requirements)

    @property
    def _framework(self) -> str:
        return f"ePerusteet {self.unit.register_number} {self.qualification}"

    @property
    def _url(self) -> str:
        return f"https://eperusteet.opintopolku.fi/#/{self.language}/ammatillinen/{self.unit.peruste_id}/tiedot"

    def _result(self, one: Requirement) -> StatusResultDescription:
        text = text_in(one.text, self.language)
        group = f": {text_in(one.group, self.language)}" if one.group else ""
        return StatusResultDescription(
            key=one.key,
            name=text,
            alignment=Alignment(
                name=text,
                url=self._url,
                code=one.key,
                framework=f"{self._framework}{group}",
                kind="ext:Ammattitaitovaatimus",
            ),
        )


def text_in(text: Text, language: Language) -> str:
    """The text in the badge's language; where the catalogue has none, another one marked "(fi)"."""
    own = {"fi": text.fi, "sv": text.sv, "en": text.en}[language]
    other = text.language_for(language)
    return own or f"{text.in_language(other)} ({other})"


def national_texts(achievement: Achievement) -> frozenset[str]:
    """Texts of the document that come from the national catalogue, wholly."""
    texts = {achievement.name, achievement.field_of_study or "", achievement.version}
    texts |= {value for _, value in achievement.identifiers}
    for alignment in (*achievement.alignments, *(one.alignment for one in achievement.results)):
        texts |= {alignment.name, alignment.framework, alignment.code, alignment.url}
    return frozenset(texts)
