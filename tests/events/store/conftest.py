from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from workbench.events.store import Store

START = datetime(2026, 1, 30, tzinfo=UTC)


def mails(count: int, *, subject: str = "hello", start: datetime = START, first: int = 0) -> pl.DataFrame:
    """One mail an hour."""
    return pl.DataFrame(
        {
            "Timestamp": [start + timedelta(hours=first + number) for number in range(count)],
            "NetworkMessageId": [f"m{first + number}" for number in range(count)],
            "RecipientEmailAddress": ["anna@northgate.example"] * count,
            "Subject": [subject] * count,
        }
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def months(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few rows make a file a month, as many do."""
    monkeypatch.setattr("workbench.events.store.write.LEAST_ROWS", 1)


@pytest.fixture
def rows() -> Callable[..., pl.DataFrame]:
    return mails
