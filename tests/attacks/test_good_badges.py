"""At least 300 good badges of every format, none of them refused."""

import good_badges as g
import workshop as w

from verifier import EMPLOYMENT, PRIOR_LEARNING, Verdict


def test_no_good_badge_is_refused(score):
    right, wrong = 0, []
    for good in g.good_badges(24):
        for policy in (EMPLOYMENT, PRIOR_LEARNING)[: 1 + (right % 2)]:
            report = w.check(good.data, good.documents, policy=policy)
            if report.verdict is Verdict.ACCEPTED:
                right += 1
            else:
                wrong.append(f"{good.name}: {sorted(w.faults(report))}")
    assert right + len(wrong) >= 300
    score("own good badges of 14 formats", right=right, wrong=wrong)
