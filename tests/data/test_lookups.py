"""The lists that ship with the product say where they are from, and hold what they say."""

import re
from pathlib import Path

import pytest

from workbench.base.config import shipped
from workbench.events.lookups import SHIPPED
from workbench.events.lookups.about import about, read
from workbench.events.lookups.lists import entries_of
from workbench.events.lookups.matching import faults

FOLDER = shipped("data") / "lookups"
FILES = sorted(path for path in FOLDER.iterdir() if path.name != "README.md")
FREE = {"CC0-1.0", "Apache-2.0", "MPL-2.0", "CC0-1.0 AND CC-BY-4.0"}


def test_every_file_is_a_list() -> None:
    assert set(FILES) == set(SHIPPED.paths.values())
    assert sum(path.stat().st_size for path in FILES) < 6_000_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_list_names_title_source_version_date_and_a_free_licence(path: Path) -> None:
    said = about(path)
    assert said.title
    assert said.source
    assert said.version
    assert re.fullmatch(r"202[4-6]-\d{2}-\d{2}", said.date)
    assert said.licence in FREE


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_list_holds_as_many_sound_entries_as_it_says_none_twice(path: Path) -> None:
    entries, said = entries_of(read(path)), about(path)
    assert entries.n_unique() == len(entries) == said.rows
    if said.rows < 100_000:
        assert faults(said.match, entries) == {}


def test_the_notice_names_every_licence_that_asks_for_one() -> None:
    notice = (FOLDER.parents[1] / "NOTICE").read_text("utf-8")
    for path in FILES:
        if about(path).licence not in ("CC0-1.0", "Apache-2.0"):
            assert path.name.partition(".")[0] in notice


def test_the_docs_tell_of_every_list_with_its_rows() -> None:
    text = (FOLDER.parents[1] / "docs" / "lookups.md").read_text("utf-8")
    for path in FILES:
        said = about(path)
        row = rf"\| `{path.name.partition('.')[0]}` \|[^\n]*\| {said.rows:,} \| {said.date} \| {re.escape(said.licence)} \|"
        assert re.search(row, text), path.name


def test_simulators_and_shared_hosts_are_not_mixed_with_free_mail() -> None:
    free = set(entries_of(read(SHIPPED.paths["freemail"])))
    for other in ("attack_simulators", "url_shorteners", "disposable_mail"):
        assert not free & set(entries_of(read(SHIPPED.paths[other])))
