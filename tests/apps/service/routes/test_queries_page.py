"""The pages of saved queries: list, one with its versions, and the form that saves."""

import html
import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from tests.apps.service.conftest import PROOF, Site, running, workspace_at
from workbench.base.access import Role
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Run, Schedule, TrackedQuery, open_database
from workbench.operations.runs import objects

HTML = {"accept": "text/html"}
TEXT = "EmailEvents\n| where Subject has 'invoice'\n| count"
OTHER = "EmailEvents\n| where Subject has 'payroll'\n| count"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = workspace_at(tmp_path_factory.mktemp("desk") / "home")
    with Ledger(open_database(made.ledger), made.keys, made.anchor) as ledger, running(made, ledger) as up:
        yield up


@pytest.fixture(scope="module")
def sam(desk: Site) -> httpx.Client:
    return desk.browser("sam", Role.SECURITY_ADMINISTRATOR)


def send(client: httpx.Client, path: str, **fields: object) -> httpx.Response:
    return client.post(path, data={"xsrf": client.headers[PROOF], **fields}, headers=HTML)


def saved(site: Site, name: str) -> TrackedQuery:
    (found,) = site.ledger.find(TrackedQuery, Search({"name": name}, removed=True))
    return found


def shown(answer: httpx.Response) -> str:
    return html.unescape(answer.text)


def test_a_query_is_saved_as_it_was_typed_and_found_again(desk: Site, sam: httpx.Client) -> None:
    answer = send(sam, "/queries", name="Invoices", kql=TEXT.replace("\n", "\r\n"), span="7d", note="Weekly look")
    held = saved(desk, "Invoices")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/queries/{held.id}")
    assert (held.kql, held.span, held.note, held.created_by) == (TEXT, "7d", "Weekly look", "sam")
    assert TEXT in shown(sam.get(f"/queries/{held.id}", headers=HTML))
    for words, there in (("weekly LOOK", True), ("has 'invoice' count", True), ("invoices payroll", False)):
        listed = sam.get("/queries", params={"q": words}, headers=HTML)
        assert (held.id in listed.text) == there, words


def test_a_text_that_cannot_be_asked_here_is_kept_and_says_why(desk: Site, sam: httpx.Client) -> None:
    send(sam, "/queries", name="Slip", kql="EmailEvents | where Sbuject == '<b>'")
    answer = sam.get(f"/queries/{saved(desk, 'Slip').id}", headers=HTML)
    assert "cannot be asked: There is no column named 'Sbuject' (line 1, column 21). Did you mean Subject?" in shown(
        answer
    )
    assert "<b>" not in answer.text
    send(sam, "/queries", name="Sound", kql=TEXT)
    assert "cannot be asked" not in sam.get(f"/queries/{saved(desk, 'Sound').id}", headers=HTML).text


def test_who_may_see_but_not_edit_is_offered_nothing_else(desk: Site, sam: httpx.Client) -> None:
    send(sam, "/queries", name="Seen", kql=TEXT)
    rita = desk.browser("rita", Role.SECURITY_READER)
    for path in ("/queries", f"/queries/{saved(desk, 'Seen').id}"):
        answer = rita.get(path, headers=HTML)
        assert answer.status_code == 200
        assert "Seen" in answer.text
        assert 'method="post" action="/queries' not in answer.text
    assert rita.get("/queries/new", headers=HTML).status_code == 403
    assert send(rita, "/queries", name="Mine", kql=TEXT).status_code == 403
    olga = desk.browser("olga", Role.SECURITY_OPERATOR)
    assert olga.get("/queries", headers=HTML).status_code == 403
    assert ">Queries</a>" not in olga.get("/runs", headers=HTML).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "x", "kql": "EmailEvents | whre 1"}, "Did you mean where?"),
        ({"name": "x", "kql": TEXT, "span": "soon"}, "not a time window"),
        ({"name": "  ", "kql": TEXT}, "The name"),
        ({"name": "x", "kql": ""}, "The text"),
        ({"name": "x", "kql": "T | where a == '" + "é" * 40_000 + "'"}, "The text"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_its_text(
    fields: dict[str, str], said: str, desk: Site, sam: httpx.Client
) -> None:
    answer = send(sam, "/queries", **fields)
    assert answer.status_code == 422
    assert said in shown(answer)
    assert quote(fields["kql"], safe="") in answer.text
    assert not desk.ledger.find(TrackedQuery, Search({"name": "x"}))


def test_a_name_that_another_text_has_shows_both_and_is_replaced_only_when_told(desk: Site, sam: httpx.Client) -> None:
    send(sam, "/queries", name="Taken", kql=TEXT)
    assert send(sam, "/queries", name="Taken", kql=TEXT).status_code == 303, "the same again is no clash"
    answer = send(sam, "/queries", name="Taken", kql=OTHER)
    assert answer.status_code == 409
    assert TEXT in shown(answer)
    assert OTHER in shown(answer)
    assert saved(desk, "Taken").kql == TEXT
    (version,) = re.findall(r'name="replaces" value="(\d+)"', answer.text)
    send(sam, "/queries", name="Taken", kql=OTHER, replaces=version)
    assert saved(desk, "Taken").kql == OTHER
    late = send(sam, "/queries", name="Taken", kql=TEXT, replaces=version)
    assert late.status_code == 409, "somebody changed it since both texts were shown"


def test_versions_say_who_changed_which_line(desk: Site, sam: httpx.Client) -> None:
    send(sam, "/queries", name="Changing", kql=TEXT)
    held = saved(desk, "Changing")
    where = f"/queries/{held.id}"
    assert send(sam, f"{where}/change", version=held.version, name="Changing", kql=OTHER, span="1d").status_code == 303
    text = shown(sam.get(where, headers=HTML))
    assert '<div class="gone"><span class="unseen">gone: </span>| where Subject has \'invoice\'</div>' in text
    assert '<div class="added"><span class="unseen">added: </span>| where Subject has \'payroll\'</div>' in text
    late = send(sam, f"{where}/change", version=held.version, name="Changing", kql="Mine | count")
    assert late.status_code == 409
    assert "sam changed this tracked query" in shown(late)
    clash = shown(late).split('class="clash"')[1].split("</table>")[0]
    assert re.findall(r'scope="row">(\w+)<', clash) == ["kql", "span"], "what differs, and no more"
    assert saved(desk, "Changing").kql == OTHER


def test_what_was_removed_is_listed_apart_and_comes_back(desk: Site, sam: httpx.Client) -> None:
    send(sam, "/queries", name="Gone", kql=TEXT)
    where = f"/queries/{saved(desk, 'Gone').id}"
    assert send(sam, f"{where}/remove", version=1).status_code == 303
    assert where not in sam.get("/queries", headers=HTML).text
    assert where in sam.get("/queries?removed=1", headers=HTML).text
    assert "sam removed it" in shown(sam.get(where, headers=HTML))
    send(sam, "/queries", name="Gone", kql=OTHER)
    assert send(sam, f"{where}/restore", version=2).status_code == 409, "its name is in use by now"
    assert send(sam, f"{where}/restore", version=9).status_code == 409
    assert send(sam, "/queries/00000000000000000000000000/remove", version=1).status_code == 404


def test_hostile_text_is_text_and_is_handed_on_exactly(desk: Site, sam: httpx.Client) -> None:
    hostile = "T // \u202e</textarea><script>alert(1)</script>\t\"'\n| count"
    assert send(sam, "/queries", name="<b>\u202eHostile</b>", kql=hostile, note="<img src=x>").status_code == 303
    held = desk.ledger.find(TrackedQuery, Search({"note": "<img src=x>"}))[0]
    assert held.kql == hostile
    for path in ("/queries?q=hostile", f"/queries/{held.id}"):
        text = sam.get(path, headers=HTML).text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "<b>" not in text
        assert "\u202e" not in text
        assert f'data-text="{quote(hostile, safe="")}"' in text


def test_a_query_opens_in_the_explorer_where_its_address_is_known_and_it_is_short_enough(
    desk: Site, sam: httpx.Client
) -> None:
    long = f"T | where a in ({','.join(map(str, range(2_000)))})"
    send(sam, "/queries", name="Short", kql=TEXT)
    send(sam, "/queries", name="Long", kql=long)
    assert "Open in Explorer" not in sam.get("/queries", headers=HTML).text
    desk.service.pages = (("Explorer", "http://127.0.0.1:4001/voila/render/explorer.ipynb"),)
    try:
        text = sam.get(f"/queries/{saved(desk, 'Short').id}", headers=HTML).text
        there = f"http://127.0.0.1:4001/voila/render/explorer.ipynb#kql={quote(TEXT, safe='')}"
        assert f'<a class="button" href="{there}"' in text
        assert "Open in Explorer" not in sam.get(f"/queries/{saved(desk, 'Long').id}", headers=HTML).text
    finally:
        desk.service.pages = ()


def test_tracking_makes_a_schedule_shows_its_runs_and_ends(desk: Site, sam: httpx.Client) -> None:
    send(sam, "/queries", name="Followed", kql=TEXT)
    held = saved(desk, "Followed")
    where = f"/queries/{held.id}"
    assert "Track this" in sam.get(where, headers=HTML).text
    assert send(sam, f"{where}/track", cron="61 * * * *").status_code == 409
    assert send(sam, f"{where}/track").status_code == 303
    (schedule,) = desk.ledger.find(Schedule)
    assert (schedule.cron, schedule.parameters, schedule.created_by) == ("0 * * * *", {"name": "Followed"}, "sam")
    run = {"playbook": "tracked_query", "playbook_digest": "0" * 64, "parameters": {"name": "Followed"}, "priority": 5}
    digest = objects.put(desk.service.workspace.runs, b'{"playbook": "tracked_query", "count": 1234}')
    more = {"trigger": "schedule", "requested_by": "schedules", "dedup_key": f"schedule {schedule.id}"}
    made = desk.ledger.create(SYSTEM, Run, run | more | {"findings_digest": digest, "trigger_ref": "x 2026-11-26"})
    for state in ("running", "succeeded"):
        made = desk.ledger.edit(SYSTEM, made, {"state": state})
    text = sam.get(where, headers=HTML).text
    assert f"/runs/{made.id}" in text
    assert "1,234" in text
    assert "asked every hour" in text
    assert "tracked</span>" in sam.get("/queries?q=followed", headers=HTML).text
    later = desk.ledger.create(SYSTEM, Run, run | more | {"trigger_ref": "y 2026-11-26", "state": "queued"})
    for state in ("running", "failed"):
        later = desk.ledger.edit(SYSTEM, later, {"state": state})
    assert f'href="/runs/{later.id}">last run failed' in sam.get("/queries?q=followed", headers=HTML).text
    assert send(sam, f"{where}/state", version=1, enabled="false").status_code == 303
    assert "switched off" in sam.get(where, headers=HTML).text
    assert not saved(desk, "Followed").enabled
    assert send(sam, f"{where}/untrack", schedule=schedule.id, version=schedule.version).status_code == 303
    assert not desk.ledger.find(Schedule)


def test_many_queries_come_in_pages(desk: Site, sam: httpx.Client) -> None:
    for number in range(52):
        sam.post("/api/tracked-queries", json={"name": f"many {number:02}", "kql": "T"})
    first, second = (sam.get(f"/queries?q=many&offset={at}", headers=HTML).text for at in (0, 50))
    assert (first.count("many 0"), "many 51" in first, "many 51" in second) == (20, False, True)
    assert "/queries?q=many&amp;offset=50" in first
