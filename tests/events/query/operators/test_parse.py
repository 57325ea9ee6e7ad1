"""parse and parse-where. Sample texts and values: "parse operator" of the Kusto documentation."""

import pytest

from tests.events.query.conftest import columns, rows, utc
from workbench.base.errors import BadQuery

TRACE = (
    "print s = 'Event: NotifySliceRelease (resourceName=PipelineScheduler, totalSlices=27, sliceNumber=15, "
    "lockTime=02/17/2016 08:40:00, releaseTime=02/17/2016 08:40:00, previousLockTime=02/17/2016 08:39:00)'"
)


def test_texts_part_columns_of_several_types() -> None:
    text = (
        f'{TRACE} | parse s with * "resourceName=" name ", totalSlices=" total:long * "sliceNumber=" number:long '
        '* "lockTime=" lock ", releaseTime=" release:date "," * "previousLockTime=" before:date ")" * | project-away s'
    )
    lock, moment = "02/17/2016 08:40:00", utc(2016, 2, 17, 8, 40)
    assert rows(text) == [("PipelineScheduler", 27, 15, lock, moment, utc(2016, 2, 17, 8, 39))]
    assert columns(text)[:2] == [("name", "string"), ("total", "long")]


def test_a_pattern_of_regular_expressions_is_greedy_and_a_typed_column_takes_what_fits() -> None:
    text = (
        rf'{TRACE} | parse kind=regex s with "(.*?)[a-zA-Z]*=" name @", totalSlices=\s*\d+\s*.*?sliceNumber=" '
        'number:long ".*?(previous)?lockTime=" lock ".*?releaseTime=" release ".*?previousLockTime=" before:date "\\\\)"'
        " | project-away s"
    )
    moment = "02/17/2016 08:40:00, "
    assert rows(text) == [("PipelineScheduler", 15, moment, moment, utc(2016, 2, 17, 8, 39))]


def test_flags_make_it_lazy_and_case_aside() -> None:
    text = "print s = '(resourceName=Scheduler, totalSlices=27, sliceNumber=15)' | parse kind=regex"
    assert rows(f'{text} s with * "resourceName=" x "," * | project x') == [("Scheduler, totalSlices=27",)]
    assert rows(f'{text} flags=Ui s with * "RESOURCENAME=" x "," * | project x') == [("Scheduler",)]


def test_a_misfit_empties_the_row_unless_it_is_relaxed() -> None:
    text = 'print s = "a=zz,b=2,c=3" | parse{} s with "a=" a:long ",b=" b ",c=" c:long | project-away s'
    assert rows(text.format("")) == [(None, "", None)]
    assert rows(text.format("-where")) == []
    assert rows(text.format(" kind=relaxed")) == [(None, "2", 3)]
    assert rows('print s = "a=,b=2" | parse s with "a=" a:long ",b=" b | project a, b') == [(None, "")]


@pytest.mark.parametrize(
    ("text", "pattern", "found"),
    [
        ("aXcYc", '"a" v "c"', "XcY"),
        ("abcbd", '"a" v "b"', ""),
        ("k=1,k=2,end", '"k=" v ","', ""),
        ("k=1,k=2,end", '"k=" v "," *', "1"),
        ("x+y", 'v "+" *', "x"),
    ],
)
def test_a_pattern_of_texts_reaches_to_the_end(text: str, pattern: str, found: str) -> None:
    assert rows(f"print s = '{text}' | parse s with {pattern} | project v") == [(found,)]


def test_parse_where_keeps_the_rows_that_fit_with_what_is_hidden() -> None:
    text = 'Mail | parse-where Sender with user "@" domain | summarize count(), max(TimeGenerated) by domain'
    assert [(domain, number) for domain, number, _ in rows(text)] == [("evil.com", 2), ("good.org", 1), ("Evil.com", 1)]


def test_columns_are_replaced_and_others_than_text_are_read_as_text() -> None:
    text = 'print b = 1, s = dynamic({"k": "n=5"}) | parse s.k with "n=" b:int'
    assert columns(text) == [("b", "int"), ("s", "dynamic")]
    assert rows(f"{text} | project b") == [(5,)]
    assert rows("Mail | parse Urls with n:long | project n") == [(1,), (1,), (None,), (3,), (0,)]


def test_a_pattern_of_many_columns_is_bound_at_once_or_refused() -> None:
    wide = " ".join(f'"x{number}" c{number}:long' for number in range(100))
    assert len(columns(f"Mail | parse Subject with {wide}")) == 107
    with pytest.raises(BadQuery, match="at most 100 columns"):
        columns(f'Mail | parse Subject with {wide} "y" more')


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("parse Sender with a b", "Nothing parts 'a' and 'b'.*Put the text between them"),
        ('parse Sender with "x" a * "y"', "Nothing says where 'a' ends.*as a:long"),
        ('parse Sender with "x" * a', "After \\* the pattern goes on with text"),
        ('parse Sender with "" a', "A text of the pattern is empty"),
        ('parse Sender with "x" a "y" a', "two columns 'a'"),
        ('parse flags=i Sender with "x" a', "go with kind=regex"),
        ('parse kind=regex flags=q Sender with "x" a', "flags i, m, s and U"),
        ('parse kind=regex Sender with "(" a', "no regular expression"),
        ('parse-where kind=relaxed Sender with "x" a', "parse-where is not relaxed"),
    ],
)
def test_patterns_that_leave_something_open_are_refused(step: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        columns(f"Mail | {step}")
