import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import check, rows

CASES = [
    ("binary_and(12, 10)", 8),
    ("binary_or(12,10)", 14),
    ("binary_xor(12,10)", 6),
    ("binary_not(5)", -6),
    ("binary_shift_left(1,3)", 8),
    ("binary_shift_left(1,63)", -9223372036854775808),
    ("binary_shift_right(-8,1)", -4),
    ("binary_shift_right(8,63)", 0),
    ("bitset_count_ones(255)", 8),
    ("tohex(255)", "ff"),
    ("tohex(-256)", "ffffffffffffff00"),
    ("tohex(0)", "0"),
    ("tohex(256, 8)", "00000100"),
    ("tohex(toint(-1))", "ffffffff"),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_bits_are_counted_as_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


def test_the_bits_of_a_group() -> None:
    text = "datatable(n:long)[0xFFFFFFFF, 0xFFFFF00F, 0xCFFFFFFD, 0xFAFEFFFF, long(null)]"
    found = rows(f"{text} | summarize a = tohex(binary_all_and(n)), binary_all_or(n), x = binary_all_xor(n)")
    assert found == [("cafef00d", 0xFFFFFFFF, 0xFFFFFFFF ^ 0xFFFFF00F ^ 0xCFFFFFFD ^ 0xFAFEFFFF)]


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 63))
def test_shifts_are_those_of_64_bits(number: int, count: int) -> None:
    text = "print binary_shift_left(n, c), binary_shift_right(n, c), binary_not(n), bitset_count_ones(n), tohex(n)"
    whole = number % 2**64
    left = (whole << count) % 2**64
    signed = left - 2**64 if left >> 63 else left
    assert rows(text, n=number, c=count) == [(signed, number >> count, ~number, whole.bit_count(), f"{whole:x}")]
