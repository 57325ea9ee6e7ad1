"""Pages: for people, with forms only, and nothing in them that a viewer may not do."""

import re
from html.parser import HTMLParser

import httpx
import pytest
from starlette.routing import Match

from tests.apps.service.conftest import PROOF, Site
from tests.apps.service.playbooks import write
from tests.apps.service.test_messages import DIGEST, RAW
from workbench.apps.service.look import NAVIGATION, inside
from workbench.base.access import ADDITIVE, BASE, Activity, Purpose, Role, permits
from workbench.intake.importing import originals
from workbench.ledger.api import tracking
from workbench.ledger.audit import SYSTEM, Selection
from workbench.ledger.models import Account, Note, Run, SavedView, Schedule, TrackedQuery

HTML = {"accept": "text/html"}


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "", "/é"])
def test_the_log_in_leads_to_our_own_pages_only(path: str) -> None:
    assert inside(path) == "/"
    assert inside("/audit?below=3") == "/audit?below=3"


def test_who_is_not_logged_in_is_sent_to_log_in(site: Site) -> None:
    answer = site.anyone().get("/audit", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/audit")


def test_whoever_takes_anything_gets_the_page_at_the_address_that_is_printed(site: Site) -> None:
    """A look with curl, or a check that the service answers."""
    anything = {"accept": "*/*"}
    with httpx.Client(base_url=site.address, follow_redirects=True) as stranger:
        assert stranger.get("/", headers=anything).status_code == 200
        assert stranger.get("/audit", headers=anything).status_code == 401
        assert stranger.get("/", headers={"accept": "application/json"}).status_code == 401


def test_a_page_shows_only_what_its_viewer_may_do(site: Site) -> None:
    reader = site.browser("rita", Role.SECURITY_READER)
    assert "/users" not in reader.get("/audit", headers=HTML).text
    assert "Export all records" not in reader.get("/audit", headers=HTML).text
    assert reader.get("/users", headers=HTML).status_code == 403
    admin = site.browser("sam", Role.SECURITY_ADMINISTRATOR)
    assert "Add an account" not in admin.get("/users", headers=HTML).text


def test_the_bar_links_the_pages_of_voila_where_they_are_known_for_whoever_is_logged_in(site: Site) -> None:
    there = "http://127.0.0.1:4001/voila/render/dashboard.ipynb"
    reader = site.browser("rita", Role.SECURITY_READER)
    assert "Dashboard" not in reader.get("/audit", headers=HTML).text
    site.service.pages = (("Dashboard", there),)
    assert f'<a href="{there}">Dashboard</a>' in reader.get("/audit", headers=HTML).text
    assert there not in site.anyone().get("/login", headers=HTML).text


class Ways(HTMLParser):
    """Where a page leads: its links, and its forms with their methods."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "form":
            self.found.add(((held.get("method") or "get").upper(), held["action"]))
        elif tag == "a":
            self.found.add(("GET", held["href"]))
        elif tag == "script":
            self.scripts.append(held.get("src") or "inline")
        assert not [name for name in held if name.startswith("on") or name == "style"], "nothing inline"


def needed(site: Site, method: str, path: str) -> Activity | None:
    """What the route behind a link or form needs."""
    scope = {"type": "http", "method": method, "path": path.partition("?")[0], "headers": []}
    return next(route for route in site.app.routes if route.matches(scope)[0] is Match.FULL).gate.activity


def fill(site: Site) -> None:
    """Something of everything that a page could offer a way to."""
    site.program("other", Role.GLOBAL_ADMINISTRATOR)
    site.account("robot", purpose=Purpose.MONITOR)
    write(site.service.workspace, "small", "print(n)", parameters="n: int = 1")
    run = {"playbook": "small", "parameters": {}, "playbook_digest": "0" * 64, "priority": 5, "trigger": "person"}
    site.ledger.create(SYSTEM, Run, {**run, "requested_by": "other"})
    schedule = {"name": "nightly", "playbook": "small", "parameters": {}, "cron": "0 3 * * *", "time_zone": "UTC"}
    site.ledger.create(SYSTEM, Schedule, schedule)
    site.ledger.create(SYSTEM, TrackedQuery, {"name": "clicks", "kql": "UrlClickEvents | count"})
    site.ledger.create(SYSTEM, SavedView, {"name": "phish of today", "text": "view: phish"})
    for text in ("seen twice", "taken back"):
        note = site.ledger.create(SYSTEM, Note, {"entity": "domain", "value": "evil.example", "text": text})
    site.ledger.remove(SYSTEM, note)
    site.ledger.create(SYSTEM, Schedule, tracking("clicks", "0 * * * *").model_dump())
    originals.keep(site.service.workspace.originals, [RAW])


PAGES = ("/runs", "/runs/start?playbook=small", "/schedules", "/queries", "/queries?removed=1", "/queries/new", "/views", "/views?removed=1", "/views/new", "/notes", "/notes?entity=domain&value=evil.example", "/users", "/users?disabled=1", "/audit", "/tokens",
         "/password", "/audit?limit=1", f"/messages/{DIGEST}", "/nothing")  # fmt: skip


def test_no_page_leads_where_its_viewer_may_not_go(site: Site) -> None:
    """Every link and form of every page, for every base role with and without additive ones, against the table."""
    fill(site)
    (run,), (query,), (view,) = (site.ledger.find(each) for each in (Run, TrackedQuery, SavedView))
    sets = [(base, *extra) for base in BASE for extra in ((), ADDITIVE)]
    for roles in sets:
        viewer = site.browser(f"v{sets.index(roles)}", *roles)
        for where in (*PAGES, f"/runs/{run.id}", f"/queries/{query.id}", f"/views/{view.id}"):
            answer = viewer.get(where, headers=HTML)
            allowed = where == "/nothing" or permits(roles, needed(site, "GET", where))
            assert answer.status_code == (404 if where == "/nothing" else 200 if allowed else 403), (roles, where)
            ways = Ways(answer.text)
            assert ("POST", "/logout") in ways.found, "whoever is logged in can log out on any page"
            assert set(ways.scripts) <= {"/static/runs.js", "/static/texts.js"}
            for method, path in ways.found - {("GET", "#main")}:
                activity = needed(site, method, path)
                assert activity is None or permits(roles, activity), (roles, where, path)
            shown = {path for method, path in ways.found if method == "GET"}
            assert {entry.path for entry in NAVIGATION if permits(roles, entry.activity)} <= shown


def test_older_records_follow_and_a_log_in_leads_back_to_them(site: Site) -> None:
    boss = site.browser("boss", Role.GLOBAL_ADMINISTRATOR)
    for number in range(4):
        boss.post("/api/notes", json={"entity": "domain", "value": f"d{number}.example", "text": "x"})
    seen, where = [], "/audit?limit=2&actor=boss"
    while where:
        text = boss.get(where, headers=HTML).text
        seen += re.findall(r'<td class="number">(\d+)</td>', text)
        where = next((path for _, path in Ways(text).found if "below=" in path), "")
        assert "limit=2" in where or not where
    assert seen == [str(each["seq"]) for each in site.ledger.audit(Selection(actor="boss", limit=1000))]
    sent = site.anyone().get("/audit?verb=denied&below=3", headers=HTML)
    assert sent.headers["location"] == "/login?next=/audit%3Fverb%3Ddenied%26below%3D3"
    form = site.anyone().get(sent.headers["location"], headers=HTML).text
    assert 'name="wanted" value="/audit?verb=denied&amp;below=3"' in form


def test_who_comes_too_late_sees_both_values(site: Site) -> None:
    boss, id_ = site.browser("boss", Role.GLOBAL_ADMINISTRATOR), site.account("ops", Role.SECURITY_OPERATOR)
    proof = boss.headers[PROOF]
    first = {"xsrf": proof, "version": 2, "roles": ["Security Reader"]}
    assert boss.post(f"/users/{id_}/roles", data=first, headers=HTML).status_code == 303
    late = boss.post(f"/users/{id_}/roles", data=first | {"roles": ["Security Operator", "Preview"]}, headers=HTML)
    assert late.status_code == 409
    assert "ops: boss changed this account" in late.text
    assert re.search(r"roles</th><td>Security Operator, Preview</td><td>Security Reader</td>", late.text)
    assert boss.post(f"/users/{id_}/roles", data={"xsrf": proof, "version": 3}, headers=HTML).status_code == 303
    assert site.ledger.get(Account, id_).roles == []


def test_hostile_names_stay_text(site: Site) -> None:
    boss = site.browser("boss", Role.GLOBAL_ADMINISTRATOR)
    boss.post("/api/accounts", json={"name": "<img src=x onerror=alert(1)>\u202e", "roles": []})
    page = boss.get("/users", headers=HTML).text
    assert "<img src=x" not in page
    assert "⟦U+202E⟧" in page


def test_a_one_time_password_says_that_its_page_shows_it_once(site: Site) -> None:
    boss = site.browser("boss", Role.GLOBAL_ADMINISTRATOR)
    made = boss.post("/users", data={"name": "once"}, headers=HTML)
    assert (made.status_code, "shown this once: note it before this page is left or loaded again" in made.text) == (
        200,
        True,
    )
    again = boss.post("/users", data={"name": "once"}, headers=HTML)
    assert (again.status_code, "Another account named" in again.text) == (409, True)
