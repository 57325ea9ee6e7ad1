"""An open ledger with somebody to act."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.ledger.audit import Actor
from workbench.ledger.changes import Ledger
from workbench.ledger.models import open_database

HERE = Path(__file__).parent
ON_A_FILE = (
    "test_the_same_kill_does_tear_who_writes_change_and_record_apart",
    "test_a_kill_between_store_and_outbox_loses_nothing_and_doubles_nothing",
    "test_who_lets_go_before_it_is_in_the_store_does_lose",
    "test_conditions",
    "test_who_finds_no_room_is_told",
)
"""Tests that are everyday work on a file, and on the server slow ones: each starts programs, or has many cases."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them."""
    for item in items:
        named = getattr(item, "originalname", "") in ON_A_FILE
        if HERE in item.path.parents and named and "postgresql" in item.name:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def ledger(address: str | Path, tmp_path: Path) -> Iterator[Ledger]:
    """A fresh ledger on either database."""
    with Ledger(open_database(address), tmp_path / "keys", tmp_path / "anchor") as opened:
        yield opened


@pytest.fixture
def ingrid() -> Actor:
    """Somebody with all that an actor has."""
    return Actor("ingrid", roles=("Security Administrator",), session="S1", address="192.0.2.7", request="r-1")
