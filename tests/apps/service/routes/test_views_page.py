"""The pages of saved views: list, one with its versions, and the form that saves; what is hostile, too long or gone."""

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
from workbench.ledger.models import SavedView, open_database

HTML = {"accept": "text/html"}
TEXT = """view: phish
span: 7d
by: DeliveryAction
list: rows
columns:
- Timestamp
- Subject
sort:
  column: Subject
  descending: false
filter:
  op: all
  items:
  - property: Subject
    operator: contains
    values:
    - invoice
"""
OTHER = TEXT.replace("invoice", "payroll")


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


def saved(site: Site, name: str) -> SavedView:
    (found,) = site.ledger.find(SavedView, Search({"name": name}, removed=True))
    return found


def shown(answer: httpx.Response) -> str:
    return html.unescape(answer.text)


def test_a_view_goes_from_hand_to_hand_on_either_database(either: Site) -> None:
    sam = either.browser("sam", Role.SECURITY_ADMINISTRATOR)
    answer = send(sam, "/views", name="Invoices", text=TEXT.replace("\n", "\r\n"), note="Weekly look")
    held = saved(either, "Invoices")
    where = f"/views/{held.id}"
    assert (answer.status_code, answer.headers["location"]) == (303, where)
    assert (held.text, held.note, held.created_by) == (TEXT, "Weekly look", "sam")
    ingrid = either.browser("ingrid", Role.GLOBAL_ADMINISTRATOR)
    assert TEXT.strip() in shown(ingrid.get(where, headers=HTML))
    assert send(ingrid, f"{where}/change", version=1, name="Invoices", text=OTHER).status_code == 303
    late = send(sam, f"{where}/change", version=1, name="Invoices", text=TEXT.replace("invoice", "salary"))
    assert (late.status_code, saved(either, "Invoices").text) == (409, OTHER)
    for told in ("ingrid changed this saved view", "salary", "payroll", 'name="version" value="2"'):
        assert told in shown(late)
    assert send(sam, f"{where}/remove", version=2).status_code == 303
    assert where not in sam.get("/views", headers=HTML).text
    assert where in sam.get("/views?removed=1", headers=HTML).text
    assert send(sam, f"{where}/restore", version=3).status_code == 303
    text = shown(ingrid.get(where, headers=HTML))
    assert re.findall("<strong>(.*?)</strong> .*? UTC by (.*?)</p>", text) == [
        ("restored", "sam"), ("removed", "sam"), ("changed", "ingrid"), ("made", "sam")
    ]  # fmt: skip
    assert '<span class="unseen">gone: </span>    - invoice</div>' in text
    assert '<span class="unseen">added: </span>    - payroll</div>' in text


def test_equal_views_are_kept_as_one_text_without_remarks_and_query(desk: Site, sam: httpx.Client) -> None:
    send(sam, "/views", name="One form", text="# mine\nspan: 7d\nview: phish\nkql: |\n  EmailEvents\n")
    held = saved(desk, "One form")
    assert held.text.splitlines()[:2] == ["view: phish", "span: 7d"]
    assert "kql" not in held.text
    again = send(sam, "/views", name="One form", text="{view: phish, span: 7d, list: rows}")
    assert (again.status_code, saved(desk, "One form").version) == (303, 1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "view: phsh"}, "Did you mean phish?"),
        ({"text": "view: phish\ncolumns: [Subjekt]"}, "Did you mean Subject?"),
        ({"text": TEXT.replace("property: Subject", "property: Sbject")}, "Did you mean Subject?"),
        ({"text": "view: phish\nspan: soon"}, "soon"),
        ({"text": "view: phish\nspan: 2026-09-19..2026-09-11"}, "before it starts"),
        ({"text": "a: &x [*x]"}, "refers to another place"),
        ({"text": "<script>alert(1)</script>"}, "no text of a view"),
        ({"text": ""}, "The text"),
        ({"text": f"view: phish\n# {'é' * 40_000}"}, "The text"),
        ({"name": "  ", "text": TEXT}, "The name"),
        ({"name": "phish", "text": TEXT}, "a view of its own that is called phish"),
    ],
    ids=range(11),
)
def test_what_cannot_be_kept_comes_back_with_its_text(
    fields: dict[str, str], said: str, desk: Site, sam: httpx.Client
) -> None:
    before = desk.ledger.number(SavedView)
    answer = send(sam, "/views", **{"name": "x", **fields})
    assert (answer.status_code, desk.ledger.number(SavedView)) == (422, before)
    assert said in shown(answer)
    assert quote(fields["text"].strip(), safe="") in answer.text


def test_a_megabyte_is_refused_before_it_is_read(desk: Site, sam: httpx.Client) -> None:
    before = desk.ledger.number(SavedView)
    assert send(sam, "/views", name="big", text="view: phish # " + "x" * 2**20).status_code == 413
    assert send(sam, "/views", name="big", text="- " * 100_000).status_code == 422
    assert desk.ledger.number(SavedView) == before


def test_programs_are_held_to_the_same(desk: Site) -> None:
    ask = desk.program("ada", Role.GLOBAL_ADMINISTRATOR)
    for text, said in (("view: phsh", "Did you mean phish"), ("view: phish\nspan: soon", "soon")):
        answer = ask.post("/api/saved-views", json={"name": "p", "text": text})
        assert (answer.status_code, said in answer.text) in ((404, True), (400, True)), answer.text
    made = ask.post("/api/saved-views", json={"name": "p", "text": "view: phish"}).json()
    assert made["text"].startswith("view: phish\nspan: 7d\n")
    assert ask.patch(f"/api/saved-views/{made['id']}", json={"version": 1, "text": "span: x"}).status_code == 400
    noted = ask.patch(f"/api/saved-views/{made['id']}", json={"version": 1, "note": "seen"}).json()
    assert (noted["note"], noted["text"]) == ("seen", made["text"])


def test_a_name_that_another_view_has_shows_both_and_is_replaced_only_when_told(desk: Site, sam: httpx.Client) -> None:
    send(sam, "/views", name="Taken", text=TEXT)
    answer = send(sam, "/views", name="Taken", text=OTHER)
    assert (answer.status_code, saved(desk, "Taken").text) == (409, TEXT)
    assert "Another view is saved as 'Taken'" in shown(answer)
    assert TEXT.strip() in shown(answer)
    assert OTHER.strip() in shown(answer)
    (version,) = re.findall(r'name="replaces" value="(\d+)"', answer.text)
    send(sam, "/views", name="Taken", text=OTHER, replaces=version)
    assert saved(desk, "Taken").text == OTHER
    assert send(sam, "/views", name="Taken", text=TEXT, replaces=version).status_code == 409


def test_who_may_see_but_not_edit_is_offered_nothing_else(desk: Site, sam: httpx.Client) -> None:
    send(sam, "/views", name="Seen", text=TEXT)
    rita = desk.browser("rita", Role.SECURITY_READER)
    for path in ("/views", f"/views/{saved(desk, 'Seen').id}"):
        answer = rita.get(path, headers=HTML)
        assert (answer.status_code, "Seen" in answer.text) == (200, True)
        assert 'method="post" action="/views' not in answer.text
    assert rita.get("/views/new", headers=HTML).status_code == 403
    assert send(rita, "/views", name="Mine", text=TEXT).status_code == 403
    olga = desk.browser("olga", Role.SECURITY_OPERATOR)
    assert olga.get("/views", headers=HTML).status_code == 403
    assert ">Views</a>" not in olga.get("/runs", headers=HTML).text


def test_hostile_names_and_values_are_text_and_are_handed_on_exactly(desk: Site, sam: httpx.Client) -> None:
    hostile = TEXT.replace("    - invoice", '    - "</textarea><script>alert(1)</script> \\u202e\\""')
    assert send(sam, "/views", name="<b>\u202eHostile</b>", text=hostile, note="<img src=x>").status_code == 303
    (held,) = desk.ledger.find(SavedView, Search({"note": "<img src=x>"}))
    assert "\u202e" in held.text
    desk.service.pages = (("Explorer", "http://127.0.0.1:4001/voila/render/explorer.ipynb"),)
    try:
        for path in ("/views?q=hostile", f"/views/{held.id}"):
            text = sam.get(path, headers=HTML).text
            assert not re.search("<script>alert|<img|<b>|\u202e", text)
            state = f"text={quote(held.text, safe='')}&saved={held.id}.1&name={quote(held.name, safe='')}"
            assert f'href="http://127.0.0.1:4001/voila/render/explorer.ipynb#{state}"' in text
    finally:
        desk.service.pages = ()
    assert f'data-text="{quote(held.text, safe="")}"' in sam.get("/views", headers=HTML).text


def test_a_view_whose_column_has_gone_says_so_and_can_be_mended(desk: Site, sam: httpx.Client) -> None:
    old = desk.ledger.create(SYSTEM, SavedView, {"name": "Old", "text": TEXT.replace("- Subject", "- Subjekt")})
    assert "cannot be read" in sam.get("/views?q=old", headers=HTML).text
    text = shown(sam.get(f"/views/{old.id}", headers=HTML))
    assert "it cannot be asked: There is no column named 'Subjekt'" in text
    assert "Did you mean Subject?" in text
    assert send(sam, f"/views/{old.id}/change", version=1, name="Old", text=TEXT).status_code == 303
    assert "cannot be asked" not in sam.get(f"/views/{old.id}", headers=HTML).text
    assert "Nothing is saved" not in sam.get("/views", headers=HTML).text
