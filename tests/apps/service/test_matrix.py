"""Every cell of the table of roles through HTTP: what it allows and what it refuses, whatever callers say of themselves.

Made from the table of ``base.access`` and the routes of the application: no route and no activity can be left out.
"""

import itertools
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from tests.apps.service.conftest import PASSWORD, PROOF, Site, running, workspace_at
from workbench.apps.service import accounts
from workbench.apps.service.gate import SAFE, GuardedRoute
from workbench.apps.service.throttle import Allowance
from workbench.base.access import ADDITIVE, BASE, Activity, Purpose, Role, missing, permits
from workbench.ledger.api import TokenNew
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Account, LoginSession, Note, Token, open_database
from workbench.ledger.models.ids import new_id
from workbench.ledger.models.words import TokenPurpose

ADMIN = Role.GLOBAL_ADMINISTRATOR
OPEN = {
    ("GET", "/health"),
    ("GET", "/ready"),
    ("GET", "/metrics"),  # decides by itself: test_metrics_are_for_monitors_and_whoever_may
    ("GET", "/openapi.json"),
    ("GET", "/static/runs.js"),
    ("GET", "/static/texts.js"),
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

BODY = {
    "role": ADMIN.value,
    "roles": [ADMIN.value],
    "owner": "0" * 26,
    "account": "admin",
    "account_id": "0" * 26,
    "viewer": {"name": "admin", "roles": [ADMIN.value]},
    "activities": ["users.manage"],
    "must_change": False,
    "created_by": "admin",
}
FORGED = (
    {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https", "forwarded": "for=127.0.0.1;proto=https"},
    {"x-forwarded-host": "localhost", "x-forwarded-user": "admin", "x-remote-user": "admin", "x-wb-user": "admin"},
    {"x-http-method-override": "GET", "x-method-override": "GET", "x-http-method": "OPTIONS"},
    {"x-original-url": "/health", "x-rewrite-url": "/health", "referer": "/login"},
    {"x-wb-groups": ADMIN.value, "x-roles": ADMIN.value, "x-activity": "users.manage"},
    {"cookie": "workbench-session-{port}=planted; workbench-xsrf-{port}=planted; role=admin"},
    {"origin": "null", "sec-fetch-site": "none"},
    {"origin": "https://evil.example", "access-control-request-method": "GET"},
)
"""What a caller may send to be taken for somebody else; each cell is asked with one of them, all of them in turn."""
DONE = frozenset({200, 201, 204, 303, 400, 404, 409, 422})
"""Answers of a route that was reached; what is asked for is not there, so most find nothing to do."""


@dataclass(frozen=True)
class Asker:
    """Somebody in a column of the table."""

    name: str
    roles: tuple[Role, ...] = ()
    purpose: Purpose | None = None

    def may(self, activity: Activity) -> bool:
        return permits(self.roles, activity, purpose=self.purpose)


def people() -> list[Asker]:
    """Every base role with every choice of additive ones, additive ones alone, and no role at all."""
    extras = [extra for size in range(3) for extra in itertools.combinations(ADDITIVE, size)]
    held = [(base, *extra) for base in BASE for extra in extras] + extras[1:] + [()]
    return [Asker(f"u{number}", tuple(roles)) for number, roles in enumerate(held)]


ASKERS = (*people(), *(Asker(f"robot {each}", purpose=each) for each in Purpose))
PAIRS = tuple(Asker(" and ".join(pair), pair) for pair in itertools.combinations(BASE, 2))


def guarded(site: Site) -> list[GuardedRoute]:
    """Routes that ask for something, but those that end what asks: these are asked on their own."""
    found = [route for route in site.app.routes if isinstance(route, GuardedRoute) and route.gate.activity]
    return [route for route in found if not route.path.endswith("/logout")]


def method(route: APIRoute) -> str:
    (only,) = route.methods
    return only


def path(route: APIRoute) -> str:
    """Its path with ids that do not exist, so that nothing comes of it where it is allowed."""
    return route.path.replace("{id_}", new_id()).replace("{digest}", "0" * 64).replace("{name}", "nothing")


def ask(client: httpx.Client, route: APIRoute, forged: Iterable[tuple[str, str]] = (), **more: str) -> httpx.Response:
    port = str(client.base_url.port)
    headers = {"accept": "application/json", **{name: text.replace("{port}", port) for name, text in forged}, **more}
    sent = {} if method(route) in SAFE else {"json": BODY}
    where = f"{path(route)}?roles={ADMIN.value}&_method=GET&account=admin"
    return client.request(method(route), where, headers=headers, **sent)


def fault_of(route: GuardedRoute, asker: Asker, answer: httpx.Response, *, by_token: bool) -> str:
    """What is wrong with an answer, by the table; empty where nothing is."""
    activity = route.gate.activity
    status, said = answer.status_code, answer.json() if answer.status_code == 403 else {}
    needs = said.get("needs", "") if said.get("type", "").endswith(":denied") else None
    if not asker.may(activity):
        lacks = missing(asker.roles, activity, purpose=asker.purpose)
        right = status == 403 and needs == (f"a token that is good for {activity}" if asker.purpose else lacks)
    elif by_token and route.gate.by_hand:
        right = status == 403 and needs == "a log-in with a password"
    else:
        right = status in DONE and not ("{" not in route.path and method(route) == "GET" and status in (400, 409))
    return "" if right else f"{asker.name} {asker.roles} {method(route)} {route.path}: {status} {answer.text[:200]}"


def test_every_route_is_guarded_and_open_ones_are_listed(site: Site) -> None:
    assert [route for route in site.app.routes if not isinstance(route, GuardedRoute)] == []
    found = {(method(route), route.path) for route in site.app.routes if not route.gate.activity}
    assert found == OPEN


def test_activities_without_a_route_are_listed(site: Site) -> None:
    asked = {route.gate.activity for route in site.app.routes}
    assert set(Activity) - asked == WITHOUT_ROUTE


def test_programs_are_told_what_each_route_needs(site: Site) -> None:
    told = site.anyone().get("/openapi.json").json()["paths"]
    for route in site.app.routes:
        if route.include_in_schema:
            assert told[route.path][method(route).lower()]["x-activity"] == (route.gate.activity or ""), route.path


def test_no_program_can_send_more_than_a_route_declares(site: Site) -> None:
    """Whose it is, its author, its roles: what is not declared is refused, and what is declared is held by the route."""
    taken = {
        (route.path, parameter.name): parameter.field_info.annotation
        for route in site.app.routes
        for parameter in route.dependant.body_params
        if route.path.startswith("/api/")
    }
    assert len(taken) > 15
    loose = [where for where, kind in taken.items() if kind.model_config.get("extra") != "forbid"]
    assert loose == []


@dataclass
class Turns:
    """Takes routes and forgeries in turn, so that all are asked in the end, and each cell at least once."""

    by_activity: dict[Activity, Iterator[GuardedRoute]]
    forgeries: Iterator[dict[str, str]]
    asked: list[str] = field(default_factory=list)


def turns(site: Site) -> Turns:
    found = defaultdict(list)
    for route in guarded(site):
        found[route.gate.activity].append(route)
    return Turns({each: itertools.cycle(routes) for each, routes in found.items()}, itertools.cycle(FORGED))


def clients(site: Site, asker: Asker) -> list[tuple[httpx.Client, bool]]:
    """A client with a token, and for a person another one that logged in; and whether it is the first."""
    by_token = (site.program(asker.name, *asker.roles, purpose=asker.purpose), True)
    return [by_token] if asker.purpose else [by_token, (site.browser(asker.name, *asker.roles), False)]


def test_every_cell_through_http(site: Site) -> None:
    """Each activity for each set of roles, by token and log-in in turn: the slow test asks all routes by both."""
    turn, wrong = turns(site), []
    for asker in ASKERS:
        ways = itertools.cycle(clients(site, asker))
        for routes in turn.by_activity.values():
            (client, by_token), route = next(ways), next(routes)
            answer = ask(client, route, next(turn.forgeries).items() if by_token else ())
            turn.asked.append(route.path)
            wrong.append(fault_of(route, asker, answer, by_token=by_token))
    assert [each for each in wrong if each] == []
    assert len(turn.asked) == len(ASKERS) * len(set(Activity) - WITHOUT_ROUTE)
    assert {route.path for route in guarded(site)} == set(turn.asked), "more routes than turns: ask with more"
    assert site.ledger.verify().fault is None


@pytest.mark.slow
@pytest.mark.parametrize("forged", FORGED, ids=lambda each: next(iter(each)))
def test_every_route_for_every_set_of_roles_with_every_forgery(forged: dict[str, str], either: Site) -> None:
    wrong = [
        fault_of(route, asker, ask(client, route, forged.items() if by_token else ()), by_token=by_token)
        for asker in (*ASKERS, *PAIRS)
        for client, by_token in clients(either, asker)
        for route in guarded(either)
        if by_token or forged is FORGED[0]
    ]
    assert [each for each in wrong if each] == []
    assert either.ledger.verify().fault is None


def test_nobody_is_let_in_nowhere(site: Site) -> None:
    client, forgeries = site.anyone(), itertools.cycle(FORGED)
    before = site.ledger.number(Note)
    for route in guarded(site):
        answer = ask(client, route, next(forgeries).items())
        assert answer.status_code == 401, route.path
        assert answer.headers["www-authenticate"] == "Bearer"
    assert site.ledger.number(Note) == before


def test_metrics_are_for_monitors_and_whoever_may(site: Site) -> None:
    assert site.anyone().get("/metrics").status_code == 401
    for asker in ASKERS[::3] + ASKERS[-2:]:
        answer = site.program(asker.name, *asker.roles, purpose=asker.purpose).get("/metrics")
        assert answer.status_code == (200 if asker.may(Activity.METRICS_VIEW) else 403), asker
    said = site.program("prometheus", purpose=Purpose.MONITOR).get("/metrics")
    assert said.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "workbench_requests_total" in said.text


def test_no_route_answers_to_another_method(site: Site) -> None:
    """No look without its record by HEAD, and nothing by a method that another one is said to stand for."""
    client = site.program("ada", ADMIN, Role.PREVIEW)
    known = {(each, route.path) for route in site.app.routes for each in route.methods}
    for route in site.app.routes:
        for other in {"HEAD", "PUT", "DELETE", "PATCH", "TRACE", "POST"} - {m for m, p in known if p == route.path}:
            answer = client.request(other, path(route), headers={"x-http-method-override": method(route)})
            assert answer.status_code in (404, 405), (other, route.path)
    assert site.told("message.look") == []


def bad_secrets(site: Site, other: Site) -> dict[str, str]:
    """Secrets that were good once, elsewhere, or never."""
    expired, revoked, gone, disabled = (site.token(f"bad{number}", ADMIN) for number in range(4))

    def held(number: int) -> Token:
        account = accounts.the_account(site.ledger, f"bad{number}")
        return site.ledger.find(Token, Search({"account_id": account.id}))[0]

    past = datetime.now(UTC) - timedelta(seconds=1)
    site.ledger.edit(SYSTEM, held(0), {"expires_at": past})
    site.ledger.edit(SYSTEM, held(1), {"revoked_at": past})
    site.ledger.remove(SYSTEM, site.ledger.get(Account, held(2).account_id))
    site.ledger.edit(SYSTEM, site.ledger.get(Account, held(3).account_id), {"disabled": True})
    session = site.browser("bad4", ADMIN).cookies[site.service.cookies.session]
    return {
        "expired": expired,
        "revoked": revoked,
        "removed": gone,
        "disabled": disabled,
        "of another workspace": other.token("admin", ADMIN),
        "made up": "A" * 43,
        "two words": f"{session} {session}",
        "long": "x" * 5000,
        "a log-in's, not a token's": session,
        "its digest": held(0).digest,
    }


def test_bad_tokens_open_nothing(site: Site, tmp_path: Path, ready_made: Path) -> None:
    away = workspace_at(tmp_path / "other")
    shutil.copy(ready_made, away.ledger)
    with Ledger(open_database(away.ledger), away.keys, away.anchor) as ledger, running(away, ledger) as other:
        bad = bad_secrets(site, other)
        good = other.anyone(authorization=f"Bearer {bad['of another workspace']}")
        assert good.get("/api/me").status_code == 200
        theirs = other.browser("ada", ADMIN).cookies[other.service.cookies.session]
    site.browser("ada", ADMIN)
    turn, name = turns(site), site.service.cookies.session
    activities = itertools.cycle(turn.by_activity.values())
    for why, secret in (bad | {"a log-in of another workspace": theirs}).items():
        site.service.strangers = Allowance(1, 60)
        as_cookie = why in ("a log-in of another workspace", "made up", "revoked")
        sent = [{"authorization": f"Bearer {secret}"}, *([{"cookie": f"{name}={secret}"}] if as_cookie else [])]
        for client, own in [(site.anyone(**headers), "cookie" in headers) for headers in sent]:
            for routes in itertools.islice(activities, 8):
                route, forged = next(routes), () if own else next(turn.forgeries).items()
                assert ask(client, route, forged).status_code == 401, (why, route.path)
    reasons = {record["reason"] for record in site.told("denied")}
    assert {"a token that has expired", "a token that was revoked", "a token nobody knows"} <= reasons


def test_a_token_in_place_of_a_log_in_opens_nothing(site: Site) -> None:
    client = site.anyone(cookie=f"{site.service.cookies.session}={site.token('ada', ADMIN)}")
    for routes in turns(site).by_activity.values():
        assert ask(client, next(routes)).status_code == 401


def test_where_two_log_ins_are_sent_nobody_gets_more_than_one_of_them_has(site: Site) -> None:
    """A page on another port can plant a second cookie of the name; it can plant no role."""
    reader, admin = site.browser("rita", Role.SECURITY_READER), site.browser("ada", ADMIN)
    name, proof = site.service.cookies.session, site.service.cookies.proof
    both = [f"{name}={each.cookies[name]}; {proof}={each.cookies[proof]}" for each in (reader, admin)]
    for cookie in ("; ".join(both), "; ".join(reversed(both))):
        client = site.anyone(cookie=cookie)
        who = client.get("/api/me").json()["name"]
        made = [
            client.post("/api/accounts", json={"name": f"x{who}"}, headers={PROOF: each.cookies[proof]}).status_code
            for each in (reader, admin)
        ]
        assert (who, made) in (("rita", [403, 403]), ("ada", [403, 201]))


def forgeries(site: Site, browser: httpx.Client) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Headers and cookies of requests that no page of ours made, with a log-in that is good."""
    cookies = dict(browser.cookies)
    proof = site.service.cookies.proof
    good = cookies[proof]
    other = site.browser("bob", ADMIN).cookies[proof]
    was = site.browser("ada", ADMIN)
    before = was.cookies[proof]
    was.post("/api/logout")
    return {
        "nothing": ({}, cookies),
        "empty": ({PROOF: ""}, cookies | {proof: ""}),
        "wrong": ({PROOF: "0" * 64}, cookies),
        "wrong twice": ({PROOF: "0" * 64}, cookies | {proof: "0" * 64}),
        "of another account": ({PROOF: other}, cookies | {proof: other}),
        "of a log-in before": ({PROOF: before}, cookies | {proof: before}),
        "without its cookie": ({PROOF: good}, {name: cookies[name] for name in cookies if name != proof}),
        "from elsewhere": ({PROOF: good, "origin": "https://evil.example"}, cookies),
        "from another port": ({PROOF: good, "origin": f"http://127.0.0.1:{site.port + 1}"}, cookies),
        "from a frame without origin": ({PROOF: good, "origin": "null"}, cookies),
        "by another scheme": ({PROOF: good, "origin": f"https://127.0.0.1:{site.port}"}, cookies),
        "as another method": ({"x-http-method-override": "GET"}, cookies),
        "not ASCII": ({PROOF: "é" * 32}, cookies),
    }


def test_a_log_in_alone_acts_nowhere(site: Site) -> None:
    """Every route that changes something, as one who may everything: only our pages know what has to go with it."""
    browser = site.browser("ada", ADMIN, Role.PREVIEW)
    changing = [route for route in guarded(site) if method(route) not in SAFE]
    assert len(changing) > 30
    for number, (why, (headers, cookies)) in enumerate(forgeries(site, browser).items()):
        client = site.anyone(cookie="; ".join(f"{name}={value}" for name, value in cookies.items()))
        for route in changing[number % 4 :: 4]:
            sent = {name: value.encode() for name, value in headers.items()}
            answer = client.request(
                method(route), path(route), json=BODY | {"xsrf": cookies.get("xsrf", "")}, headers=sent
            )
            assert (answer.status_code, answer.json()["type"][-8:]) == (403, ":forgery"), (why, route.path)
    assert site.told("denied")[0]["reason"] == "needs a page of ours that asks"
    assert len(site.ledger.find(Note)) == 0
    assert browser.get("/api/me").status_code == 200


def test_a_one_time_password_opens_its_change_and_nothing_else(site: Site) -> None:
    new = accounts.AccountNew(name="neu", roles=[ADMIN, Role.PREVIEW])
    made, password = accounts.add_account(site.ledger, site.service.passwords, SYSTEM, new)
    client = site.anyone()
    assert client.post("/api/login", json={"name": "neu", "password": password}).status_code == 200
    client.headers[PROOF] = client.cookies[site.service.cookies.proof]
    opened = set()
    for route in guarded(site):
        answer = ask(client, route)
        assert answer.status_code in ((403,) if not route.gate.unchanged else DONE), route.path
        if answer.status_code == 403:
            assert answer.json()["type"].endswith(":must-change")
        else:
            opened.add(route.path)
    assert opened == {"/password", "/api/password", "/api/me"}
    assert site.told("denied")[0]["reason"] == "needs a password of one's own"
    assert site.ledger.get(Account, made.id).must_change


@pytest.mark.parametrize("lost", ["role", "additive role", "account", "password", "log-in", "removal"])
def test_what_was_lost_a_moment_ago_is_lost_everywhere(lost: str, site: Site) -> None:
    site.account("other", ADMIN)
    id_ = site.account("ada", ADMIN, Role.PREVIEW)
    by_token, by_log_in = site.program("ada"), site.browser("ada")
    routes = [route for route in guarded(site) if route.gate.activity in (Activity.USERS_VIEW, Activity.BODY_VIEW)]
    for client in (by_token, by_log_in):
        assert {ask(client, route).status_code for route in routes} <= DONE
    boss = site.browser("other")
    version = site.ledger.get(Account, id_).version
    change = {
        "role": {"version": version, "roles": [Role.SECURITY_OPERATOR.value]},
        "additive role": {"version": version, "roles": [ADMIN.value]},
        "account": {"version": version, "disabled": True},
    }.get(lost)
    if change:
        assert boss.patch(f"/api/accounts/{id_}", json=change).status_code == 200
    elif lost == "password":
        assert boss.post(f"/api/accounts/{id_}/password").status_code == 200
    elif lost == "log-in":
        by_log_in.post("/api/password", json={"old": PASSWORD, "new": f"{PASSWORD} more"})
        by_log_in.post("/api/logout")
    else:
        site.ledger.remove(SYSTEM, site.ledger.get(Account, id_))
    kept = {"additive role": {Activity.USERS_VIEW}}.get(lost, set())
    for client in (by_token, by_log_in):
        for route in routes:
            status = ask(client, route).status_code
            assert (status in DONE) if route.gate.activity in kept else (status in (401, 403)), (lost, route.path)


@pytest.mark.slow
@pytest.mark.parametrize("purpose", [TokenPurpose.CLI, TokenPurpose.KERNEL])
def test_a_token_is_never_good_for_more_than_its_account_or_its_list(purpose: TokenPurpose, site: Site) -> None:
    """Each activity alone, of an account that may everything, and of one that may little."""
    for name, roles in (("ada", (ADMIN, *ADDITIVE)), ("olaf", (Role.SECURITY_OPERATOR,))):
        account = site.ledger.get(Account, site.account(name, *roles))
        for activity in {route.gate.activity for route in guarded(site)}:
            new = TokenNew(name="one", purpose=purpose, activities=[activity])
            client = site.anyone(authorization=f"Bearer {accounts.make_token(site.ledger, SYSTEM, account, new)[1]}")
            asked = {route.gate.activity: route for route in guarded(site) if not route.gate.by_hand}
            allowed = {each for each, route in asked.items() if ask(client, route).status_code != 403}
            assert allowed <= ({activity} if permits(roles, activity) else set()), activity
            assert purpose is TokenPurpose.KERNEL or allowed or not permits(roles, activity), activity


def test_logging_out_is_for_whoever_is_logged_in(site: Site) -> None:
    for where in ("/api/logout", "/logout"):
        for asker in ASKERS[::4] + ASKERS[-2:]:
            client = site.program(asker.name, *asker.roles, purpose=asker.purpose)
            status = client.post(where).status_code
            assert (status in (204, 303)) == asker.may(Activity.OWN_ACCOUNT), (where, asker)
            assert client.get("/api/me").status_code == (401 if asker.may(Activity.OWN_ACCOUNT) else 403)
    held = site.ledger.find(LoginSession)
    assert held == []
