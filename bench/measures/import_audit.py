"""Import of audit records: one document a line, from the file to the committed rows of all their tables."""

import time
from collections.abc import Iterator
from pathlib import Path

from bench.audit import records, write
from bench.importer import measured
from bench.measure import Measure, Row, Setting
from workbench.base.config import Organisation
from workbench.events.lookups import Lookups
from workbench.intake.activity import read_record
from workbench.intake.importing.audit import audit_context

_BUDGET = 15_000.0
_READ_BUDGET = 60.0
_RECORDS, _READ, _ROUNDS = 60_000, 8_000, 5


def _run(setting: Setting) -> Iterator[Row]:
    source = setting.folder / f"audit_{_RECORDS}.ndjson"
    if not source.exists():
        write(source, _RECORDS)
    done = measured(setting.folder / f"home_audit_{_RECORDS}", source)
    note = f"{done.kept:,} of {done.records:,} records kept"
    yield Row("audit records, by the clock", done.kept / done.seconds, "records/s", _BUDGET, "at least", note)
    per_core = done.kept / done.cpu_seconds
    yield Row(
        "audit records, of a processor's second", per_core, "records/s", note="what the load of the machine spares"
    )
    reading = min(_reading(setting.folder))
    yield Row("one audit record to rows", reading, "µs", _READ_BUDGET, note="the best of five rounds")


def _reading(folder: Path) -> Iterator[float]:
    """Microseconds a record of each round, without the file and the store."""
    made = list(records(_READ))
    context = audit_context(Organisation(domains=("northgate.example",)), Lookups(folder / "lookups"))
    for _ in range(_ROUNDS):
        started = time.process_time()
        for each in made:
            read_record(each, context)
        yield (time.process_time() - started) * 1e6 / _READ


IMPORT_AUDIT = Measure("Import of audit records", _run)
"""End to end, and the reading of a record alone."""
