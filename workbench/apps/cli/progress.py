"""How far an import is: a bar on a terminal, elsewhere a line every ten seconds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from workbench.apps.cli.ends import say
from workbench.apps.cli.output import counted
from workbench.base.render import terminal
from workbench.intake.importing import Progress as Step

LINE_SECONDS = 10.0
_MB = 1_000_000
_LONGEST_NAME = 40

Tell = Callable[[Step], None]
S = TypeVar("S")


@contextmanager
def progress(*, quiet: bool) -> Iterator[Tell]:
    """What to tell the steps of an import. Bytes are those of the files as they are given, compressed or not."""
    console = Console(stderr=True)
    if quiet:
        yield lambda _: None
    elif console.is_terminal:
        with _bar(console) as bar:
            yield bar
    else:
        yield Lines(say, line)


@dataclass
class Lines(Generic[S]):
    """A line every ten seconds, for logs and pipes; ``worded`` says a step after so many seconds."""

    write: Callable[[str], None]
    worded: Callable[[S, float], str]
    clock: Callable[[], float] = time.monotonic
    _began: float = field(init=False)
    _next: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()
        self._next = self._began + LINE_SECONDS

    def __call__(self, step: S) -> None:
        """Write a line if it is time."""
        now = self.clock()
        if now >= self._next:
            self._next = now + LINE_SECONDS
            self.write(self.worded(step, now - self._began))


def line(step: Step, seconds: float) -> str:
    """How far an import is after so many seconds, with its rates and, once bytes are done, the time that is left."""
    share = f"{step.done_bytes / max(step.all_bytes, 1):.0%} of {step.all_bytes / _MB:,.1f} MB"
    rates = f"{step.records / seconds:,.0f} records/s, {step.done_bytes / _MB / seconds:,.1f} MB/s"
    left = f", about {length(seconds * (step.all_bytes / step.done_bytes - 1))} left" if step.done_bytes else ""
    return f"{counted(step.records, 'record')}, {share} ({rates}){left}: {terminal(step.file, _LONGEST_NAME)}"


def length(seconds: float) -> str:
    """A time as people say it, to the second."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


@contextmanager
def _bar(console: Console) -> Iterator[Tell]:
    columns = (
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
        TextColumn("{task.fields[records]}"), TimeRemainingColumn(), TextColumn("{task.fields[file]}", markup=False),
    )  # fmt: skip
    began = time.monotonic()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Importing", total=None, file="", records="")

        def tell(step: Step) -> None:
            rate = step.records / max(time.monotonic() - began, 0.001)
            bar.update(
                task, completed=step.done_bytes, total=step.all_bytes, file=terminal(step.file, _LONGEST_NAME),
                records=f"{step.records:,} records, {rate:,.0f}/s",
            )  # fmt: skip

        yield tell
