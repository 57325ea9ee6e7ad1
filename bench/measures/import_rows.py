"""Import of a hunting export, one JSON object a line with 46 columns, from the file to the committed rows."""

from collections.abc import Iterator
from pathlib import Path

from bench.importer import Import, measured
from bench.measure import Measure, Row, Setting
from bench.telemetry import Cast, day, plan_of

_BUDGET = 60_000.0
_SMALL, _LARGE = 50_000, 200_000
_FLAT = 1.25


def _run(setting: Setting) -> Iterator[Row]:
    small, large = (_import(setting.folder, size) for size in (_SMALL, _LARGE))
    rate, per_core = large.kept / large.seconds, large.kept / large.cpu_seconds
    note = f"{large.kept:,} of {large.records:,} rows kept"
    yield Row("NDJSON import, by the clock", rate, "rows/s", _BUDGET, "at least", note)
    yield Row("NDJSON import, of a processor's second", per_core, "rows/s", note="what the load of the machine spares")
    quarter = f"{small.memory:.0f} MiB for a quarter of the rows; the importer itself {large.parent_memory:.0f} MiB"
    yield Row("memory of the import, all processes", large.memory, "MiB", small.memory * _FLAT, note=quarter)


def _import(folder: Path, rows: int) -> Import:
    source = folder / f"EmailEvents_{rows}.ndjson"
    if not source.exists():
        day(Cast(plan_of(rows, 1)), 0)["EmailEvents"].write_ndjson(source)
    return measured(folder / f"home_rows_{rows}", source)


IMPORT_ROWS = Measure("Import of an export", _run)
