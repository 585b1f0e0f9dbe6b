"""The fixed texts inside a badge, one language per badge; they never speak of coaching or of the provider (PN8)."""

from typing import Literal

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = ("fi", "sv", "en")
TEMPLATE_REVISION = 1  # part of every achievement's version: raise it when a text below changes

DESCRIPTION: dict[Language, str] = {
    "fi": "Osaaminen on todettu työssä ja verrattu tutkinnon osan ammattitaitovaatimuksiin. "
    "Merkki ei tarkoita, että tutkinnon osa on suoritettu: sen päättää oppilaitos.",
    "sv": "Kunnandet har konstaterats i arbetet och jämförts med examensdelens krav på yrkesskicklighet. "
    "Märket betyder inte att examensdelen är avlagd: det avgör läroanstalten.",
    "en": "Confirmed at work and compared with the vocational skills requirements of the unit. "
    "The badge does not mean that the unit is completed: a school decides that.",
}

CRITERIA: dict[Language, str] = {
    "fi": "Jokainen merkissä oleva vaatimus on nähty oikeassa työssä vähintään tasolla tyydyttävä 1. "
    "Alan ammattilainen ja osaaja itse ovat arvioineet sen yhdessä ja ovat samaa mieltä. Arvosanaa ei anneta.",
    "sv": "Varje krav i märket har setts i verkligt arbete minst på nivån nöjaktiga 1. "
    "En yrkesperson i branschen och innehavaren har bedömt det tillsammans och är överens. Inget vitsord ges.",
    "en": "Each requirement in the badge was seen in real work, at least at the level satisfactory 1. "
    "A professional of the trade and the holder assessed it together and agree. No grade is given.",
}

PART_NAME: dict[Language, str] = {
    "fi": "{name}: {shown}/{required} vaatimusta",
    "sv": "{name}: {shown}/{required} krav",
    "en": "{name}: {shown}/{required} requirements",
}

GROUP_NAME: dict[Language, str] = {
    "fi": "{name}, {group}: {shown}/{required} vaatimusta",
    "sv": "{name}, {group}: {shown}/{required} krav",
    "en": "{name}, {group}: {shown}/{required} requirements",
}

CRITERIA_IN_PART: dict[Language, str] = {
    "fi": "Keskeneräiseksi merkitty vaatimus on nähty osittain; se on merkissä osaajan omasta toiveesta.",
    "sv": "Ett krav som är markerat som pågående har setts delvis; det står i märket på innehavarens egen önskan.",
    "en": "A requirement marked as in progress was seen in part; it stands in the badge at the holder's own wish.",
}

DESCRIPTION_DEMONSTRATED: dict[Language, str] = {
    "fi": "Osaaminen on osoitettu oppilaitoksen näytössä ja arvioitu tutkinnon osan ammattitaitovaatimusten mukaan. "
    "Merkki ei tarkoita, että tutkinnon osa on suoritettu: sen oppilaitos päättää erikseen.",
    "sv": "Kunnandet har påvisats i läroanstaltens yrkesprov och bedömts enligt examensdelens krav på "
    "yrkesskicklighet. Märket betyder inte att examensdelen är avlagd: det avgör läroanstalten skilt för sig.",
    "en": "Shown in a school's competence demonstration and assessed by the vocational skills requirements of the "
    "unit. The badge does not mean that the unit is completed: the school decides that apart.",
}

CRITERIA_DEMONSTRATED: dict[Language, str] = {
    "fi": "Oppilaitos järjesti näytön ja nimesi sen arvioijat. He päättivät arvosanan asteikolla 1–5.",
    "sv": "Läroanstalten ordnade yrkesprovet och utsåg dess bedömare. De beslöt om vitsordet på skalan 1–5.",
    "en": "The school arranged the demonstration and appointed its assessors. They decided the grade, from 1 to 5.",
}

GRADE_NAME: dict[Language, str] = {"fi": "Näytön arvosana", "sv": "Yrkesprovets vitsord", "en": "Demonstration grade"}
GRADES = ("1", "2", "3", "4", "5")

NO_UNIT_NAME: dict[Language, str] = {
    "fi": "{name} (ei tutkinnon osa)",
    "sv": "{name} (inte en examensdel)",
    "en": "{name} (not a unit of a qualification)",
}

NO_UNIT_DESCRIPTION: dict[Language, str] = {
    "fi": "{what} Tämä on työelämätaito, ei tutkinnon osa: siitä ei saa osaamispisteitä.",
    "sv": "{what} Det här är en färdighet för arbetslivet, inte en examensdel: den ger inga kompetenspoäng.",
    "en": "{what} This is a skill for working life, not a unit of a qualification: it gives no competence points.",
}

NO_UNIT_CRITERIA: dict[Language, str] = {
    "fi": "Taito on nähty oikeassa työssä. Työn ohjaaja ja osaaja itse ovat samaa mieltä. Arvosanaa ei anneta. {how}",
    "sv": "Färdigheten har setts i verkligt arbete. Arbetets handledare och innehavaren är överens. "
    "Inget vitsord ges. {how}",
    "en": "The skill was seen in real work. The work's instructor and the holder agree. No grade is given. {how}",
}

UNIT_SCOPE: dict[Language, str] = {
    "fi": "{credits} osp, {required} vaatimusta",
    "sv": "{credits} kp, {required} krav",
    "en": "{credits} competence points, {required} requirements",
}
