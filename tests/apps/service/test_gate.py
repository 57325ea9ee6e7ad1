"""Nothing comes past the gate: every route says what it needs, and every cell of the table is asked through HTTP."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi.routing import APIRoute

from tests.apps.service.conftest import PROOF, Site, running, workspace_at
from workbench.apps.service import Options, make_app
from workbench.apps.service.gate import GuardedRoute
from workbench.apps.service.throttle import Allowance
from workbench.base.access import ADDITIVE, BASE, Activity, Purpose, Role, permits
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Account, Token, open_database
from workbench.ledger.models.ids import new_id

OPEN = {
    ("GET", "/health"),
    ("GET", "/ready"),
    ("GET", "/metrics"),  # decides by itself: see test_metrics
    ("GET", "/openapi.json"),
    ("GET", "/static/runs.js"),
    ("GET", "/static/service.css"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/api/login"),
}
"""Routes that ask for nothing. Whoever adds one says here that it is meant."""

WITHOUT_ROUTE = {
    Activity.DASHBOARD_VIEW,  # pages of Voila
    Activity.EXPLORER_VIEW,  # pages of Voila
    Activity.INCIDENTS_VIEW,
    Activity.INCIDENTS_ADD_MAIL,
    Activity.HEADERS_VIEW,  # stored text, read from the store
    Activity.ACTION_PROPOSE,
    Activity.MAIL_ACT,
    Activity.INVESTIGATIONS_VIEW,
    Activity.INVESTIGATION_START,
    Activity.INVESTIGATION_DECIDE,
    Activity.ALERTS_MANAGE,
    Activity.SIMULATOR_VIEW,
    Activity.SIMULATOR_MANAGE,
    Activity.LINKS_MANAGE,
    Activity.LISTS_VIEW,
    Activity.LISTS_EDIT,
    Activity.SETTINGS_EDIT,
    Activity.METRICS_VIEW,  # /metrics decides by itself
}
"""Activities that no route asks for yet. A route for one of them has to be taken from this list."""

FORGED = {
    "x-wb-user": "admin",
    "x-wb-groups": "Global Administrator",
    "x-forwarded-user": "admin",
    "x-remote-user": "admin",
}
BODY = {
    "roles": ["Global Administrator"],
    "account": "admin",
    "viewer": {"name": "admin"},
    "activities": ["users.manage"],
}


def routes(site: Site) -> list[GuardedRoute]:
    return [route for route in site_app(site).routes if isinstance(route, GuardedRoute)]


def site_app(site: Site):
    return make_app(site.service.workspace, site.ledger, Options(port=1))


def sets_of_roles() -> list[tuple[Role, ...]]:
    """Every base role with every choice of additive ones, and additive ones alone."""
    extras = [extra for size in range(3) for extra in itertools.combinations(ADDITIVE, size)]
    return [*((base, *extra) for base in BASE for extra in extras), *extras[1:], ()]


def test_every_route_is_guarded_and_open_ones_are_listed(site: Site) -> None:
    app = site_app(site)
    strays = [route for route in app.routes if not isinstance(route, GuardedRoute)]
    assert strays == []
    assert all(isinstance(route, APIRoute) for route in app.routes)
    found = {(method, route.path) for route in routes(site) for method in route.methods if not route.gate.activity}
    assert found == OPEN


def test_activities_without_a_route_are_listed(site: Site) -> None:
    asked = {route.gate.activity for route in routes(site)}
    assert set(Activity) - asked == WITHOUT_ROUTE


def ask(client: httpx.Client, route: GuardedRoute, **headers: str) -> httpx.Response:
    """Ask a route with ids that do not exist, so that nothing comes of it where it is allowed."""
    path = route.path.replace("{id_}", new_id()).replace("{digest}", "0" * 64)
    method = next(iter(route.methods))
    body = None if method == "GET" else json.dumps(BODY)
    return client.request(
        method,
        path,
        content=body,
        headers={"content-type": "application/json", "accept": "application/json", **headers},
    )


def ends_itself(route: GuardedRoute) -> bool:
    return route.path in ("/api/logout", "/logout")


def test_every_cell_of_the_table_through_http(either: Site) -> None:
    """Allowed and refused alike for every set of roles; what the caller says of itself changes nothing."""
    wrong, asked = [], 0
    guarded = [route for route in routes(either) if route.gate.activity and not ends_itself(route)]
    for number, roles in enumerate(sets_of_roles()):
        client = either.program(f"u{number}", *roles)
        for route in guarded:
            answer = ask(client, route, **FORGED)
            allowed = permits(roles, route.gate.activity)
            refused = answer.status_code == 403 and answer.json()["type"].endswith(":denied")
            by_hand = refused and answer.json()["needs"] == "a log-in with a password"
            asked += 1
            if (refused and not by_hand) == allowed or answer.status_code in (401, 500):
                wrong.append((roles, route.path, answer.status_code))
    assert wrong == []
    assert asked > 500
    assert either.ledger.verify().fault is None


@pytest.mark.parametrize("purpose", Purpose)
def test_service_accounts_reach_what_is_listed_for_them(purpose: Purpose, site: Site) -> None:
    client = site.program(f"robot-{purpose.name}", purpose=purpose)
    for route in [route for route in routes(site) if route.gate.activity]:
        allowed = permits((), route.gate.activity, purpose=purpose)
        assert (ask(client, route).status_code != 403) == allowed, route.path


def bad_tokens(site: Site, other: Site) -> dict[str, str]:
    expired, revoked, gone, disabled = (site.token(f"bad{number}", Role.GLOBAL_ADMINISTRATOR) for number in range(4))

    def held(number: int) -> Token:
        account = next(each for each in site.ledger.find(Account) if each.name == f"bad{number}")
        return next(each for each in site.ledger.find(Token) if each.account_id == account.id)

    past = datetime.now(UTC) - timedelta(seconds=1)
    site.ledger.edit(SYSTEM, held(0), {"expires_at": past})
    site.ledger.edit(SYSTEM, held(1), {"revoked_at": past})
    for number, change in ((2, None), (3, {"disabled": True})):
        account = site.ledger.get(Account, held(number).account_id)
        if change:
            site.ledger.edit(SYSTEM, account, change)
        else:
            site.ledger.remove(SYSTEM, account)
    foreign = other.token("admin", Role.GLOBAL_ADMINISTRATOR)
    made_up = "A" * 43
    return {
        "expired": expired,
        "revoked": revoked,
        "removed": gone,
        "disabled": disabled,
        "foreign": foreign,
        "made up": made_up,
        "two words": "one two",
        "long": "x" * 5000,
    }


def test_bad_tokens_open_nothing(site: Site, tmp_path, ready_made) -> None:
    import shutil

    away = workspace_at(tmp_path / "other")
    shutil.copy(ready_made, away.ledger)
    with Ledger(open_database(away.ledger), away.keys, away.anchor) as ledger, running(away, ledger) as other:
        bad = bad_tokens(site, other)
        assert other.anyone(authorization=f"Bearer {bad['foreign']}").get("/api/me").status_code == 200
    guarded = [route for route in routes(site) if route.gate.activity]
    for why, token in bad.items():
        site.service.strangers = Allowance(1, 60)
        client = site.anyone(authorization=f"Bearer {token}")
        assert {ask(client, route, **FORGED).status_code for route in guarded} == {401}, why
    reasons = {record["reason"] for record in site.told("denied")}
    assert {"a token that has expired", "a token that was revoked", "a token nobody knows"} <= reasons


def test_a_lost_role_and_a_disabled_account_act_at_the_next_request(site: Site) -> None:
    client = site.program("ada", Role.GLOBAL_ADMINISTRATOR)
    site.account("other", Role.GLOBAL_ADMINISTRATOR)
    account = site.ledger.get(Account, site.account("ada"))
    assert client.get("/api/accounts").status_code == 200
    account = site.ledger.edit(SYSTEM, account, {"roles": [Role.SECURITY_READER.value]})
    assert client.get("/api/accounts").status_code == 403
    site.ledger.edit(SYSTEM, account, {"disabled": True})
    assert client.get("/api/me").status_code == 401


def test_denials_are_recorded_with_who_what_and_where(site: Site) -> None:
    client = site.program("rita", Role.SECURITY_READER)
    answer = client.get(f"/api/messages/{'0' * 64}/body")
    assert answer.status_code == 403
    assert answer.json()["needs"] == "Preview"
    record = site.told("denied")[0]
    assert (record["actor"], record["object_kind"], record["roles"]) == ("rita", "message.body", ["Security Reader"])
    assert record["object_id"] == f"/api/messages/{'0' * 64}/body"
    assert record["request"] == answer.headers["x-request-id"] == answer.json()["instance"]


def test_a_stranger_cannot_fill_the_audit(site: Site) -> None:
    client = site.anyone(authorization="Bearer nonsense")
    before = len(site.told("denied"))
    for _ in range(40):
        assert client.get("/api/me").status_code == 401
    assert len(site.told("denied")) - before == 30
    assert site.anyone().get("/api/me").status_code == 401
    assert len(site.told("denied")) - before == 30


def test_a_session_acts_only_with_what_our_pages_send(site: Site) -> None:
    browser = site.browser("ada", Role.GLOBAL_ADMINISTRATOR)
    note = {"entity": "domain", "value": "evil.example", "text": "x"}
    good = browser.headers.pop(PROOF)
    assert browser.post("/api/notes", json=note).status_code == 403
    assert browser.post("/api/notes", json=note, headers={PROOF: "0" * 64}).status_code == 403
    elsewhere = {PROOF: good, "origin": "https://evil.example"}
    assert browser.post("/api/notes", json=note, headers=elsewhere).status_code == 403
    bare = site.anyone()
    bare.cookies.set(site.service.cookies.session, browser.cookies[site.service.cookies.session])
    assert bare.post("/api/notes", json=note, headers={PROOF: good}).status_code == 403, "the cookie has to repeat it"
    assert browser.post("/api/notes", json=note, headers={PROOF: good, "origin": site.address}).status_code == 201
    assert browser.get("/api/notes").json()["total"] == 1


def test_of_another_session_the_proof_is_worth_nothing(site: Site) -> None:
    one, two = site.browser("ada", Role.GLOBAL_ADMINISTRATOR), site.browser("bob", Role.SECURITY_READER)
    theirs = two.headers[PROOF]
    one.cookies.set(site.service.cookies.proof, theirs)
    assert one.post("/api/notes", json={}, headers={PROOF: theirs}).status_code == 403


def test_a_name_that_points_here_is_refused(site: Site) -> None:
    for host in ("evil.example", f"evil.example:{site.port}", f"127.0.0.1:{site.port + 1}", ""):
        assert site.anyone(host=host).get("/health").status_code in (400, 421), host
    for host in (f"localhost:{site.port}", f"LOCALHOST:{site.port}"):
        assert site.anyone(host=host).get("/health").status_code == 200, host


def test_only_pages_of_ours_may_ask_from_elsewhere(tmp_path, ready_made) -> None:
    import shutil

    workspace, ours = workspace_at(tmp_path / "home"), "http://127.0.0.1:9"
    shutil.copy(ready_made, workspace.ledger)
    with (
        Ledger(open_database(workspace.ledger), workspace.keys, workspace.anchor) as ledger,
        running(workspace, ledger, origins=(ours,)) as site,
    ):
        asked = {"access-control-request-method": "POST", "access-control-request-headers": PROOF}
        said = site.anyone().options("/api/notes", headers={"origin": ours, **asked})
        assert (said.status_code, said.headers["access-control-allow-origin"]) == (200, ours)
        for origin in ("http://127.0.0.1:10", "null", "https://evil.example"):
            said = site.anyone().options("/api/notes", headers={"origin": origin, **asked})
            assert "access-control-allow-origin" not in said.headers
        browser = site.browser("ada", Role.GLOBAL_ADMINISTRATOR)
        note = {"entity": "domain", "value": "evil.example", "text": "x"}
        assert browser.post("/api/notes", json=note, headers={"origin": ours}).status_code == 201


def test_a_token_is_good_for_its_activities_and_no_other(site: Site) -> None:
    client = site.program("ada", Role.GLOBAL_ADMINISTRATOR, activities=[Activity.NOTES_VIEW])
    assert client.get("/api/notes").status_code == 200
    refused = client.get("/api/accounts")
    assert (refused.status_code, refused.json()["needs"]) == (403, "a token that is good for users.view")


def test_a_kernels_token_reads_and_proposes_and_sees_no_bodies(site: Site) -> None:
    from workbench.ledger.models.words import TokenPurpose

    site.account("ada", Role.GLOBAL_ADMINISTRATOR, Role.PREVIEW)
    token = site.token("ada")
    held = site.ledger.find(Token)[0]
    assert held.purpose is TokenPurpose.CLI
    whole = site.anyone(authorization=f"Bearer {token}")
    from workbench.apps.service import accounts
    from workbench.ledger.api import TokenNew

    account = site.ledger.get(Account, held.account_id)
    new = TokenNew(name="k", purpose=TokenPurpose.KERNEL)
    kernel = site.anyone(authorization=f"Bearer {accounts.make_token(site.ledger, SYSTEM, account, new)[1]}")
    for path, status in (("/api/notes", 200), ("/api/accounts", 403), (f"/api/messages/{'0' * 64}/body", 403)):
        assert kernel.get(path).status_code == status, path
        assert whole.get(path).status_code in (200, 404), path
    assert kernel.post("/api/tokens", json={"name": "more"}).status_code == 403
