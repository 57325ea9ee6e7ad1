"""The lists that ship with the product say where they are from, and hold what they say."""

import gzip
import re
from ipaddress import ip_network
from pathlib import Path

import pytest

from workbench.base.config import shipped

FOLDER = shipped("data") / "lookups"
FILES = sorted(path for path in FOLDER.iterdir() if path.name != "README.md")
HOST = re.compile(r"\.?(?:[\w-]+\.)+[\w-]+")


def lines(path: Path) -> list[str]:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8").splitlines()


def header(path: Path) -> dict[str, str]:
    return dict(line.removeprefix("# ").split(": ", 1) for line in lines(path) if line.startswith("# "))


def entries(path: Path) -> list[str]:
    return [line for line in lines(path) if not line.startswith("#")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_list_names_source_date_and_a_free_licence(path: Path) -> None:
    said = header(path)
    assert list(said) == ["title", "match", "source", "version", "date", "licence", "rows"]
    assert re.fullmatch(r"2026-\d{2}-\d{2}", said["date"])
    assert said["licence"] in ("CC0-1.0", "Apache-2.0")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_list_holds_as_many_different_entries_as_it_says(path: Path) -> None:
    assert len(set(entries(path))) == len(entries(path)) == int(header(path)["rows"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_entries_are_what_the_match_says(path: Path) -> None:
    if header(path)["match"].startswith("cidr"):
        assert all(ip_network(entry) for entry in entries(path))
    else:
        assert all(HOST.fullmatch(entry) for entry in entries(path))


def test_the_readme_tells_of_every_list_with_its_rows() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    for path in FILES:
        rows = f"{int(header(path)['rows']):,}"
        assert re.search(rf"`{re.escape(path.name)}` \|[^\n]*\| {rows} \|", text), path.name


def test_simulators_and_shared_hosts_are_not_mixed_with_free_mail() -> None:
    free = set(entries(FOLDER / "freemail.txt"))
    assert not free & set(entries(FOLDER / "attack_simulators.txt"))
    assert not free & set(entries(FOLDER / "url_shorteners.txt"))
    assert not free & set(entries(FOLDER / "disposable_mail.txt.gz"))
