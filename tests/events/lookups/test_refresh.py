import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.base.errors import BadInput, NotFound
from workbench.events.lookups import SHIPPED, Lookups, Match
from workbench.events.lookups.refresh import refresh, remove


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lookups"


def put(folder: Path, text: str) -> Path:
    path = folder.parent / "given.txt"
    path.write_text(text)
    return path


def test_a_refreshed_list_counts_and_a_removed_one_no_more(folder: Path) -> None:
    given = put(folder, "mail.example\nmail.example\nhttp://x/y\nb.example\n")
    done = refresh(folder, "freemail", given, shrinking=True)
    assert (done.after.rows, done.repeated, done.refusals) == (2, 1, 1)
    assert done.before == SHIPPED.lookup("freemail").about
    assert done.refused == {"http://x/y": "is no host name"}
    assert Lookups(folder).lookup("freemail").holds("a.mail.example")
    assert not Lookups(folder).lookup("freemail").holds("gmail.com")
    assert remove(folder, "freemail")
    assert Lookups(folder).lookup("freemail").holds("gmail.com")
    with pytest.raises(NotFound, match="freemail"):
        remove(folder, "freemail")


def test_a_list_keeps_its_kind_whatever_the_file_says(folder: Path) -> None:
    told = {
        "name": "Disposable",
        "type": "substring",
        "version": 20261101,
        "list": ["*.throw.example", "Away.Example."],
    }
    done = refresh(folder, "disposable_mail", put(folder, json.dumps(told)), shrinking=True)
    assert done.after.match is Match.hostname
    assert done.after.date == "2026-11-01"
    held = Lookups(folder).lookup("disposable_mail")
    assert held.holds("x.throw.example")
    assert held.holds("away.example")
    assert not held.holds("throwaway.example")


def test_a_supplied_list_of_networks_is_used(folder: Path) -> None:
    refresh(folder, "networks", put(folder, '192.0.2.0,192.0.2.9,64496,"Northgate, Inc."\n'), licence="CC-BY-4.0")
    held = Lookups(folder).lookup("networks")
    assert held.of("192.0.2.3") == "AS64496 Northgate, Inc."
    assert held.about.licence == "CC-BY-4.0"


def test_a_hand_written_file_makes_way_for_the_refreshed_one(folder: Path) -> None:
    folder.mkdir()
    (folder / "partners.txt").write_text("# match: string\nold\n")
    done = refresh(folder, "partners", put(folder, "new\n"))
    assert done.after.match is Match.string
    assert Lookups(folder).lookup("partners").of("new") == "new"
    assert [path.name for path in folder.iterdir()] == ["partners.txt.gz"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("banks", "192.0.2.1/33 x\nhttp://a/\n\n"),
        ("countries", "a.example\nb.example\n"),
        ("countries", "\n"),
        ("freemail", "# only words\n"),
        ("../freemail", "a.example\n"),
        ("Freemail", "a.example\n"),
        ("", "a.example\n"),
    ],
)
def test_what_is_refused_leaves_everything_as_it_was(folder: Path, name: str, text: str) -> None:
    refresh(folder, "freemail", put(folder, "mail.example\n"), shrinking=True)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(BadInput):
        refresh(folder, name, put(folder, text))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_list_that_shrinks_by_more_than_half_is_refused_unless_that_is_meant(folder: Path) -> None:
    folder.mkdir()
    (folder / "partners.txt").write_text("a.example\nb.example\nc.example\nd.example\n")
    with pytest.raises(BadInput, match=r"1 entry, and the list that counts 4 .*--yes"):
        refresh(folder, "partners", put(folder, "mail.example\n"))
    assert len(Lookups(folder).entries("partners")) == 4
    assert refresh(folder, "partners", put(folder, "a.example\nb.example\n")).after.rows == 2
    assert refresh(folder, "freemail", put(folder, "mail.example\n"), shrinking=True).after.rows == 1
    with pytest.raises(BadInput, match=r"3 entries, and the list that counts 203 .*--yes"):
        refresh(folder.parent / "other", "freemail", put(folder, "a.example\nb.example\nc.example\n"))


def test_a_broken_list_can_be_refreshed(folder: Path) -> None:
    folder.mkdir()
    (folder / "freemail.txt.gz").write_bytes(b"torn")
    done = refresh(folder, "freemail", put(folder, "mail.example\n"))
    assert done.before is None
    assert Lookups(folder).lookup("freemail").holds("mail.example")


@settings(deadline=None, max_examples=often(25))
@given(st.lists(st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){1,3}", fullmatch=True), min_size=1, max_size=20))
def test_every_entry_that_was_taken_is_held(tmp_path_factory: pytest.TempPathFactory, entries: list[str]) -> None:
    folder = tmp_path_factory.mktemp("w") / "lookups"
    done = refresh(folder, "own", put(folder, "\n".join(["# x", *entries])), match=Match.hostname)
    held = Lookups(folder).lookup("own")
    assert all(held.holds(entry) for entry in entries)
    assert done.after.rows == len(set(entries)) == len(entries) - done.repeated


@pytest.mark.parametrize("name", ["url_shorteners", "microsoft_365_addresses", "brands", "public_suffixes"])
def test_a_shipped_file_refreshes_itself(folder: Path, name: str) -> None:
    done = refresh(folder, name, SHIPPED.paths[name])
    assert done.after == done.before
    assert (done.refusals, done.repeated) == (0, 0)
