"""Import of raw mail with fingerprints, links, attachments and originals: copies of the sample, each one different."""

import os
from collections.abc import Iterator
from pathlib import Path

from bench.importer import measured
from bench.measure import Measure, Row, Setting
from workbench.base.config import shipped

_BUDGET = 200.0
_MAILS = 3_000


def _run(setting: Setting) -> Iterator[Row]:
    source = setting.folder / "mail"
    _write(source)
    done = measured(setting.folder / "home_mail", source)
    cores = len(os.sched_getaffinity(0))
    note = f"{done.kept:,} of {done.records:,} mails kept"
    per_core, by_clock = done.kept / done.cpu_seconds, done.kept / done.seconds
    yield Row("raw mail, of a processor's second", per_core, "mails/s", _BUDGET, "at least", note)
    yield Row("raw mail, by the clock", by_clock, "mails/s", _BUDGET * cores, "at least", f"{cores} cores")
    yield Row("memory of the import, all processes", done.memory, "MiB")


def _write(folder: Path) -> None:
    """Copies of the sample mails with a header and a first line of their own."""
    sample = shipped("data") / "sample"
    paths = [path for part in ("ham_and_spam", "northgate/mail") for path in sorted((sample / part).glob("*.eml"))]
    mails = [path.read_bytes() for path in paths]
    folder.mkdir(exist_ok=True)
    for number in range(_MAILS):
        copy = b"X-Copy: %d\r\n" % number + mails[number % len(mails)]
        (folder / f"{number:05}.eml").write_bytes(copy)


IMPORT_MAIL = Measure("Import of raw mail", _run)
