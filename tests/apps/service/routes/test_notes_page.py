"""The pages of notes: of all and of one entity, written, changed, removed and restored; hostile, too long, and late."""

import html
import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from tests.apps.service.conftest import PASSWORD, PROOF, Site, running, workspace_at
from workbench.base.access import Purpose, Role
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Note, open_database

HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = workspace_at(tmp_path_factory.mktemp("desk") / "home")
    with Ledger(open_database(made.ledger), made.keys, made.anchor) as ledger, running(made, ledger) as up:
        yield up


@pytest.fixture(scope="module")
def sam(desk: Site) -> httpx.Client:
    return desk.browser("sam", Role.SECURITY_READER)


def send(client: httpx.Client, path: str, **fields: object) -> httpx.Response:
    return client.post(path, data={"xsrf": client.headers[PROOF], **fields}, headers=HTML)


def write(client: httpx.Client, value: str, text: str, entity: str = "domain") -> httpx.Response:
    return send(client, "/notes", entity=entity, value=quote(value, safe=""), text=text)


def shown(client: httpx.Client, value: str, entity: str = "domain") -> str:
    return html.unescape(client.get("/notes", params={"entity": entity, "value": value}, headers=HTML).text)


def held(site: Site, value: str) -> list[Note]:
    return site.ledger.find(Note, Search({"value": value}, removed=True))


def texts(page: str) -> list[str]:
    """Notes as they stand on a page, those that were removed last."""
    return re.findall('<div class="lines">(.*?)</div>', page)


def test_a_note_goes_from_hand_to_hand_on_either_database(either: Site) -> None:
    sam = either.browser("sam", Role.SECURITY_READER)
    answer = write(sam, "EVIL[.]example", "Seen twice\r\nin May")
    (note,) = held(either, "evil.example")
    where = f"/notes/{note.id}"
    assert (answer.status_code, answer.headers["location"]) == (303, where)
    assert (note.entity, note.text, note.created_by) == ("domain", "Seen twice\nin May", "sam")
    ingrid = either.browser("ingrid", Role.SECURITY_OPERATOR)
    for page in (shown(ingrid, "evil.example"), shown(ingrid, "Evil[.]example")):
        assert "Seen twice\nin May" in page
        assert "<strong>sam</strong>" in page
    assert send(ingrid, f"{where}/change", version=1, text="Seen thrice").status_code == 303
    late = send(sam, f"{where}/change", version=1, text="Seen\nfour times")
    assert (late.status_code, held(either, "evil.example")[0].text) == (409, "Seen thrice")
    for told in ("ingrid changed this note", "four times", "Seen thrice", 'name="version" value="2"'):
        assert told in html.unescape(late.text)
    assert 'data-text="Seen%0Afour%20times"' in late.text
    assert send(sam, f"{where}/remove", version=2).status_code == 303
    gone = shown(sam, "evil.example")
    assert ("1 removed</summary>" in gone, "by sam.</p>" in gone, '<h2 id="list">0 notes</h2>' in gone) == (True,) * 3
    assert where not in sam.get("/notes", headers=HTML).text
    kept = send(ingrid, f"{where}/change", version=2, text="Not to be lost")
    assert (kept.status_code, "Not to be lost</textarea>" in kept.text) == (409, True)
    assert send(ingrid, f"{where}/restore", version=3).status_code == 303
    assert where in sam.get("/notes", headers=HTML).text


def test_notes_stand_newest_first_and_the_list_has_all_entities_and_finds_words(desk: Site, sam: httpx.Client) -> None:
    for value, text in (("a.example", "one Lagoon"), ("b.example", "two lagoon"), ("a.example", "three")):
        write(sam, value, text)
    assert texts(shown(sam, "a.example")) == ["three", "one Lagoon"]
    rows = re.findall('<span class="lines">(.*?)</span>', sam.get("/notes", headers=HTML).text)
    assert rows[:3] == ["three", "two lagoon", "one Lagoon"]
    found = sam.get("/notes?q=LAGOON+b.ex&entity=", headers=HTML).text
    assert re.findall('<span class="lines">(.*?)</span>', found) == ["two lagoon"]
    assert "No note is like this" in sam.get("/notes?entity=device", headers=HTML).text


def test_long_lists_are_paged_and_nothing_is_left_out(desk: Site, sam: httpx.Client) -> None:
    for number in range(52):
        desk.ledger.create(SYSTEM, Note, {"entity": "domain", "value": "busy.example", "text": f"note {number}"})
    page = shown(sam, "busy.example")
    (older,) = re.findall('href="([^"]*)">Older', page)
    rest = html.unescape(sam.get(older, headers=HTML).text)
    assert texts(page) + texts(rest) == [f"note {number}" for number in reversed(range(52))]
    for where in ("/notes?entity=domain", "/notes?q=note", f"/notes/{held(desk, 'busy.example')[0].id}"):
        (older,) = re.findall('href="([^"]*)">Older', html.unescape(sam.get(where, headers=HTML).text))
        assert "note 0<" in sam.get(older, headers=HTML).text.replace("\n", ""), where


def test_an_entity_without_notes_and_one_that_is_none_say_what_to_do(desk: Site, sam: httpx.Client) -> None:
    assert "Nobody wrote a note on it yet." in shown(sam, "quiet.example")
    answer = sam.get("/notes", params={"entity": "ip", "value": "<b>nine"}, headers=HTML)
    assert (answer.status_code, "is not an" in answer.text, "<b>nine" in answer.text) == (422, True, False)
    assert 'value="&lt;b&gt;nine"' in answer.text
    assert sam.get("/notes?entity=planet&value=x", headers=HTML).status_code == 422
    assert sam.get("/notes/nothing", headers=HTML).status_code == 404


@pytest.mark.parametrize(
    ("entity", "value", "text", "said"),
    [
        ("domain", "ok.example", "  ", "The note"),
        ("domain", "ok.example", "é" * 40_000, "The note"),
        ("domain", "ok.example", "a\0b", "NUL"),
        ("domain", "", "lost?", "The value"),
        ("domain", "no domain", "lost?", "is not a"),
        ("file", "zz\0", "lost?", "NUL"),
    ],
    ids=range(6),
)
def test_what_cannot_be_kept_comes_back_with_its_text(
    entity: str, value: str, text: str, said: str, desk: Site, sam: httpx.Client
) -> None:
    before = desk.ledger.number(Note)
    answer = write(sam, value, text, entity)
    assert (answer.status_code, desk.ledger.number(Note)) == (422, before)
    assert said in html.unescape(answer.text)
    assert f'data-text="{quote(text.strip(), safe="")}"' in answer.text


def test_a_megabyte_and_what_no_database_keeps_are_refused(desk: Site, sam: httpx.Client) -> None:
    assert write(sam, "big.example", "x" * 2**20).status_code == 413
    assert send(sam, "/notes", entity="domain", value="big.example", text="x" * 70_000).status_code == 422
    assert held(desk, "big.example") == []
    for path in ("/notes?entity=cloud_file&value=%00", "/api/notes?entity=domain&value=%00"):
        assert sam.get(path, headers=HTML).status_code == 422


def test_hostile_values_and_texts_are_text_and_are_handed_on_exactly(desk: Site, sam: httpx.Client) -> None:
    value, text = '"><script>alert(1)</script>\u202e%41', "</textarea><img src=x onerror=alert(2)>\u202e{{ 7 * 7 }}"
    assert write(sam, value, text, "inbox_rule").status_code == 303
    (note,) = held(desk, value)
    assert note.text == text
    for where in (f"/notes/{note.id}", "/notes?q=onerror", f"/notes?entity=inbox_rule&value={quote(value, safe='')}"):
        page = sam.get(where, headers=HTML).text
        assert not re.search("<script>alert|<img|\u202e", page), where
        assert "⟦U+202E⟧" in page
        assert "{{ 7 * 7 }}" in page
    assert f'name="value" value="{quote(value, safe="")}"' in page
    assert f'data-text="{quote(text, safe="")}"' in page


def test_notes_that_programs_wrote_under_another_form_are_found_and_followed(desk: Site, sam: httpx.Client) -> None:
    odd = desk.ledger.create(SYSTEM, Note, {"entity": "domain", "value": "ODD.example", "text": "by a program"})
    where = f"/notes/{odd.id}"
    assert f'href="{where}"' in sam.get("/notes?q=program", headers=HTML).text
    assert "by a program" in sam.get(where, headers=HTML).text
    assert send(sam, f"{where}/change", version=1, text="still there").status_code == 303
    assert held(desk, "ODD.example")[0].text == "still there"


def test_who_may_not_see_notes_is_offered_none(desk: Site) -> None:
    robot = desk.program("prometheus", purpose=Purpose.MONITOR)
    assert robot.get("/notes", headers=HTML).status_code == 403
    nobody = desk.browser("nobody")
    assert nobody.get("/notes", headers=HTML).status_code == 403
    assert send(nobody, "/notes", entity="domain", value="no.example", text="x").status_code == 403
    assert held(desk, "no.example") == []


def test_a_log_in_leads_on_to_the_notes_of_a_long_address(desk: Site, sam: httpx.Client) -> None:
    value = f"https://long.example/{'%20' * 1_900}"
    where = f"/notes?entity=url&value={quote(value, safe='')}"[:6_000]
    stranger = desk.anyone()
    form = stranger.get(stranger.get(where, headers=HTML).headers["location"], headers=HTML).text
    (wanted,) = re.findall('name="wanted" value="(.*?)"', form)
    (proof,) = re.findall('name="xsrf" value="(.*?)"', form)
    sent = {"name": "sam", "password": PASSWORD, "wanted": html.unescape(wanted), "xsrf": proof}
    answer = stranger.post("/login", data=sent, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, where)
