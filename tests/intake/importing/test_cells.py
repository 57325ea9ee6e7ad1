import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.events.tables import KqlType
from workbench.intake.importing.cells import BAD, altered, column, each, instant, leaf

MOMENT = datetime(2026, 9, 18, 13, 5, 9, 123456, tzinfo=UTC)


@pytest.mark.quirk(
    "any export",
    "dates: ISO with 0 to 9 digits of a second, with and without zone; US 12-hour text with and without comma; /Date(ms)/; days before months parted by dots",
)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-09-18T13:05:09.1234567Z", MOMENT),
        ("2026-09-18T13:05:09.123456", MOMENT),
        ("2026-09-18 13:05:09.123456+00:00", MOMENT),
        ("2026-09-18T15:05:09.123456+02:00", MOMENT),
        ("2026-09-18T13:05:09Z", MOMENT.replace(microsecond=0)),
        ("9/18/2026 1:05:09 PM", MOMENT.replace(microsecond=0)),
        ("9/18/2026, 1:05:09.123 PM", MOMENT.replace(microsecond=123000)),
        ("9/18/2026 12:05:09 AM", MOMENT.replace(hour=0, microsecond=0)),
        ("/Date(1789736709123)/", MOMENT.replace(microsecond=123000)),
        ("2026-09-18", datetime(2026, 9, 18, tzinfo=UTC)),
        ("9/18/2026, 1:05:09.123\u202fPM", MOMENT.replace(microsecond=123000)),
        ("18.09.2026 13:05:09", MOMENT.replace(microsecond=0)),
        ("2026-09-18T13:04:60Z", BAD),
        ("2026-09-18T12:59:60Z", datetime(2026, 9, 18, 13, tzinfo=UTC)),
    ],
)
def test_instants_in_the_spellings_of_exporters(text: str, expected: datetime) -> None:
    assert instant(text) == expected


@pytest.mark.quirk("any export", "year 1 and empty dates are no time")
@pytest.mark.parametrize("text", ["0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "", "null", None])
def test_no_instant(text: str | None) -> None:
    assert instant(text) is None


@pytest.mark.parametrize(
    "text", ["yesterday", "13/45/2026 1:00:00 PM", "2026-02-30", 5, {}, "9999-12-31T23:59:59-12:00"]
)
def test_what_is_no_instant_does_not_fit(text: object) -> None:
    assert instant(text) is BAD


@pytest.mark.quirk("any export", "no type is inferred: text is cast to the declared one")
@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("int", "7", 7),
        ("int", 7.0, 7),
        ("int", "", None),
        ("long", str(2**63 - 1), 2**63 - 1),
        ("real", "1.5", 1.5),
        ("real", "NaN", None),
        ("bool", "True", True),
        ("bool", 0, False),
        ("string", 7, "7"),
        ("string", True, "true"),
        ("string", {"a": [1]}, '{"a":[1]}'),
        ("string", 2**70, str(2**70)),
        ("dynamic", '{"a":1}', '{"a":1}'),
        ("dynamic", ' { "a" : [1.5, "x y"],\n "b\\u00fc": "\\u003c" } ', '{"a":[1.5,"x y"],"bü":"<"}'),
        ("dynamic", '{"a": 123456789012345678901234}', '{"a": 123456789012345678901234}'),
        ("dynamic", "{ no json", "{ no json"),
        ("dynamic", [1, "x"], '[1,"x"]'),
        ("dynamic", "", None),
        ("string", None, None),
    ],
)
def test_values_become_their_type(kind: KqlType, value: object, expected: object) -> None:
    found = column("x", kind, [value])
    assert (found.series.to_list(), found.bad) == ([expected], [])


@pytest.mark.quirk("any export", "a value of another type in one row")
@pytest.mark.parametrize(
    ("kind", "value"),
    [("int", "seven"), ("int", 2**31), ("int", 1.5), ("bool", "maybe"), ("long", 2**63), ("real", [1])],
)
def test_values_of_another_type_are_told_by_position(kind: KqlType, value: object) -> None:
    assert column("x", kind, [None, value]).bad == [1]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.lists(json_values, max_size=8),
    st.sampled_from(["string", "datetime", "int", "long", "real", "bool", "dynamic", "guid"]),
)
def test_any_json_value_is_read_or_told_to_be_bad(values: list[object], kind: KqlType) -> None:
    found = column("x", kind, values)
    assert len(found.series) == len(values)
    assert all(found.series[at] is None for at in found.bad)


instants = st.datetimes().map(datetime.isoformat) | st.from_regex(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-6][0-9](\.[0-9]{1,9})?(Z|\+00:00|\+05:30|-0800)?",
    fullmatch=True,
)


@given(st.lists(instants | st.none() | st.just("") | st.just("9/18/2026 1:05:09 PM"), max_size=6))
def test_instants_read_together_are_what_they_are_one_by_one(values: list[str | None]) -> None:
    together, apart = column("x", "datetime", values), each("x", "datetime", values)
    assert together.series.to_list() == apart.series.to_list()
    assert together.bad == apart.bad


@given(
    st.lists(json_values, max_size=6), st.sampled_from(["string", "datetime", "int", "long", "real", "bool", "dynamic"])
)
def test_values_read_together_are_what_they_are_one_by_one(values: list[object], kind: KqlType) -> None:
    together, apart = column("x", kind, values), each("x", kind, values)
    assert together.series.equals(apart.series, null_equal=True)
    assert together.bad == apart.bad


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-09-18T15:05:09+02:00", True),
        ("2026-09-18 15:05-0800", True),
        ("2026-09-18T15:05:09.123+05:30", True),
        ("2016-12-31T23:59:60Z", True),
        ("2026-09-18T15:05:09+00:00", False),
        ("2026-09-18T15:05:09Z", False),
        ("2026-09-18", False),
        ("9/18/2026 1:05:09 PM", False),
    ],
)
def test_local_times_and_leap_seconds_say_more_than_utc(text: str, expected: bool) -> None:
    assert bool(altered([text])) is expected is bool(altered([text, 5]))


@given(
    st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(-1e15, 1e15).filter(lambda each: "e" not in repr(each))
)
def test_a_flattened_number_or_truth_value_is_itself_again(value: object) -> None:
    again = leaf(json.dumps(value))
    assert (again, type(again)) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    ["007", "+5", "1e3", "1e20", "-0", "1.50", ".5", "5.", "True", "null", "", " 5", "5 ", "NaN", "٣", "1" * 21, "[1]"],
)
def test_what_json_would_write_otherwise_stays_text(text: str) -> None:
    assert leaf(text) == text
