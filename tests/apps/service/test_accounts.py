"""Accounts by programs: made, changed, clashing, and never without an administrator."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.apps.service.conftest import QUICK, Site
from workbench.apps.service import accounts
from workbench.base.access import Purpose, Role
from workbench.base.errors import BadInput, Refused, Taken
from workbench.ledger.api import AccountChange, AccountNew
from workbench.ledger.audit import SYSTEM
from workbench.ledger.models import Account
from workbench.ledger.models.words import AccountKind

ADMIN = Role.GLOBAL_ADMINISTRATOR


def test_the_first_administrator_is_made_once(site: Site) -> None:
    password = accounts.first_administrator(site.ledger, QUICK, SYSTEM)
    assert len(password) == 19
    assert accounts.first_administrator(site.ledger, QUICK, SYSTEM) == ""
    account = accounts.the_account(site.ledger, "ADMIN")
    assert (account.roles, account.must_change) == (["Global Administrator"], True)
    assert QUICK.fits(account.password, password)


def test_who_is_disabled_or_of_another_role_is_no_administrator(site: Site) -> None:
    reader = site.account("reader", Role.SECURITY_READER)
    other = site.account("other", ADMIN)
    ledger = site.ledger
    assert accounts.administered(ledger.database)
    ledger.edit(SYSTEM, ledger.get(Account, other), {"disabled": True})
    assert not accounts.administered(ledger.database)
    assert accounts.first_administrator(ledger, QUICK, SYSTEM)
    assert accounts.administered(ledger.database)
    assert ledger.get(Account, reader).roles == [Role.SECURITY_READER.value]


def test_a_name_that_is_taken_is_said_with_the_way_on(site: Site) -> None:
    site.account("admin", Role.SECURITY_READER)
    with pytest.raises(Taken, match='users roles admin "Global Administrator"'):
        accounts.first_administrator(site.ledger, QUICK, SYSTEM)


def test_a_clash_carries_both_values(either: Site) -> None:
    boss = either.browser("boss", ADMIN)
    made = boss.post("/api/accounts", json={"name": "neu", "roles": ["Security Reader"]})
    assert made.status_code == 201
    account = made.json()["account"]
    first = boss.patch(f"/api/accounts/{account['id']}", json={"version": 1, "roles": ["Security Operator"]})
    assert first.json()["version"] == 2
    late = boss.patch(f"/api/accounts/{account['id']}", json={"version": 1, "roles": ["Security Administrator"]})
    assert late.status_code == 409
    said = late.json()
    assert (said["mine"], said["theirs"]) == ({"roles": ["Security Administrator"]}, {"roles": ["Security Operator"]})
    assert said["version"] == 2
    assert boss.post("/api/accounts", json={"name": "NEU", "roles": []}).status_code == 409


def test_the_last_administrator_stays(site: Site) -> None:
    boss = site.browser("boss", ADMIN)
    id_ = site.account("boss")
    for change in ({"roles": ["Security Reader"]}, {"disabled": True}):
        answer = boss.patch(f"/api/accounts/{id_}", json={"version": 2, **change})
        assert (answer.status_code, answer.json()["title"]) == (409, "This is the last Global Administrator")


def test_two_administrators_cannot_disable_each_other(either: Site) -> None:
    ids = [either.account("one", ADMIN), either.account("two", ADMIN)]

    def off(id_: str) -> bool:
        try:
            accounts.change_account(either.ledger, SYSTEM, id_, AccountChange(version=2, disabled=True))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(off, ids)) == [False, True]


@pytest.mark.parametrize(
    "given",
    [
        {"name": "x", "roles": [Role.SERVICE]},
        {"name": "x", "holder": AccountKind.SERVICE},
        {"name": "x", "purpose": Purpose.MONITOR},
        {"name": "x", "holder": AccountKind.SERVICE, "purpose": Purpose.MONITOR, "roles": [ADMIN]},
    ],
)
def test_roles_purpose_and_kind_go_together(given: dict[str, object], site: Site) -> None:
    with pytest.raises(BadInput):
        accounts.add_account(site.ledger, QUICK, SYSTEM, AccountNew(**given))


def test_an_account_is_removed_only_after_it_was_disabled(site: Site) -> None:
    boss = site.browser("boss", ADMIN)
    id_ = site.account("gone", Role.SECURITY_READER)
    assert boss.post(f"/api/accounts/{id_}/remove", json={"version": 2}).status_code == 409
    boss.patch(f"/api/accounts/{id_}", json={"version": 2, "disabled": True})
    assert boss.post(f"/api/accounts/{id_}/remove", json={"version": 3}).status_code == 200
    assert site.ledger.get(Account, id_, removed=True).deleted_by == "boss"
    near = boss.get("/api/accounts", params={"name": "bosss"})
    assert (near.status_code, near.json()["nearest"]) == (404, ["boss"])


def test_no_answer_and_no_audit_record_holds_a_password(site: Site) -> None:
    boss = site.browser("boss", ADMIN)
    assert "argon2" not in boss.get("/api/accounts").text
    assert "argon2" not in str(site.told("account.create"))
    short = boss.post("/api/accounts", json={"name": "x", "password": "hunter2"})
    assert short.status_code == 422
    assert "hunter2" not in short.text
