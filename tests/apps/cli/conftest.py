"""The command line as a person meets it: words in, exit status and two streams out."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.apps.service.conftest import to_be_found, workspace_at
from tests.apps.service.playbooks import write
from workbench.apps.cli import main
from workbench.apps.cli.workspace import make_workspace
from workbench.apps.service import accounts, first_password
from workbench.base.access import Role
from workbench.base.config import HOME_VARIABLE, Workspace
from workbench.events.query import catalog
from workbench.events.query.worker import Worker
from workbench.ledger.api import AccountNew, TokenNew
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import open_ledger
from workbench.ledger.client import TOKEN_VARIABLE, LogIn, remember
from workbench.ledger.models.words import TokenPurpose

COMMAND = [sys.executable, "-c", "from workbench.apps.cli import main; main()"]


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()


Cli = Callable[..., Said]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """Run one command in this process, on a workspace that is named."""

    def run(*words: str, home: Path | None = None, given: str | bytes = "") -> Said:
        monkeypatch.setattr(sys, "argv", ["workbench", *(["--home", str(home)] if home else []), *words])
        raw = given if isinstance(given, bytes) else given.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        capfdbinary.readouterr()
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        out, err = capfdbinary.readouterr()
        return Said(status, out, err.decode())

    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    return run


@pytest.fixture(scope="session")
def warm(northgate: Workspace) -> Iterator[Mapping[bool, Worker]]:
    """The processes that answer questions of the shared workspace, with and without accelerators; they stay warm."""
    made = {each: Worker(northgate.store, accelerators=each, reference=northgate.lookups) for each in (True, False)}
    yield made
    for each in made.values():
        each.stop()


@pytest.fixture
def cli(northgate: Workspace, typed: Cli, warm: Mapping[bool, Worker], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The same on the shared workspace unless another is named; there a process answers many commands, not one."""

    def worker(store: Path, *, accelerators: bool = True, reference: Path | None = None) -> Worker:
        if store == northgate.store:
            return warm[accelerators]
        return Worker(store, accelerators=accelerators, reference=reference)

    monkeypatch.setattr(catalog, "Worker", worker)
    return lambda *words, home=northgate.home, given="": typed(*words, home=home, given=given)


@dataclass(frozen=True)
class Control:
    """A workspace whose control service runs, and the configuration folder of somebody who may everything there."""

    home: Path
    address: str
    password: str
    """The password of "admin"."""
    one_time: str
    """The one it had first."""
    config: Path


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """A service that commands find, shared by the tests of those that speak to it."""
    home, config = tmp_path_factory.mktemp("served") / "home", tmp_path_factory.mktemp("config")
    make_workspace(home)
    one_time, password = first_password(Workspace(home)), "several unrelated words"
    with to_be_found(Workspace(home)) as site, pytest.MonkeyPatch.context() as patch:
        with LogIn(site.address, "admin", one_time) as session:
            session.change_password(one_time, password)
            secret = session.make_token(TokenNew(name="tests")).secret
        patch.setenv("XDG_CONFIG_HOME", str(config))
        remember(Workspace(home), secret)
        patch.undo()
        yield Control(home, site.address, password, one_time, config)


@pytest.fixture
def control(served: Control, typed: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run one command on the workspace whose service runs, as its administrator."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(served.config))
    return lambda *words, home=served.home, given="": typed(*words, home=home, given=given)


def start(home: Path, words: Sequence[str], token: str = "", **streams: object) -> "subprocess.Popen[bytes]":
    """A command as a process of its own."""
    environment = {**os.environ, HOME_VARIABLE: str(home)} | ({TOKEN_VARIABLE: token} if token else {})
    return subprocess.Popen([*COMMAND, *words], env=environment, **{"stderr": subprocess.PIPE, **streams})


@dataclass(frozen=True)
class Up:
    """A real service of a workspace of its own, and a token of an account that may do what administrators may."""

    workspace: Workspace
    token: str


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A service on loopback, in a process of its own, for all tests that ask one."""
    made = workspace_at(tmp_path_factory.mktemp("up") / "home")
    write(made, "small", "x = n * 2", "print(x)", parameters="n: int = 1  # a number")
    write(made, "slow", "import time\ntime.sleep(120)")
    write(made, "bad", "1 / 0", parameters="message: str = 'x'")
    with open_ledger(made) as ledger:
        new = AccountNew(name="cli", roles=[Role.SECURITY_ADMINISTRATOR], password="three unrelated words")
        account, _ = accounts.add_account(ledger, accounts.Passwords(), SYSTEM, new)
        account = ledger.edit(SYSTEM, account, {"must_change": False})
        token = accounts.make_token(ledger, SYSTEM, account, TokenNew(name="t", purpose=TokenPurpose.CLI))[1]
    words = [*COMMAND, "--home", str(made.home), "serve"]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert "http://127.0.0.1" in child.stdout.readline()
        yield Up(made, token)
    finally:
        child.terminate()
        child.wait(60)
        child.stdout.close()
