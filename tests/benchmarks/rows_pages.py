"""The rows of what a browser is given: the certificate as PDF, the picture of a badge."""

import json
from collections.abc import Iterator

from benchmarks import material, rows_proofs
from benchmarks.rounds import InProcess
from benchmarks.table import Row

from issuer.domain.certificate import CertificateRecord, read_certificate
from issuer.domain.institution import PublicName
from issuer.exports.badge_image import badge_png, badge_svg
from issuer.exports.certificate_pdf import certificate

_NAME = PublicName(fi="Osaamismerkit", sv="Kompetensmärken", en="Skill Badges")
_FRAMEWORK = "ePerusteet OPH-5410-2021 Ajoneuvoalan perustutkinto"


def _record(badge: material.Document, requirements: int) -> CertificateRecord:
    """A certificate of so many requirements, made of a badge of the material; its proof is real, its text is not."""
    document = json.loads(rows_proofs.sign_once(badge, material.FAST))
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    number = achievement["id"]
    achievement |= {
        "inLanguage": "fi",
        "alignment": [{"targetType": "ext:TutkinnonOsa", "targetName": "Huolto", "targetFramework": _FRAMEWORK}],
        "resultDescription": [
            {
                "id": f"{number}#req-{one}",
                "name": f"tekee työn {one} huolellisesti, turvallisesti ja sovitussa ajassa",
                "alignment": [{"targetFramework": f"{_FRAMEWORK}: Ryhmä {one // 10}"}],
            }
            for one in range(requirements)
        ],
    }
    achievement["alignment"][0] |= {"targetCode": "tutkinnonosat_106889", "targetDescription": "15 osp"}
    subject["result"] = [
        {"resultDescription": one["id"], "status": "Completed"} for one in achievement["resultDescription"]
    ]
    raw = json.dumps(document, ensure_ascii=False).encode()
    return read_certificate(raw, issuer=_NAME, check_url="https://demo.pateva.example/v")


def rows() -> Iterator[Row]:
    """The certificate of a usual and of the largest unit, and the picture in both forms."""
    badge = next(iter(material.badges().values()))
    usual, largest = _record(badge, 28), _record(badge, 56)
    achievement = json.loads(usual.document)["credentialSubject"]["achievement"]
    yield Row(
        "certificate as tagged PDF",
        [
            InProcess("28 requirements", lambda: certificate(usual, "fi")),
            InProcess("56 requirements", lambda: certificate(largest, "fi")),
        ],
        {},
    )
    yield Row(
        "picture of a badge",
        [
            InProcess("SVG", lambda: badge_svg(achievement).encode()),
            InProcess("PNG, 640 pixels", lambda: badge_png(achievement)),
        ],
        {},
    )
