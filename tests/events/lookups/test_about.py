import gzip
import lzma
from datetime import date
from pathlib import Path

import pytest

from workbench.base.errors import BadInput
from workbench.events.lookups.about import STALE, About, Match, about, read

SAID = About("Partners", Match.cidr, "a mail of ours", "7", "2026-01-02", "Apache-2.0", 1, "checked by hand")


def test_a_head_says_what_it_was_made_of(tmp_path: Path) -> None:
    path = tmp_path / "partners.txt"
    path.write_text(f"{SAID.head()}192.0.2.0/24\n")
    assert about(path) == SAID


def test_a_head_of_several_lines_stays_one_line_each(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(About("a\n# licence: stolen", Match.string).head())
    assert about(path).title == "a # licence: stolen"
    assert about(path).licence == ""


def test_a_list_without_a_head_is_one_of_hosts(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text("a.example\n")
    assert about(path) == About("own", Match.hostname)


@pytest.mark.parametrize("head", ["# match: host", "# date: 2026-13-01", "# date: soon", "# rows: many"])
def test_a_head_that_cannot_be_is_refused_with_its_file(tmp_path: Path, head: str) -> None:
    path = tmp_path / "own.txt"
    path.write_text(f"{head}\na.example\n")
    with pytest.raises(BadInput, match=r"own\.txt"):
        about(path)


@pytest.mark.parametrize(("days", "old"), [(180, False), (181, True)])
def test_age_is_counted_from_the_lists_own_date(days: int, old: bool) -> None:
    assert STALE[Match.cidr] == 180
    today = date.fromordinal(date(2026, 1, 2).toordinal() + days)
    assert SAID.age(today) == days
    assert SAID.is_stale(today) is old


def test_a_list_without_a_date_is_old() -> None:
    assert About("x", Match.string).age(date(2026, 1, 1)) is None
    assert About("x", Match.string).is_stale(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("ending", "pack"),
    [("", bytes), (".gz", gzip.compress), (".xz", lzma.compress)],
)
def test_compressed_files_are_read_and_torn_ones_named(tmp_path: Path, ending: str, pack: type) -> None:
    path = tmp_path / f"own.txt{ending}"
    packed = pack(b"\xef\xbb\xbf# title: T\na.example\n" * 50)
    path.write_bytes(packed)
    assert read(path).startswith(b"# title: T")
    assert about(path).title == "T"
    if ending:
        path.write_bytes(packed[: len(packed) // 2])
        with pytest.raises(BadInput, match=r"own\.txt"):
            read(path)
        path.write_bytes(b"a.example\n")
        with pytest.raises(BadInput, match=r"own\.txt"):
            read(path)


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.events.lookups.about.LARGEST", 1000)
    path = tmp_path / "bomb.txt.gz"
    path.write_bytes(gzip.compress(bytes(1001)))
    with pytest.raises(BadInput, match="more than"):
        read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.txt"):
        read(tmp_path / "gone.txt")
