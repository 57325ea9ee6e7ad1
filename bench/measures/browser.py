"""From a filter in the address of the Explorer to the redrawn page, in a real browser, on made-up mail."""

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Error, Page, sync_playwright

from bench.filters import FILTERS
from bench.measure import Measure, Row, Setting, percentile
from bench.measures.explorer import MONTH_MS, WEEK_MS, workbench_of
from workbench.apps.ui.widgets.address import LONGEST
from workbench.base.span import Span
from workbench.views.publish.serve import apps

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_READY = "document.documentElement.dataset.wbReady !== undefined"
_REDRAWN = """async (hash) => {
  const grid = () => document.querySelector(".wb-grid").dataset.drawn;
  const [before, began] = [grid(), performance.now()];
  const said = () => [...document.querySelectorAll(".wb-fault:not([hidden])")].map((each) => each.textContent).join();
  location.hash = hash;
  while (grid() === before) {
    if (said() || performance.now() - began > 60_000) throw new Error(said() || "nothing was drawn in a minute");
    await new Promise((next) => setTimeout(next, 5));
  }
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  if (said()) throw new Error(said());
  return performance.now() - began;
}"""


def _run(setting: Setting) -> Iterator[Row]:
    if not (chromium := shutil.which("chromium")):
        yield Row("not measured: Chromium is missing (apt-get install chromium)", float("nan"), "ms")
        return
    workbench = workbench_of(setting)
    end = workbench.now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    filters = {name: text for name, tree in FILTERS.items() if len(text := json.dumps(tree)) <= LONGEST}
    with apps(workbench.workspace, lab=False) as addresses, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        yield Row("page opened", _opened(page, addresses["Explorer"]), "ms")
        for days, budget in ((7, WEEK_MS), (30, MONTH_MS)):
            yield from _rows(_taken(page, Span(end - timedelta(days=days), end), filters), days, budget)
        browser.close()


def _opened(page: Page, address: str) -> float:
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_function(_READY, timeout=120_000)
    return (time.perf_counter() - began) * 1000


def _taken(page: Page, span: Span, filters: Mapping[str, str]) -> dict[str, float]:
    page.set_default_timeout(300_000)
    found: dict[str, Any] = {}
    for name, text in filters.items():
        state = {"view": "all_email", "span": str(span), "filter": text, "by": "DeliveryAction"}
        try:
            found[name] = page.evaluate(_REDRAWN, urlencode(state))
        except Error as error:
            raise RuntimeError(f"The filter {name!r}: {error.message}") from None
    return found


def _rows(taken: Mapping[str, float], days: int, budget: float) -> Iterator[Row]:
    slowest = max(taken, key=taken.__getitem__)
    note = f"{len(taken)} filters; the budget is for 10M rows"
    yield Row(f"redraw on {days} days, median", percentile(taken.values(), 0.5), "ms", note=note)
    yield Row(f"redraw on {days} days, p95", percentile(taken.values(), 0.95), "ms", budget)
    yield Row(f"redraw on {days} days, slowest", taken[slowest], "ms", note=slowest)
    over = sum(each > 1000 for each in taken.values())
    yield Row(f"redraw on {days} days, longer than a second", over, "filters")


BROWSER = Measure("Explorer in the browser", _run)
