import numpy as np
import polars as pl

from workbench.apps.demo.draws import counts, either, guid, guids, hexes, minutes, named, stream, times, weighted, zipf
from workbench.apps.demo.parameters import Mix, Spread


def test_a_stream_is_its_own_and_the_same_again() -> None:
    assert (stream(1, "a", 2).random(5) == stream(1, "a", 2).random(5)).all()
    others = [stream(2, "a", 2), stream(1, "b", 2), stream(1, "a", 3)]
    assert all((each.random(5) != stream(1, "a", 2).random(5)).all() for each in others)


def test_identifiers_have_their_form_and_differ() -> None:
    found = guids(stream(1, "g"), 1_000)
    assert found.n_unique() == 1_000
    assert found.str.contains(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$").all()
    assert hexes(stream(1, "h"), 3, 10).str.len_chars().to_list() == [10, 10, 10]
    assert guids(stream(1, "g"), 0).len() == 0
    assert guid("a", 1) == guid("a", 1) != guid("a", 2)


def test_weights_and_mixes_are_kept() -> None:
    found = weighted(stream(1, "w"), np.array([1.0, 0.0, 3.0]), 4_000)
    assert set(found) == {0, 2}
    assert 0.7 < (found == 2).mean() < 0.8
    shown = named(stream(1, "n"), Mix({"a": 0.5, "b": 0.5}, "", "", 2026), 1_000)
    assert set(shown) == {"a", "b"}
    assert zipf(3, 1.0).tolist() == [1, 0.5, 1 / 3]


def test_counts_have_their_median_and_their_share_of_none() -> None:
    found = counts(stream(1, "c"), Spread(5, 17, 0.2, "", "", 2026), 20_000)
    assert np.median(found[found > 0]) == 5
    assert 0.18 < (found == 0).mean() < 0.22


def test_times_are_whole_milliseconds_and_at_most_two_days() -> None:
    long = minutes(stream(1, "m"), 30, 3.0, 5_000)
    assert long.max() <= 48 * 3600 * 1_000_000
    assert times(np.array([1_234_567])).dt.epoch("us").to_list() == [1_234_000]


def test_one_of_two_words() -> None:
    assert pl.DataFrame({"a": [True, False]}).select(either(pl.col("a"), "x", "y").alias("w"))["w"].to_list() == [
        "x",
        "y",
    ]
