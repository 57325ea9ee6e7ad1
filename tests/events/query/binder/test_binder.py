"""What queries bind to, beside what Microsoft's own language service says of them.

``data/bindings.jsonl`` holds questions of ours with the result columns, or the refusal, that the service gave. Where the
two differ on purpose, the question stands here.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from bench.record_bindings import EVERY_TYPE, RECORD, questions
from tests.events.query.conftest import NOW, columns, rows, tables
from workbench.base.errors import BadQuery
from workbench.events.query import StoreCatalog, bind, parse
from workbench.events.store import Store

RECORDED = questions(RECORD.read_text("utf-8"))
TOPICS = sorted({row["topic"] for row in RECORDED})


def bound(text: str) -> str | None:
    """Names and types as one text, None where the question is refused."""
    try:
        plan = bind(parse(text), StoreCatalog(Store(Path("nowhere"))), now=NOW)
    except BadQuery as error:
        assert error.where or "end of the query" in str(error), text
        return None
    return ", ".join(f"{name}:{kind}" for name, kind in plan.columns)


@pytest.mark.parametrize("topic", TOPICS)
def test_questions_bind_as_the_language_service_binds_them(topic: str) -> None:
    chosen = [row for row in RECORDED if row["topic"] == topic]
    found = {row["query"]: bound(EVERY_TYPE * (topic == "types") + row["query"]) for row in chosen}
    assert found == {row["query"]: row.get("columns") for row in chosen}


def test_the_record_is_as_large_as_it_was_made() -> None:
    assert len(RECORDED) > 800
    assert sum("refused" in row for row in RECORDED) > 200


WIDER = [
    "T | where n = 2",
    "T | project n, | count",
    "T | summarize count(), by s",
    "T | join kind=inner (T) on $right.k == $left.s",
    "T | join kind=inner (T | project n = l) on n",
    "T | project-rename k = s, s = k",
    "T | project-reorder s, s",
    "T | project kind = n",
    "T | where not(d)",
    'T | where s has dynamic("x")',
    "T | project toguid(n)",
    "print 1;;",
]
"""Taken here, refused by the service. Published questions hold some of these; none has a second meaning."""

NARROWER = [
    ("T | project", "an expression"),
    ("T | take -1", "not negative"),
    ("T | join (T) on d", "Convert it first with tostring"),
    ("T | where t == n", "does not take datetime and int together"),
    ("T | project t + t", "does not take datetime and datetime together"),
    ("T | summarize sum('a')", "'sum' does not take a string"),
    ("T | where n == null", r"There is no column named .null. .*Ask isnull\(x\)"),
    ("T | project-away *", "No column would be left"),
    ("T | top 5 by d", "A dynamic has no order"),
    ("T | take n", "no name named 'n'"),
    ("T | union withsource=s T", "The column 's' is there already"),
    ("print 99999999999999999999", "is not a value of its type"),
    ("print datetime(2026-13-01)", "is not a value of its type"),
    ("print datetime(x)", r"holds a literal, and this is none.*Write todatetime\(\)"),
    ('print extract("(", 0, "y")', "no regular expression: unclosed group"),
    ("print x = 1; print y = 2", "A second question starts here"),
    ("T | facet by d", "'facet' is not supported"),
]
"""Refused here, taken by the service, whose engine fails on most of them or answers nonsense."""


@pytest.mark.parametrize("text", WIDER)
def test_slips_that_leave_no_doubt_are_taken(text: str) -> None:
    assert bound(EVERY_TYPE + text) is not None


@pytest.mark.parametrize(("text", "message"), NARROWER)
def test_what_cannot_be_answered_is_refused_with_a_reason(text: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        bind(parse(EVERY_TYPE + text), tables(), now=NOW)


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        ("Mail | wher Id == 1", r"no operator named 'wher'.*Did you mean where", "line 1, column 8"),
        ("Mail\n| where Sbuject == 'x'", r"no column named 'Sbuject'.*Did you mean Subject", "line 2, column 9"),
        ("Mial | count", r"no table named 'Mial'.*Did you mean Mail", "line 1, column 1"),
        ("Mail | extend x = tolowr(Id)", r"no function named 'tolowr'.*Did you mean tolower", "line 1, column 19"),
        ("Mail | summarize cuont()", r"no function named 'cuont'.*Did you mean count", "line 1, column 18"),
        ("Mail | join kind=iner (Clicks) on Id", r"named 'iner'.*Did you mean inner", "line 1, column 13"),
        (
            "Mail | join (Clicks) on Idd",
            r"no column on the left side named 'Idd'.*Did you mean Id",
            "line 1, column 25",
        ),
        ("Mail | where count() > 1", "'count' is allowed in summarize only", "line 1, column 14"),
        ("Mail | summarize Id", "stands outside an aggregate", "line 1, column 18"),
        ("Mail | take", "an expression, met the end of the query", "line 1, column 12"),
        ("Mail | where Id == Clicks", "'Clicks' is a table, not a value", "line 1, column 20"),
        (
            "let f = (x:string) { x }; Mail | where f == 'a'",
            r"is a function, not a value.*Write f\(\)",
            "line 1, column 40",
        ),
        ("Mail | summarize count by Id", r"no column named 'count'.*write count\(\)\.", "line 1, column 18"),
        ("Mail | summarize n = count() by Id | sort by count", r"summarize count\(\)\.", "line 1, column 46"),
        ("Mail | summarize count() by Id | sort by count", r"Did you mean count_\?", "line 1, column 42"),
        ("Mail | where Timestamp > now", r"no column named 'now'.*write now\(\)\.", "line 1, column 26"),
        ("Mail | where Timestamp > ago(7)", r"'ago' wants a timespan .*Write 7d, 7h or 7m\.", "line 1, column 26"),
        ("print ago('7d')", r"'ago' wants a timespan .*Leave out the quotes: 7d\.", "line 1, column 7"),
        ("print ago(1.5)", r"'ago' wants a timespan .*Write 7d, 12h or 30m\.", "line 1, column 7"),
        ("print bin(5)", r"'bin' takes 2 arguments, got 1 .*Write bin\(value, size\)\.", "line 1, column 7"),
        ("print floor(-2.5)", r"'floor' takes 2 arguments.*Write floor\(value, size\)\.", "line 1, column 7"),
        ("print 'a' + 'b'", r"Join texts with strcat\(a, b\)\.", "line 1, column 11"),
        ("Mail | evaluate autocluster_v2()", r"'autocluster_v2' is not.*basket\(\)", "line 1, column 17"),
    ],
)
def test_a_fault_has_its_place_and_the_nearest_name(text: str, message: str, where: str) -> None:
    with pytest.raises(BadQuery, match=message) as caught:
        columns(text)
    assert caught.value.where == where


def test_names_are_case_sensitive() -> None:
    for text in ("mail | count", "Mail | where id == 'x'", "Mail | WHERE Id == 'x'", "Mail | where ToLower(Id) == 'x'"):
        with pytest.raises(BadQuery, match="Did you mean"):
            columns(text)


def test_of_results_with_one_name_an_extend_keeps_the_last() -> None:
    assert rows("datatable(a:string)['7'] | extend toint(a), tolong(a), x = 1, strlen(a), strlen(a)") == [(7, 1, 1)]
    assert rows("datatable(a:string)['7'] | extend tolong(a), a = 'b'") == [("b",)]


def test_a_name_that_was_written_twice_is_refused() -> None:
    for text in (
        "extend x = 1, x = 2",
        "project Id, Id",
        "summarize x = count(), x = dcount(Id)",
        "project x = 1, x = 2",
    ):
        with pytest.raises(BadQuery, match="is there already"):
            columns(f"Mail | {text}")


def test_virtual_columns_answer_to_their_name_and_no_star_shows_them() -> None:
    assert columns("Mail | where TimeGenerated > ago(1d) and Type == 'Mail' | project TimeGenerated, TenantId") == [
        ("TimeGenerated", "datetime"),
        ("TenantId", "string"),
    ]
    assert "TimeGenerated" not in dict(columns("Mail | distinct *"))


def test_a_closure_sees_the_names_of_where_it_was_made() -> None:
    text = "let x = 1; let f = () { x + 1 }; let g = (x:long) { f() + x }; print g(10)"
    assert rows(text) == [(12,)]


def test_a_parameter_hides_a_name_and_a_column_hides_a_variable() -> None:
    assert rows("let x = 1; let f = (x:long) { x }; print f(5), x") == [(5, 1)]
    assert rows("let a = 1; datatable(a:long)[7] | project a") == [(7,)]


def test_a_function_may_not_call_itself() -> None:
    with pytest.raises(BadQuery, match="no function named 'f'"):
        columns("let f = (x:long) { f(x) }; print f(1)")


def test_defaults_and_named_arguments_of_a_function() -> None:
    text = "let f = (a:long, b:string = 'x', c:timespan = 1d) { strcat(a, b, c) }; print f(1), f(1, 'y'), f(1, c=2h)"
    assert rows(text) == [("1x1.00:00:00", "1y1.00:00:00", "1x02:00:00")]


def test_now_is_what_it_is_told_to_be() -> None:
    assert rows("print now(), ago(1h)") == [(NOW, NOW - timedelta(hours=1))]
