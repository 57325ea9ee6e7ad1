"""Results beside duckdb-kql, another engine for KQL, over the same small tables.

Where the two differ, the documentation decides; each such place stands in ``DIFFERENCES`` and in docs/kql.md.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.events.query.second import Answer, Unanswered, expressions, groupings, ours, same, theirs
from tests.events.query.second_questions import questions
from workbench.base.errors import BadQuery

PAGE = Path(__file__).parents[3] / "docs" / "kql.md"


@dataclass(frozen=True)
class Difference:
    """A construct on which the engines differ: how to know it, a question, what we answer and they, and who is right."""

    construct: str
    form: str
    question: str
    ours: object
    theirs: object
    settled: str


DIFFERENCES = [
    Difference(
        "`bin` of moments by weeks",
        r"bin\(.*, 7d\)",
        "print x = startofday(bin(datetime(2007-01-03), 7d)) == datetime(2007-01-01)",
        True,
        False,
        "page bin(): the sample bins of 7d fall on Mondays",
    ),
    Difference(
        "`bin` of timespans",
        r"bin\(.*, 7m\)",
        "Every | where n == 20 | project x = tostring(bin(p, 7m))",
        "00:56:00",
        "1970-01-01T00:56:00.0000000Z",
        "page bin(): the result has the type of the value",
    ),
    Difference(
        "`parse_json` of what is no JSON",
        r"""parse_json\((s|"[^"]+"|'x')\)""",
        "Every | where n == 10 | project x = tostring(parse_json(s))",
        "one",
        "",
        "page parse_json(): the result is a dynamic that holds the text",
    ),
    Difference(
        "`contains` of a missing dynamic",
        r"\(d contains s\)",
        "Every | where isnull(n) | project x = d contains s",
        False,
        True,
        "no page says it; a missing dynamic has no text in which to find something",
    ),
    Difference(
        "`tostring` of whole reals",
        r"\btostring\(-?\d+\.0\)",
        "print x = tostring(1.0)",
        "1",
        "1.0",
        "no page says it; the service writes reals in their shortest form",
    ),
    Difference(
        "name of `countif`",
        r"(?<!= )\bcountif\(",
        "Mail | summarize countif(Threat) | getschema | project x = ColumnName",
        "countif_Threat",
        "countif_",
        "the language service names the result countif_Threat",
    ),
    Difference(
        "`make_list` with a size",
        r"make_list\(.*, \d+\)",
        "Mail | summarize l = make_list(Id, 2) | project x = array_length(l)",
        2,
        5,
        "page make_list(): the most elements that are returned",
    ),
    Difference(
        "`round` of whole numbers",
        r"round\(-?\d+,",
        "print x = gettype(round(1234, -2))",
        "long",
        "real",
        "the language service says that a long stays a long",
    ),
    Difference(
        "`toint` of a timespan",
        r"toint\(1h\)",
        "print x = isnull(toint(1h))",
        True,
        False,
        "no page says it; page toint() takes numbers and text",
    ),
    Difference(
        "`toupper` of a sharp s",
        r"toupper\(.*ß",
        "print x = toupper('straße')",
        "STRASSE",
        "STRAẞE",
        "no page says it; Unicode's full mapping is SS",
    ),
    Difference(
        "`datetime_diff` of weeks",
        r"datetime_diff\('week'",
        "print x = datetime_diff('week', datetime(2026-01-12), datetime(2026-01-01))",
        2,
        1,
        "page datetime_diff(): boundaries are counted, 5 weeks in its sample of 28 days",
    ),
    Difference(
        "`todatetime` of a day in words",
        r"todatetime\('\d+ [A-Z]",
        "print x = isnull(todatetime('14 Sep 2026'))",
        True,
        False,
        "page datetime: every form with the name of a month has a time",
    ),
    Difference(
        "`gettype` of a real in JSON",
        r"gettype\(parse_json\('1\.5",
        "print x = gettype(parse_json('1.5'))",
        "real",
        "double",
        "page gettype(): the type is named real",
    ),
    Difference(
        r"`\w` and letters beyond ASCII",
        r"é.*\\w|\\w.*é",
        r"print x = 'é 7' matches regex @'^\w'",
        True,
        False,
        r"page Kusto regex: \w stands for letters of every script",
    ),
    Difference(
        "comparison with NaN",
        r"real\(nan\) [<>]",
        "print x = real(nan) > 0",
        False,
        True,
        "no page says it; NaN is neither more nor less than any number (IEEE 754)",
    ),
    Difference(
        "a null among the values of `in`",
        r"in~? \((.*, )?(dynamic|long)\(null\)|!in \(n, ",
        "print x = 'a' in~ ('b', dynamic(null))",
        False,
        None,
        "page null values: a comparison of a value with null is false",
    ),
    Difference(
        "`split` by the empty text",
        r'split\(.*, (""|s)\)',
        'print x = array_length(split("ab", ""))',
        1,
        2,
        "no page says it; nothing is there to cut at",
    ),
    Difference(
        "`sum` past the range of a long",
        r"sum\(9223372036854775807\)",
        "Every | summarize x = sum(9223372036854775807)",
        9223372036854775805,
        27670116110564327421,
        "page sum(): the sum of longs is a long",
    ),
    Difference(
        "`make_list` of timespans",
        r"make_list\((1d|time)",
        "Every | where n == 10 | summarize x = make_list(1d) | project x = tostring(x[0])",
        "1.00:00:00",
        "1 day",
        "page timespan data type: a day is written 1.00:00:00",
    ),
]
"""Places where the second engine is not followed."""

ARBITRARY = {
    r"top 3 by Urls": "which of equal rows comes is not said",
    r"make_set\(.*, \d+\)": "which values a shortened set holds is not said",
    r"take_any\(": "any row may be taken",
}
"""Questions that have more than one right answer."""

REFUSED = {
    "print x = parse_version('1.2.3') > parse_version('1.2')": "'parse_version' is not supported",
    "print x = strcat()": "takes 1 or more arguments",
    "print x = 'a' < 'b'": "does not take string and string together",
}
"""Questions that we refuse, and what we say; a refusal of any other is a fault."""


def _opinion(question: str) -> tuple[Answer, Answer] | None:
    """Both answers; None where the other refuses the question, we mean to, or more than one answer is right."""
    if question in REFUSED or any(re.search(form, question) for form in ARBITRARY):
        return None
    mine = ours(question)
    try:
        return mine, theirs(question)
    except Unanswered:
        return None


def _disagreed(asked: list[str]) -> tuple[int, list[str]]:
    """How many questions both answered, and those answered otherwise for no known reason."""
    both, found = 0, []
    for question in asked:
        answers = _opinion(question)
        both += answers is not None
        if answers and not _known(question) and not _same(question, answers):
            found.append(question)
    return both, found


def _same(question: str, answers: tuple[Answer, Answer]) -> bool:
    return same(*answers, ordered="sort by" in question, sets="make_set" in question)


def _known(question: str) -> bool:
    return any(re.search(each.form, question) for each in DIFFERENCES)


def test_both_engines_answer_alike() -> None:
    both, disagreed = _disagreed(questions()[::6])
    assert disagreed == []
    assert both > 45


@pytest.mark.slow
def test_both_engines_answer_every_question_alike() -> None:
    both, disagreed = _disagreed(questions())
    assert disagreed == []
    assert both > 320


@pytest.mark.slow
def test_both_engines_agree_on_every_form_over_columns_and_literals() -> None:
    both, disagreed = _disagreed([*expressions(20), *groupings(6)])
    assert disagreed == []
    assert both > 1100


@pytest.mark.parametrize(("question", "message"), REFUSED.items())
def test_what_we_refuse_is_among_the_questions(question: str, message: str) -> None:
    assert question in questions()
    with pytest.raises(BadQuery, match=message):
        ours(question)


@pytest.mark.slow
@pytest.mark.parametrize("each", DIFFERENCES, ids=lambda each: each.construct)
def test_the_engines_differ_where_they_are_said_to(each: Difference) -> None:
    """When the second engine changes its mind, the difference can go."""
    assert ours(each.question)[1][0][0] == each.ours
    assert theirs(each.question)[1][0][0] == each.theirs


def test_every_difference_stands_in_the_page_with_what_settled_it() -> None:
    page = PAGE.read_text("utf-8")
    for each in DIFFERENCES:
        assert f"| {each.construct} |" in page
        assert each.settled in page
