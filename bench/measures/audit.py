"""The ledger: proving the audit trail, and changes by many at once."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import Measure, Row, Setting, percentile
from workbench.ledger.audit import SYSTEM, Actor, Entry, open_trail, seal, verify
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Note, open_database

RECORDS, AT_ONCE = 200_000, 5_000
WRITERS, EDITS = 16, 100
MILLION, BUDGET_SECONDS = 1_000_000, 30


def _run(setting: Setting) -> Iterator[Row]:
    yield from _proof(setting.folder / "trail")
    yield from _edits(setting.folder / "edits")


def _proof(folder: Path) -> Iterator[Row]:
    """Records such as an edit leaves, sealed in groups, then verified; seconds of the processor."""
    folder.mkdir()
    database = open_database(folder / "ledger.db")
    trail = open_trail(database, folder / "keys", folder / "anchor")
    actor = Actor("ingrid", roles=("Security Administrator",), session="s" * 26, address="192.0.2.7", request="r" * 26)
    entry = Entry(actor, "note.edit", "note", "n" * 26, {"text": "Seen twice"}, {"text": "Seen three times"}, "counted")
    began = time.process_time()
    for _ in range(RECORDS // AT_ONCE):
        with database.writing() as connection:
            head = seal(connection, trail, [entry] * AT_ONCE, datetime.now(UTC))
        trail.anchor.note(head, now=True)
    yield Row("records sealed", RECORDS / (time.process_time() - began), "/s of processor", note="5,000 a transaction")
    spent, lasted = time.process_time(), time.perf_counter()
    verdict = verify(database, folder / "keys", folder / "anchor")
    spent, lasted = time.process_time() - spent, time.perf_counter() - lasted
    database.close()
    whole = "whole" if verdict.fault is None else f"FAULT {verdict.fault}"
    note = f"{verdict.records:,} records, {whole}; {lasted * MILLION / RECORDS:.0f} s of the clock"
    yield Row("a million records verified", spent * MILLION / RECORDS, "s of processor", BUDGET_SECONDS, note=note)


def _edits(folder: Path) -> Iterator[Row]:
    """Sixteen writers, each of a row of its own, one edit after the other."""
    folder.mkdir()
    with Ledger(open_database(folder / "ledger.db"), folder / "keys", folder / "anchor") as ledger:
        values = {"entity": "ip", "value": "192.0.2.7", "text": "-"}
        rows = [ledger.create(SYSTEM, Note, values) for _ in range(WRITERS)]
        began = time.perf_counter()
        with ThreadPoolExecutor(WRITERS) as pool:
            took = [lap for laps in pool.map(lambda row: _one(ledger, row), rows) for lap in laps]
        seconds = time.perf_counter() - began
    note = f"{WRITERS} writers; p99 {percentile(took, 0.99):.0f} ms"
    yield Row("edits acknowledged", len(took) / seconds, "/s", note=note)


def _one(ledger: Ledger, row: Note) -> list[float]:
    laps = []
    for number in range(EDITS):
        began = time.perf_counter()
        row = ledger.edit(SYSTEM, row, {"text": str(number)})
        laps.append((time.perf_counter() - began) * 1000)
    return laps


AUDIT = Measure("Ledger and audit", _run)
