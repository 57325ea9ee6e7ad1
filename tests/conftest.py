"""Fixtures that every room may use, named for nouns."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from tests import order
from tests.laws import profile
from workbench.apps.demo import prepare
from workbench.base.config import Workspace

SHARED = Path(__file__).parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run the slow tests too")


def pytest_configure(config: pytest.Config) -> None:
    settings.register_profile("run", profile(everything=config.getoption("--all")))
    settings.load_profile("run")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    return order.scheduler(config, log) if config.option.dist == "loadfile" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=order.turn)
    if config.getoption("--all"):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow: run by make test-all"))


@contextmanager
def no_loop(item: pytest.Item) -> Iterator[None]:
    """No loop runs in the thread of a test and its fixtures but their own; that of a browser's driver is back after."""
    before = None if "chromium" in getattr(item, "fixturenames", ()) else asyncio._get_running_loop()
    if before is not None:
        asyncio._set_running_loop(None)
    try:
        yield
    finally:
        if before is not None:
            asyncio._set_running_loop(before)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with no_loop(item):
        yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with no_loop(item):
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of studies and real data beside the checkout; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the folder ../shared with the real data sets, which is not here")
    return SHARED


@pytest.fixture
def clock() -> datetime:
    """A fixed now."""
    return datetime(2026, 9, 18, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def northgate(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the sample organisation imported; shared by many tests, so nobody may change it."""
    workspace, report = prepare(tmp_path_factory.mktemp("northgate"))
    assert report.kept > 1000
    return workspace
