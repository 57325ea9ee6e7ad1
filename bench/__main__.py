"""Run the measurements and print one table: ``python -m bench [NAME...] [--rows N] [--repeat N] [--folder DIR]``.

Without names all are run, in a few minutes. Nothing here fails because the machine is slow: every figure stands beside
its budget or a reference from the same run, and beside the load of the machine.
"""

import argparse
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import HEAD, Measure, Setting, cells, line
from workbench.base.discover import discover
from workbench.base.errors import UnknownName


def main() -> None:
    """Read the command line, measure, print."""
    found = discover("bench.measures", Measure)
    chosen = _arguments(list(found))
    for name in chosen.names:
        if name not in found:
            raise SystemExit(str(UnknownName("measurement", name, found)))
    with _folder(chosen.folder) as folder:
        _print(Setting(folder, chosen.rows, chosen.repeat), {name: found[name] for name in chosen.names or found})


def _print(setting: Setting, measures: dict[str, Measure]) -> None:
    cores = len(os.sched_getaffinity(0))
    print(f"{platform.machine()}, {cores} cores, Python {platform.python_version()}, {setting.rows:,} rows")
    for name, measure in measures.items():
        started = time.perf_counter()
        print(f"\n## {measure.title} ({name})\n\n{line(HEAD)}\n{line(('---',) * len(HEAD))}", flush=True)
        for row in measure.run(setting):
            print(line(cells(row)), flush=True)
        print(f"\nTook {time.perf_counter() - started:.0f} s.", flush=True)


def _arguments(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure against the budgets.")
    parser.add_argument("names", nargs="*", help=f"which: {', '.join(names)}; all by default")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of made-up mail (budgets are for 10000000)")
    parser.add_argument("--repeat", type=int, default=3, help="rounds")
    parser.add_argument("--folder", type=Path, help="where to keep made-up data for the next run; else it is removed")
    return parser.parse_args()


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    if wanted:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted
        return
    with TemporaryDirectory(prefix="workbench-bench-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
