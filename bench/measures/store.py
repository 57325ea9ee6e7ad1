"""The store itself: sparse data, small batches, upkeep, a long log, and growth where it is asked for."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from statistics import geometric_mean

import polars as pl

from bench.mail_questions import QUESTIONS, open_store
from bench.measure import Measure, Row, Setting, middle
from bench.telemetry import generate
from workbench.events.query import StoreCatalog, ask
from workbench.events.store import Batch, Store, adopt, maintain, settle_if_crowded, write

START = datetime(2023, 9, 1, tzinfo=UTC)
SPARSE_MAILS, SPARSE_DAYS, SPARSE_AT_ONCE = 439, 3 * 365, 40
APPENDS, APPENDED = 120, 200
COMMITS = 1_000
GROWTH_FROM = 1_000_000
_QUESTION = "EmailEvents | where Subject has 'number7' | summarize n = count() by bin(Timestamp, 1d), SenderFromDomain"


def _run(setting: Setting) -> Iterator[Row]:
    yield _sparse(setting)
    yield from _small_batches(setting, "in a fortnight", timedelta(minutes=1))
    yield from _small_batches(setting, "over three years", timedelta(minutes=66))
    yield from _long_log(setting)
    yield from _upkeep(setting)
    if setting.rows > GROWTH_FROM:
        yield _growth(setting)


def mails(count: int, first: int, every: timedelta) -> pl.DataFrame:
    """Made-up mails, one after the other."""
    numbers = range(first, first + count)
    return pl.DataFrame(
        {
            "Timestamp": [START + number * every for number in numbers],
            "NetworkMessageId": [f"{number:08x}-0000-4000-8000-{number * 7919:012x}" for number in numbers],
            "RecipientEmailAddress": [f"user{number % 97}@northgate.example" for number in numbers],
            "SenderFromDomain": [f"sender{number % 41}.example" for number in numbers],
            "Subject": [f"About number{number % 13} of {number}" for number in numbers],
        }
    )


def _sparse(setting: Setting) -> Row:
    """A few mails over years as an import leaves them, beside the same rows in one adopted file."""
    rows = mails(SPARSE_MAILS, 0, timedelta(days=SPARSE_DAYS) / SPARSE_MAILS)
    parted, whole = (_fresh(setting.folder / name) for name in ("sparse", "sparse_whole"))
    for number, batch in enumerate(rows.iter_slices(SPARSE_AT_ONCE)):
        _append(parted, batch, number)
    file = setting.folder / "sparse.parquet"
    pl.concat(pl.read_parquet(path) for path in sorted(parted.root.rglob("_Part*/*.parquet"))).write_parquet(file)
    adopt(whole, "EmailEvents", [file])
    took = [_took(lambda store=store: _ask(store), 5 * setting.repeat) for store in (parted, whole)]
    note = (
        f"{SPARSE_MAILS} mails over three years, {SPARSE_AT_ONCE} an import, in {len(_files(parted))} files; "
        f"all in one {took[1]:.1f} ms"
    )
    return Row("a question of sparse data", took[0], "ms", took[1] * 2, note=note)


def _small_batches(setting: Setting, name: str, every: timedelta) -> Iterator[Row]:
    store, took = _fresh(setting.folder / "small"), []
    for number in range(APPENDS):
        batch = mails(APPENDED, number * APPENDED, every)
        took.append(_took(lambda batch=batch, number=number: _append(store, batch, number), 1))
    note = f"middle {middle(took):.0f} ms, first ten {middle(took[:10]):.0f} ms, last ten {middle(took[-10:]):.0f} ms"
    yield Row(f"{APPENDS} appends of {APPENDED} rows {name}", sum(took) / APPENDS, "ms each", note=note)
    before, files = _took(lambda: _ask(store), setting.repeat), len(_files(store))
    upkeep = _took(lambda: maintain(store, "EmailEvents", grace=0), 1)
    after = _took(lambda: _ask(store), setting.repeat)
    note = f"{files} files; of one file {after:.1f} ms, after upkeep of {upkeep:.0f} ms"
    yield Row(f"a question of {APPENDS * APPENDED:,} rows {name}", before, "ms", after * 2, note=note)


def _append(store: Store, batch: pl.DataFrame, number: int) -> None:
    """A small import: one commit, and what an import ends with."""
    store.write("EmailEvents", batch, Batch("bench", number))
    settle_if_crowded(store, "EmailEvents")


def _long_log(setting: Setting) -> Iterator[Row]:
    """Opening a table after many versions."""
    store = _fresh(setting.folder / "long")
    store.write("AlertInfo", mails(100, 0, timedelta(minutes=1)).select("Timestamp", AlertId="Subject"), Batch("b", 0))
    each = (
        _took(
            lambda: [write.commit(store.delta("AlertInfo"), [], [], Batch("b", number)) for number in range(COMMITS)], 1
        )
        / COMMITS
    )
    yield Row(f"opening after {COMMITS:,} versions", _opening(store), "ms", note=f"a version took {each:.1f} ms")
    maintain(store, "AlertInfo", grace=0)
    yield Row("opening after upkeep", _opening(store), "ms")


def _upkeep(setting: Setting) -> Iterator[Row]:
    """Compaction of a tenth of the rows, in batches as imports make them, each over the same month."""
    store, batches = _fresh(setting.folder / "upkeep"), max(2, setting.rows // 500_000)
    rows = 50_000
    for number in range(batches):
        batch = mails(rows, number * rows, timedelta(seconds=1)).with_columns(
            Timestamp=pl.lit(START) + pl.duration(seconds=pl.int_range(rows) * 50)
        )
        store.write("EmailEvents", batch, Batch("bench", number))
    before = len(_files(store))
    took = _took(lambda: maintain(store, "EmailEvents", grace=0), 1)
    note = f"{batches * rows:,} rows in {before} files that overlap become {len(_files(store))}"
    yield Row("compaction", batches * rows / took * 1000, "rows/s", note=note)


def _growth(setting: Setting) -> Row:
    small, large = (_questions(setting, rows) for rows in (GROWTH_FROM, setting.rows))
    note = f"geometric mean of {len(QUESTIONS)} questions: {small:.0f} ms, {large:.0f} ms"
    return Row(f"growth from {GROWTH_FROM:,} to {setting.rows:,} rows", large / small, "x", note=note)


def _questions(setting: Setting, rows: int) -> float:
    folder = setting.folder / f"telemetry_{rows}"
    marks = asdict(generate(folder, rows))
    store = open_store(folder)
    return geometric_mean(_took(lambda name=name: store.run(name, marks), setting.repeat) for name in QUESTIONS)


def _ask(store: Store) -> object:
    return ask(StoreCatalog(store), _QUESTION, now=START).frame


def _opening(store: Store) -> float:
    return _took(lambda: Store(store.root).snapshot("AlertInfo"), 5)


def _files(store: Store) -> list[Path]:
    return [Path(file.path) for file in store.held()["EmailEvents"].files]


def _fresh(folder: Path) -> Store:
    rmtree(folder, ignore_errors=True)
    return Store(folder)


def _took(work: Callable[[], object], repeat: int) -> float:
    """Milliseconds, the middle of several times."""
    laps = []
    for _ in range(repeat):
        began = time.perf_counter()
        work()
        laps.append((time.perf_counter() - began) * 1000)
    return middle(laps)


STORE = Measure("The store", _run)
