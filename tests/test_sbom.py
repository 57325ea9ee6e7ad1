"""The bill of materials is complete: every package the product needs, with version, licence and what it needs."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(not (ROOT / "tools" / "make_sbom.py").exists(), reason="runs on a checkout only")


def made(path: Path) -> dict:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_sbom.py", path],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> dict:
    return made(tmp_path_factory.mktemp("sbom") / "sbom.json")


def test_every_declared_package_is_in_it_with_version_and_licence(bill: dict) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [
        *project["dependencies"],
        *(line for name in ("lab", "apps", "playbooks", "service") for line in extras[name]),
    ]
    names = {canonicalize_name(each["name"]) for each in bill["components"]}
    assert {canonicalize_name(Requirement(line).name) for line in lines} <= names
    for each in bill["components"]:
        assert each["version"]
        (licence,) = each["licenses"]
        assert licence.get("expression") or licence["license"]["name"] not in ("", "unknown")
        assert any(part["name"] == "sha256-of-record" for part in each["properties"]), each["name"]


def test_it_is_closed_and_what_only_tests_need_is_not_in_it(bill: dict) -> None:
    refs = [each["bom-ref"] for each in bill["components"]]
    assert len(set(refs)) == len(refs)
    own = bill["metadata"]["component"]["bom-ref"]
    links = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert set(links) == {own, *refs}
    assert {name for names in links.values() for name in names} <= set(refs)
    reached, waiting = set(), [own]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += links[name]
    names = {each["name"] for each in bill["components"]}
    assert "starlette" in names
    assert not names & {"pytest", "hypothesis", "ruff"}


def test_versions_are_those_that_are_pinned(bill: dict) -> None:
    for each in bill["components"]:
        pinned = [part["value"] for part in each["properties"] if part["name"] == "pinned"]
        assert pinned == [each["version"]], each["name"]


def test_it_is_the_same_every_time(bill: dict, tmp_path: Path) -> None:
    assert made(tmp_path / "again.json") == bill
