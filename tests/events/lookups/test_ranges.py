"""Ranges against a slow reading: of those that hold an address, the one that begins last, else the narrowest."""

from ipaddress import IPv4Address, IPv6Address, ip_network
from itertools import pairwise

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.events.lookups.ranges import Bounds, Range, between, flat, networks, ranges_of

SMALL = st.integers(0, 60)
RANGES = st.lists(st.tuples(SMALL, SMALL, st.integers(0, 5)).map(lambda r: (min(r[:2]), max(r[:2]), r[2])), max_size=12)


def slow(ranges: list[Range], number: int) -> set[int]:
    """The values that count at a number; several where equal ranges contradict each other."""
    inside = [each for each in ranges if each[0] <= number <= each[1]]
    best = max(((first, -last) for first, last, _ in inside), default=None)
    return {value for first, last, value in inside if (first, -last) == best}


@settings(deadline=None, max_examples=often(40))
@given(RANGES)
def test_flat_ranges_are_apart_and_say_what_the_overlapping_did(ranges: list[Range]) -> None:
    apart = flat(ranges)
    assert all(left[1] < right[0] for left, right in pairwise(apart))
    for number in range(62):
        values = {value for first, last, value in apart if first <= number <= last}
        assert len(values) <= 1
        assert values <= slow(ranges, number)
        assert bool(values) == bool(slow(ranges, number))


@settings(deadline=None, max_examples=often(40))
@given(RANGES, st.sampled_from([(IPv4Address, 32), (IPv6Address, 128)]))
def test_found_by_search_as_by_looking(ranges: list[Range], version: tuple[type, int]) -> None:
    address, bits = version
    ranges = list({each[:2]: each for each in ranges}.values())
    shift = (1 << bits) - 61  # the last addresses there are
    first, last = (pl.Series([str(address(each[side] + shift)) for each in ranges], dtype=pl.String) for side in (0, 1))
    table = ranges_of(*between(first, last), pl.Series([f"v{each[2]}" for each in ranges], dtype=pl.String))
    asked = pl.Series([str(address(number + shift)) for number in range(61)])
    expected = [next((f"v{value}" for value in slow(ranges, number)), None) for number in range(61)]
    assert table.find(asked).to_list() == expected


def test_bounds_that_run_backwards_or_mix_versions_are_left_out() -> None:
    first = pl.Series(["192.0.2.9", "192.0.2.1", "::1", "x", "192.0.2.4"])
    last = pl.Series(["192.0.2.1", "::9", "::9", "192.0.2.1", "192.0.2.4"])
    four, six = between(first, last)
    assert four.at.tolist() == [4]
    assert six.at.tolist() == [2]


NETWORK = st.ip_addresses().flatmap(lambda a: st.integers(0, a.max_prefixlen).map(lambda p: f"{a}/{p}"))


@settings(deadline=None, max_examples=often(40))
@given(st.lists(NETWORK.filter(lambda text: not text.startswith("::ffff:")), max_size=8))
def test_networks_have_the_bounds_of_the_standard_library(texts: list[str]) -> None:
    four, six = networks(pl.Series(texts, dtype=pl.String))
    told = {at: (first, last) for at, first, last in zip(four.at, four.first, four.last, strict=True)}
    told |= {at: tuple(int.from_bytes(each.ljust(16, b"\0"), "big") for each in sides) for at, *sides in sixes(six)}
    nets = [ip_network(text, strict=False) for text in texts]
    assert told == {at: (int(net.network_address), int(net.broadcast_address)) for at, net in enumerate(nets)}


def sixes(bounds: Bounds) -> list[tuple[int, bytes, bytes]]:
    return list(zip(bounds.at.tolist(), bounds.first.tolist(), bounds.last.tolist(), strict=True))


def test_ipv4_inside_ipv6_is_ipv4() -> None:
    four, six = networks(pl.Series(["::ffff:192.0.2.0/120", "::ffff:192.0.2.1", "::ffff:192.0.2.0/95"]))
    assert four.at.tolist() == [0, 1]
    assert (four.last - four.first).tolist() == [255, 0]
    assert not len(six.at)


def test_what_is_no_network_is_left_out() -> None:
    four, six = networks(pl.Series(["192.0.2.0/33", "192.0.2.0/", "192.0.2.0/x", "::/129", "x/8", "/8", "", None]))
    assert not len(four.at)
    assert not len(six.at)
