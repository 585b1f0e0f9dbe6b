"""The pages of batches as a coach and a reviewer use them, without scripts but for the passkey."""

import re

from batches import batch_world, work
from software_passkey import add_passkey

from issuer.domain.batch_table import write_table
from issuer.services.batches import approve_batch

ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def place_of(world) -> dict[str, str]:
    return {"place": f"{world.place.unit}@{world.place.site_id}", "reviewer": world.reviewer.id}


def begun(world, rows, client=None) -> str:
    client = client or world.desk.client(world.drafter)
    answer = client.post(
        "/batches/new", data=place_of(world), files={"file": ("rivit.csv", write_table(rows), "text/csv")}
    )
    assert answer.status_code == 303, answer.text
    batch = answer.headers["location"].split("/")[2]
    page = client.get(f"/batches/{batch}/columns").text
    chosen = {}
    for name, options in re.findall(r'<select id="(column-\d+)".*?>(.*?)</select>', page, re.DOTALL):
        found = re.search(r'value="([^"]*)" selected', options)
        chosen[name] = found[1] if found else ""
    answer = client.post(f"/batches/{batch}/columns", data={**chosen, "heading": "yes", "keep": "yes"})
    assert (answer.status_code, answer.headers.get("location")) == (303, f"/batches/{batch}/repair")
    return batch


def test_a_coach_brings_a_table_mends_it_and_a_second_person_gives_the_badges(desk):  # noqa: PLR0915  one story
    world = batch_world(desk, 8)
    rows = world.rows(range(1, 9))
    heading = rows[0]
    rows[2][heading.index("henkilo")] = "O04"  # a letter where a nought was meant, and a participant who has a row
    rows[3][heading.index("v09")] = "x"
    rows[4][heading.index("kertomus")] = "Vankilan jälkeen hän korjasi pyöriä."
    coach, reviewer = desk.client(world.drafter), desk.client(world.reviewer)
    batch = begun(world, rows)

    page = coach.get(f"/batches/{batch}/repair").text
    assert "Havainto puuttuu 1" in page
    assert "Paljastava sana 1" in page
    assert "Henkilöä ei löydy 1" in page
    assert "Tarkoititko 004?" in page
    assert "5 kunnossa. 3 korjattavaa." in page
    csv = coach.get(f"/batches/{batch}/problems.csv")
    assert csv.headers["content-disposition"] == 'attachment; filename="korjattavat.csv"'
    assert "4;v09;Havainto puuttuu;" in csv.text

    act = {"act": "untick:v09", "revision": "1", "problem": ""}
    assert coach.post(f"/batches/{batch}/rows/4", data=act).status_code == 303
    mend = {"narrative": "Korjasi pyöriä.", "revision": "1"}
    assert coach.post(f"/batches/{batch}/rows/5", data=mend).status_code == 303
    assert coach.post(f"/batches/{batch}/rows/3", data={"act": "person:002", "revision": "1"}).status_code == 303
    assert "Kaikki rivit kunnossa." in coach.get(f"/batches/{batch}/repair?notice=mended").text

    page = coach.get(f"/batches/{batch}/confirm").text
    assert "Lähetä 8 katsottavaksi" in page
    assert coach.post(f"/batches/{batch}/confirm", data={"rows": "7"}).status_code == 422
    assert coach.post(f"/batches/{batch}/confirm", data={"rows": "8"}).status_code == 303
    assert "Tekijä ei voi katsoa omaa eräänsä" in coach.get(f"/batches/{batch}/review").text

    assert reviewer.post(f"/batches/{batch}/review/rest").status_code == 422
    for _ in range(8):
        found = re.search(rf"/batches/{batch}/review/(\d+)\">Avaa rivi", reviewer.get(f"/batches/{batch}/review").text)
        if found is None:
            break
        assert reviewer.get(f"/batches/{batch}/review/{found[1]}").status_code == 200
    assert reviewer.get(f"/batches/{batch}/review/3").status_code == 200
    assert reviewer.post(f"/batches/{batch}/review/3", data={"decision": "return"}).status_code == 303
    assert reviewer.post(f"/batches/{batch}/review/rest").status_code == 303
    assert "Anna 7 merkkiä" in reviewer.get(f"/batches/{batch}/review").text

    key = add_passkey(world.outside, world.reviewer)
    digest = approve_batch.digest_of(world.outside, world.reviewer, batch)
    options = reviewer.post("/passkey/act", data={"act": f"batch.approve:{batch}", "digest": digest.hex()})
    assertion = key.confirm(options.text)
    answer = reviewer.post(f"/batches/{batch}/approve", data={"assertion": assertion})
    assert (answer.status_code, answer.headers.get("location")) == (303, f"/batches/{batch}?notice=queued")
    assert work(world) == 1
    page = coach.get(f"/batches/{batch}").text
    assert "Merkkejä annettiin 7 / 7" in page
    assert "Tee uusi erä lopuista (1)" in page
    assert "rivit.csv" in coach.get("/batches").text
    assert coach.get(f"/batches/{batch}/progress").json() == {"state": "done", "ended": 7, "total": 7}
