"""From a changed filter to the redrawn Explorer, without the browser: count, histogram and first page."""

import time
from collections.abc import Iterator
from datetime import timedelta

from bench.filters import FILTERS
from bench.mail_questions import TABLES
from bench.measure import Measure, Row, Setting, percentile
from bench.telemetry import generate
from workbench.apps.cli.workspace import make_workspace
from workbench.apps.session import Workbench
from workbench.apps.ui.explorer.explorer import Explorer
from workbench.base.config import find_workspace
from workbench.base.span import Span
from workbench.events.store import adopt
from workbench.views.explorer import views

WEEK_MS, MONTH_MS = 400.0, 1000.0
"""What a redraw may take, the browser included, on ten million rows."""


def _run(setting: Setting) -> Iterator[Row]:
    explorer = _opened(setting)
    end = explorer.span.end
    for days, budget in ((7, WEEK_MS), (30, MONTH_MS)):
        span = Span(end - timedelta(days=days), end)
        taken = {name: _redraw(explorer, span, name) for name in FILTERS}
        slowest = max(taken, key=taken.__getitem__)
        note = f"{len(taken)} filters; the budget counts the browser in, on 10M rows"
        yield Row(f"redraw on {days} days, median", percentile(taken.values(), 0.5), "ms", note=note)
        yield Row(
            f"redraw on {days} days, p95", percentile(taken.values(), 0.95), "ms", budget, note=f"slowest: {slowest}"
        )


def _opened(setting: Setting) -> Explorer:
    return Explorer(workbench_of(setting), views()["all_email"])


def workbench_of(setting: Setting) -> Workbench:
    """A workspace with the made-up mail."""
    generate(setting.data, setting.rows)
    home = setting.folder / "home_explorer"
    if not home.exists():
        make_workspace(home)
        (home / "workbench.toml").write_text('now = "newest"\n', "utf-8")
    workbench = Workbench(find_workspace(home))
    for name in TABLES:
        if workbench.store.snapshot(name) is None:
            adopt(workbench.store, name, sorted((setting.data / name).glob("**/*.parquet")))
    return workbench


def _redraw(explorer: Explorer, span: Span, name: str) -> float:
    explorer.span = explorer.bar.show(span)
    started = time.perf_counter()
    explorer.filters.set(FILTERS[name])
    return (time.perf_counter() - started) * 1000


EXPLORER = Measure("Explorer", _run)
