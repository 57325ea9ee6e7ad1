import doctest
import inspect
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

import workbench as wb
from workbench.apps.session import Workbench, open_workbench
from workbench.base.config import HOME_VARIABLE, Workspace
from workbench.base.errors import BadQuery, BadSpan, NotFound, UnknownName
from workbench.base.span import Span
from workbench.events.query import Limits
from workbench.events.tables import tables

PHISH = "e50d1c32-61d5-490d-38ef-08df13c5e0bf"
DAYS = "2026-09-14..2026-09-15"


@pytest.fixture
def w(northgate: Workspace) -> Workbench:
    return wb.open(northgate.home)


def test_open_takes_the_folder_then_the_variable_then_the_folder_here(
    northgate: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    with pytest.raises(NotFound, match=r"workbench --home \S+/workspace init"):
        wb.open()
    (tmp_path / "workspace").symlink_to(northgate.home)
    assert wb.open().workspace.home == northgate.home
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(NotFound):
        wb.open()
    assert wb.open(northgate.home).workspace.home == northgate.home


def test_a_table_is_a_lazy_frame_cut_to_the_span(w: Workbench) -> None:
    assert isinstance(w.EmailEvents, pl.LazyFrame)
    everything = w.EmailEvents.collect().height
    w.span = DAYS
    times = w.EmailEvents.collect()["Timestamp"]
    assert 0 < times.len() < everything
    assert times.min() >= datetime(2026, 9, 14, tzinfo=UTC)
    assert times.max() < datetime(2026, 9, 16, tzinfo=UTC)
    assert w["EmailEvents"].collect().height == times.len()


def test_a_keyword_of_filter_is_equality(w: Workbench) -> None:
    rows = w.EmailEvents.filter(pl.col("Subject").str.len_chars() > 5, DeliveryAction="Delivered").collect()
    assert rows["DeliveryAction"].unique().to_list() == ["Delivered"]


def test_a_question_honours_the_span_and_says_what_was_asked(w: Workbench) -> None:
    everything = w.kql("EmailEvents | count").frame["Count"][0]
    w.span = DAYS
    answer = w.kql("EmailEvents | count")
    assert 0 < answer.frame["Count"][0] < everything
    assert str(answer.span) == "2026-09-14T00:00:00Z..2026-09-16T00:00:00Z"
    assert answer.kql.split() == ["EmailEvents", "|", "count"]
    assert len(answer.digest) == 64


def test_values_of_a_question_are_never_read_as_text(w: Workbench) -> None:
    evil = "x' or true or '"
    assert w.kql("EmailEvents | where Subject == s | count", s=evil).frame["Count"][0] == 0
    domain = w.kql("EmailEvents | where SenderFromDomain == d | count", d="northgate.example").frame["Count"][0]
    assert domain == w.EmailEvents.filter(SenderFromDomain="northgate.example").collect().height > 0


def test_a_cut_at_the_limit_is_told(w: Workbench) -> None:
    answer = w.kql("EmailEvents", limits=Limits(rows=3))
    assert (answer.frame.height, answer.cut) == (3, 3)
    assert "first 3 rows" in answer.notes[0]


@pytest.mark.parametrize(
    ("name", "near"), [("EmailEvnts", "EmailEvents"), ("UrlClickEvent", "UrlClickEvents"), ("mesage", "message")]
)
def test_a_name_that_does_not_exist_meets_the_nearest(name: str, near: str, w: Workbench) -> None:
    with pytest.raises(AttributeError, match=f"Did you mean {near}"):
        getattr(w, name)


def test_a_table_that_does_not_exist_meets_the_nearest(w: Workbench) -> None:
    with pytest.raises(UnknownName, match="Did you mean EmailEvents"):
        w["EmailEvnts"]
    with pytest.raises(BadQuery, match="Did you mean EmailEvents"):
        w.kql("EmailEvnts | count")


@pytest.mark.parametrize(
    ("given", "span"),
    [
        ("7d", timedelta(days=7)),
        ("24h", timedelta(hours=24)),
        (DAYS, timedelta(days=2)),
        (Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 8, tzinfo=UTC)), timedelta(days=7)),
    ],
)
def test_a_span_is_set_as_text_or_as_itself(given: str | Span, span: timedelta, w: Workbench) -> None:
    w.span = given
    assert w.span is not None
    assert w.span.length == span
    w.span = None
    assert w.span is None


def test_a_bad_span_changes_nothing(w: Workbench) -> None:
    w.span = "7d"
    before = w.span
    with pytest.raises(BadSpan, match="7 days"):
        w.span = "7 days"
    assert w.span == before


def test_now_is_just_after_the_newest_event_where_the_workspace_says_so(w: Workbench) -> None:
    newest = w.EmailEvents.select(pl.col("Timestamp").max()).collect().item()
    assert newest <= w.now <= newest + timedelta(days=1)
    w.span = "1d"
    assert w.EmailEvents.collect().height > 0


def test_a_message_has_what_a_triage_needs(w: Workbench) -> None:
    m = w.message(PHISH)
    assert dict(zip(m.auth["Method"], m.auth["Result"], strict=True))["SPF"] == "fail"
    assert m.hops.height > 0
    assert "mailkeep.example" in " ".join(m.urls["UrlDomain"])
    assert m.attachments.columns == w.EmailAttachmentInfo.collect_schema().names() or m.attachments.height == 0
    assert m.headers.lower().startswith(
        ("received", "return-path", "delivered-to", "authentication-results", "from", "x-", "arc")
    )
    assert m.recipients
    assert repr(m).startswith(f"<Message {PHISH} ")


def test_a_message_is_found_by_each_of_its_ids(w: Workbench) -> None:
    m = w.message(PHISH)
    assert w.message(f" {m.summary['InternetMessageId']} ").id == PHISH
    assert w.message(m.raw).id == PHISH


def test_a_message_outside_the_span_is_not_found_and_the_way_out_is_said(w: Workbench) -> None:
    w.span = "2026-09-18..2026-09-18"
    with pytest.raises(NotFound, match="widen the window"):
        w.message(PHISH)


def test_completion_offers_tables_and_members_and_nothing_private(w: Workbench) -> None:
    offered = set(dir(w))
    assert set(tables()) <= offered
    assert {"kql", "message", "span", "now", "tables", "triage"} <= offered
    assert not any(name.startswith("_") for name in offered)
    assert set(w._ipython_key_completions_()) == set(tables())


def test_the_handle_says_whose_it_is_how_much_it_holds_and_its_window(w: Workbench) -> None:
    assert re.fullmatch(
        r"<Workbench .+: [\d,]+ rows in \d+ tables, now 2026-09-18 \d\d:\d\d UTC, window all that is held>", repr(w)
    )
    w.span = DAYS
    assert w.span
    assert repr(w).endswith(f"window {w.span.start:%Y-%m-%d %H:%M} to {w.span.end:%Y-%m-%d %H:%M}>")


def test_tables_say_what_is_held(w: Workbench) -> None:
    held = {row["Table"]: row for row in w.tables().to_dicts()}
    assert held["EmailEvents"]["Rows"] == w.EmailEvents.collect().height
    assert held["EmailEvents"]["First"] < held["EmailEvents"]["Newest"]


def test_show_gives_a_paged_table_and_refuses_a_column_that_is_not_there(w: Workbench) -> None:
    grid = wb.show(w.EmailEvents.select("Timestamp", "Subject", "SenderFromAddress"), ["Subject"])
    assert type(grid).__name__ == "Grid"
    with pytest.raises(UnknownName, match="Did you mean Subject"):
        wb.show(w.EmailEvents.select("Subject"), ["Sbject"])


EXAMPLES = {
    f"{kind.__name__}.{name}".removeprefix("module."): member
    for kind, members in (
        (Workbench, inspect.getmembers(Workbench)),
        (type(wb), [(n, getattr(wb, n)) for n in wb.__all__]),
    )
    for name, member in members
    if not name.startswith("_") and ">>>" in (getattr(member, "__doc__", "") or "")
}


def test_what_an_analyst_types_has_an_example() -> None:
    assert {*wb.__all__, "Workbench.kql", "Workbench.message"} - {"__version__"} <= EXAMPLES.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_does_what_it_says(name: str, w: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(w.workspace.home))
    known = {
        "w": w,
        "wb": wb,
        "pl": pl,
        "open_workbench": open_workbench,
        **{each: getattr(wb, each) for each in wb.__all__},
    }
    (test,) = doctest.DocTestFinder(recurse=False).find(EXAMPLES[name], name, globs=known)
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    result = runner.run(test, out=told.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(told)


def test_what_the_documentation_types_works(w: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Path(__file__).parents[3] / "docs" / "session.md"
    if not page.exists():
        pytest.skip("runs on a checkout only: the page is in docs/")
    (code,) = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    monkeypatch.setenv(HOME_VARIABLE, str(w.workspace.home))
    code = (
        code.replace('"<id>"', repr(PHISH))
        .replace("wb.show(frame)", "wb.show(m.events)")
        .replace('w.span = "7d"', 'w.span = "30d"')
    )
    names: dict = {}
    exec(compile(code, str(page), "exec"), names)
    assert names["m"].id == PHISH
