import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.events.query.conftest import NOW, tables
from tests.laws import often
from workbench.base.errors import BadQuery
from workbench.events.query import bind, parse
from workbench.events.query.kql.parser import DEEPEST
from workbench.events.query.kql.printer import text_of
from workbench.events.query.kql.syntax import (
    Call,
    Lambda,
    Let,
    Literal,
    Name,
    Nothing,
    Option,
    Parameter,
    Pipeline,
    Placeholder,
    Query,
)
from workbench.events.query.operators.take import Take

WORDS = st.sampled_from(
    [
        "T",
        "|",
        "where",
        "extend",
        "project",
        "summarize",
        "by",
        "join",
        "on",
        "kind",
        "=",
        "==",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ";",
        ":",
        ".",
        "..",
        "*",
        "+",
        "-",
        "/",
        "%",
        "<",
        ">",
        "!",
        "~",
        "in",
        "has",
        "between",
        "and",
        "or",
        "not",
        "let",
        "a",
        "b",
        "c",
        "5",
        "1.5",
        "7d",
        "'x'",
        '"y"',
        "datetime(2026-01-01)",
        "dynamic([1])",
        "union",
        "print",
        "range",
        "from",
        "to",
        "step",
        "count",
        "as",
        "top",
        "sort",
        "asc",
        "mv-expand",
        "typeof",
        "$left",
        "$right",
        "@",
        "#",
        "```",
        "'",
        '"',
        "//",
        "case",
        "iff",
        "matches",
        "regex",
        "!in",
        "!has",
        "in~",
        "render",
        "with",
        "datatable",
        "serialize",
    ]
)


@settings(max_examples=often(500), deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(parse(text), Query)
    except BadQuery as error:
        assert error.what


@settings(max_examples=often(1500), deadline=None)
@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_any_words_are_read_or_refused(text: str) -> None:
    try:
        assert isinstance(parse(text), Query)
    except BadQuery as error:
        assert error.what
        assert error.position <= len(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expected a query, met the end of the query."),
        ("T | where", "Expected an expression, met the end of the query (line 1, column 10)."),
        ("T | where a ==", "Expected an expression, met the end of the query (line 1, column 15)."),
        ("T where a", "The operator 'where' stands here without a '|' (line 1, column 3)."),
        ("T\n|\n| count", "Expected an operator, met '|' (line 3, column 1)."),
        ("T | wher a == 1", "There is no operator named 'wher' (line 1, column 5). Did you mean where?"),
        (
            "T | project-awy a",
            "There is no operator named 'project-awy' (line 1, column 5). Did you mean project-away",
        ),
        ("T | scan with (step s: true;)", "The operator 'scan' is not supported (line 1, column 5)."),
        ("T | where a in 5", "Expected '(' after 'in', met '5' (line 1, column 16)."),
        ("T | where a between (1, 5)", "Expected '..' between the two ends, met ',' (line 1, column 23)."),
        ("T | where (a == 1", "Expected ')' for the '(' at line 1, column 11, met the end of the query (line 1, col"),
        ('T | where (a has "b" | count', "Expected ')' for the '(' at line 1, column 11, met '|' (line 1, column 22)."),
        ("T | join (U | count", "Expected ')' for the '(' at line 1, column 10, met the end of the query (line 1, col"),
        ('T | where a like "%x%"', "'like' is no operator of KQL here (line 1, column 13). Write has for a whole word"),
        ("T | where a is null", "'is' is no operator of KQL here (line 1, column 13). Write isnull()"),
        ("T | where a == 1 AND b == 2", "'AND' is no operator of KQL here (line 1, column 18). Write and in small"),
        (
            "T | summarize n = count() by a having n > 1",
            "'having' is no operator of KQL here (line 1, column 32). Writ",
        ),
        ('T | where a has ("b", "c")', "A list stands where one value is wanted (line 1, column 21). A list stands"),
        ("T | where !(a == 1)", "Nothing is turned round by '!' in KQL (line 1, column 11). Write not(...)"),
        ("T | where not a", "Expected '(' after 'not' (line 1, column 15). Write not(...) round the condition."),
        ("T | where a && b", "The character '&' means nothing here (line 1, column 13). Write and."),
        ("select * from T", "This is SQL, not KQL (line 1, column 1). Start with the table: T | where ... | project"),
        ("T | graph-match (a)-->(b)", "The operator 'graph-match' is not supported (line 1, column 5). The nearest is"),
        ("T | evaluate python(typeof(*), 'x')", "The plugin 'python' is not supported (line 1, column 14). The nea"),
        ("print " + "+".join("1" * 102), "A chain of operators has at most 100 links (line 1, column"),
        ("print " + "iff(1 > 0, " * 60, "The query nests deeper than 100 levels (line 1, column"),
        ("T | take", "Expected an expression, met the end of the query (line 1, column 9)."),
        ("T | top 5 Timestamp", "Expected 'by' after the number of rows, met 'Timestamp' (line 1, column 11)."),
        ("T | sort Timestamp", "Expected 'by' after 'sort', met 'Timestamp' (line 1, column 10)."),
        ("T | join U", "Expected 'on' and the columns to match, met the end of the query (line 1, column 11)."),
        ("T | join kind=iner U on a", "There is no kind of join named 'iner' (line 1, column 10). Did you mean inner"),
        ("T | sort by a nulls middle", "There is no place of nulls named 'middle' (line 1, column 21)."),
        ("T | mv-expand d to typeof(lng)", "There is no type named 'lng' (line 1, column 27). Did you mean long"),
        ("T | render timchart", "There is no chart named 'timchart' (line 1, column 12). Did you mean timechart"),
        ("print datetime(2026-13-01)", "'datetime(2026-13-01)' is not a value of its type (line 1, column 7)."),
        ("print 99999999999999999999", "'99999999999999999999' is not a value of its type (line 1, column 7)."),
        ("print dynamic({a:1})", "Expected a key in quotes, met 'a' (line 1, column 16)."),
        ("alias database d = T; T", "The statement 'alias' is not supported (line 1, column 1). Name the table"),
        ("restrict access to (T); T", "The statement 'restrict' is not supported (line 1, column 1). Remove it"),
        ("declare pattern p; T", "The statement 'pattern' is not supported (line 1, column 9). Use let."),
        ("set a = 1", "Expected a query, met the end of the query (line 1, column 10)."),
        ("T | where a > { x }", "Expected an expression, met '{' (line 1, column 15)."),
        ("T | {steps}", "Expected an operator, met '{' (line 1, column 5)."),
        ("T | parse a", "Expected 'with' and a pattern, met the end of the query (line 1, column 12)."),
        (
            "T | parse kind=simpel a with b",
            "There is no kind of parse named 'simpel' (line 1, column 11). Did you mean",
        ),
        ("T | parse a with", "Expected a pattern, met the end of the query (line 1, column 17)."),
        ("T | parse a with 'x' b:strng", "There is no type named 'strng' (line 1, column 24). Did you mean string"),
        ("let f = (x:long=y) { x }; f(1)", "The default of a parameter is a literal (line 1, column 17)."),
        ("T; U", "A second question starts here (line 1, column 4)."),
        (
            "T | where a < 1 < 2",
            "Expected an operator after '|', or the end of the query, met '<' (line 1, column 17).",
        ),
    ],
)
def test_a_fault_is_named_with_its_place_and_the_nearest_known_name(text: str, message: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        "print " + "(" * 500 + "1" + ")" * 500,
        "print " + "-" * 500 + "x",
        "print " + "f(" * 500 + ")" * 500,
        "print dynamic(" + "[" * 500 + "]" * 500 + ")",
        "print x" + ".a" * 500,
        "print x" + "[0]" * 500,
        "print " + " + ".join(["1"] * 500),
        "T | join (" * 300 + "T" + ") on a" * 300,
        "let f = () { " * 200 + "1" + " }; f()" * 200,
        "T" + " | where a" * 500,
    ],
)
def test_deep_and_long_queries_are_refused_at_once(text: str) -> None:
    with pytest.raises(BadQuery, match=r"deeper|at most|Expected"):
        parse(text)


def test_nesting_up_to_the_limit_is_read() -> None:
    depth = DEEPEST // 2 - 2
    assert parse("print " + "(" * depth + "1" + ")" * depth) == parse("print 1")


def test_text_without_operators_is_the_bare_expression() -> None:
    assert parse("EmailEvents").body == Name("EmailEvents")
    assert parse("((EmailEvents))").body == Name("EmailEvents")
    assert parse("5;").body == Literal(5, "long")


def test_brackets_around_a_pipeline_are_nothing() -> None:
    assert parse("(T | where a) | count") == parse("T | where a | count")


def test_trailing_commas_are_passed_over() -> None:
    assert parse("T | project a, b, | where c in (1, 2,)") == parse("T | project a, b | where c in (1, 2)")
    assert parse("T | summarize count(), by b,") == parse("T | summarize count() by b")
    assert parse("print dynamic([1, 2,])") == parse("print dynamic([1, 2])")


def test_adjacent_texts_join() -> None:
    assert parse("print 'a' \"b\" @'c'") == parse("print 'abc'")


def test_a_kind_may_touch_the_bracket_of_the_table() -> None:
    assert parse("T | join kind=inner(U) on a") == parse("T | join kind = inner (U) on a")
    assert parse("union(T),(U | where a)") == parse("union T, (U | where a)")


def test_keywords_are_names_where_a_name_is_wanted() -> None:
    assert parse("T | project count, by_ = kind, on, step | summarize count() by top")


def test_functions_take_values_and_tables() -> None:
    body = parse("let f = (T:(*), U:(a:long, b:string), x:real=1.5) { T | count }; f(A, B)").lets[0].value
    assert isinstance(body, Lambda)
    assert [(each.name, each.type, each.columns) for each in body.parameters] == [
        ("T", None, None),
        ("U", None, (("a", "long"), ("b", "string"))),
        ("x", "real", None),
    ]


def test_the_text_is_kept_for_places_and_does_not_count() -> None:
    first, second = parse("T|count"), parse("T | count // same")
    assert first == second
    assert first.text != second.text
    assert isinstance(first.body, Pipeline)
    assert first.body.operators[0].at == 2


def test_dynamic_literals_take_literals_of_the_language() -> None:
    text = "print dynamic({'a': datetime(2026-01-08), \"b\": [1d, -2, 1.5, true, null, 'it']})"
    (item,) = parse(text).body.source.items  # type: ignore[attr-defined]
    assert item.expr == Literal(
        '{"a":"2026-01-08T00:00:00.0000000Z","b":["1.00:00:00",-2,1.5,true,null,"it"]}', "dynamic"
    )


def test_a_second_question_and_a_parameter_named_twice_are_refused() -> None:
    with pytest.raises(BadQuery, match=r"A second question starts here.*one at a time"):
        parse("T | count; T")
    with pytest.raises(BadQuery, match="Two parameters of the function have the same name"):
        parse("let f = (x:long, x:long) { x }; print f(1, 2)")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("T where a == 1", r"'where' stands here without a '\|' \(line 1, column 3\)\. Write \| where"),
        ("T | where a hasany 'x'", r"met 'hasany' \(line 1, column 13\)\. Did you mean has_any"),
        ("T | where a contain 'x'", r"met 'contain'.*Did you mean contains"),
        (
            "T | scan with (step s1: true;)",
            r"'scan' is not supported \(line 1, column 5\)\. The nearest is sort with prev\(\)",
        ),
        ("T | facet by a", r"'facet' is not supported \(line 1, column 5\)\. The nearest is summarize"),
        ("T | reduce by a", "'reduce' is not supported.*The nearest is summarize"),
        ("T | scan", "'scan' is not supported"),
        ("T | consume", "'consume' is not supported"),
    ],
)
def test_what_is_not_there_is_named_with_what_is_near(text: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        parse(text)


def test_a_text_may_end_after_its_let_statements() -> None:
    query = parse("let Domains = '[a-z]+'; // to be used elsewhere")
    assert isinstance(query.body, Nothing)
    assert [each.name for each in query.lets] == ["Domains"]
    assert parse("let f = (x:long) { let y = x; };").lets[0].value == Lambda(
        (Parameter("x", "long"),), (Let("y", Name("x")),), Nothing()
    )


def test_options_and_parameters_are_kept_beside_the_question() -> None:
    query = parse("set notruncation; set maxrows = 5000; declare query_parameters(x:long, y:string='a'); T")
    assert query.options == (Option("notruncation"), Option("maxrows", "5000"))
    assert query.parameters == (Parameter("x", "long"), Parameter("y", "string", Literal("a", "string")))
    assert parse(text_of(query)) == query


@pytest.mark.parametrize("text", ["datetime({start})", 'datetime("{q.start}")', "datetime({q.start})", "guid({id})"])
def test_a_template_is_read_with_its_placeholders(text: str) -> None:
    query = parse(f"T | where a > {text}")
    assert parse(text_of(query)) == query
    with pytest.raises(BadQuery, match=r"placeholder|holds a literal"):
        bind(parse(f"print {text}"), tables(), now=NOW)


def test_a_placeholder_stands_for_a_value_or_table() -> None:
    assert parse("{tables} | take {n}").body == Pipeline(Placeholder("tables"), (Take(Placeholder("n")),))
    with pytest.raises(BadQuery, match=r"\{tables\} is a placeholder of a template.*Put a value in its place"):
        bind(parse("{tables} | take 1"), tables(), now=NOW)


def test_range_is_also_a_function() -> None:
    assert parse("let hours = range(1, 3); T").lets[0].value == Call("range", (Literal(1, "long"), Literal(3, "long")))


def test_a_text_over_the_limit_is_refused_at_once() -> None:
    text = "T | where a in (" + "'0123456789', " * 150_000 + "'x')"
    started = time.process_time()
    with pytest.raises(BadQuery, match="longer than 2048 kB"):
        parse(text)
    assert time.process_time() - started < 1
