"""An open ledger with somebody to act."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.ledger.audit import Actor
from workbench.ledger.changes import Ledger
from workbench.ledger.models import open_database


@pytest.fixture
def ledger(address: str | Path, tmp_path: Path) -> Iterator[Ledger]:
    """A fresh ledger on either database."""
    with Ledger(open_database(address), tmp_path / "keys", tmp_path / "anchor") as opened:
        yield opened


@pytest.fixture
def ingrid() -> Actor:
    """Somebody with all that an actor has."""
    return Actor("ingrid", roles=("Security Administrator",), session="S1", address="192.0.2.7", request="r-1")
