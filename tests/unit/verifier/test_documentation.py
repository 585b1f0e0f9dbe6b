"""docs/verification.md lists every check in order, in the words of the reports; run this file to write it anew."""

from pathlib import Path

from verifier.checks.table import CHECKS, Facet, Severity
from verifier.explanations import sentence, title
from verifier.findings import Outcome
from verifier.texts import Texts

DOCUMENT = Path(__file__).parents[3] / "docs" / "verification.md"
START, END = "<!-- checks: begin -->\n", "<!-- checks: end -->\n"
STAGES = {
    "A": "Input: what was handed in",
    "B": "Contexts and linked data: do the words mean what they seem to mean?",
    "C": "Data model: is it a whole badge?",
    "D": "Proofs: was exactly this signed?",
    "E": "Issuer and key: by the issuer whom it names?",
    "F": "Refresh, status, validity: is it in force now?",
    "G": "Recipient, endorsements, members, trust",
    "H": "Open Badges 2.0 (instead of C to F)",
}
LETTERS = {Severity.ERROR: "decides", Severity.WARNING: "warns", Severity.INFORMATION: "tells"}


def words() -> Texts:
    import verifier

    return Texts(Path(verifier.__file__).parent / "locales", stem="findings")


def said(code: str, outcome: Outcome) -> str:
    if f"{code}.{outcome.value}" not in words().keys("en"):
        return "–"
    return sentence(code, outcome, "en", {})


def tables() -> str:
    lines = []
    for stage, heading in STAGES.items():
        lines += [
            f"### {stage}. {heading}\n",
            "| code | looks at | weight | FAILED | INCONCLUSIVE | source |",
            "|---|---|---|---|---|---|",
        ]
        for check in CHECKS:
            if check.stage == stage:
                cells = (
                    f"`{check.code}`",
                    title(check.code, "en"),
                    LETTERS[check.severity],
                    said(check.code, Outcome.FAILED),
                    said(check.code, Outcome.INCONCLUSIVE),
                    check.source,
                )
                lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def test_the_document_lists_every_check_as_the_code_has_it():
    text = DOCUMENT.read_text()
    assert text[text.index(START) + len(START) : text.index(END)] == tables()


def test_the_document_names_every_facet_and_policy():
    from verifier import POLICY_NAMES

    text = DOCUMENT.read_text()
    assert all(f"`{facet.value}`" in text for facet in Facet)
    assert all(name in text for name in POLICY_NAMES)


if __name__ == "__main__":
    text = DOCUMENT.read_text()
    DOCUMENT.write_text(text[: text.index(START) + len(START)] + tables() + text[text.index(END) :])
