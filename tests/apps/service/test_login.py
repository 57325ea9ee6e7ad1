"""Passwords, sessions and their cookies."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.apps.service.conftest import PASSWORD, PROOF, Site
from workbench.apps.service import accounts
from workbench.base.access import Role
from workbench.ledger.api import AccountNew
from workbench.ledger.audit import SYSTEM
from workbench.ledger.models import LoginSession

ADMIN = Role.GLOBAL_ADMINISTRATOR


def log_in(client: httpx.Client, name: str, password: str) -> httpx.Response:
    return client.post("/api/login", json={"name": name, "password": password})


def test_cookies_are_for_this_service_only_and_the_session_is_hidden_from_pages(site: Site) -> None:
    site.account("ada", ADMIN)
    set_ = log_in(site.anyone(), "ADA ", PASSWORD).headers.get_list("set-cookie")
    session, proof = (next(each for each in set_ if kind in each) for kind in ("session", "xsrf"))
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in session.split(";")}
    assert f"-{site.port}=" in session
    assert "HttpOnly" not in proof


def test_wrong_unknown_and_disabled_are_told_alike(site: Site) -> None:
    site.account("ada", ADMIN)
    off = site.ledger.get(accounts.Account, site.account("off", ADMIN))
    site.ledger.edit(SYSTEM, off, {"disabled": True})
    answers = [
        log_in(site.anyone(), *pair) for pair in (("ada", "x"), ("nobody", PASSWORD), ("off", PASSWORD), ("", ""))
    ]
    assert [each.status_code for each in answers[:3]] == [401] * 3
    assert len({each.json()["title"] + each.json()["next_step"] for each in answers[:3]}) == 1
    assert [each["reason"] for each in site.told("session.refused")][:3] == [
        "disabled",
        "no such account",
        "wrong password",
    ]
    assert all("nobody" not in str(each) for each in site.told("session.refused")), "it may be a password"


def test_an_unknown_name_costs_as_much_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: one comparison with a hash in every case."""
    compared = []
    hasher = site.service.passwords.hasher
    verify = type(hasher).verify
    monkeypatch.setattr(type(hasher), "verify", lambda self, *given: compared.append(1) or verify(self, *given))
    site.account("ada", ADMIN)
    for name in ("ada", "nobody"):
        log_in(site.anyone(), name, "wrong")
    assert len(compared) == 2


def test_guessing_is_slowed_down_and_the_right_password_waits_too(site: Site) -> None:
    site.account("ada", ADMIN)
    client = site.anyone()
    assert [log_in(client, "ada", f"guess {number}").status_code for number in range(5)] == [401] * 5
    refused = log_in(client, "ada", PASSWORD)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert "Try again in" in refused.json()["next_step"]
    site.service.throttle.clock = lambda: __import__("time").monotonic() + 3600
    assert log_in(client, "ada", PASSWORD).status_code == 200


def test_a_one_time_password_only_serves_to_set_another(site: Site) -> None:
    _, password = accounts.add_account(
        site.ledger, site.service.passwords, SYSTEM, AccountNew(name="neu", roles=[ADMIN])
    )
    client = site.anyone()
    assert log_in(client, "neu", password).json()["must_change"] is True
    client.headers[PROOF] = client.cookies[site.service.cookies.proof]
    assert client.get("/api/accounts").json()["type"].endswith("must-change")
    assert client.get("/users", headers={"accept": "text/html"}).headers["location"] == "/password"
    bad = [(password, password), ("wrong password", PASSWORD), (password, "short"), (password, "neu neu neu neu")]
    assert {client.post("/api/password", json={"old": old, "new": new}).status_code for old, new in bad} <= {
        400,
        409,
        422,
    }
    assert client.post("/api/password", json={"old": password, "new": PASSWORD}).status_code == 204
    assert client.get("/api/accounts").status_code == 200
    assert log_in(site.anyone(), "neu", password).status_code == 401
    assert password not in str(site.ledger.audit(__import__("workbench.ledger.audit", fromlist=["x"]).Selection()))


def test_logging_in_begins_a_new_session_and_ends_the_old_one(site: Site) -> None:
    client = site.browser("ada", ADMIN)
    name = site.service.cookies.session
    first = client.cookies[name]
    assert log_in(client, "ada", PASSWORD).status_code == 200
    assert client.cookies[name] != first
    old = site.anyone()
    old.cookies.set(name, first)
    assert old.get("/api/me").status_code == 401


def test_a_planted_session_is_not_taken_over(site: Site) -> None:
    site.account("ada", ADMIN)
    client = site.anyone()
    client.cookies.set(site.service.cookies.session, "planted" * 6)
    answer = log_in(client, "ada", PASSWORD)
    assert "planted" not in str(answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    "change",
    [{"expires_at": datetime.now(UTC) - timedelta(seconds=1)}, {"revoked_at": datetime.now(UTC)}],
    ids=["expired", "revoked"],
)
def test_a_session_ends(change: dict[str, object], site: Site) -> None:
    client = site.browser("ada", ADMIN)
    held = site.ledger.find(LoginSession)[0]
    assert timedelta(hours=11) < held.expires_at - held.created_at <= timedelta(hours=12)
    site.ledger.edit(SYSTEM, held, change)
    assert client.get("/api/me").status_code == 401


def test_a_session_that_is_not_used_ends(site: Site) -> None:
    client = site.browser("ada", ADMIN)
    site.service.identity.clock = lambda: datetime.now(UTC) + timedelta(minutes=70)
    assert client.get("/api/me").status_code == 401
    site.service.identity.clock = lambda: datetime.now(UTC) + timedelta(minutes=50)
    assert client.get("/api/me").status_code == 200


def test_logging_out_ends_the_session_at_the_server(site: Site) -> None:
    client = site.browser("ada", ADMIN)
    secret = client.cookies[site.service.cookies.session]
    assert client.post("/api/logout").status_code == 204
    again = site.anyone()
    again.cookies.set(site.service.cookies.session, secret)
    assert again.get("/api/me").status_code == 401


def test_a_changed_password_ends_other_sessions_and_tokens(site: Site) -> None:
    one, two = site.browser("ada", ADMIN), site.browser("ada", ADMIN)
    program = site.program("ada", ADMIN)
    assert one.post("/api/password", json={"old": PASSWORD, "new": f"{PASSWORD} more"}).status_code == 204
    assert [each.get("/api/me").status_code for each in (one, two, program)] == [200, 401, 401]


def test_a_disabled_account_comes_back_without_its_sessions(site: Site) -> None:
    site.account("boss", ADMIN)
    client = site.browser("ada", ADMIN)
    boss = site.browser("boss", ADMIN)
    id_ = site.account("ada")
    off = boss.patch(f"/api/accounts/{id_}", json={"version": 2, "disabled": True}).json()
    assert client.get("/api/me").status_code == 401
    assert boss.patch(f"/api/accounts/{id_}", json={"version": off["version"], "disabled": False}).status_code == 200
    assert client.get("/api/me").status_code == 401


def test_somebody_elses_session_and_token_cannot_be_ended(site: Site) -> None:
    site.browser("ada", ADMIN)
    other = site.browser("bob", Role.SECURITY_READER)
    held = next(each for each in site.ledger.find(LoginSession) if each.created_by == "ada")
    assert other.post(f"/api/sessions/{held.id}/revoke").status_code == 404
