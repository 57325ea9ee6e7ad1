"""The anchor: a line at the start, after many records or some time, and at the end; other processes' lines are kept."""

from pathlib import Path

import pytest

from workbench.base.errors import LedgerError
from workbench.ledger.audit import Anchor, Head
from workbench.ledger.audit.anchor import FILE, last_line, read_book
from workbench.ledger.audit.keys import CHAIN, PUBLIC, add_key, make_keys, read_public, read_ring, read_signer


def head(seq: int) -> Head:
    return Head(seq, f"{seq:064x}", "k" * 16)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    make_keys(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def anchor(keys: Path, tmp_path: Path) -> Anchor:
    return Anchor(tmp_path / "anchor" / FILE, read_signer(keys))


def numbers(anchor: Anchor, keys: Path) -> list[int]:
    book = read_book(anchor.path, read_public(keys / PUBLIC))
    assert book.fault == ""
    return [line.seq for line in book.lines]


def test_a_line_is_due_after_a_thousand_records_or_a_minute(anchor: Anchor, keys: Path) -> None:
    for seq in (1, 2, 1000, 1001, 1500, 2001):
        anchor.note(head(seq))
    assert numbers(anchor, keys) == [1, 1001, 2001]
    anchor.when -= 61
    anchor.note(head(2001))
    anchor.note(head(2005))
    anchor.note(head(2006))
    assert numbers(anchor, keys) == [1, 1001, 2001, 2005]
    anchor.note(head(2006), now=True)
    anchor.note(head(2006), now=True)
    assert numbers(anchor, keys) == [1, 1001, 2001, 2005, 2006]


def test_lines_count_what_came_since(anchor: Anchor, keys: Path) -> None:
    for seq in (1, 1500):
        anchor.note(head(seq), now=True)
    assert [line.count for line in read_book(anchor.path, read_public(keys / PUBLIC)).lines] == [1, 1499]


def test_two_writers_share_an_anchor(anchor: Anchor, keys: Path) -> None:
    other = Anchor(anchor.path, read_signer(keys))
    for seq in range(1, 40):
        (anchor if seq % 3 else other).note(head(seq), now=True)
    other.note(head(20), now=True)
    assert numbers(anchor, keys) == list(range(1, 40))


def test_every_line_goes_to_the_sink_as_it_is_written(anchor: Anchor) -> None:
    told: list[str] = []
    anchor.sink = told.append
    anchor.note(head(1))
    anchor.note(head(2), now=True)
    assert told == anchor.path.read_text().splitlines()


def test_the_newest_line_is_that_before_a_torn_one(anchor: Anchor, tmp_path: Path) -> None:
    assert last_line(tmp_path / "none") is None
    anchor.note(head(7))
    with anchor.path.open("a") as file:
        file.write('{"seq":8,')
    assert last_line(anchor.path).seq == 7


def test_keys_are_their_owners_only(keys: Path) -> None:
    assert {path.name: path.stat().st_mode & 0o777 for path in keys.iterdir()} == {
        "audit.key": 0o600,
        "anchor.key": 0o600,
        "anchor.pub": 0o644,
    }
    (keys / CHAIN).chmod(0o640)
    with pytest.raises(LedgerError, match="Others may read") as caught:
        read_ring(keys)
    assert "chmod 600" in caught.value.next_step


def test_keys_that_are_there_stay(keys: Path) -> None:
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    make_keys(keys)
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before


def test_a_new_secret_is_added_to_the_old_ones(keys: Path) -> None:
    first = read_ring(keys)
    second = add_key(keys)
    assert list(second.keys)[:1] == list(first.keys)
    assert second.newest not in first.keys


@pytest.mark.parametrize("content", [b"", b"{}", b'{"keys":["zz"]}', b"\xff", b"[]"])
def test_a_damaged_key_file_is_told(content: bytes, keys: Path) -> None:
    for name, read in ((CHAIN, read_ring), ("anchor.key", read_signer)):
        (keys / name).write_bytes(content)
        with pytest.raises(LedgerError, match="damaged"):
            read(keys)
    (keys / CHAIN).unlink()
    with pytest.raises(LedgerError, match="cannot be read"):
        read_ring(keys)
    (keys / PUBLIC).write_bytes(content)
    with pytest.raises(LedgerError, match="no public key"):
        read_public(keys / PUBLIC)
