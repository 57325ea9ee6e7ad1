from datetime import timedelta

import pytest

from tests.events.query.conftest import Frames, check, column, rows, utc, value

CASES = [
    ("tostring(123)", "123"),
    ("tostring(1.0)", "1"),
    ("tostring(0.1)", "0.1"),
    ("tostring(true)", "True"),
    ("tostring(bool(null))", ""),
    ("tostring(long(null))", ""),
    ("tostring(datetime(2026-01-08))", "2026-01-08T00:00:00.0000000Z"),
    ("tostring(datetime(2026-01-08 09:30:00.123456))", "2026-01-08T09:30:00.1234560Z"),
    ("tostring(1d)", "1.00:00:00"),
    ("tostring(1500ms)", "00:00:01.5000000"),
    ("tostring(time(-02:00:00))", "-02:00:00"),
    ("tostring(time(100.12:30:00))", "100.12:30:00"),
    ('tostring(dynamic("text"))', "text"),
    ('tostring(dynamic({"a": [1, "x"]}))', '{"a":[1,"x"]}'),
    ("tostring(dynamic(null))", ""),
    ("tostring(dynamic(true))", "true"),
    ("tostring(guid(74BE27DE-1E4E-49D9-B579-FE0B331D3642))", "74be27de-1e4e-49d9-b579-fe0b331d3642"),
    ('toint("12")', 12),
    ("toint(12.9)", 12),
    ("toint(true)", 1),
    ('toint("x")', None),
    ("toint(5000000000)", None),
    ('tolong(" 7 ")', 7),
    ('tolong("-7")', -7),
    ('tolong("0x1F")', 31),
    ('tolong("1.5")', None),
    ("tolong(dynamic(1.5))", 1),
    ('tolong(dynamic("42"))', 42),
    ('tolong("")', None),
    ("tolong(1d)", 864_000_000_000),
    ("tolong(datetime(1970-01-01))", 621_355_968_000_000_000),
    ('toreal("1e3")', 1000.0),
    ("todouble(3)", 3.0),
    ('toreal("abc")', None),
    ('todecimal("1.25")', 1.25),
    ('tobool("true")', True),
    ('tobool("FALSE")', False),
    ('tobool("1")', True),
    ("tobool(0)", False),
    ("tobool(123)", True),
    ('tobool("maybe")', None),
    ('toboolean("true")', True),
    ('todatetime("2026-01-08T09:30:00Z")', utc(2026, 1, 8, 9, 30)),
    ('todatetime("2026-01-08T09:30:00+02:00")', utc(2026, 1, 8, 7, 30)),
    ('todatetime("2026-01-08 09:30")', utc(2026, 1, 8, 9, 30)),
    ('todatetime("2026-01-08")', utc(2026, 1, 8)),
    ('todatetime("1/8/2026 9:30:00 PM")', utc(2026, 1, 8, 21, 30)),
    ('todatetime("Thu, 08 Jan 2026 09:30:00 GMT")', utc(2026, 1, 8, 9, 30)),
    ('todatetime("Sat, 8 Nov 14 15:05:02 GMT")', utc(2014, 11, 8, 15, 5, 2)),
    ('todatetime("Sat, 8 Nov 14 15:05:02")', utc(2014, 11, 8, 15, 5, 2)),
    ('todatetime("Sat, 8 Nov 14 15:05 GMT")', utc(2014, 11, 8, 15, 5)),
    ('todatetime("Sat, 8 Nov 14 15:05")', utc(2014, 11, 8, 15, 5)),
    ('todatetime("8 Nov 14 15:05:02 GMT")', utc(2014, 11, 8, 15, 5, 2)),
    ('todatetime("8 Nov 14 15:05:02")', utc(2014, 11, 8, 15, 5, 2)),
    ('todatetime("8 Nov 14 15:05 GMT")', utc(2014, 11, 8, 15, 5)),
    ('todatetime("8 Nov 14 15:05")', utc(2014, 11, 8, 15, 5)),
    ('todatetime("8 Nov 94 15:05")', utc(1994, 11, 8, 15, 5)),
    ('todatetime("Sat, 08 Nov 2014 15:05:02 +0200")', utc(2014, 11, 8, 13, 5, 2)),
    ('todatetime("Saturday, 08-Nov-14 15:05:02 GMT")', utc(2014, 11, 8, 15, 5, 2)),
    ('todatetime("Saturday, 08-Nov-14 15:05:02")', utc(2014, 11, 8, 15, 5, 2)),
    ('todatetime("Saturday, 08-Nov-14 15:05 GMT")', utc(2014, 11, 8, 15, 5)),
    ('todatetime("Saturday, 08-Nov-14 15:05")', utc(2014, 11, 8, 15, 5)),
    ('todatetime("2014-11-08 15:05:25 GMT")', utc(2014, 11, 8, 15, 5, 25)),
    ('todatetime("2014-11-08T15:05 GMT")', utc(2014, 11, 8, 15, 5)),
    ('todatetime("2014-11-08T15:05:25")', utc(2014, 11, 8, 15, 5, 25)),
    ('todatetime("2014-05-25T08:20:03.123456Z")', utc(2014, 5, 25, 8, 20, 3, 123456)),
    ('todatetime("31 Feb 14 15:05")', None),
    ('todatetime("Moonday, 8 Nov 14 15:05")', None),
    ('todatetime("8 Foo 14 15:05")', None),
    ('todatetime("2026-02-30")', None),
    ('todatetime("")', None),
    ('todatetime(dynamic("2026-01-08"))', utc(2026, 1, 8)),
    ("todatetime(621355968000000000)", utc(1970, 1, 1)),
    ('totimespan("1.02:03:04.5")', timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
    ('totimespan("10:30")', timedelta(hours=10, minutes=30)),
    ('totimespan("-00:30:00")', timedelta(minutes=-30)),
    ('totimespan("2h")', timedelta(hours=2)),
    ('totimespan("soon")', None),
    ("totimespan(10)", timedelta(microseconds=1)),
    ('toguid("{74BE27DE-1E4E-49D9-B579-FE0B331D3642}")', "74be27de-1e4e-49d9-b579-fe0b331d3642"),
    ('toguid("74be")', None),
    ('parse_json("{\\"a\\": [1, 2]}")', {"a": [1, 2]}),
    ('parse_json("[1,2")', "[1,2"),
    ('parse_json("")', None),
    ('parse_json("null")', None),
    ('parse_json("5")', 5),
    ('todynamic("true")', True),
    ("parse_json(dynamic([1]))", [1]),
    ("gettype(5)", "long"),
    ("gettype(int(5))", "int"),
    ('gettype("a")', "string"),
    ("gettype(1s)", "timespan"),
    ("gettype(dynamic([1]))", "array"),
    ("gettype(dynamic({}))", "dictionary"),
    ("gettype(dynamic(1))", "int"),
    ("gettype(dynamic(5000000000))", "long"),
    ("gettype(dynamic(1.5))", "real"),
    ("gettype(dynamic(true))", "bool"),
    ('gettype(dynamic("x"))', "string"),
    ('gettype(parse_json(""))', "null"),
    ('gettype(split("a b", " "))', "array"),
    ('gettype(split("a b", " ")[0])', "string"),
    ('gettype(split("a b", " ")[7])', "null"),
    ('totime("1d")', timedelta(days=1)),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_conversions_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


def test_a_dynamic_column_converts_row_by_row() -> None:
    kql = 'datatable(d:dynamic)[dynamic("7"), dynamic(8), dynamic({"a":1}), dynamic(null)] | project tolong(d), tostring(d)'
    assert rows(kql) == [(7, "7"), (8, "8"), (None, '{"a":1}'), (None, "")]


def test_text_of_stored_documents_is_compact() -> None:
    assert column(
        'datatable(s:string)[\'{ "a" : [ 1 , 2 ] }\', "null", "no json"] | project tostring(parse_json(s))'
    ) == [
        '{"a":[1,2]}',
        "",
        "no json",
    ]


def test_a_document_inside_a_document_is_read_twice() -> None:
    text = '{"a":123, "b":"{\\\\\\"c\\\\\\":456}"}'.replace('"', '\\"').replace('\\\\\\\\"', '\\\\\\"')
    assert value(f'tostring(parse_json("{text}").b)').startswith("{")
    nested = r"""parse_json(tostring(parse_json('{"a":123, "b":"{\\"c\\":456}"}').b)).c"""
    assert value(nested) == 456


ODD = {
    "lone surrogate": r'{"a":"evil","l":["evil"],"z":"\ud800"}',
    "huge number": '{"a":"evil","l":["evil"],"z":1e999}',
    "raw tab": '{"a":"evil","l":["evil"],"z":"x\ty"}',
    "deep": '{"a":"evil","l":["evil"],"z":' + "[" * 300 + "]" * 300 + "}",
    "too deep for any reader": '{"l":["evil"],"a":"evil","z":' + '{"b":' * 3000 + "1" + "}" * 3000 + "}",
}
"""Documents with one odd value each."""


@pytest.mark.parametrize(
    "question",
    [
        'where tostring(parse_json(s).a) == "evil"',
        'where parse_json(s).a == "evil"',
        'where tostring(parse_json(s)) has "evil"',
        'extend p = parse_json(s) | extend x = p.a | where x == "evil"',
        'where extract_json("$.a", s) == "evil"',
        'where d.a == "evil"',
        'where tostring(d.l[0]) == "evil" and d["l"][-1] == "evil"',
        'where d has "evil"',
        'mv-expand x = d.l to typeof(string) | where x == "evil"',
        'mv-expand x = parse_json(s) | where x.a == "evil"',
        'mv-apply x = d on (where x.a == "evil")',
        'where bag_has_key(d, "a") and array_length(d.l) == 1',
        'where bag_remove_keys(d, dynamic(["z"])).a == "evil"',
        'where bag_set_key(d, "n", d).n.a == "evil"',
        'where bag_merge(d, dynamic({"a": 1})).a == "evil"',
        'where treepath(d) has "a" and dynamic_to_json(d) has "evil"',
        'where pack_array(d, 1)[0].a == "evil" and bag_pack("k", d).k.a == "evil"',
        'where gettype(d) == "dictionary" and tostring(array_concat(d.l, d.l)) == @\'["evil","evil"]\'',
        'summarize x = make_list(d) by k | where x[0].a == "evil"',
        'summarize x = make_bag(d) by k | where x.a == "evil"',
        'evaluate bag_unpack(d) | where a == "evil"',
    ],
)
def test_one_odd_value_hides_no_row(question: str) -> None:
    found = sorted(rows(f"Odd | {question} | project k", _odd()))
    assert found == sorted((name,) for name in ODD)


def _odd() -> Frames:
    held: list[tuple[str, ...]] = [(name, text, text) for name, text in ODD.items()]
    others = [("text", "harmless", "harmless"), ("open", '{"a":"harm', '{"a":"harm'), ("null", "null", "null")]
    return Frames().add("Odd", {"k": "string", "s": "string", "d": "dynamic"}, [*held, *others])


def test_text_among_documents_spoils_no_group() -> None:
    assert rows("Odd | summarize x = make_list(d), b = make_bag(d) | project array_length(x), b.a", _odd()) == [
        (len(ODD) + 2, "evil")
    ]
    assert rows('Odd | where k == "text" | mv-expand d | project d, tostring(d), gettype(d)', _odd()) == [
        ("harmless", "harmless", "string")
    ]


def test_dynamics_may_be_wrapped_again_and_again() -> None:
    wrapped = " | extend x = pack_array(x)" * 90
    question = f'Odd | extend x = parse_json(s){wrapped} | where tostring(x) has "evil" and x has "evil"'
    assert len(rows(f"{question} | project k", _odd())) == len(ODD)
