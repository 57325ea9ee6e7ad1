"""Readiness tells each part that fails, and says no more than that to whoever asks."""

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.apps.service.conftest import Site
from workbench.apps.service import ready
from workbench.base.errors import LedgerError, StoreError


def told(site: Site) -> tuple[int, dict[str, str]]:
    answer = site.anyone().get("/ready")
    said = answer.json()
    assert said["ready"] == (answer.status_code == 200)
    return answer.status_code, {name: word for name, word in said["parts"].items() if word != "ready"}


@contextmanager
def no_ledger(site: Site, patch: pytest.MonkeyPatch):
    """The database is gone from under the service."""
    with site.ledger.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE outbox RENAME TO elsewhere")
    yield
    with site.ledger.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO outbox")


@contextmanager
def a_crowd(site: Site, patch: pytest.MonkeyPatch):
    with patch.context() as patched:
        patched.setattr(ready, "CROWDED", -1)
        yield


@contextmanager
def no_store(site: Site, patch: pytest.MonkeyPatch):
    """Something else lies where the table's log is."""
    log = site.service.workspace.store / "WorkbenchAudit" / "_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020}.json").write_text("{not a log")
    yield
    (log / f"{0:020}.json").unlink()
    log.rmdir()
    log.parent.rmdir()


@contextmanager
def no_room(site: Site, patch: pytest.MonkeyPatch):
    with patch.context() as patched:
        patched.setattr(ready, "LEAST_FREE", 2**62)
        yield


@contextmanager
def no_queue(site: Site, patch: pytest.MonkeyPatch):
    site.service.checks["queue"] = lambda: "nobody takes runs"
    yield
    del site.service.checks["queue"]


@pytest.mark.parametrize(
    ("part", "broken", "word"),
    [
        ("ledger", no_ledger, "LedgerError"),
        ("ledger", a_crowd, "0 changes wait to be written"),
        ("store", no_store, "StoreError"),
        ("disk", no_room, "MiB are free"),
        ("queue", no_queue, "nobody takes runs"),
    ],
    ids=["ledger", "crowd", "store", "disk", "others"],
)
def test_each_part_that_fails_is_told_and_comes_back(
    part: str,
    broken: Callable[[Site, pytest.MonkeyPatch], AbstractContextManager[None]],
    word: str,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert told(site) == (200, {})
    with broken(site, monkeypatch):
        status, faults = told(site)
        assert (status, list(faults)) == (503, [part])
        assert word in faults[part]
        assert site.anyone().get("/health").status_code == 200
    assert told(site) == (200, {})


@pytest.mark.parametrize("error", [StoreError("canary"), LedgerError("canary"), OSError(28, "canary"), ValueError("x")])
def test_what_went_wrong_is_told_by_its_kind_only(error: Exception, site: Site) -> None:
    def fail() -> str:
        raise error

    site.service.checks["part"] = fail
    if isinstance(error, ValueError):
        assert site.anyone().get("/ready").status_code == 500, "a fault of ours is not made into a fault of a part"
        return
    assert told(site) == (503, {"part": type(error).__name__})


def test_the_path_of_the_workspace_is_nobodys_business(site: Site, tmp_path: Path) -> None:
    for where in ("/health", "/ready", "/openapi.json", "/login"):
        assert str(tmp_path) not in site.anyone().get(where).text
