"""What the desk shows of trust and agreements beside a case: levels, terms met or not, and the route proposed."""

from dataclasses import dataclass

from issuer.domain.cooperation import TrustLevel
from issuer.domain.cooperation_judgement import Met, Term
from issuer.domain.recognition import Check, Route
from issuer.pages.cooperation.agreement_words import days
from issuer.pages.school.case_view import CaseView
from issuer.services.outside import Outside
from issuer.services.trust.judge_case import Group, Judged, judge_case
from verifier.templating import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLine:
    """One term: what it is about, met or not in a word, why, and the requirements that it concerns in words."""

    name: str
    met: str
    word: str
    why: str
    concerned: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementLine:
    """One agreement in force with the issuer, held against its badges; `open` where its terms ask for a look."""

    ref: str
    name: str
    word: str
    open: bool
    terms: tuple[TermLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerTrust:
    """What the school holds of one issuer.

    Attributes:
        places: of its badges, "1, 3"; "" where the case has one badge only.
        level: None where who signed is not proven.
        note: that there is no agreement, or none on the unit.
        agreements: those on the unit; where there is none, all others.
    """

    issuer: str
    did: str
    places: str
    level: TrustLevel | None
    note: str
    agreements: tuple[AgreementLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustView:
    """All of it for one case; `preset` is the route to be marked beforehand."""

    issuers: tuple[IssuerTrust, ...]
    preset: Route | None


def trust_view(outside: Outside, view: CaseView, language: str, t: Text) -> TrustView:
    """Return what stands beside a case.

    Args:
        view: of the case, with what the verifier said just now.
        language: of the page; t: its texts.
    """
    judged = judge_case(outside, view.case, [Check(badge.check) for badge in view.badges])
    texts = {one.key: one.text for held in view.case.badges for one in held.content.told}
    return TrustView(
        issuers=tuple(_issuer(view, group, texts, language, t) for group in judged.groups), preset=judged.preset
    )


def _issuer(view: CaseView, group: Group, texts: dict[str, str], language: str, t: Text) -> IssuerTrust:
    covering = [one for one in group.judged if not _outside(one)]
    note = ""
    if group.level is not None and not group.judged:
        note = t("cooperation.desk.none")
    elif group.judged and not covering:
        note = t("cooperation.desk.other_unit")
    return IssuerTrust(
        issuer=view.badges[group.places[0] - 1].issuer,
        did=group.issuer_did,
        places=", ".join(str(place) for place in group.places) if view.several else "",
        level=group.level,
        note=note,
        agreements=tuple(_agreement(one, texts, language, t) for one in covering or group.judged),
    )


def _outside(judged: Judged) -> bool:
    """Tell whether an agreement does not concern the unit at all."""
    return any(term.code == "unit" and term.met is Met.NO for term in judged.terms)


def _agreement(judged: Judged, texts: dict[str, str], language: str, t: Text) -> AgreementLine:
    terms = judged.agreement.terms
    values: dict[str, object] = {
        "months": terms.recency_months or 0,
        "least": terms.least_shown,
        "shown": judged.shown,
        "route": t(f"case.route.{terms.route.value}") if terms.route is not None else "",
    }
    return AgreementLine(
        ref=judged.agreement.ref,
        name=t("cooperation.desk.agreement", days=days(judged.agreement, language)),
        word=t(f"cooperation.met.{judged.overall.value}"),
        open=judged.overall is not Met.YES and not _outside(judged),
        terms=tuple(_term(one, values, texts, t) for one in judged.terms),
    )


def _term(term: Term, values: dict[str, object], texts: dict[str, str], t: Text) -> TermLine:
    why = t(f"cooperation.why.{term.code}.{term.detail}", count=len(term.keys), **values)
    return TermLine(
        name=t(f"cooperation.term.{term.code}"),
        met=term.met.value,
        word=t(f"cooperation.met.{term.met.value}"),
        why=why,
        concerned=tuple(texts[key] for key in term.keys if key in texts),
    )
