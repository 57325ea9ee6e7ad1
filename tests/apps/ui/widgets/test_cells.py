from datetime import UTC, date, datetime, timedelta
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.apps.ui.widgets.cells import _SHOWN, LONGEST_RAW, cell, compact, duration, exact, size

values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=50)
    | st.lists(st.text(max_size=5), max_size=3)
)
kinds = st.sampled_from([*_SHOWN, "text", "hash", "list", "verdict", "subject"])


@given(values, kinds)
def test_every_value_of_every_kind_has_a_cell(value: object, kind: str) -> None:
    shown = cell(value, kind)
    assert shown is None or isinstance(shown, str) or [type(each) for each in shown] == [str, str]


@given(st.text(min_size=1), kinds)
def test_no_shown_text_hides_or_reorders(value: str, kind: str) -> None:
    shown = cell(f"{value}\u202e\u200b", kind)
    assert isinstance(shown, list)
    assert not set("\u202e\u200b\x00\n") & set(shown[0])


@pytest.mark.parametrize("value", [None, "", []])
def test_missing_is_missing(value: object) -> None:
    assert cell(value) is None


@pytest.mark.parametrize(
    ("value", "kind", "shown"), [(0, "number", "0"), (False, "bool", ["No", "False"]), (0.0, "share", ["0.0%", "0.0"])]
)
def test_nothing_is_not_missing(value: object, kind: str, shown: object) -> None:
    assert cell(value, kind) == shown


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("https://evil.example/a.b", "url", "hxxps://evil[.]example/a.b"),
        ("evil.example", "domain", "evil[.]example"),
        ("a@evil.example", "address", "a@evil[.]example"),
        ("203.0.113.7", "ip", "203[.]0[.]113[.]7"),
        (12345, "number", "12,345"),
        (0.125, "number", "0.125"),
        (1_234_567, "bytes", "1.2 MB"),
        (datetime(2026, 9, 18, 12, 0, 5, tzinfo=UTC), "time", "2026-09-18 12:00:05"),
        (timedelta(hours=2, minutes=5, seconds=9), "duration", "2 h 5 min"),
        (["a", None, "b"], "list", "a, b"),
        (True, "bool", "Yes"),
    ],
)  # fmt: skip
def test_people_read(value: object, kind: str, shown: str) -> None:
    made = cell(value, kind)
    assert (made[0] if isinstance(made, list) else made) == shown


def ours(domain: str) -> bool:
    return domain.rpartition("@")[2] == "contoso.example"


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("ana.b+c@contoso.example", "address", "ana.b+c@contoso.example"),
        ("contoso.example", "domain", "contoso.example"),
        ("a@contoso.example.evil.example", "address", "a@contoso[.]example[.]evil[.]example"),
        ("http://evil.example/@contoso.example", "address", "hxxp://evil[.]example/@contoso.example"),
        ("evil.example/@contoso.example", "address", "evil[.]example/@contoso.example"),
        ("x y@contoso.example", "address", "x y@contoso[.]example"),
        ("http://contoso.example", "url", "hxxp://contoso[.]example"),
    ],
)
def test_our_own_senders_stay_as_they_are_and_nobody_else_passes_for_one(value: str, kind: str, shown: str) -> None:
    made = cell(value, kind, ours)
    assert (made[0] if isinstance(made, list) else made) == shown


def test_our_own_mailboxes_are_not_defanged() -> None:
    assert cell("ana@contoso.example", "mailbox") == "ana@contoso.example"


@pytest.mark.parametrize(
    ("value", "kind", "raw"),
    [
        ("https://evil.example/", "url", "https://evil.example/"),
        (12345, "number", "12345"),
        (datetime(2026, 9, 18, 12, 0, 5, 250, tzinfo=UTC), "time", "2026-09-18T12:00:05.000250Z"),
        (["ä", "b"], "list", '["ä", "b"]'),
        ("x" * 10_000, "text", "x" * LONGEST_RAW),
    ],
)
def test_the_clipboard_gets_the_raw_value(value: object, kind: str, raw: str) -> None:
    made = cell(value, kind)
    assert isinstance(made, list)
    assert made[1] == raw


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (9_999, "9,999"),
        (10_000, "10 k"),
        (12_345, "12.35 k"),
        (999_999, "1 M"),
        (1_234_567, "1.235 M"),
        (-12_345, "-12.35 k"),
        (1.5, "1.5"),
        (0.12345, "0.1235"),
        (3e15, "3000 T"),
    ],
)
def test_a_number_on_a_card_has_four_digits_at_most(value: float, shown: str) -> None:
    assert compact(value) == shown


@given(st.integers(-(10**14), 10**14))
def test_compact_is_never_far_from_the_number(value: int) -> None:
    digits, _, unit = compact(value).replace(",", "").partition(" ")
    again = float(digits) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}[unit]
    assert again == pytest.approx(value, rel=6e-4)


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_what_is_no_number_is_said_as_it_is(value: float) -> None:
    assert exact(value) == str(value)


@pytest.mark.parametrize(("value", "shown"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (5e15, "5,000.0 TB")])
def test_sizes_are_decimal(value: float, shown: str) -> None:
    assert size(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0 s"), (59.9, "59.9 s"), (timedelta(days=-2), "-2 d"), (90_061, "1 d 1 h"), ("x", "x")]
)
def test_durations_have_two_units(value: object, shown: str) -> None:
    assert duration(value) == shown


def test_a_date_without_a_time_is_shown_as_it_is() -> None:
    assert cell(date(2026, 9, 18), "time") == "2026-09-18"
