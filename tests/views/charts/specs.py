"""What the tests of all kinds of figures share."""

import json
import re
from datetime import UTC, datetime, timedelta

import polars as pl

from workbench.base.span import Span
from workbench.views.charts.figure import Figure
from workbench.views.charts.theme import resolve

START = datetime(2026, 9, 1, tzinfo=UTC)
WEEK = Span(START, START + timedelta(days=7))
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOSTILE = ("<script>x</script>", "__proto__", "datum.x", "var(--wb-card)", "a\u202eb")


def over_time(series: tuple[str, ...] = ("Delivered",), bins: int = 7, step: timedelta = DAY) -> pl.DataFrame:
    rows = [{"time": START + at * step, "series": name, "count": at + 1} for at in range(bins) for name in series]
    return pl.DataFrame(rows)


def valid(figure: Figure) -> None:
    """The structure is Vega-Lite of the version altair carries, in either mode, and names only known colours."""
    import altair as alt

    for mode in ("light", "dark"):
        spec = resolve(dict(figure.spec), mode)
        assert not re.search(r"var\(--wb-", json.dumps(spec))
        alt.Chart.from_dict(spec)
    in_tune(figure)


def in_tune(figure: Figure) -> None:
    """Every signal is declared: a page that swaps the numbers sets them all."""
    assert {each["name"] for each in figure.spec.get("params", ())} >= set(figure.signals)


def free_of_data(figure: Figure, *texts: str) -> None:
    """No text of the data is in the structure."""
    spec = json.dumps(dict(figure.spec), ensure_ascii=False)
    assert not [text for text in texts if text in spec]
    assert not re.search(r'"(href|url)"', spec)


def in_step(figure: Figure) -> None:
    """Marks run in parallel and their codes are in the legend."""
    assert len(figure.x) == len(figure.y) == len(figure.code)
    assert set(figure.code) <= {entry.code for entry in figure.legend}
