"""``import --watch``: take files as they arrive in a folder, one line for each, until it is stopped."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from workbench.apps.cli.ends import say
from workbench.apps.cli.output import counted
from workbench.base.config import Workspace
from workbench.base.render import terminal
from workbench.intake.importing import Report, Taken, Waiting, watch
from workbench.intake.importing.watch import FileRead, Told

_LONGEST_NAME, _LONGEST_TROUBLE = 100, 400


@dataclass
class _Stop:
    """Whether somebody asked to stop; a second time ends at once."""

    asked: bool = False

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        say("Stopping once the files at hand are read; once more stops at once.")


def watch_folder(workspace: Workspace, folder: Path, every: float, *, quiet: bool) -> None:
    """Watch until Ctrl-C or SIGTERM, and say what was read in all."""
    total = Report()

    def tell(told: Told) -> None:
        if isinstance(told, Taken):
            _add(total, told)
        for line in () if quiet and isinstance(told, Taken) else _lines(told):
            say(line)

    say(f"Watching {terminal(folder)}; Ctrl-C ends it.")
    with _stopping() as stop:
        watch(workspace, folder, tell, every=every, stopped=lambda: stop.asked)
    say(f"Stopped watching. {counted(total.files, 'file')}: {account_of(total)}")


def account_of(report: Report) -> str:
    """Records in, and what became of them."""
    return (
        f"{counted(report.rows_in, 'record')}: {report.kept:,} kept, {counted(report.duplicates, 'duplicate')}, "
        f"{report.quarantined:,} quarantined"
    )


@contextmanager
def _stopping() -> Iterator[_Stop]:
    stop = _Stop()
    before = {number: signal.signal(number, stop.ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _lines(told: Told) -> list[str]:
    if isinstance(told, Waiting):
        again = f"; next try in {told.seconds:.0f} s" if told.seconds else ""
        return [f"waiting: {terminal(told.what, _LONGEST_TROUBLE)}{again}"]
    new = [file for file in told.files if not file.before]
    if len(new) == 1:
        lines = [f"{terminal(new[0].name, _LONGEST_NAME)}: {account_of(told.report)}"]
    else:
        lines = [_line(file) for file in new]
        lines += [f"  together {account_of(told.report)}"] if new else []
    return lines + [_line(file) for file in told.files if file.before]


def _line(file: FileRead) -> str:
    name = terminal(file.name, _LONGEST_NAME)
    if file.known is None:
        return f"{name}: not read to its end; see: workbench quarantine list --file NAME"
    if file.before:
        return f"{name}: the same bytes were read before, {counted(file.known.records, 'record')}"
    return f"{name}: {counted(file.known.records, 'record')}, {file.known.quarantined:,} quarantined"


def _add(total: Report, told: Taken) -> None:
    total.files += len(told.files)
    for name in ("rows_in", "kept", "duplicates", "quarantined"):
        setattr(total, name, getattr(total, name) + getattr(told.report, name))
