"""A real service on loopback: uvicorn in a thread, a ledger in a temporary workspace, httpx for a browser and programs."""

import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI

from tests.ledger.conftest import *  # noqa: F403  # the same databases
from workbench.apps.service import Listen, Options, Service, accounts, logs, make_app
from workbench.apps.service.lock import held
from workbench.apps.service.passwords import Passwords
from workbench.apps.service.server import Door, _config, _door, _entered, _write, refuse_unprotected
from workbench.base.access import Purpose, Role
from workbench.base.config import Workspace
from workbench.ledger.api import AccountNew, TokenNew
from workbench.ledger.audit import SYSTEM, Selection
from workbench.ledger.changes import Ledger
from workbench.ledger.models import open_database
from workbench.ledger.models.words import AccountKind, TokenPurpose

PASSWORD = "three unrelated words"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PROOF = "x-workbench-xsrf"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Loads no authorities: a client without it takes 20 ms of a processor to make."""


_KINDS = {
    None: TokenPurpose.CLI,
    Purpose.MONITOR: TokenPurpose.MONITOR,
    Purpose.PLAYBOOK_WORKER: TokenPurpose.WORKER,
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Site:
    """A running service as its clients meet it."""

    address: str
    service: Service
    app: FastAPI
    opened: list[httpx.Client] = field(default_factory=list)

    @property
    def ledger(self) -> Ledger:
        return self.service.ledger

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def anyone(self, **headers: str) -> httpx.Client:
        client = httpx.Client(base_url=self.address, headers=headers, timeout=30, trust_env=False, verify=NO_TLS)
        self.opened.append(client)
        return client

    def account(self, name: str, *roles: Role, purpose: Purpose | None = None) -> str:
        """Make an account that needs no new password; its id."""
        if found := accounts.find_account(self.ledger, name):
            return found.id
        holder = AccountKind.SERVICE if purpose else AccountKind.PERSON
        new = AccountNew(
            name=name, roles=list(roles), holder=holder, purpose=purpose, password=None if purpose else PASSWORD
        )
        made, _ = accounts.add_account(self.ledger, QUICK, SYSTEM, new)
        if not purpose:
            self.ledger.edit(SYSTEM, made, {"must_change": False})
        return made.id

    def token(self, name: str, *roles: Role, purpose: Purpose | None = None, **asked: object) -> str:
        """A token of an account, made where there is none."""
        from workbench.ledger.models import Account

        held = self.ledger.get(Account, self.account(name, *roles, purpose=purpose))
        kind = asked.pop("purpose_of_token", None) or _KINDS[purpose]
        new = TokenNew(**{"name": "test", "purpose": kind, **asked})
        return accounts.make_token(self.ledger, SYSTEM, held, new)[1]

    def program(self, name: str, *roles: Role, purpose: Purpose | None = None, **asked: object) -> httpx.Client:
        """A client with a token."""
        return self.anyone(authorization=f"Bearer {self.token(name, *roles, purpose=purpose, **asked)}")

    def browser(self, name: str, *roles: Role) -> httpx.Client:
        """A client that logged in, and sends what our pages send."""
        self.account(name, *roles)
        client = self.anyone()
        answer = client.post("/api/login", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers[PROOF] = client.cookies[self.service.cookies.proof]
        return client

    def told(self, verb: str) -> list[dict[str, object]]:
        """Audit records of a verb, newest first."""
        return self.ledger.audit(Selection(verb=verb))


@contextlib.contextmanager
def running(workspace: Workspace, ledger: Ledger, **options: object) -> Iterator[Site]:
    port = free_port()
    app = make_app(workspace, ledger, Options(**{"port": port, "passwords": QUICK, **options}))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, proxy_headers=False))
    server.install_signal_handlers = lambda: None
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < until
        time.sleep(0.01)
    site = Site(f"http://127.0.0.1:{port}", app.state.service, app)
    try:
        yield site
    finally:
        for client in site.opened:
            client.close()
        server.should_exit = True
        thread.join(30)


@contextlib.contextmanager
def as_served(workspace: Workspace, listen: Listen) -> Iterator[tuple[Site, uvicorn.Server]]:
    """A service as ``serve`` makes it, in a thread: with its door, its certificate and what it believes of a proxy."""
    kept = workspace.settings.service
    refuse_unprotected(kept, listen)
    with (
        Ledger(open_database(workspace.ledger), workspace.keys, workspace.anchor) as ledger,
        _door(kept, listen) as door,
    ):
        app = make_app(workspace, ledger, Options(door.port, door.secure, passwords=QUICK))
        server = uvicorn.Server(_config(kept, _entered(app, kept, door), workspace.home))
        thread = threading.Thread(target=server.run, args=([door.listening],))
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        site = Site(door.address, app.state.service, app)
        try:
            yield site, server
        finally:
            for client in site.opened:
                client.close()
            server.should_exit = True
            thread.join(30)


@contextlib.contextmanager
def to_be_found(workspace: Workspace, listen: Listen = Listen()) -> Iterator[Site]:  # noqa: B008  # it is frozen
    """A service that commands find as they find one that runs as a process of its own."""
    with held(workspace), as_served(workspace, listen) as (site, _), contextlib.closing(socket.socket()) as unused:
        _write(site.service, Door(unused, site.address, 0, secure=False))
        yield site
        workspace.service.unlink()


def workspace_at(home: Path, settings: str = "") -> Workspace:
    home.mkdir(exist_ok=True)
    (home / "workbench.toml").write_text(settings)
    return Workspace(home)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """The log of a service, as it is written where one serves."""
    workspace = workspace_at(tmp_path / "home")
    loggers = [logging.getLogger(name) for name in ("workbench", "uvicorn")]
    before = [(each, each.handlers[:], each.propagate, each.level) for each in loggers]
    logs.install(workspace)
    yield workspace.home / "logs" / "service.log"
    for each in loggers:
        for handler in each.handlers:
            handler.close()
    for each, handlers, propagate, level in before:
        each.handlers[:], each.propagate = handlers, propagate
        each.setLevel(level)


@pytest.fixture(scope="session")
def ready_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite ledger to copy."""
    path = tmp_path_factory.mktemp("service") / "ledger.db"
    open_database(path).close()
    return path


@pytest.fixture
def site(tmp_path: Path, ready_made: Path) -> Iterator[Site]:
    """A service with its own ledger (SQLite)."""
    import shutil

    workspace = workspace_at(tmp_path / "home")
    shutil.copy(ready_made, workspace.ledger)
    with (
        Ledger(open_database(workspace.ledger), workspace.keys, workspace.anchor) as ledger,
        running(workspace, ledger) as up,
    ):
        yield up


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: routes know nothing of it, so the second is for the slow set."""
    return request.param


@pytest.fixture
def either(tmp_path: Path, address: str | Path) -> Iterator[Site]:
    """A service on both databases, one after the other."""
    workspace = workspace_at(tmp_path / "home")
    with Ledger(open_database(address), workspace.keys, workspace.anchor) as ledger, running(workspace, ledger) as up:
        yield up
