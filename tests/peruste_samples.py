"""Small perusteet in every format, for tests to change: facts and words are invented."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from issuer.domain.peruste_reading import read_peruste
from schemas import strict_json

Json = dict[str, Any]


def text(fi: str | None = None, sv: str | None = None, en: str | None = None, *, own_id: str | None = None) -> Json:
    found = {"_tunniste": own_id, "fi": fi, "sv": sv, "en": en}
    return {name: value for name, value in found.items() if value is not None}


def unit(unit_id: int, number: str, **members: Any) -> Json:
    return {
        "id": unit_id,
        "nimi": text(f"Osa {number}", f"Del {number}"),
        "tyyppi": "normaali",
        "tila": "luonnos",
        "koodi": {"uri": f"tutkinnonosat_{number}", "arvo": number, "versio": None},
        "koodiUri": f"tutkinnonosat_{number}",
        "koodiArvo": number,
        "osaAlueet": [],
        **members,
    }


def requirement_2019(fi: str, sv: str | None = None, *, own_id: str | None = None, code: str | None = None) -> Json:
    named = {"uri": code, "arvo": code, "nimi": text(fi, sv)} if code else None
    return {"koodi": named, "vaatimus": text(fi, sv, own_id=own_id)}


def unit_2019(unit_id: int = 11, number: str = "900011") -> Json:
    """Three requirements: one flat with a code, two grouped with identifiers of their own."""
    return unit(
        unit_id,
        number,
        ammattitaitovaatimukset2019={
            "id": 1,
            "kohde": text("Opiskelija", "Den studerande"),
            "vaatimukset": [requirement_2019("katsoo eteensä", "ser sig för", code="ammattitaitovaatimukset_1")],
            "kohdealueet": [
                {
                    "kuvaus": text("Aamulla", "På morgonen"),
                    "vaatimukset": [
                        requirement_2019("avaa oven", "öppnar dörren", own_id="3f0c0001"),
                        requirement_2019("sytyttää valot", "tänder ljuset", own_id="3f0c0002"),
                    ],
                }
            ],
        },
        ammattitaitovaatimukset=text("<dl><dd>ei tämä</dd></dl>"),
        geneerinenArviointiasteikko={
            "id": 77,
            "osaamistasonKriteerit": [
                {"osaamistaso": {"id": 7}, "kriteerit": [text("työskentelee hyvin")]},
                {"osaamistaso": {"id": 5}, "kriteerit": [text("työskentelee ohjeen mukaan", "följer anvisningar")]},
            ],
        },
    )


def unit_2017(unit_id: int = 12, number: str = "900012") -> Json:
    """Two coded requirements with criteria."""

    def area(fi: str, sv: str, code: str) -> Json:
        levels = [
            {"_osaamistaso": "8", "kriteerit": []},
            {"_osaamistaso": "7", "kriteerit": [text("sujuvasti")]},
            {"_osaamistaso": "5", "kriteerit": [text("autettuna", "med hjälp")]},
        ]
        return {
            "otsikko": text(fi, sv, own_id=f"id-{code}"),
            "koodi": {"uri": code, "nimi": text(fi, sv)},
            "arvioinninKohteet": [{"otsikko": None, "osaamistasonKriteerit": levels}],
        }

    areas = [
        area("Opiskelija kantaa vettä.", "Den studerande bär vatten.", "ammattitaitovaatimukset_21"),
        area("Opiskelija kaataa vettä.", "Den studerande häller vatten.", "ammattitaitovaatimukset_22"),
    ]
    return unit(
        unit_id,
        number,
        arviointi={"id": 2, "lisatiedot": None, "arvioinninKohdealueet": areas},
        ammattitaitovaatimukset=text("<p>Opiskelija osaa</p><ul><li>ei tämä</li></ul>"),
    )


def unit_2014(unit_id: int = 13, number: str = "900013") -> Json:
    """Three items in two lists; the Swedish list has as many."""
    return unit(
        unit_id,
        number,
        arviointi={
            "arvioinninKohdealueet": [
                {
                    "otsikko": text("Työprosessin hallinta"),
                    "koodi": None,
                    "arvioinninKohteet": [
                        {"osaamistasonKriteerit": [{"_osaamistaso": "2", "kriteerit": [text("ohjattuna")]}]}
                    ],
                }
            ]
        },
        ammattitaitovaatimukset=text(
            "<p>Opiskelija osaa</p><ul><li>laskea &amp; lukea</li>\n<li>kirjoittaa.</li></ul>"
            "<p>Lisäksi opiskelija</p><ul><li>piirtää&nbsp;kuvan</li></ul>",
            "<p>Den studerande kan</p><ul><li>räkna &amp; läsa</li><li>skriva</li><li>rita en bild</li></ul>",
        ),
    )


def unit_targets(unit_id: int = 14, number: str = "900014") -> Json:
    """Two requirements in the retired list of targets."""
    rows = [
        {"selite": text("nostaa taakan", own_id="t-1"), "ammattitaitovaatimusKoodi": None, "jarjestys": 0},
        {"selite": text("laskee taakan"), "ammattitaitovaatimusKoodi": "ammattitaitovaatimukset_42", "jarjestys": 1},
    ]
    targets = [{"otsikko": text("Taakka"), "selite": text("Opiskelija"), "vaatimukset": rows}]
    return unit(
        unit_id, number, ammattitaitovaatimuksetLista=[{"otsikko": text("Nostot"), "vaatimuksenKohteet": targets}]
    )


def common_unit(unit_id: int = 15, number: str = "900015") -> Json:
    return unit(unit_id, number, tyyppi="reformi_tutke2", osaAlueet=[{"id": 5, "nimi": text("Viestintä")}])


ALL_UNITS = (unit_2019, unit_2017, unit_2014, unit_targets, common_unit)


def peruste(*units: Json, **members: Any) -> Json:
    """A published initial qualification whose units have 15 osp each; without units, one of every format."""
    chosen = list(deepcopy(units)) if units else [make() for make in ALL_UNITS]
    references = [
        {"id": 1000 + int(each["id"]), "laajuus": 15, "jarjestys": place, "_tutkinnonOsa": str(each["id"])}
        for place, each in enumerate(chosen)
        if "id" in each
    ]
    leaves = [{"_tutkinnonOsaViite": str(each["id"]), "pakollinen": False} for each in references]
    rule = {"laajuus": {"minimi": 180, "maksimi": 180, "yksikko": "OSAAMISPISTE"}, "koko": None}
    found = {
        "id": 9900001,
        "globalVersion": {"aikaleima": 1700000000000},
        "nimi": text("Kokeilualan perustutkinto", "Grundexamen inom prov"),
        "koulutustyyppi": "koulutustyyppi_1",
        "toteutus": "ammatillinen",
        "koulutukset": [{"koulutuskoodiUri": "koulutus_999999", "nimi": text("Kokeiluala")}],
        "diaarinumero": "OPH-9999-2023",
        "voimassaoloAlkaa": 1659301200000,
        "siirtymaPaattyy": None,
        "voimassaoloLoppuu": None,
        "tila": "valmis",
        "korvattavatDiaarinumerot": ["99/011/2014"],
        "osaamisalat": [{"uri": "osaamisala_9999", "arvo": "9999", "nimi": text("Kokeilu")}],
        "tutkintonimikkeet": [{"tutkintonimikeUri": "tutkintonimikkeet_99999", "nimi": text("Kokeilija")}],
        "suoritustavat": [
            {
                "suoritustapakoodi": "reformi",
                "laajuusYksikko": "OSAAMISPISTE",
                "rakenne": {
                    "nimi": text("Tutkinto"),
                    "rooli": "määritelty",
                    "pakollinen": False,
                    "muodostumisSaanto": rule,
                    "osat": [{"nimi": text("Osat"), "rooli": "määrittelemätön", "osat": leaves}],
                },
                "tutkinnonOsaViitteet": references,
            }
        ],
        "tutkinnonOsat": chosen,
    }
    return {**found, **members}


def shared_file(shared: Path, peruste_id: str) -> Path:
    return next((shared / "data/finland/eperusteet").glob(f"peruste-{peruste_id}_*.json"))


@cache
def read_shared(shared: Path, peruste_id: str):
    data = shared_file(shared, peruste_id).read_bytes()
    return read_peruste(
        strict_json.read(data, max_bytes=16 << 20, max_values=2_000_000, max_depth=64, max_string_bytes=1 << 20)
    )
