"""The first hour of an administrator: ``init``, ``serve``, ``login``, ``whoami``, ``logout``."""

import json
import os
import pty
import re
import select
import stat
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.apps.cli.conftest import COMMAND, Cli, Control
from workbench.ledger.api import TokenNew
from workbench.ledger.client import LogIn

ONE_TIME = re.compile(r"([a-z2-9]{4}-){3}[a-z2-9]{4}\n")


def test_init_prints_the_one_time_password_once(typed: Cli, tmp_path: Path) -> None:
    home = tmp_path / "home"
    said = typed("init", home=home)
    assert (said.status, bool(ONE_TIME.fullmatch(said.out))) == (0, True)
    assert "First administrator: admin. One-time password, printed this once" in said.err
    again = typed("init", home=home)
    assert (again.status, again.out) == (1, "")
    kept = [each for each in home.rglob("*") if each.is_file() and said.raw.strip() in each.read_bytes()]
    assert kept == []
    for name in ("ledger.db", "keys"):
        assert stat.S_IMODE((home / name).stat().st_mode) & 0o077 == 0, name


def typed_in(words: list[str], answers: list[tuple[str, str]], config: Path) -> tuple[int, str]:
    """Run a command at a terminal, and type an answer at each prompt; its exit status, and what stood on the screen."""
    parent, child = pty.openpty()
    environment = {**os.environ, "XDG_CONFIG_HOME": str(config)}
    code = f"import os; os.open({os.ttyname(child)!r}, os.O_RDWR); {COMMAND[-1]}"
    running = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdin=child,
        stdout=child,
        stderr=child,
        env=environment,
        start_new_session=True,
    )
    os.close(child)
    screen, until = "", time.monotonic() + 60
    waiting = list(answers)
    while time.monotonic() < until:
        if not select.select([parent], [], [], 0.2)[0]:
            if running.poll() is not None:
                break
            continue
        try:
            screen += os.read(parent, 4096).decode()
        except OSError:
            break
        if waiting and screen.rstrip().endswith(waiting[0][0]):
            hidden = waiting[0][0] != "Name:"
            while hidden and termios.tcgetattr(parent)[3] & termios.ECHO and time.monotonic() < until:
                time.sleep(0.02)
            os.write(parent, f"{waiting.pop(0)[1]}\n".encode())
            screen += "\n"
    os.close(parent)
    return running.wait(30), screen


@pytest.mark.skipif(sys.platform != "linux", reason="needs a terminal of Linux")
def test_a_new_account_logs_in_at_a_terminal_and_out_again(
    control: Cli, served: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = control("users", "add", "nora", "--role", "Security Operator").out.strip()
    new = "some more unrelated words"
    typing = [
        ("Name:", "Nora"), ("Password:", first), ("New password:", "short"), ("Repeat for confirmation:", "short"),
        ("New password:", new), ("Repeat for confirmation:", new),
    ]  # fmt: skip
    status, screen = typed_in(["--home", str(served.home), "login"], typing, tmp_path)
    assert status == 0, screen
    assert "The password you were given serves once. Choose your own: at least 12 characters." in screen
    assert "Logged in as nora (Security Operator). The token is in" in screen
    assert first not in screen
    assert new not in screen
    kept = tmp_path / "workbench" / "tokens.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    (secret,) = json.loads(kept.read_text()).values()
    assert secret not in screen
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    who = control("whoami").out.splitlines()
    assert who[0] == "nora: Security Operator"
    assert "  runs.start" in who
    assert "  users.manage" not in who
    assert control("logout").err == "Logged out.\n"
    assert json.loads(kept.read_text()) == {}
    assert control("logout").err.endswith("No token was stored.\n")
    said = control("whoami")
    assert (said.status, f"Log in: workbench --home {served.home} login" in said.err) == (1, True)
    monkeypatch.setenv("WORKBENCH_TOKEN", secret)
    assert control("whoami").status == 1, "it was revoked, not only forgotten"


def test_a_wrong_password_stores_nothing(served: Control, tmp_path: Path) -> None:
    typing = [("Password:", "not the password")]
    status, screen = typed_in(["--home", str(served.home), "login", "--name", "nobody"], typing, tmp_path)
    assert (status, "Name or password is wrong" in screen) == (1, True), screen
    assert "Traceback" not in screen
    assert not (tmp_path / "workbench").exists()


@pytest.mark.parametrize("token", ["nonsense", "x" * 5000, "é", "-" * 43])
def test_a_token_that_is_no_good_is_not_stored(
    token: str, control: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    said = control("login", "--token", "-", given=f"{token}\n")
    assert said.status in (1, 2), said.err
    assert "Traceback" not in said.err
    assert "Nobody is logged in" not in said.err, "the token is the fault"
    assert "no token" in said.err or "is no good: a token nobody knows" in said.err
    assert not (tmp_path / "workbench").exists()


def test_a_token_from_the_variable_comes_before_the_stored_one(
    control: Cli, served: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LogIn(served.address, "admin", served.password) as session:
        token = session.make_token(TokenNew(name="other", activities=["notes.view", "account.own"])).secret
    monkeypatch.setenv("WORKBENCH_TOKEN", token)
    assert control("whoami").out.split() == ["admin:", "Global", "Administrator", "notes.view", "account.own"]
    assert control("users", "list").status == 1


def test_without_a_service_each_says_how_to_start_it(
    typed: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    home = tmp_path / "home"
    typed("init", home=home)
    for words in (("login", "--name", "admin"), ("login", "--token", "-"), ("whoami",)):
        said = typed(*words, home=home, given="token\n")
        assert (said.status, "No control service runs for this workspace" in said.err) == (1, True), words
        assert f"Start it: workbench --home {home} serve" in said.err
    assert typed("logout", home=home).err.endswith("No token was stored.\n")


def test_a_second_service_and_an_open_address_are_refused(control: Cli, served: Control) -> None:
    second = control("serve")
    assert (second.status, "A service of this workspace runs already" in second.err) == (1, True)
    assert f"({served.address}, process {os.getpid()})" in second.err
    open_to_all = control("serve", "--host", "0.0.0.0")
    assert (open_to_all.status, "behind_proxy = true" in open_to_all.err) == (2, True)
    assert control("serve", "--port", "99999").status == 2
