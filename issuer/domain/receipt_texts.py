"""The fixed texts inside a school's receipt, in the language of the receipt; they say what was decided, never more."""

from typing import Final

from issuer.domain.badge_texts import Language

RECEIPT_REVISION: Final = 2  # part of every receipt's version: raise it when a text below changes

NAME_WHOLE: Final[dict[Language, str]] = {
    "fi": "{name}: oppilaitos hyväksyi",
    "sv": "{name}: läroanstalten godkände",
    "en": "{name}: recognised by the school",
}
NAME_PART: Final[dict[Language, str]] = {
    "fi": "{name}: oppilaitos hyväksyi {shown}/{required} vaatimusta",
    "sv": "{name}: läroanstalten godkände {shown}/{required} krav",
    "en": "{name}: {shown}/{required} requirements recognised by the school",
}
NAME_SHOWN_WHOLE: Final[dict[Language, str]] = {
    "fi": "{name}: osoitettu oppilaitoksen näytössä",
    "sv": "{name}: påvisat i läroanstaltens yrkesprov",
    "en": "{name}: shown in the school's competence demonstration",
}
NAME_SHOWN_PART: Final[dict[Language, str]] = {
    "fi": "{name}: {shown}/{required} vaatimusta osoitettu oppilaitoksen näytössä",
    "sv": "{name}: {shown}/{required} krav påvisade i läroanstaltens yrkesprov",
    "en": "{name}: {shown}/{required} requirements shown in the school's competence demonstration",
}
DESCRIPTION: Final[dict[Language, str]] = {
    "fi": "Oppilaitoksen päätös osaamisen tunnustamisesta. Merkki, johon päätös perustuu, on nimetty todisteeksi.",
    "sv": "Läroanstaltens beslut om erkännande av kunnande. Märket som beslutet grundar sig på är angivet som bevis.",
    "en": "A school's decision on recognition of prior learning. The badge that it rests on is named as evidence.",
}
DESCRIPTION_SHOWN: Final[dict[Language, str]] = {
    "fi": "Osaaminen on osoitettu näytössä, jonka oppilaitos järjesti ja jonka sen arvioijat arvioivat. Merkki, jonka "
    "perusteella näyttöön ohjattiin, on nimetty todisteeksi.",
    "sv": "Kunnandet har påvisats i ett yrkesprov som läroanstalten ordnade och som dess bedömare bedömde. Märket som "
    "ledde till yrkesprovet är angivet som bevis.",
    "en": "The competence was shown in a demonstration that the school arranged and its assessors assessed. The badge "
    "that led to the demonstration is named as evidence.",
}
CRITERIA: Final[dict[str, dict[Language, str]]] = {
    "0001": {
        "fi": "Osaaminen todennettiin suoraan merkistä.",
        "sv": "Kunnandet bekräftades direkt utgående från märket.",
        "en": "The competence was verified directly from the badge.",
    },
    "0002": {
        "fi": "Osaaminen todennettiin arvioijien kautta.",
        "sv": "Kunnandet bekräftades via bedömare.",
        "en": "The competence was verified through assessors.",
    },
    "0003": {
        "fi": "Osaaminen todennettiin näytön kautta.",
        "sv": "Kunnandet bekräftades genom yrkesprov.",
        "en": "The competence was verified by a competence demonstration.",
    },
}
ENDORSEMENT: Final[dict[Language, str]] = {
    "fi": "Oppilaitos hyväksyi tämän merkin perusteella {shown}/{required} vaatimusta tutkinnon osasta {name} "
    "({number}, {register}).",
    "sv": "Läroanstalten godkände utgående från det här märket {shown}/{required} krav i examensdelen {name} "
    "({number}, {register}).",
    "en": "On the ground of this badge the school recognised {shown}/{required} requirements of the unit {name} "
    "({number}, {register}).",
}
EVIDENCE: Final[dict[Language, str]] = {"fi": "Osaamismerkki", "sv": "Kompetensmärke", "en": "Badge"}
