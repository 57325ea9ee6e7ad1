import json
from pathlib import Path

import pytest

from tests.events.conftest import NOW, pinned
from workbench.base.errors import BadInput, NotFound, UnknownName
from workbench.events.lookups import feeds
from workbench.events.lookups.feeds import Feeds, pin, unpin

ADDRESS = "https://feeds.example/list.csv?key=1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "feeds"


def put(folder: Path, content: bytes, address: str = ADDRESS) -> feeds.Pin:
    return pinned(folder, address, content)


def test_a_pin_is_found_by_its_address_and_read_as_it_was(folder: Path) -> None:
    made = put(folder, b"one")
    (folder.parent / "list.csv").write_bytes(b"two")
    held = Feeds(folder)
    assert held.find(ADDRESS) == made
    assert held.read(ADDRESS) == b"one"
    assert (made.name, made.size, made.date, made.pinned) == ("list.csv", 3, "2026-09-01", "2026-09-18T12:00:00+00:00")
    assert held.find("https://feeds.example/list.csv") is None


def test_a_later_pin_replaces_and_nothing_is_left_of_one_that_is_removed(folder: Path) -> None:
    put(folder, b"one")
    put(folder, b"two")
    assert Feeds(folder).read(ADDRESS) == b"two"
    assert len(list(folder.iterdir())) == 2
    unpin(folder, ADDRESS)
    assert list(folder.iterdir()) == []
    with pytest.raises(NotFound, match=r"not pinned.*workbench lookups pin"):
        Feeds(folder).read(ADDRESS)
    with pytest.raises(UnknownName):
        unpin(folder, ADDRESS)


def test_addresses_never_name_files(folder: Path) -> None:
    put(folder, b"x", "../../../etc/passwd")
    assert Feeds(folder).read("../../../etc/passwd") == b"x"
    assert {path.parent for path in folder.rglob("*")} == {folder}


def test_a_copy_that_changed_or_is_gone_is_not_read(folder: Path) -> None:
    put(folder, b"one")
    (data,) = folder.glob("*.data")
    data.write_bytes(b"two")
    with pytest.raises(BadInput, match="has changed since"):
        Feeds(folder).read(ADDRESS)
    data.unlink()
    with pytest.raises(BadInput, match="cannot be read"):
        Feeds(folder).read(ADDRESS)


@pytest.mark.parametrize("held", [b"{", b"[]", b"{}", b'{"address": 1}'])
def test_a_damaged_record_is_told(folder: Path, held: bytes) -> None:
    put(folder, b"one")
    (record,) = folder.glob("*.json")
    record.write_bytes(held)
    with pytest.raises(BadInput, match="damaged"):
        Feeds(folder).find(ADDRESS)


def test_a_record_cannot_point_elsewhere(folder: Path) -> None:
    put(folder, b"one")
    (record,) = folder.glob("*.json")
    record.write_text(json.dumps({**json.loads(record.read_text()), "sha256": "../../secret"}))
    with pytest.raises(BadInput, match="damaged"):
        Feeds(folder).read(ADDRESS)


@pytest.mark.parametrize("address", ["", " ", "a\nb", "a'b", "x" * 3000])
def test_what_is_no_address_is_refused(folder: Path, address: str) -> None:
    with pytest.raises(BadInput, match="no address of a feed"):
        put(folder, b"one", address)


def test_files_that_cannot_be_pinned_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        pin(folder, ADDRESS, folder / "nowhere", now=NOW)
    monkeypatch.setattr(feeds, "LARGEST", 2)
    with pytest.raises(BadInput, match="more than"):
        put(folder, b"one")


def test_pins_are_listed_and_watchlists_by_name(folder: Path) -> None:
    assert Feeds().pins() == Feeds(folder).pins() == ()
    put(folder, b"x", "watchlist:VIP")
    put(folder, b"x")
    assert [each.address for each in Feeds(folder).pins()] == [ADDRESS, "watchlist:VIP"]
    assert Feeds(folder).watchlists() == ("VIP",)
