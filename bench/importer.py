"""One import in a process of its own, so that its memory and time are its alone: ``python -m bench.importer``."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

from workbench.apps.cli.workspace import make_workspace
from workbench.base.config import find_workspace
from workbench.intake.importing import import_paths


@dataclass(frozen=True)
class Import:
    """What one import took: seconds by the clock and of all its processes, and the peak MiB of the largest process."""

    records: int
    kept: int
    seconds: float
    cpu_seconds: float
    memory: float


def measured(home: Path, source: Path) -> Import:
    """Import a file or folder into a new workspace."""
    command = [sys.executable, "-m", "bench.importer", str(home), str(source)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Import(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Import what the command line names and write the account as JSON."""
    home, source = map(Path, sys.argv[1:])
    make_workspace(home)
    before, started = _cpu(), time.perf_counter()
    report = import_paths(find_workspace(home), [source])
    took = time.perf_counter() - started
    whole = {"records": report.rows_in, "kept": report.kept, "seconds": took}
    memory = max(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN)) / 1024
    print(json.dumps({**whole, "cpu_seconds": _cpu() - before, "memory": memory}))


def _cpu() -> float:
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
