import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.base.errors import UnknownName
from workbench.events.lookups import country_codes
from workbench.views.charts.world import LEVELS, World, outlines, world

CODES = country_codes()


def drawn(**counts: int) -> World:
    names = [name.replace("_", " ") for name in counts]
    frame = pl.DataFrame({"name": names, "count": list(counts.values())}, schema={"name": pl.String, "count": pl.Int64})
    return world(frame, CODES, title="Email origin", unit="messages")


def test_countries_are_the_greatest_first_with_their_letters() -> None:
    found = drawn(Netherlands=40, Singapore=900, germany=40)
    assert [(each.code, each.name, each.count) for each in found.countries] == [
        ("sg", "Singapore", 900),
        ("nl", "Netherlands", 40),
        ("de", "germany", 40),
    ]
    assert found.describe().startswith("Email origin: a map of 3 countries; Singapore 900, Netherlands 40,")


def test_what_is_no_country_is_counted_beside_the_map() -> None:
    found = drawn(Netherlands=3, documentation=4, Atlantis=5)
    assert (len(found.countries), found.beside) == (1, 9)
    assert found.caption == "messages by country; 9 from no country that is known"
    assert drawn().describe() == "Email origin: no country is known."


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((1,), ["1 and more"]),
        ((1, 1, 2), ["1", "2 and more"]),
        ((12, 45, 80), ["10 to 19", "20 to 49", "50 and more"]),
        ((10, 2_500), ["10 to 29", "30 to 99", "100 to 299", "300 to 999", "1,000 and more"]),
        ((1, 99_000), ["1 to 9", "10 to 99", "100 to 999", "1,000 to 9,999", "10,000 and more"]),
        (
            (1, 9_000_000),
            ["1 to 999", "1,000 to 9,999", "10,000 to 99,999", "100,000 to 999,999", "1,000,000 and more"],
        ),
    ],
)
def test_shades_are_round_and_few(counts: tuple[int, ...], words: list[str]) -> None:
    assert list(drawn(**dict(zip(("Netherlands", "Germany", "France"), counts, strict=False))).levels) == words


@settings(deadline=None, max_examples=often(100))
@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=3))
def test_more_is_never_a_lighter_shade_and_every_count_has_one(counts: list[int]) -> None:
    found = drawn(**dict(zip(("Netherlands", "Germany", "France"), counts, strict=False)))
    levels = [each.level for each in found.countries]
    assert levels == sorted(levels, reverse=True)
    assert min(levels) >= 1
    assert max(levels) == len(found.levels) <= LEVELS


def test_every_shape_and_dot_is_a_country_that_has_a_name() -> None:
    held = outlines()
    assert {*held["shapes"], *held["dots"]} <= set(CODES.values())
    assert len(held["shapes"]) > 170
    assert not set(held["shapes"]) & set(held["dots"])
    assert all(0 <= x <= held["width"] and 0 <= y <= held["height"] for x, y in held["dots"].values())
    assert "Natural Earth" in held["notice"]


def test_a_frame_without_the_columns_is_refused() -> None:
    with pytest.raises(UnknownName, match="count"):
        world(pl.DataFrame({"name": ["Netherlands"]}), CODES, title="", unit="")
