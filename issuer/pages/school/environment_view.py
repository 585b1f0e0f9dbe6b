"""What the desk says of where a badge was earned: who recognised the place until when, and which schools endorse it."""

from dataclasses import dataclass

from issuer.domain.permissions import StaffMember
from issuer.i18n import whole_day
from issuer.pages.endorsed_view import PlaceView, place_view
from issuer.services.endorsements.check_endorsement import Judged
from issuer.services.endorsements.place_of_badge import EarnedAt, Voucher, earned_at
from issuer.services.outside import Outside
from issuer.services.recognition.stored_case import Case
from schemas.receipt_mark import is_receipt
from verifier.templating import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherView:
    """One school that endorses the place; `own` is the one that looks."""

    line: str
    own: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentView:
    """Where one badge of a case was earned; `place` is None where neither badge nor holder says so.

    Attributes:
        recognised: who recognised the place, and until when; state: what that is worth for the day of the badge.
    """

    number: int
    place: PlaceView | None = None
    recognised: str = ""
    state: str = ""
    vouchers: tuple[VoucherView, ...] = ()


def environment_views(
    outside: Outside, who: StaffMember, case: Case, language: str, t: Text
) -> tuple[EnvironmentView, ...]:
    """Return what is told of each badge of a case; receipts of other schools are earned nowhere."""
    views = []
    for number, held in enumerate(case.badges, start=1):
        if is_receipt(held.document):
            continue
        found = earned_at(outside, held.row, school_id=who.institution_id)
        views.append(EnvironmentView(number=number) if found is None else _told(found, number, language, t))
    return tuple(views)


def _told(found: EarnedAt, number: int, language: str, t: Text) -> EnvironmentView:
    recogniser = found.report.recogniser
    place = place_view(found.report.id, found.document, found.until, language)
    own_first = sorted(found.vouchers, key=lambda one: (not one.own, one.judged is not Judged.IN_FORCE))
    return EnvironmentView(
        number=number,
        place=place,
        recognised=t(
            "earned.recognised", role=recogniser.role, organisation=recogniser.organisation, until=place.until
        ),
        state=t(f"earned.{_state(found)}"),
        vouchers=tuple(_voucher(one, language, t) for one in own_first),
    )


def _state(found: EarnedAt) -> str:
    if found.then:
        return "then_and_now" if found.in_force else "then"
    return "not_then"


def _voucher(one: Voucher, language: str, t: Text) -> VoucherView:
    school = t("earned.own_school") if one.own else one.school.in_language(language)
    line = t(f"earned.endorsed.{one.judged.value}", school=school, until=whole_day(one.until, language))
    return VoucherView(line=line, own=one.own, address=one.address)
