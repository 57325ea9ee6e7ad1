import pytest

from tests.events.query.conftest import check, column, columns, value
from workbench.base.errors import BadQuery

CASES = [
    ("extract('(a)', long(null), 'a')", ""),
    ("extract('(a)', 4294967299, 'a')", ""),
    ("extract_all('(1)', 1d)", ["1"]),
    ('strcat("a", "b", "c")', "abc"),
    ('strcat("n=", 5, "; ", 1.5, "; ", true)', "n=5; 1.5; True"),
    ('strcat("a", long(null), "b")', "ab"),
    ('strcat("t", datetime(2026-01-08 09:30:00.5))', "t2026-01-08T09:30:00.5000000Z"),
    ('strcat("p", 1d)', "p1.00:00:00"),
    ('strcat("d", dynamic({"a":1}))', 'd{"a":1}'),
    ('strcat_delim("-", "a", "b", 3)', "a-b-3"),
    ('strcat_array(dynamic(["a", "b"]), ", ")', "a, b"),
    ('strcat_array(dynamic([1, true, {"k":2}]), "|")', '1|true|{"k":2}'),
    ('strcat_array(dynamic({"k":2}), "|")', ""),
    ('strcat_array(split("x y", " "), "+")', "x+y"),
    ('strlen("abcé")', 4),
    ('strlen("")', 0),
    ('substring("123456", 1)', "23456"),
    ('substring("123456", 2, 2)', "34"),
    ('substring("ABCD", 0, 2)', "AB"),
    ('substring("123456", -2, 2)', "56"),
    ('substring("abc", 10)', ""),
    ('substring("abc", 1, 0)', ""),
    ('split("aa_bb", "_")', ["aa", "bb"]),
    ('split("aaa_bbb_ccc", "_", 1)', ["bbb"]),
    ('split("", "_")', [""]),
    ('split("", "")', [""]),
    ('split("a__b", "_")', ["a", "", "b"]),
    ('split("aabbcc", "bb")', ["aa", "cc"]),
    ('split("a_b", "_", 9)', []),
    ('extract(@"x=(\\d+)", 1, "y=1 x=42")', "42"),
    ('extract(@"x=(\\d+)", 0, "y=1 x=42")', "x=42"),
    ('extract("nothing", 0, "text")', ""),
    ('extract(@"(\\d+)", 1, "room 12", typeof(long))', 12),
    ('extract(@"(\\d+)", 1, "room", typeof(long))', None),
    ('extract(@"(\\d+)", 1, "room 7", typeof(string))', "7"),
    ('extract_all(@"([\\da-f]{2})", "82b8be")', ["82", "b8", "be"]),
    ('extract_all(@"(\\w)(\\w+)(\\w)", "82b8be2d-dfa7")', [["8", "2b8be2", "d"], ["d", "fa", "7"]]),
    ('extract_all(@"(\\w)(\\w+)(\\w)", dynamic([1,3]), "82b8be2d-dfa7")', [["8", "d"], ["d", "7"]]),
    ('extract_all(@"(\\d)", "none")', None),
    ('extract_all(@"(?<x>\\d)(?P<y>[a-z])", dynamic(["y"]), "1a2b")', ["a", "b"]),
    ('extract_all(@"(?P<key>\\w+)=(\\w+)", dynamic(["key", 2]), "a=1 b=2")', [["a", "1"], ["b", "2"]]),
    ('replace_string("A cat, a cat", "cat", "dog")', "A dog, a dog"),
    ('replace_string("a.b.c", ".", "$1")', "a$1b$1c"),
    ('replace_string("abc", "", "x")', "abc"),
    ('replace_regex("Number is 1", @"is (\\d+)", @"was: \\1")', "Number was: 1"),
    ('replace_regex("cost", "c", "$")', "$ost"),
    ('replace(@"is (\\d+)", @"was: \\1", "Number is 1")', "Number was: 1"),
    ('trim("--", "--https://bing.com--")', "https://bing.com"),
    ('trim(@"[^\\w]+", "-  Te st1// $")', "Te st1"),
    ('trim_start(@"[^\\w]+", "-  Te st1// $")', "Te st1// $"),
    ('trim_end(@"[^\\w]+", "-  Te st1// $")', "-  Te st1"),
    ('trim(@"\\s+", "    Hello, world!    ")', "Hello, world!"),
    ('tolower("ÀBc")', "àbc"),
    ('toupper("àbc")', "ÀBC"),
    ("toupper(dynamic({}))", "{}"),
    ('reverse("abc")', "cba"),
    ("reverse(123)", "321"),
    ('indexof("abcdefg", "cde")', 2),
    ('indexof("abcdefg", "cde", 1, 4)', 2),
    ('indexof("abcdefg", "cde", 1, 2)', -1),
    ('indexof("abcdefg", "cde", 3, 4)', -1),
    ('indexof("abcdefg", "cde", -5)', 2),
    ("indexof(1234567, 5, 1, 4)", 4),
    ('indexof("abcdefg", "cde", 2, -1)', 2),
    ('indexof("abcdefgabcdefg", "cde", 1, 10, 2)', 9),
    ('indexof("abcdefgabcdefg", "cde", 1, -1, 3)', -1),
    ('indexof("éé1", "1")', 2),
    ('indexof("abc", "a", 0, -2)', None),
    ('countof("aaa", "a")', 3),
    ('countof("aaaa", "aa")', 3),
    ('countof("ababa", "ab", "normal")', 2),
    ('countof("ababa", "aba")', 2),
    ('countof("ababa", "aba", "regex")', 1),
    ('countof("abcabc", "a.c", "regex")', 2),
    ('extractall(@"(\\w)-(\\w)", "a-b c-d")', [["a", "b"], ["c", "d"]]),
    ('array_strcat(dynamic(["a","b"]), "-")', "a-b"),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_text_functions_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


def test_the_delimiter_of_split_may_be_a_column() -> None:
    assert column('datatable(t:string, d:string)["a-b", "-", "a+b", "+"] | project split(t, d)') == [
        ["a", "b"],
        ["a", "b"],
    ]


def test_empty_texts_are_split_the_same_in_columns() -> None:
    empties = 'datatable(t:string, d:string)["", "", "", "-", "ab", ""] | project split(t, d)'
    assert column(empties) == [[""], [""], ["ab"]]


def test_splitting_at_nothing_gives_the_whole_text() -> None:
    assert value('split("abc", "")') == ["abc"]


def test_a_part_of_split_is_text_once_converted() -> None:
    assert column('Mail | project domain = tostring(split(Sender, "@")[1])') == [
        "evil.com",
        "evil.com",
        "good.org",
        "Evil.com",
        "",
    ]


def test_a_pattern_that_is_none_is_refused_where_it_stands() -> None:
    with pytest.raises(BadQuery, match="no regular expression") as caught:
        value('extract("(", 1, "x")')
    assert caught.value.where == "line 1, column 11"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (r'extract_all(@"\d+", "a12b3")', r"this one has 0 .*Put \( \) round"),
        ('extract_all("%s", "a")' % ("(a)" * 17), "1 to 16 groups, this one has 17"),
        ('extract_all("(a)", dynamic([]), "a")', "constant array of numbers or names"),
        ('extract_all("(?<x>a)(b)", dynamic(["y"]), "ab")', 'no group "y".*number from 1, or one of the names x'),
        ('extract_all("(a)", dynamic([1, null]), "a")', "no group null"),
        ('extract_all("(a)", dynamic([0]), "a")', "no group 0"),
    ],
)
def test_extract_all_says_what_groups_it_wants(call: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message) as caught:
        columns(f"print x = {call}")
    assert caught.value.where == "line 1, column 11"


def test_extract_all_checks_patterns_of_dynamics_too() -> None:
    with pytest.raises(BadQuery, match="this one has 0"):
        value('extract_all(dynamic([1]), dynamic([1, null, "x"]), "y")')


def test_the_classes_of_the_documented_dialect_work() -> None:
    assert value('extract("[a-z&&[^aeiou]]+", 0, "aeiobcd")') == "bcd"
    assert value(r'extract(@"\p{Lu}", 0, "aÉ")') == "É"


def test_dynamics_are_taken_as_text() -> None:
    assert value('strlen(dynamic("abc"))') == 3
    assert value('tolower(parse_json("{\\"a\\":\\"X\\"}").a)') == "x"
    assert value('split(parse_json("{\\"a\\":\\"x,y\\"}").a, ",")') == ["x", "y"]


def test_a_group_that_is_not_there_gives_nothing() -> None:
    assert value('extract("(a)", 5, "a")') == ""
    assert value('extract("(a)", -1, "a")') == ""


def test_anything_is_split_and_cut_as_its_text() -> None:
    assert value('split(12345, "3")') == ["12", "45"]
    assert value("substring(12345, 1, 2)") == "23"


def test_a_real_has_one_text_in_a_column_and_as_a_constant() -> None:
    for number in ("1.0", "1.5", "1e15", "1e16", "0.0001", "0.00001", "1e-7", "real(nan)", "123456789.123"):
        assert column(f"datatable(r:real)[{number}] | project tostring(r)") == [value(f"tostring({number})")]


def test_nothing_is_found_at_the_start() -> None:
    assert value('indexof("abc", "")') == 0
    assert column('datatable(s:string, m:string)["abc", ""] | project indexof(s, m)') == [0]
