"""Children that end or hang over a record: only that record suffers."""

import os
import time
from datetime import UTC, datetime

import pytest

from workbench.intake.activity import Context
from workbench.intake.importing import children
from workbench.intake.importing.children import Lost, Pool, RowChildren, outcome
from workbench.intake.importing.origin import Origin
from workbench.intake.importing.taking import Taken, Task
from workbench.intake.sources import Block

NOW = datetime(2026, 9, 18, tzinfo=UTC)
ORIGIN = Origin("digest", "EmailEvents.ndjson", "EmailEvents.ndjson", "EmailEvents")


def deadly(tasks: list[Task], _: datetime, context: Context) -> list[Taken]:
    """Reads tasks, and ends its process over a record that says so."""
    from workbench.intake.importing.taking import take

    for task in tasks:
        for block in task.blocks:
            if b"die" in block.raw:
                os._exit(1)
            if b"hang" in block.raw:
                time.sleep(60)
    return take(tasks, NOW, context)


@pytest.mark.parametrize("word", ["die", "hang"])
def test_only_the_record_that_ends_the_child_is_set_aside(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setattr(children, "take", deadly)
    monkeypatch.setattr(children, "SECONDS_PER_TASK", 6.0)
    monkeypatch.setattr(children, "SECONDS_PER_PART", 6.0)
    lines = [f'{{"Timestamp":"2026-09-14","NetworkMessageId":"m{number}"}}' for number in range(40)]
    lines[17] = f'{{"Timestamp":"2026-09-14","NetworkMessageId":"{word}"}}'
    with Pool(1) as pool:
        rows = RowChildren(pool, NOW, Context())
        asked = [(ORIGIN, Task("json_rows", "EmailEvents", (Block("\n".join(lines).encode()),)))]
        taken = [each for _, each in rows.send(asked)] + [each for _, each in rows.next()]
    assert sum(each.records for each in taken) == 40
    (refusal,) = [refusal for each in taken for refusal in each.refusals]
    assert (refusal.where, refusal.raw) == ("record 18", lines[17].encode())
    assert ("ended the parser" if word == "die" else "more than 6 seconds") in refusal.reason


def test_an_exception_is_a_reason() -> None:
    with Pool(1) as pool:
        found = outcome(pool.schedule(int, "x", seconds=20.0), 20.0)
    assert isinstance(found, Lost)
    assert "ValueError" in found.reason
