"""What is noted of requests: figures with few labels, and lines of log without anything of what was asked."""

import json
import re
import socket
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.apps.service.conftest import PASSWORD, PROOF, QUICK, Site
from tests.apps.service.playbooks import wait
from workbench.apps.service import accounts
from workbench.apps.service.gate import GuardedRoute
from workbench.apps.service.observe import HEADERS
from workbench.base.access import Role
from workbench.ledger.models.ids import new_id

ADMIN = Role.GLOBAL_ADMINISTRATOR
CANARY = "canary7f3a"
HTML = {"accept": "text/html"}


def raw(site: Site, text: bytes) -> bytes:
    with closing(socket.create_connection(("127.0.0.1", site.port), timeout=10)) as opened:
        opened.sendall(text)
        opened.settimeout(2)
        try:
            return opened.recv(65_536)
        except TimeoutError:
            return b""


def ask_with_the_canary_everywhere(site: Site) -> None:
    """Everything a caller can say, said with one word: in what is right, in what is wrong, and in what is no request."""
    bare = site.anyone(
        **{"connection": "close", "x-note": CANARY, "user-agent": CANARY, "referer": f"http://x/{CANARY}"}
    )
    bare.get(f"/{CANARY}?{CANARY}={CANARY}")
    bare.get(f"/runs/{CANARY}", headers=HTML)
    bare.request(CANARY.upper(), "/health")
    bare.get("/api/me", headers={"authorization": f"Bearer {CANARY}"})
    bare.get("/api/me", headers={"authorization": f"{CANARY} {CANARY}"})
    bare.get("/api/me", headers={"cookie": f"{site.service.cookies.session}={CANARY}; {CANARY}={CANARY}"})
    bare.get("/health", headers={"host": f"{CANARY}.example"})
    for name, password in ((CANARY, CANARY), ("ada", f"{CANARY} wrong"), (CANARY * 40, "x")):
        bare.post("/api/login", json={"name": name, "password": password})
        bare.post("/login", data={"name": name, "password": password, "xsrf": CANARY, "wanted": f"/{CANARY}"})
    bare.post("/api/login", content=f'{{"{CANARY}": '.encode(), headers={"content-type": "application/json"})
    for text in (b"%s\r\n\r\n", b"GET /%s HTTP/9\r\n\r\n", b"GET / HTTP/1.1\r\n%s\r\n\r\n", b"\x16\x03\x01%s"):
        raw(site, text.replace(b"%s", CANARY.encode()))

    def fail() -> str:
        raise ValueError(f"Subject: {CANARY}")

    site.service.checks["part"] = fail
    bare.get("/ready")
    bare.get("/ready", headers=HTML)


def work_with_the_canary(site: Site) -> None:
    """The same by somebody who is logged in."""
    ada = site.browser("ada", ADMIN)
    note = {"entity": "domain", "value": f"{CANARY}.example", "text": f"Subject: {CANARY}"}
    ada.post("/api/notes", json=note)
    ada.post("/api/notes", json=note | {CANARY: CANARY})
    ada.post("/api/notes", json=note, headers={PROOF: CANARY})
    ada.post("/api/tracked-queries", json={"name": CANARY, "kql": f"EmailEvents | where Subject == '{CANARY}'"})
    ada.post("/api/tracked-queries", json={"name": CANARY, "kql": f"EmailEvents | {CANARY} '"})
    ada.post("/api/saved-views", json={"name": CANARY, "text": f"view: phish\nspan: {CANARY}"})
    ada.post("/api/saved-views", json={"name": CANARY, "text": "view: phish", "note": CANARY})
    ada.post("/api/runs", json={"playbook": CANARY, "parameters": {CANARY: CANARY}})
    ada.post("/api/tokens", json={"name": CANARY})
    ada.post("/api/password", json={"old": CANARY, "new": f"{CANARY} {CANARY}"})
    ada.get("/api/audit", params={"actor": CANARY, "object_id": CANARY})
    ada.get(f"/api/messages/{CANARY}/body")
    ada.get(f"/api/accounts?name={CANARY}")


def test_no_line_of_log_and_no_figure_has_what_callers_said(
    log: Path, site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    work_with_the_canary(site)
    ask_with_the_canary_everywhere(site)
    figures = site.service.metrics.text().decode()
    lines = log.read_text().splitlines()
    assert len(lines) > 30
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert CANARY not in log.read_text().lower()
    assert CANARY not in figures.lower()
    assert CANARY not in "".join(capfd.readouterr()).lower()
    assert {PASSWORD, site.told("session.create")[0]["object_id"]} & set(re.split(r'[":,]', log.read_text())) == set()
    assert any(json.loads(line).get("message", "").startswith("ValueError at ") for line in lines)


def test_figures_have_a_bounded_number_of_labels(site: Site) -> None:
    """What callers choose is no label: only routes as they are declared, methods and states that we know."""
    client = site.program("ada", ADMIN, Role.PREVIEW)
    for number in range(30):
        client.get(f"/nothing/{number}")
        client.get(f"/api/notes/{new_id()}")
        client.get(f"/api/messages/{number:064x}/source")
        client.request(f"M{number}", "/health")
    routes = {route.path for route in site.app.routes if isinstance(route, GuardedRoute)}
    known = {
        "route": routes | {"(none)"},
        "method": {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"},
        "status": {str(number) for number in range(100, 600)},
        "outcome": {"good", "bad", "throttled"},
        "part": {"source", "body", "quarantined"},
        "state": {"succeeded", "failed", "cancelled", "timed_out"},
        "le": None,
    }
    found = list(text_string_to_metric_families(site.service.metrics.text().decode()))
    assert {each.name for each in found} > {"workbench_requests", "workbench_request_seconds"}
    for sample in (sample for family in found for sample in family.samples):
        for label, value in sample.labels.items():
            assert known[label] is None or value in known[label], sample
    paths = {sample.labels["route"] for family in found for sample in family.samples if "route" in sample.labels}
    assert {"(none)", "/api/notes/{id_}", "/api/messages/{digest}/source", "/health"} == paths


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_fault_of_ours_is_answered_as_carefully_as_all_else(accept: str, site: Site) -> None:
    def fail() -> str:
        raise ValueError(CANARY)

    site.service.checks["part"] = fail
    answer = site.browser("ada", ADMIN).get("/ready", headers={"accept": accept})
    assert (answer.status_code, CANARY in answer.text) == (500, False)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["x-request-id"] in answer.text
    assert "The service failed" in answer.text


def test_every_request_has_a_line_with_who_and_what_and_its_number(log: Path, site: Site) -> None:
    answer = site.program("ada", ADMIN).get("/api/notes")
    number = answer.headers["x-request-id"]
    wait(lambda: number in log.read_text(), 10)
    line = next(found for found in map(json.loads, log.read_text().splitlines()) if found.get("request") == number)
    assert (line["route"], line["method"], line["status"], line["account"]) == ("/api/notes", "GET", 200, "ada")


def test_a_log_keeps_a_bounded_number_of_bytes(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import logging

    handler = logging.getLogger("workbench").handlers[0]
    monkeypatch.setattr(handler, "maxBytes", 2_000)
    for number in range(400):
        logging.getLogger("workbench.service").error("number %d", number)
    kept = sorted(log.parent.iterdir())
    assert len(kept) == 6
    assert all(each.stat().st_size <= 2_000 for each in kept)


def test_one_time_passwords_and_secrets_are_in_no_log(log: Path, site: Site) -> None:
    _, password = accounts.add_account(site.ledger, QUICK, accounts.Actor("x"), accounts.AccountNew(name="neu"))
    boss = site.browser("boss", ADMIN)
    made = boss.post("/api/accounts", json={"name": "more", "roles": []}).json()
    secret = boss.post("/api/tokens", json={"name": "t"}).json()["secret"]
    site.anyone().post("/api/login", json={"name": "neu", "password": password})
    site.anyone(authorization=f"Bearer {secret}").get("/api/me")
    for word in (password, made["password"], secret, *boss.cookies.values()):
        assert word not in log.read_text()
        assert word not in str(site.told("account.create") + site.told("token.create"))
