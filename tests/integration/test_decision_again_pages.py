"""The pages after a decision: an answer needs words, who comes second is told, a result is checked field by field."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import recognised_units as samples
from desk import Desk
from own import own_client
from recognition import School, ask, confirmed, decide, save, school_beside

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import Role
from issuer.domain.recognition import DemonstrationPlan, Route
from issuer.services.publish_status_list import publish_due
from issuer.services.recognition import record_result

SEE_OTHER, OK, REFUSED, NOT_FOUND = 303, 200, 422, 404


@pytest.fixture
def school(desk: Desk) -> Iterator[School]:
    with school_beside(desk) as opened:
        yield opened


def version(text: str) -> str:
    return re.search(r'name="version" value="(\d+)"', text)[1]


def test_a_request_is_answered_in_words_once_and_who_comes_second_is_told(school: School) -> None:
    ref = school.sent(school.ready.issued())
    save(school, ref)
    decide(school, ref)
    ask(school, ref)
    counsellor, assessor = (school.desk.client(role) for role in (Role.COUNSELLOR, Role.ASSESSOR))
    assert "Oppija pyytää oikaisua" in counsellor.get("/desk").text
    page = counsellor.get(f"/desk/{ref}/decision").text
    assert "Yksi vaatimus puuttuu." in page
    form = {"version": version(page), "words": "", "act": "keep"}
    assert counsellor.post(f"/desk/{ref}/correction", data=form).status_code == REFUSED
    form["words"] = "Päätös pysyy, koska taito puuttuu vielä."
    opened = assessor.post(f"/desk/{ref}/correction", data={**form, "act": "open"})
    assert opened.headers["location"] == f"/desk/{ref}?notice=opened"
    late = counsellor.post(f"/desk/{ref}/correction", data=form)
    assert late.headers["location"] == f"/desk/{ref}?notice=opened_before"
    desk = counsellor.get(late.headers["location"]).text
    assert "Työtoverisi ehti vastata ensin ja avasi asian uudelleen." in desk
    assert f'href="/desk/{ref}/scan"' not in desk
    assert counsellor.get(f"/desk/{ref}/decision").headers["location"] == f"/desk/{ref}"
    mine = own_client(school.provider, school.holder.person_id)
    own = mine.get(f"/my/cases/{ref}").text
    assert "Oppilaitos käsittelee asiaa uudelleen." in own
    assert "Aiempi päätös" in own
    assert f"/my/cases/{ref}/withdraw" not in own
    refused = mine.post(f"/my/cases/{ref}/withdraw")
    assert (refused.status_code, "Asia on jo päätetty tai peruttu." in refused.text) == (REFUSED, True)


def test_two_who_keep_a_decision_at_once_keep_what_the_second_typed(school: School) -> None:
    ref = school.sent(school.ready.issued())
    save(school, ref)
    decide(school, ref)
    ask(school, ref)
    client = school.desk.client(Role.COUNSELLOR)
    form = {"version": version(client.get(f"/desk/{ref}/decision").text), "words": "Ensin.", "act": "keep"}
    assert client.post(f"/desk/{ref}/correction", data=form).headers["location"].endswith("?notice=kept")
    second = school.desk.client(Role.ASSESSOR).post(f"/desk/{ref}/correction", data={**form, "words": "Toisin."})
    assert second.status_code == REFUSED
    assert "Työtoverisi muutti asiaa samaan aikaan." in second.text
    assert "Ensin." in second.text


def test_the_form_of_a_result_names_what_is_missing_and_the_learner_reads_the_result(school: School) -> None:
    ref, outside = school.sent(school.ready.issued()), school.desk.outside
    today = helsinki_day(outside.now())
    plan = DemonstrationPlan(place="Pyöräliike", tasks=("Huolto",), begins_on=today, ends_on=today)
    save(school, ref, route=Route.DEMONSTRATION, plan=plan, assessors=samples.ASSESSORS)
    decide(school, ref)
    school.desk.installation.clock.moved += timedelta(days=1)
    publish_due(outside)
    client, who = school.desk.client(Role.ASSESSOR), school.assessor
    page = client.get(f"/desk/{ref}/result")
    assert 'value="Olli Opettaja"' in page.text
    form = {"version": version(page.text), "result": "not_passed", "day": f"{today.day}.{today.month}.{today.year}"}
    form |= {"assessor-1": "Olli Opettaja", "side-1": "school"}
    refused = client.post(f"/desk/{ref}/result", data=form)
    assert refused.status_code == REFUSED
    assert "Kirjoita, mitä on vielä opittavaa." in refused.text
    assert "Näytöllä on kaksi arvioijaa" in refused.text
    form |= {"words": "Vaihteiden säätö.", "assessor-2": "Taina Työelämä", "side-2": "work"}
    form |= {"organisation-2": "Pyöräliike"}
    assert school.desk.client(Role.COUNSELLOR).post(f"/desk/{ref}/result", data=form).status_code == REFUSED
    assert client.post(f"/desk/{ref}/result", data=form).headers["location"] == f"/desk/{ref}/result/confirm"
    assert "Kuittia ei tule." in client.get(f"/desk/{ref}/result/confirm").text
    digest = record_result.result_digest(school.case(ref))
    seen, assertion = confirmed(school, who, record_result.act_name(ref), digest)
    done = client.post(f"/desk/{ref}/result/confirm", data={"digest": seen, "assertion": assertion})
    assert done.headers["location"] == f"/desk/{ref}/decision?notice=result"
    again = client.post(f"/desk/{ref}/result/confirm", data={"digest": seen, "assertion": assertion})
    assert again.headers["location"] == f"/desk/{ref}/decision?notice=result_before"
    own = own_client(school.provider, school.holder.person_id).get(f"/my/cases/{ref}").text
    assert "Oppilaitos ei hyväksynyt näyttöä" in own
    assert "Vaihteiden säätö." in own
    assert "osaamisen-osoittaminen" in client.get(f"/desk/{ref}/export").text
    assert client.post(f"/desk/{ref}/export/koski.json", data={"selite": "x"}).status_code == NOT_FOUND
