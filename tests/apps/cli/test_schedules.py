"""``schedules`` against a real service."""

import json

import pytest

from tests.apps.cli.conftest import Cli, Said, Up
from workbench.ledger.client import TOKEN_VARIABLE


@pytest.fixture
def asked(up: Up, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv(TOKEN_VARIABLE, up.token)

    def run(*words: str) -> Said:
        return cli(*words, home=up.workspace.home)

    return run


def test_a_schedule_is_added_listed_paused_resumed_and_removed(asked: Cli) -> None:
    added = asked("schedules", "add", "daily", "small", "30 6 * * *", "--zone", "Europe/Berlin", "-p", "n=4")
    assert added.status == 0, added.err
    assert added.err.startswith("Schedule daily: next tick ")
    assert asked("schedules", "add", "daily", "small", "30 6 * * *").status != 0
    (held,) = json.loads(asked("schedules", "list", "--format", "json").out)
    assert (held["name"], held["parameters"], held["time_zone"]) == ("daily", {"n": 4}, "Europe/Berlin")
    assert asked("schedules", "pause", "daily").err == "Schedule daily is paused.\n"
    assert "paused" in asked("schedules", "list").out
    assert asked("schedules", "resume", "daily").err.startswith("Schedule daily: next tick ")
    missing = asked("schedules", "remove", "dialy")
    assert (missing.status, "Did you mean daily?" in missing.err) == (2, True)
    assert asked("schedules", "remove", "daily").err == "Schedule daily is removed.\n"
    assert "Nothing runs by itself." in asked("schedules", "list").err + asked("schedules", "list").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("x", "smal", "0 6 * * *"), "Did you mean small?"),
        (("x", "small", "0 6 * *"), "five fields"),
        (("x", "small", "0 6 * * *", "--zone", "Europe/Berln"), "Did you mean Europe/Berlin"),
        (("x", "small", "0 6 * * *", "-p", "n=x"), "The parameter n"),
        (("x", "small", "0 6 * * *", "-p", "n"), "'n' is not NAME=VALUE"),
    ],
)
def test_what_cannot_be_is_said_with_the_nearest(words: tuple[str, ...], said: str, asked: Cli) -> None:
    told = asked("schedules", "add", *words)
    assert told.status == 2
    assert said in told.err
    assert asked("schedules", "list", "--format", "json").out.strip() == "[]"
