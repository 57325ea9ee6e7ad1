"""What published rules of the language say, one by one; each test is named after the number of its rule.

Sources are titles of Microsoft's KQL reference; samples are taken from there as facts.
"""

from datetime import timedelta

import pytest

from tests.events.query.conftest import column, columns, rows, utc, value
from workbench.base.errors import BadQuery
from workbench.events.query import parse, text_of


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('"North America" has "america"', True),
        ('"North America" !has "amer"', True),
        ('"a_b-c.d@e/f" has "b"', True),
        ('"xevil.com" has "evil.com"', False),
        ('"see evil.com." has "evil.com"', True),
        ('"evil.community" has "evil.com"', False),
        ('"North America" has_cs "america"', False),
        ('"North America" hasprefix "ame"', True),
        ('"North America" hassuffix "ica"', True),
        ('"FabriKam" contains "BRik"', True),
        ('"FabriKam" contains_cs "Kam"', True),
        ('"Fabrikam" startswith "fab"', True),
        ('"Fabrikam" endswith_cs "kam"', True),
        ('"abc" =~ "ABC"', True),
        ('"abc" == "ABC"', False),
        ('"abc" in~ ("ABC")', True),
        ('"abc" in ("ABC")', False),
        ('"Fabrikam" matches regex "fab"', False),
        ('"Größe" has "größe"', True),
    ],
)
def test_rule_1_terms_are_whole_and_case_counts_only_where_it_is_said(condition: str, *, expected: bool) -> None:
    """String operators. Letters and digits of any script make terms: decided here, the page names ASCII or none."""
    assert value(condition) is expected


def test_rule_2_lists_on_the_right_may_be_arrays_or_columns_of_tables() -> None:
    """in operator; has_any operator: a list, a dynamic array, or the first column of a query in double parentheses."""
    assert column("Mail | where Id in (dynamic(['m2', 'm3'])) | count") == [2]
    assert column("Mail | where Id in ((Clicks | project Id, Url)) | count") == [3]
    assert column("let ids = Clicks | project Id; Mail | where Id in (ids) | count") == [3]
    assert column("Mail | where Subject has_any (dynamic(['lunch', 'nothing'])) | count") == [1]
    assert column("Mail | where Subject has_all ('invoice', '77') | count") == [3]


def test_rule_2_an_array_that_a_query_collected_gives_its_elements() -> None:
    """in operator: an array in the column counts as its elements."""
    assert column("let ids = Clicks | summarize make_set(Id); Mail | where Id in (ids) | count") == [3]
    assert column("let ids = Clicks | summarize make_list(Id); Mail | where Id !in (ids) | count") == [2]
    assert column("Mail | where Sender has_any ((Mail | where Id == 'm2' | summarize make_set(Sender))) | count") == [1]
    assert column("Mail | where Sender has_all ((Mail | where Id == 'm2' | summarize make_set(Sender))) | count") == [1]
    assert column("datatable(n:long)[1, 2] | where n in ((print dynamic([2, 3]))) | count") == [1]


def test_rule_3_text_has_no_null() -> None:
    """Null values; isnull(), isempty(), tostring()."""
    assert rows(
        'print isnull(""), isempty(""), isempty(long(null)), tostring(long(null)), isnull(tostring(long(null)))'
    ) == [(False, True, True, "", False)]
    assert column("Mail | where Sender != 'x' and Sender !in ('y') and Sender !has 'z' | count") == [5]
    assert column("Mail | where isempty(Sender) | count") == [1]


def test_rule_4_null_is_no_value_and_differs_from_every_value() -> None:
    """Null values: comparisons with null."""
    assert rows("print long(null) == 5, long(null) != 5, long(null) == long(null), long(null) != long(null)") == [
        (False, True, None, None)
    ]
    assert rows("print long(null) < 5, long(null) > 5") == [(None, None)]
    assert column("Mail | where Urls != 1 | count") == [3]
    assert column("Mail | where Urls == 1 | count") == [2]
    assert column("Mail | where Urls > 0 | count") == [3]


def test_rule_5_order_falls_and_nulls_are_least() -> None:
    """sort operator: nulls come first where it rises and last where it falls; NaN stands with them."""
    assert column("Every | sort by n | project n") == [20, 10, None]
    assert column("Every | sort by n asc | project n") == [None, 10, 20]
    assert column("Mail | top 1 by Urls | project Urls") == [3]
    found = column("datatable(r:real)[1.0, real(nan), 2.0] | sort by r desc | project isnan(r)")
    assert found == [False, False, True]


def test_rule_6_aggregates_leave_out_nulls_and_have_defaults() -> None:
    """Aggregation functions; summarize operator: default values, and names of results."""
    call = "summarize count(), dcount(n), sum(n), max(n), make_set(n), avg(n)"
    (found,) = rows(f"Every | where false | {call}")
    assert found[:5] == (0, 0, 0, None, [])
    assert rows(f"Every | where false | {call} by s") == []
    assert rows("Every | summarize count(), avg(n), make_list(n)") == [(3, 15.0, [10, 20])]
    assert [
        name
        for name, _ in columns("Every | summarize count(), dcount(s), make_set(s), max(n), arg_max(t, s), max(n + 1)")
    ] == [
        *("count_", "dcount_s", "set_s", "max_n", "t", "s"),
        "max_",
    ]


def test_rule_7_the_row_of_the_greatest_value() -> None:
    """arg_max(): keys, the value, the rest; a group of nulls still gives a row, and ties give one."""
    assert [name for name, _ in columns("Every | summarize arg_max(n, *) by s")][:3] == ["s", "n", "i"]
    text = 'datatable(k:long, n:long, s:string)[1, long(null), "p", 2, 7, "q", 2, 7, "r"]'
    assert rows(f"{text} | summarize arg_max(n, *) by k") == [(1, None, "p"), (2, 7, "q")]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("bin(4.5, 1)", 4.0),
        ("bin(datetime(1970-05-11 13:45:07), 1d)", utc(1970, 5, 11)),
        ("bin(-1.5, 1)", -2.0),
        ("bin(-7, 5)", -10),
        ("bin(16d, 7d)", timedelta(days=14)),
        ("bin(datetime(2007-01-03), 7d)", utc(2007, 1, 1)),
        ("bin(long(null), 5)", None),
        ("bin(7, 0)", None),
        ("bin(7, -2)", None),
        ("startofweek(datetime(2017-01-01 10:10:17))", utc(2017, 1, 1)),
    ],
)
def test_rule_8_bins_floor_to_multiples(expression: str, expected: object) -> None:
    """bin(): the weekly sample falls on Mondays, as multiples from 0001-01-01 do. startofweek(): weeks start on Sunday."""
    assert value(expression) == expected


def test_rule_9_both_ends_of_between_count() -> None:
    """between operator: the right end may be a timespan after the left."""
    assert column("range x from 1 to 10 step 1 | where x between (5 .. 7)") == [5, 6, 7]
    assert column("Mail | where Timestamp between (datetime(2026-09-14) .. 1d) | count") == [3]
    assert column("Mail | where Timestamp !between (datetime(2026-09-14) .. 1d) | count") == [2]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("datetime(2026-01-02) - datetime(2026-01-01)", timedelta(days=1)),
        ("1d / 12h", 2.0),
        ("3 * 1h", timedelta(hours=3)),
        ("datetime(0001-01-02 12:00) / 1d", 1.5),
        ("timespan(2)", timedelta(days=2)),
        ("10tick", timedelta(microseconds=1)),
        ("datetime_diff('year', datetime(2017-01-01), datetime(2000-12-31))", 17),
        ("datetime_diff('quarter', datetime(2017-07-01), datetime(2017-03-30))", 2),
        ("datetime_diff('hour', datetime(2017-10-31 01:00), datetime(2017-10-30 23:59))", 2),
        ("now() == now()", True),
        ("ago(1d) == now() - 1d", True),
    ],
)
def test_rule_10_times_are_counted_exactly(expression: str, expected: object) -> None:
    """Timespan data type; datetime / timespan arithmetic; datetime_diff(); now()."""
    assert value(expression) == expected


def test_rule_11_whole_numbers_divide_to_whole_numbers() -> None:
    """Numerical operators; real data type."""
    assert rows("print 7 / 2, 7 / 2.0, todouble(7) / 2, 1000. / 3 > 333.3") == [(3, 3.5, 3.5, True)]
    assert columns("print 7 / 2, 1000.") == [("print_0", "long"), ("print_1", "real")]


def test_rule_12_a_join_without_a_kind_takes_one_left_row_for_each_key() -> None:
    """join operator; lookup operator: kinds, and the names of columns that both sides have."""
    left = 'datatable(k:string, a:long)["x", 1, "x", 1, "y", 2, "X", 3]'
    right = 'datatable(k:string, b:long)["x", 7, "x", 8]'
    assert rows(f"{left} | join ({right}) on k | sort by b asc") == [("x", 1, "x", 7), ("x", 1, "x", 8)]
    assert rows(f"{left} | join kind=inner ({right}) on k | count") == [(4,)]
    assert columns(f"{left} | join ({right}) on k") == [("k", "string"), ("a", "long"), ("k1", "string"), ("b", "long")]
    assert columns(f"{left} | lookup ({right}) on k") == [("k", "string"), ("a", "long"), ("b", "long")]
    assert rows(f"{left} | lookup ({right}) on k | where isnull(b) | project k") == [("y",), ("X",)]
    assert rows(f"{left} | join kind=leftanti ({right}) on k | project k, a") == [("y", 2), ("X", 3)]
    assert columns(f"{left} | join kind=rightsemi ({right}) on k") == [("k", "string"), ("b", "long")]


def test_rule_13_a_union_has_all_columns_and_parts_types() -> None:
    """union operator: outer; the same name with another type is another column; isfuzzy; withsource."""
    one, other = 'datatable(a:long, s:string)[1, "x"]', 'datatable(a:string, n:long)["y", 2]'
    assert columns(f"{one} | union ({other})") == [
        ("a_long", "long"),
        ("a_string", "string"),
        ("s", "string"),
        ("n", "long"),
    ]
    assert rows("union isfuzzy=true Mail, NoSuchTable | count") == [(5,)]
    assert rows("union withsource=T Mail, Clicks | summarize count() by T | sort by T asc") == [
        ("Clicks", 3),
        ("Mail", 5),
    ]
    assert rows("union withsource=T M* | summarize count() by T") == [("Mail", 5)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('tostring(dynamic({"a": [1, 2, {"b": "c"}]}).a[-1].b)', "c"),
        ('tostring(dynamic({"a b": 5})["a b"])', "5"),
        ("isnull(dynamic([1])[7])", True),
        ('isnull(dynamic("text").x)', True),
        ('tostring(parse_json("no json"))', "no json"),
        ('tostring(dynamic({"a": 1}))', '{"a":1}'),
        ('array_length(dynamic("a"))', None),
        ("tolong(dynamic([5])[0]) + 1", 6),
    ],
)
def test_rule_14_ways_into_dynamics(expression: str, expected: object) -> None:
    """The dynamic data type; parse_json(); array_length()."""
    assert value(expression) == expected


def test_rule_14_a_dynamic_is_no_key() -> None:
    """summarize operator: the key must be a scalar that can be compared."""
    with pytest.raises(BadQuery, match="cannot be a key"):
        columns("Every | summarize count() by d")


def test_rule_15_arrays_expand_in_step() -> None:
    """mv-expand operator: arrays in step, nulls kept, empty arrays give no row, bags a bag for each key."""
    text = "datatable(a:dynamic, b:dynamic)[dynamic([1, 2]), dynamic(['x'])] | mv-expand a, b"
    assert rows(text) == [(1, "x"), (2, None)]
    text = "datatable(k:long, d:dynamic)[1, dynamic(null), 2, dynamic([]), 3, dynamic([7])] | mv-expand d"
    assert rows(text) == [(1, None), (3, 7)]
    assert column('print d = dynamic({"a": 1, "b": 2}) | mv-expand d') == [{"a": 1}, {"b": 2}]
    assert column('print d = dynamic({"a": 1}) | mv-expand kind=array d') == [["a", 1]]
    assert rows("print d = dynamic([1, 'x']) | mv-expand d to typeof(long)") == [(1,), (None,)]
    many = "range i from 1 to 200 step 1 | summarize d = make_list(i)"
    assert column(f"{many} | mvexpand d | count") == [128]
    assert column(f"{many} | mv-expand d | count") == [200]


def test_rule_16_sets_and_lists_skip_nulls_and_the_old_ones_are_short() -> None:
    """make_set(), make_list(): nulls are left out; makeset(), makelist() hold 128."""
    assert rows("Every | summarize make_set(n), make_list(n)") == [([10, 20], [10, 20])]
    assert rows("range i from 1 to 500 step 1 | summarize array_length(makeset(i)), array_length(make_set(i))") == [
        (128, 500)
    ]


def test_rule_17_different_values_are_counted_exactly() -> None:
    """dcount(): an estimate there, exact here, whatever accuracy is asked for."""
    assert column("range i from 1 to 100000 step 1 | summarize dcount(i, 0)") == [100_000]
    assert rows("Mail | summarize dcount(Sender), count_distinct(Sender)") == [(4, 4)]
    assert column("Mail | summarize h = hll(Sender) by Id | summarize m = hll_merge(h) | project dcount_hll(m)") == [4]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r'extract(@"x=([0-9.]+)", 1, "hello x=45.6|wo")', "45.6"),
        (r'extract(@"x=(\d+)", 1, "none")', ""),
        (r'extract(@"x=(\d+)", 1, "none", typeof(long))', None),
        (r'extract(@"x=([a-y&&xyz]+)", 1, "x=xxyz")', "xxy"),
        (r'extract(@"([0-9--4]+)", 1, "1243")', "12"),
        (r"""extract(@'{"k":"(\w+)"', 1, '{"k":"v"}')""", "v"),
        (r"""trim_start(@'[[]', '[::1')""", "::1"),
        (r'"a{2" matches regex @"a{2"', True),
        (r'"x]" matches regex @"[^]]\]$"', True),
        (r'"a[b{" matches regex @"a[a[]b{"', True),
        (r'"a<b>" matches regex @"^a[\<\>]b[\<\>]{1}$"', True),
        (r'replace_regex("a\0b", @"\0", "-")', "a-b"),
        (r'"[:digit:]" matches regex @"^[[:digit:]]$"', False),
    ],
)
def test_rule_18_patterns_are_those_of_the_reference(expression: str, expected: object) -> None:
    """Regex syntax; extract(). What older patterns leave bare, the engine would refuse: it stands for itself."""
    assert value(expression) == expected


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\\1", "(", "a**b(", "(a{1000}){1000}", "x" * 100 + "(" * 300])
def test_rule_18_a_pattern_that_cannot_be_or_would_blow_up_is_refused(pattern: str) -> None:
    """Regex syntax: no look-around, no back-references; linear time, and bounded room."""
    with pytest.raises(BadQuery, match="is no regular expression"):
        columns(f'Mail | where Subject matches regex "{pattern}"')


def test_rule_18_lines_that_do_not_parse_stay() -> None:
    """parse operator: a row that does not fit keeps empty columns; parse-where operator: it goes."""
    text = 'datatable(s:string)["a=1;", "b"]'
    assert rows(f"{text} | parse s with 'a=' n:long ';'") == [("a=1;", 1), ("b", None)]
    assert rows(f"{text} | parse-where s with 'a=' n:long ';' | project n") == [(1,)]


def test_rule_19_only_true_takes_the_branch() -> None:
    """iff(); case(): null counts as false, and the branches have one type."""
    assert rows("print iff(bool(null), 1, 2), case(bool(null), 'a', 1 == 1, 'b', 'c'), iff(true, 1, 2)") == [
        (2, "b", 1)
    ]
    assert columns("print iff(true, 1, 2.5), case(true, 'a', 'b')") == [("print_0", "real"), ("print_1", "string")]


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        (r"'it\'s'", "it's"),
        (r'"a\tb"', "a\tb"),
        (r'@"C:\x ""y"""', 'C:\\x "y"'),
        (r"h'secret'", "secret"),
        (r"""'a' "b" 'c'""", "abc"),
        ("```two\nlines```", "two\nlines"),
    ],
)
def test_rule_20_literals_of_text(literal: str, expected: str) -> None:
    """The string data type."""
    assert value(literal) == expected


def test_rule_21_names_that_let_defines() -> None:
    """let statement: values, tables, functions with defaults and tables for parameters, quoted names."""
    assert column("let f = (x:long, y:long = 10) { x + y }; print f(2)") == [12]
    assert column("let f = (T:(Id:string), s:string) { T | where Id == s }; f(Mail, 'm1') | count") == [2]
    assert column("let f = (T:(*)) { T | count }; f(Clicks)") == [3]
    assert column("let ['a b'] = 5; print ['a b']") == [5]
    assert column("let n = toscalar(Mail | count); print n") == [5]
    with pytest.raises(BadQuery, match="toscalar"):
        columns("let n = Mail | count; print n + 1")
    with pytest.raises(BadQuery, match="defined already"):
        columns("let n = 1; let n = 2; print n")


def test_rule_22_patterns_of_names_and_unknown_names() -> None:
    """project-away, project-keep, project-reorder operators; column_ifexists()."""
    assert [name for name, _ in columns("Mail | project-away S*, Timestamp")] == ["Id", "Recipient", "Urls", "Threat"]
    assert [name for name, _ in columns("Mail | project-keep S*")] == ["Sender", "Subject"]
    assert [name for name, _ in columns("Mail | project-reorder Threat, S* desc")][:3] == [
        "Threat",
        "Subject",
        "Sender",
    ]
    with pytest.raises(BadQuery, match="no column named 'Sbuject'"):
        columns("Mail | project Sbuject")
    assert column("Mail | take 1 | project column_ifexists('Sbuject', 'none')") == ["none"]


def test_rule_23_a_series_has_a_value_for_every_bin() -> None:
    """make-series operator: bins without rows take the default; the end is not in it."""
    text = "Mail | make-series n = count() default=0 on Timestamp from datetime(2026-09-14) to datetime(2026-09-19) step 1d"
    assert column(f"{text} | project n") == [[2, 1, 1, 1, 0]]
    assert column(f"{text} | project array_length(Timestamp)") == [5]


def test_rule_24_a_chart_is_said_and_not_drawn() -> None:
    """render operator: it changes nothing of the rows."""
    text = "Mail | summarize n = count() by Id | render columnchart with (title='Mails')"
    assert rows(text) == rows("Mail | summarize n = count() by Id")
    assert "render columnchart with" in text_of(parse(text))


def test_rule_25_case_counts_in_names() -> None:
    """Entity names; KQL overview: names of tables, columns and functions, and keywords, are case-sensitive."""
    for text in ("mail | count", "Mail | where subject == ''", "Mail | Count", "Mail | extend x = STRLEN(Subject)"):
        with pytest.raises(BadQuery):
            columns(text)


def test_rule_26_what_is_materialized_is_the_same_each_time() -> None:
    """materialize(); as operator: evaluated once."""
    text = "let r = materialize(range i from 1 to 50 step 1 | extend x = rand()); r | join kind=inner r on i"
    assert column(f"{text} | where x == x1 | count") == [50]


def test_rule_27_nothing_is_read_from_outside() -> None:
    """externaldata operator: addresses are denied unless their content was pinned here before."""
    text = 'externaldata(a:string)["https://feeds.example/list.csv"] | count'
    with pytest.raises(BadQuery, match="not pinned"):
        rows(text)


def test_rule_28_oddities_that_the_service_takes() -> None:
    """Observed with Microsoft's language service: equality by one sign, digits before names, old words, commas too many."""
    assert column("Mail | where Id = 'm2' | count") == [1]
    assert column("datatable(['7ZipDll']:long)[1] | extend 3rdParty = 7ZipDll | project 3rdParty") == [1]
    assert column("Mail | where Subject notcontains 'invoice' | count") == [2]
    assert column("Mail | where Subject containscs 'Invoice' | count") == [2]
    assert column("Mail | where Id in ('m1', 'm2',) | count") == [3]
    assert column("union (Mail | project Id), (Clicks | project Id) | count") == [8]
    assert column("Mail | join kind=inner (Clicks) on Id | count") == [3]
    assert rows("print True, FALSE, bool(True)") == [(True, False, True)]
