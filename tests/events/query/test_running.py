"""Questions as wholes: what they answer, within which window and limits, and that any well-typed one has an answer."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.events.conftest import pinned
from tests.events.query.binder.test_binder import EVERY_TYPE, RECORDED
from tests.events.query.conftest import DAY, NOW, Frames, answer, rows, tables
from tests.events.query.typed import conditions, questions
from tests.events.store.conftest import mails
from tests.laws import often
from workbench.base.errors import BadQuery, LimitReached, StoreError, WorkbenchError
from workbench.base.span import Span
from workbench.events.lookups.feeds import FOLDER
from workbench.events.query import Limits, StoreCatalog, ask, bind, lazy, parse, run, text_of
from workbench.events.query.backend import frame
from workbench.events.query.backend.values import ENGINE
from workbench.events.query.catalog import Catalog
from workbench.events.store import Batch, Store

ROWS = """let T = datatable(k:string, n:int, l:long, r:real, m:decimal, s:string, b:bool, t:datetime, p:timespan, g:guid,
    d:dynamic)["k1", 1, 1, 1.0, 1.0, "s a", true, datetime(2026-01-01), 1h,
        guid(74be27de-1e4e-49d9-b579-fe0b331d3642), dynamic({"a":{"b":[1]},"list":["x"]}),
    "k1", 1, 5, 2.5, 3.5, "x", false, datetime(2026-02-01), 1d, guid(null), dynamic([1,"2",{"a":5}]),
    "k2", int(null), long(null), real(nan), decimal(null), "", bool(null), datetime(null), timespan(null), guid(null),
        dynamic(null),
    "", -7, -70, -1.5, -1.0, "5", true, datetime(1960-01-01 10:11:12.345), -1h, guid(null), dynamic(5)]; """
SLOW_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def answers(text: str, catalog: Catalog) -> None:
    """The question has an answer of the types it was bound to, and asks the same once printed and read again."""
    plan = bind(parse(text), catalog, now=NOW)
    again = bind(parse(text_of(parse(text))), catalog, now=NOW)
    assert repr(again.root) == repr(plan.root), text_of(parse(text))
    found = run(plan, catalog)
    assert list(found.frame.schema.items()) == [(name, ENGINE[kind]) for name, kind in found.columns]
    for name, kind in found.columns:
        assert kind != "string" or not found.frame[name].null_count(), name
    assert len(found.frame.rows()) == found.frame.height
    assert found.digest


@given(questions())
@settings(SLOW_MACHINE, max_examples=often(60))
def test_any_well_typed_question_has_an_answer(text: str) -> None:
    answers(text, tables())


@pytest.mark.slow
@given(questions())
@settings(SLOW_MACHINE, max_examples=5000)
def test_thousands_of_well_typed_questions_have_an_answer(text: str) -> None:
    answers(text, tables())


def keeps_what_is_true(condition: str) -> None:
    """A condition keeps the rows for which it is true, its negation those for which it is false, and both count so."""
    numbered = "Every | extend row = iff(isnull(i), 3, i)"
    said = rows(f"{numbered} | extend c = {condition} | project row, c")
    assert rows(f"{numbered} | where {condition} | project row") == [(row,) for row, held in said if held]
    assert rows(f"{numbered} | where not({condition}) | project row") == [(row,) for row, held in said if held is False]
    assert rows(f"Every | summarize countif({condition})") == [(sum(held is True for _, held in said),)]


@given(conditions())
@settings(SLOW_MACHINE, max_examples=often(60))
def test_where_and_countif_agree_with_the_value_of_their_condition(condition: str) -> None:
    keeps_what_is_true(condition)


@pytest.mark.slow
@given(conditions())
@settings(SLOW_MACHINE, max_examples=3000)
def test_thousands_of_conditions_keep_what_is_true(condition: str) -> None:
    keeps_what_is_true(condition)


@pytest.mark.parametrize("topic", sorted({row["topic"] for row in RECORDED}))
def test_every_recorded_question_runs_with_rows_and_without(topic: str, tmp_path: Path) -> None:
    for name in ("bad.csv", "bad.txt", "bad.json", "a.txt", "b.txt") if topic == "external" else ():
        pinned(tmp_path / FOLDER, f"https://feeds.example/{name}", b'{"d": {"port": 443}}')
    catalog = StoreCatalog(Store(tmp_path / "store"), reference=tmp_path)
    for row in RECORDED:
        if row["topic"] == topic and "refused" not in row:
            for before in (EVERY_TYPE, ROWS) if topic == "types" else ("",):
                answers(before + row["query"], catalog)


def test_a_window_cuts_every_table_on_its_own_time() -> None:
    catalog = tables()
    day = Span(DAY, DAY + timedelta(days=1))
    found = ask(catalog, "union withsource=T Mail, Clicks | summarize n = count() by T", now=NOW, span=day)
    assert found.frame.rows() == [("Mail", 2), ("Clicks", 1)]
    assert found.span == day


def test_a_condition_on_time_never_widens_the_window() -> None:
    day = Span(DAY, DAY + timedelta(days=1))
    for condition in ("Timestamp > ago(365d)", "TimeGenerated < now()", "Timestamp between (ago(365d) .. now())"):
        assert ask(tables(), f"Mail | where {condition} | count", now=NOW, span=day).frame.item() == 2


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("Timestamp > datetime(2026-09-14) and Timestamp < datetime(2026-09-15)", 2),
        ("datetime(2026-09-15) > Timestamp", 2),
        ("Timestamp == datetime(2026-09-14 01:00)", 1),
        ("Timestamp != datetime(2026-09-14 01:00)", 4),
        ("not(Timestamp > datetime(2026-09-15))", 3),
        ("Timestamp between (datetime(2026-09-14 01:00) .. 1h)", 2),
        ("Timestamp between (datetime(2026-09-16) .. datetime(2026-09-14))", 0),
        ("Timestamp !between (datetime(2026-09-14 01:00) .. 1h)", 3),
        ("Timestamp > todatetime('2026-09-15')", 2),
        ("Timestamp > datetime(null)", 0),
        ("Timestamp > ago(999999d)", 0),
        ("Timestamp <= datetime(9999-12-31 23:59:59.9999999)", 5),
        ("Timestamp > ago(1d) or Id == 'm1'", 2),
        ("Timestamp > ago(2d) and Id == 'm4'", 1),
        ("bin(Timestamp, 1d) == datetime(2026-09-14)", 2),
    ],
)
def test_conditions_on_time_keep_what_they_say(condition: str, count: int) -> None:
    assert rows(f"Mail | where {condition} | count") == [(count,)]
    assert rows(f"Mail | extend x = 1 | where {condition} | count") == [(count,)]


def test_rows_over_the_limit_are_cut_and_a_note_says_so() -> None:
    found = ask(tables(), "Mail", now=NOW, limits=Limits(rows=2))
    assert (found.frame.height, found.cut) == (2, 2)
    assert found.notes == (
        "Only the first 2 rows are shown; raise Limits(rows=...) or narrow the question to see the rest.",
    )
    whole = ask(tables(), "Mail", now=NOW, limits=Limits(rows=5))
    assert (whole.frame.height, whole.cut, whole.notes) == (5, None, ())


def test_the_default_limit_on_rows_is_the_documented_one() -> None:
    found = answer("range x from 1 to 100001 step 1")
    assert (found.frame.height, found.cut) == (100_000, 100_000)


def test_what_a_function_fails_with_is_told_in_a_sentence() -> None:
    with pytest.raises(WorkbenchError, match="The engine could not answer the question: "):
        rows("Mail | summarize percentilesw(Urls, Urls, int(null))")


def test_limits_on_time_and_memory_need_a_store() -> None:
    with pytest.raises(WorkbenchError, match=r"cannot be asked with a limit.*Ask a StoreCatalog"):
        ask(tables(), "Mail", now=NOW, limits=Limits(seconds=1))


def test_the_right_of_in_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "MOST_MEMBERS", 1_000)
    with pytest.raises(LimitReached, match=r"more than 1,000 different values.*leftsemi"):
        rows("Mail | where Urls in ((range x from 1 to 1001 step 1)) | count")


def test_a_series_has_a_limit() -> None:
    with pytest.raises(LimitReached, match=r"range makes at most 10,000,000 rows.*larger step"):
        rows("range x from 1 to 1000000000000 step 1 | count")


def test_a_broken_pattern_in_a_column_is_told_in_words() -> None:
    with pytest.raises(WorkbenchError, match="could not answer the question: unclosed group"):
        rows("datatable(s:string, p:string)['a', '('] | where s matches regex p")


def test_equal_questions_give_equal_digests_and_other_rows_another() -> None:
    text = "Mail | summarize n = count(), make_set(Subject) by Sender | sort by n"
    assert answer(text).digest == answer(text).digest
    assert answer(text).digest != answer("Mail | summarize n = count(), make_set(Id) by Sender | sort by n").digest


def test_a_question_as_a_lazy_frame_goes_on() -> None:
    catalog = tables()
    frame = lazy(bind(parse("Mail | project Id, Urls"), catalog, now=NOW), catalog)
    assert frame.select("Id").unique().collect().height == 4


def test_tables_without_rows_answer(tmp_path: Path) -> None:
    catalog = StoreCatalog(Store(tmp_path))
    for text, expected in (
        ("EmailEvents | count", [(0,)]),
        ("EmailEvents | take 5", []),
        ("EmailEvents | summarize max(Timestamp), make_set(Subject)", [(None, "[]")]),
        ("EmailEvents | join kind=leftouter EmailUrlInfo on NetworkMessageId | summarize count() by Url", []),
        ("EmailEvents | top 3 by Timestamp | project Subject", []),
    ):
        assert ask(catalog, text, now=NOW).frame.rows() == expected


CHAINS = {
    "function that calls itself": ("let f = (x:long) { f(x) }; print f(1)", "no function named 'f'"),
    "functions in a chain": (
        "let f0 = (x:long) { x }; "
        + "".join(f"let f{n} = (x:long) {{ f{n - 1}(x) }}; " for n in range(1, 400))
        + "print f399(1)",
        "nested too deeply",
    ),
    "tables in a chain": (
        "let f0 = () { Mail }; "
        + "".join(f"let f{n} = () {{ f{n - 1}() | where Urls > 0 }}; " for n in range(1, 100))
        + "f99() | count",
        "nested too deeply",
    ),
    "doubling tables": (
        "let f0 = Mail; " + "".join(f"let f{n} = f{n - 1} | union f{n - 1}; " for n in range(1, 30)) + "f29 | count",
        "too large once",
    ),
    "doubling calls": (
        "let f0 = (x:long) { x + x }; "
        + "".join(f"let f{n} = (x:long) {{ f{n - 1}(x) + f{n - 1}(x) }}; " for n in range(1, 30))
        + "print f29(1)",
        "more than 500 times",
    ),
    "brackets": ("print " + "(" * 5000 + "1" + ")" * 5000, "nests deeper than 100 levels"),
    "arrays": ("print dynamic(" + "[" * 5000 + "]" * 5000 + ")", "nests deeper than 100 levels"),
    "signs": ("print " + "-" * 5000 + "1", "nests deeper than 100 levels"),
    "sums": ("print " + "+".join(["1"] * 5000), "at most 100 links"),
    "paths": ("print dynamic({})" + ".a" * 5000, "at most 100 steps"),
    "steps": ("Mail " + "| where Urls > 0 " * 5000, "at most 100 operators"),
    "a list": (f"Mail | where Urls in ({','.join(map(str, range(20_000)))})", r"at most 10,000 arguments.*dynamic\("),
    "a pattern": ("print 'a' matches regex '(a{1000}){1000}'", "exceeds size limit"),
}


@pytest.mark.parametrize("name", CHAINS)
def test_monstrous_questions_are_refused_in_words(name: str) -> None:
    text, message = CHAINS[name]
    with pytest.raises(BadQuery, match=message):
        answer(text)


def test_long_lists_are_looked_for_at_once() -> None:
    words = ",".join(f'"wörd{number}-x"' for number in range(12_000))
    found = answer(f"let l = dynamic([{words}, 'invoice']); Mail | where Subject has_any (l) or Id in (l) | count")
    assert found.frame.rows() == [(3,)]
    assert found.seconds < 10


def test_a_pattern_that_ruins_other_engines_is_answered() -> None:
    catalog = Frames().add("Long", {"s": "string"}, [("a" * 100_000 + "!",)])
    assert answer("Long | where s matches regex '^(a+)+$' | count", catalog).frame.rows() == [(0,)]


@pytest.mark.parametrize("limits", [Limits(), Limits(seconds=60)])
@pytest.mark.parametrize(
    "question", ["EmailEvents | where Subject has 'hello' | count", "EmailEvents | sort by Subject"]
)
def test_a_damaged_data_file_is_named_and_not_blamed_on_the_question(
    question: str, limits: Limits, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    store.write("EmailEvents", mails(2000), Batch("t", 1))
    (path,) = (store.root / "EmailEvents").glob("_Part*/*.parquet")
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(StoreError, match=f"of EmailEvents has 1,000 bytes .*{path.name}.*store check EmailEvents"):
        ask(StoreCatalog(store), question, now=NOW, limits=limits)
    path.unlink()
    with pytest.raises(StoreError, match="of EmailEvents cannot be opened"):
        ask(StoreCatalog(store), question, now=NOW, limits=limits)


def test_groups_that_a_condition_and_the_rows_read_are_counted_once() -> None:
    """``materialize``: the greatest groups are found among the very groups that are shown."""
    held, text = (
        tables(),
        """let counted = materialize(Mail | summarize n = count() by Sender);
    let most = counted | top 1 by n | project Sender;
    counted | extend most = Sender in (most) | sort by n desc, Sender asc""",
    )
    assert [row[2] for row in rows(text, held)].count(True) == 1
    assert len(held.scans) == 1


def test_a_range_reaches_as_far_as_another_table_says() -> None:
    assert len(rows("let n = toscalar(Mail | count); range x from 1 to n step 1")) == 5
    assert len(rows("let s = toscalar(Mail | count) * 1d; range t from ago(s) to now() step s / 5")) == 6
