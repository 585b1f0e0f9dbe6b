"""What a school's endorsement says in its own words, in the three languages of badges."""

from typing import Final

from issuer.domain.badge_texts import Language

NAME: Final[dict[Language, str]] = {
    "fi": "Vahvistus: oppimisympäristö",
    "sv": "Bekräftelse: lärmiljö",
    "en": "Endorsement: learning environment",
}
ENVIRONMENT: Final[dict[Language, str]] = {
    "fi": "Oppilaitos vahvistaa tässä osoitteessa julkaistun tunnistamisen tutkinnon osalle {number} ({register}).",
    "sv": "Läroanstalten bekräftar identifieringen på den här adressen för examensdelen {number} ({register}).",
    "en": "The school endorses the recognition published at this address for unit {number} ({register}).",
}
ISSUER: Final[dict[Language, str]] = {
    "fi": "Oppilaitos vahvistaa tämän myöntäjän paikan tunnistamisen tutkinnon osalle {number} ({register}): {address}",
    "sv": "Läroanstalten bekräftar identifieringen av utfärdarens plats för examensdelen {number} ({register}): "
    "{address}",
    "en": "The school endorses the recognition of this issuer's place for unit {number} ({register}): {address}",
}
