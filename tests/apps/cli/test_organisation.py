import json
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli
from workbench.apps.cli.workspace import make_workspace


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_workspace(tmp_path / "w")
    return tmp_path / "w"


def test_the_profile_is_shown(cli: Cli) -> None:
    said = cli("organisation", "show")
    assert "northgate.example, northgate-logistics.example" in said.out
    told = json.loads(cli("organisation", "show", "--format", "json").out)
    assert told["egress"] == ["192.0.2.0/26", "2001:db8:4e47::/48"]


def test_the_sample_profile_gives_no_doubts(cli: Cli) -> None:
    said = cli("organisation", "check")
    assert (said.status, said.out) == (0, "")
    assert "Nothing looks wrong" in said.err


def test_doubts_are_told_and_end_with_a_status(cli: Cli, home: Path) -> None:
    (home / "organisation.yml").write_text("domains: [gmail.com]\ntags:\n  board: [a@elsewhere.example]\n")
    said = cli("organisation", "check", home=home)
    assert said.status == 1
    assert "gives mailboxes to anybody" in said.out
    assert "tags.board: a@elsewhere.example" in said.out
    assert "3 doubts" in said.err


def test_a_profile_that_cannot_be_read_says_where(cli: Cli, home: Path) -> None:
    (home / "organisation.yml").write_text("domians: [northgate.example]\n")
    said = cli("organisation", "show", home=home)
    assert said.status == 2
    assert "did you mean domains?" in said.err


def test_every_mistake_is_told_by_check(cli: Cli, home: Path) -> None:
    (home / "organisation.yml").write_text("domains: northgate.example\nvips: [Ingrid]\ntagz: {}\n")
    said = cli("organisation", "check", home=home)
    assert said.status == 2
    assert len(said.out.splitlines()) == 3
    assert "domains: is no list; write one entry a line" in said.out
    assert "3 mistakes in" in said.err
