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

UNIT_SCOPE: dict[Language, str] = {
    "fi": "{credits} osp, {required} vaatimusta",
    "sv": "{credits} kp, {required} krav",
    "en": "{credits} competence points, {required} requirements",
}
