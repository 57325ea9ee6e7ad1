"""One import in a process of its own, so that its memory and time are its alone: ``python -m bench.importer``."""

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from workbench.apps.cli.workspace import make_workspace
from workbench.base.config import find_workspace
from workbench.intake.importing import import_paths

_EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Import:
    """What one import took: seconds by the clock and of all its processes; the peak MiB of the importer by itself and
    of all its processes together, where memory that several share is counted once (PSS).
    """

    records: int
    kept: int
    seconds: float
    cpu_seconds: float
    parent_memory: float
    memory: float


class _Watch(threading.Thread):
    """Looks at this process and all below it, again and again."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._seconds: dict[int, float] = {}
        self._done = threading.Event()
        self.parent_memory = self.memory = 0.0

    def run(self) -> None:
        while not self._done.wait(_EVERY_SECONDS):
            self.look()

    def stop(self) -> None:
        self._done.set()
        self.join()

    @property
    def seconds(self) -> float:
        """Processor's seconds of all processes so far."""
        return sum(self._seconds.values())

    def look(self) -> None:
        own = psutil.Process()
        sizes = {each.pid: self._size(each) for each in (own, *own.children(recursive=True))}
        self.parent_memory = max(self.parent_memory, sizes[own.pid])
        self.memory = max(self.memory, sum(sizes.values()))

    def _size(self, process: psutil.Process) -> float:
        try:
            times = process.cpu_times()
            self._seconds[process.pid] = times.user + times.system
            return float(process.memory_full_info().pss) / 2**20
        except psutil.Error:
            return 0.0


def measured(home: Path, source: Path) -> Import:
    """Import a file or folder into a new workspace."""
    command = [sys.executable, "-m", "bench.importer", str(home), str(source)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Import(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Import what the command line names and write the account as JSON."""
    home, source = map(Path, sys.argv[1:])
    make_workspace(home)
    watch = _Watch()
    watch.look()
    before, started = watch.seconds, time.perf_counter()
    watch.start()
    report = import_paths(find_workspace(home), [source], lambda _: None)
    took = time.perf_counter() - started
    watch.stop()
    whole = {"records": report.rows_in, "kept": report.kept, "seconds": took, "cpu_seconds": watch.seconds - before}
    print(json.dumps({**whole, "parent_memory": watch.parent_memory, "memory": watch.memory}))


if __name__ == "__main__":
    main()
