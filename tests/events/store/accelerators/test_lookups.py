"""An index finds every row that a comparison would, and few others."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.events.store.accelerators import container, lookups
from workbench.events.store.accelerators.container import Sidecar
from workbench.events.store.accelerators.lookups import Either, Every, Keys, Wanted
from workbench.events.store.snapshot import DataFile


def _indexed(folder: Path, texts: list[str]) -> Sidecar:
    frame = pl.DataFrame({"Id": texts}, schema={"Id": pl.String})
    file = DataFile("part.parquet", "", frame.height, 1, None, None)
    parts = lookups.made(frame.lazy(), "Id", frame.height)
    container.write(container.place(folder, file.path), file.rows, file.size, parts)
    found = container.opened(folder, file)
    assert found is not None
    return found


def _keys(texts: list[str], *, folded: bool = False) -> Keys:
    found = lookups.keys("Id", pl.Series(texts, dtype=pl.String), folded=folded)
    assert found is not None
    return found


def _found(wanted: Wanted, sidecar: Sidecar) -> list[int] | None:
    rows = lookups.combined(wanted, lambda keys: lookups.find(keys, sidecar))
    return None if rows is None else rows.tolist()


_texts = st.lists(st.sampled_from(("a", "A", "b", "", "\u212a", "k", "K", "\u00e4", "cc")), min_size=1, max_size=40)


@given(texts=_texts, wanted=st.lists(st.sampled_from(("a", "A", "\u212a", "k", "\u00e4", "d")), min_size=1, max_size=3))
def test_equal_texts_are_found(tmp_path_factory: pytest.TempPathFactory, texts: list[str], wanted: list[str]) -> None:
    sidecar = _indexed(tmp_path_factory.mktemp("index"), texts)
    found = _found(_keys(wanted), sidecar)
    assert found == sorted(found or [])
    assert set(found) >= {at for at, text in enumerate(texts) if text in wanted}
    plain = all(text.isascii() for text in (*texts, *wanted))
    assert not plain or set(found) == {at for at, text in enumerate(texts) if text.lower() in map(str.lower, wanted)}


@given(texts=_texts, wanted=st.sampled_from(("a", "K", "cc")))
def test_texts_equal_but_for_case_are_found(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], wanted: str
) -> None:
    found = _found(_keys([wanted], folded=True), _indexed(tmp_path_factory.mktemp("index"), texts))
    folds = {at for at, text in enumerate(texts) if text.lower() == wanted.lower()}
    assert found is not None
    assert set(found) >= folds


def test_what_case_folding_means_is_not_guessed() -> None:
    assert lookups.keys("Id", pl.Series(["stra\u00dfe"]), folded=True) is None
    assert lookups.keys("Id", pl.Series(["a", ""]), folded=False) is None
    assert lookups.keys("Id", pl.Series([""] * (lookups.MOST_TEXTS + 1)), folded=False) is None


def test_many_rows_over_several_blocks(tmp_path: Path) -> None:
    count = 150_000
    texts = [f"id-{at % 50_000}" for at in range(count)]
    sidecar = _indexed(tmp_path, texts)
    assert sidecar.pieces[lookups.parts("Id")[0]].length == 6 * count
    for wanted in ([0], [7, 49_999], list(range(0, 50_000, 61))):
        found = _found(_keys([f"id-{each}" for each in wanted]), sidecar)
        assert found is not None
        true = np.flatnonzero(np.isin(np.arange(count) % 50_000, wanted)).tolist()
        assert set(found) >= set(true)
        assert len(found) < len(true) + 20


def test_conditions_are_joined(tmp_path: Path) -> None:
    sidecar = _indexed(tmp_path, ["a", "b", "a", "c"])
    a, b, other = _keys(["a"]), _keys(["b"]), Keys("Else", _keys(["a"]).hashes)
    assert _found(Either((a, b)), sidecar) == [0, 1, 2]
    assert _found(Every((a, b)), sidecar) == []
    assert _found(Every((a, other)), sidecar) == [0, 2]
    assert _found(Either((a, other)), sidecar) is None
    assert _found(other, sidecar) is None
    assert lookups.columns(Every((a, Either((b, other))))) == ("Id", "Else")


@pytest.mark.parametrize("part", [0, 1])
def test_a_damaged_part_is_no_part(tmp_path: Path, part: int) -> None:
    sidecar = _indexed(tmp_path, ["a", "b"])
    place = sidecar.pieces[lookups.parts("Id")[part]].start
    content = bytearray(sidecar.path.read_bytes())
    content[place] ^= 1
    sidecar.path.write_bytes(bytes(content))
    assert _found(_keys(["a"]), sidecar) is None
    sidecar.path.unlink()
    assert _found(_keys(["a"]), sidecar) is None


def test_a_column_of_empty_texts_is_indexed_by_nothing(tmp_path: Path) -> None:
    assert _found(_keys(["a"]), _indexed(tmp_path, ["", ""])) == []
