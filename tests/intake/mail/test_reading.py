"""What is given with a message, and what comes back."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from tests.intake.mail.letters import plain, read
from workbench.intake.mail import TABLES, Context, Fault, Reading


def test_own_domains_are_compared_as_addresses_have_them() -> None:
    assert Context(own_domains=("Own.Example", "@team.example", ".sub.example.", "", " ")).own == (
        "own.example",
        "team.example",
        "sub.example",
    )


def test_the_import_time_is_now_unless_it_is_given() -> None:
    assert abs((datetime.now(UTC) - Context().seen_at).total_seconds()) < 60
    assert Context().seen_at.utcoffset() is not None


def test_a_context_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Context().own_domains = ("x",)  # type: ignore[misc]


def test_a_reading_has_rows_of_every_table_and_its_faults() -> None:
    reading = read(plain())
    assert isinstance(reading, Reading)
    assert tuple(reading.rows) == TABLES
    assert all(isinstance(fault, Fault) for fault in reading.faults)
