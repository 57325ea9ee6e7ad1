"""Accounts from the command line: with a service and its roles, and on the ledger itself where none runs."""

import json
import re
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli, Control
from tests.apps.service.conftest import to_be_found, workspace_at
from workbench.base.access import Purpose, Role
from workbench.base.errors import Denied
from workbench.ledger.api import TokenNew
from workbench.ledger.client import LogIn

ONE_TIME = re.compile(r"([a-z2-9]{4}-){3}[a-z2-9]{4}\n")


@pytest.fixture(scope="session")
def _initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("alone") / "home"


@pytest.fixture
def alone(_initialised: Path, typed: Cli) -> Cli:
    """Run one command on a workspace without a service."""
    if not _initialised.exists():
        assert typed("init", home=_initialised).status == 0
    return lambda *words, given="": typed(*words, home=_initialised, given=given)


def rows(cli: Cli) -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in json.loads(cli("users", "list", "--format", "json").out)}


@pytest.fixture(params=["alone", "control"])
def either(request: pytest.FixtureRequest) -> Cli:
    """The same commands without and with a service."""
    return request.getfixturevalue(request.param)


def test_an_account_from_its_making_to_its_end(either: Cli) -> None:
    said = either("users", "add", "ingrid", "--role", "Security Administrator", "--role", "search-and-purge",
                  "--display", "Ingrid <b>")  # fmt: skip
    assert (said.status, bool(ONE_TIME.fullmatch(said.out))) == (0, True), "the password alone, for a pipe"
    assert "ingrid: Security Administrator, Search and Purge\nOne-time password, printed this once" in said.err
    held = rows(either)["ingrid"]
    assert (held["roles"], held["must_change"], held["display"]) == (
        ["Security Administrator", "Search and Purge"], True, "Ingrid <b>",
    )  # fmt: skip
    assert "password" not in held
    assert either("users", "roles", "INGRID", "security reader", "--reason", "moved").err == "ingrid: Security Reader\n"
    assert either("users", "roles", "ingrid").err == "ingrid: no roles\n"
    assert either("users", "disable", "ingrid", "--reason", "left").err == "ingrid is disabled.\n"
    shown = next(line for line in either("users", "list").out.splitlines() if line.startswith("ingrid"))
    assert "disabled" in shown
    assert either("users", "enable", "ingrid").err == "ingrid is enabled.\n"
    again = either("users", "password", "ingrid")
    assert ONE_TIME.fullmatch(again.out)
    assert again.out != said.out
    kept = json.loads(either("audit", "show", "--kind", "account", "--format", "json").out)
    assert {"moved", "left"} <= {each["reason"] for each in kept}
    assert said.out.strip() not in str(kept)


def test_a_service_account_has_a_purpose_and_tokens(either: Cli) -> None:
    made = either("users", "add", "prometheus", "--service", "monitor")
    assert (made.status, made.out, made.err) == (0, "", "prometheus: monitor\n")
    token = either("users", "token", "prometheus", "--days", "7")
    assert (token.status, len(token.out.strip()), token.err) == (0, 43, "Token of prometheus, printed this once:\n")
    assert rows(either)["prometheus"]["purpose"] == Purpose.MONITOR
    refused = either("users", "password", "prometheus")
    assert (refused.status, "A service account has no password. Give it a token." in refused.err) == (1, True)
    assert "service: monitor" in either("users", "list").out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("roles", "admin", "Securty Reader"), 2, "There is no role named 'Securty Reader'. Did you mean Security Reader"),
        (("add", "x", "--role", "global-admin"), 2, "Did you mean Global Administrator"),
        (("add", "x", "--role", "Service Account"), 2, "There is no role named 'Service Account'"),
        (("add", "x", "--service", "moniter"), 2, "Did you mean monitor?"),
        (("add", "x", "--service", "monitor", "--role", "Preview"), 2, "A service account has a purpose in place of roles"),
        (("disable", "admn"), 2, "There is no account named 'admn'. Did you mean admin?"),
        (("enable", "admi"), 2, "Did you mean admin?"),
        (("password", "admim"), 2, "Did you mean admin?"),
        (("token", "adnin"), 2, "Did you mean admin?"),
        (("token", "admin"), 1, "Tokens of people are made by themselves"),
        (("add", "Admin"), 1, "Another account named 'Admin' exists already"),
        (("add", "x", "--service", "hacker"), 2, "named 'hacker'. It is one of: playbook worker, monitor"),
        (("roles", "admin", "Root"), 2, "It is one of: Global Administrator, Security Administrator"),
        (("disable", "admin"), 1, "This is the last Global Administrator. Give another account that role first."),
        (("roles", "admin", "Security Reader"), 1, "This is the last Global Administrator"),
        (("add", "   "), 2, "name"),
        (("add", "x" * 300), 2, "name"),
        (("add", "a\x00b"), 2, "name"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line_with_the_nearest(
    words: tuple[str, ...], status: int, said: str, either: Cli
) -> None:
    answer = either("users", *words)
    assert (answer.status, answer.out, answer.err.count("\n")) == (status, "", 1), answer.err
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_hostile_names_do_not_reach_the_terminal(either: Cli) -> None:
    assert either("users", "add", "\x1b[31mred\u202e", "--role", "Preview").status == 0
    shown = either("users", "list").out
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_without_a_service_the_ledger_names_who_owns_the_files(alone: Cli) -> None:
    alone("users", "add", "local", "--role", "Preview")
    assert str(rows(alone)["local"]["created_by"]).startswith("system: command line of ")


def test_with_a_service_it_names_the_account(control: Cli) -> None:
    control("users", "add", "remote", "--role", "Preview")
    assert rows(control)["remote"]["created_by"] == "admin"


def test_without_a_log_in_nothing_goes_and_the_next_step_is_said(
    control: Cli, served: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for words in (("list",), ("add", "x"), ("disable", "admin"), ("password", "admin")):
        said = control("users", *words)
        assert (said.status, said.out) == (1, "")
        assert f"Log in: workbench --home {served.home} login (the first time as admin" in said.err


def test_roles_hold_for_the_command_line_too(
    control: Cli, served: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = control("users", "add", "rita", "--role", Role.SECURITY_READER).out.strip()
    with LogIn(served.address, "rita", first) as session:
        session.change_password(first, "rather unrelated words")
        token = session.make_token(TokenNew(name="t")).secret
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert "Logged in as rita (Security Reader)" in control("login", "--token", "-", given=f"{token}\n").err
    said = control("users", "add", "more")
    assert (said.status, "It needs Global Administrator." in said.err) == (1, True)
    assert control("users", "list").status == 1
    assert control("audit", "show").status == 0
    with pytest.raises(Denied):
        LogIn(served.address, "rita", first)


def test_where_nobody_can_administer_accounts_it_is_said_with_what_makes_the_first(
    typed: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    workspace = workspace_at(tmp_path / "a home")
    with to_be_found(workspace) as site:
        for words in (("users", "add", "ingrid"), ("users", "list"), ("audit", "show"), ("schedules", "list")):
            said = typed(*words, home=workspace.home)
            assert (said.status, said.out) == (1, "")
            assert "Nobody is logged in, and nobody can administer accounts yet. Stop the service; then: " in said.err
            assert f"workbench --home '{workspace.home}' init, which prints a one-time password of admin" in said.err
        with pytest.raises(Denied, match="Name or password is wrong, and nobody can administer accounts yet"):
            LogIn(site.address, "admin", "guessed")


def test_what_only_looks_makes_no_ledger(typed: Cli, tmp_path: Path) -> None:
    workspace = workspace_at(tmp_path / "home")
    for words in (("users", "list"), ("users", "token", "x"), ("audit", "show"), ("audit", "export")):
        said = typed(*words, home=workspace.home)
        assert (said.status, said.out) == (1, "")
        assert f"There is no ledger yet ({workspace.home}). Make it, and the first administrator" in said.err
        assert said.err.endswith(f"workbench --home {workspace.home} init\n")
    assert not workspace.ledger.exists()
    assert not workspace.keys.exists()
