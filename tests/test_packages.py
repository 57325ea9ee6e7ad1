"""One set of packages, said three times: pyproject.toml decides, environment.yml repeats, constraints.txt pins."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PRODUCT = "threat-investigation-workbench"
CARD = {"jupyterlab", "ipywidgets", "voila", "pandas", "altair", "papermill", "polars", "nbval"}
BUILD = {"editables"}
"""What an editable install needs beside the declared build requirements."""
FROM = {"IPython": "ipykernel", "jupyter_core": "ipykernel", "jupyter_client": "ipykernel", "traitlets": "ipywidgets"}
"""Modules we import that are the declared foundation of a package we declare."""

pytestmark = pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="runs on a checkout only")


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").split()
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}


def ranges(lines: Iterable[str]) -> dict[str, str]:
    needs = [Requirement(line) for line in lines]
    return {canonicalize_name(need.name): str(need.specifier) for need in needs if need.name != PRODUCT}


def declared(project: dict) -> dict[str, str]:
    extras = project["optional-dependencies"].values()
    return ranges([*project["dependencies"], *(line for extra in extras for line in extra)])


def conda() -> tuple[list[str], list[str]]:
    whole = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    own = [line for line in whole if isinstance(line, str)]
    return own, next(part["pip"] for part in whole if isinstance(part, dict))


def test_conda_users_get_the_same_packages_in_the_same_ranges(project: dict) -> None:
    _, lines = conda()
    assert ranges(line for line in lines if not line.startswith("--")) == declared(project)
    assert [line for line in lines if line.startswith("--")] == ["--constraint constraints.txt", "--editable ."]


def test_conda_users_get_a_python_the_product_runs_on(project: dict) -> None:
    own, _ = conda()
    python = next(line for line in own if line.startswith("python")).removeprefix("python=")
    assert Requirement(f"python{project['requires-python']}").specifier.contains(python)


def test_the_packages_of_the_card_are_all_declared(project: dict) -> None:
    assert declared(project).keys() >= CARD


def test_every_pin_is_one_version_in_its_range(project: dict, pins: dict[str, str]) -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in _lines("constraints.txt"))
    outside = {
        name: (pins.get(name), said)
        for name, said in declared(project).items()
        if name not in pins or not Requirement(f"{name}{said}").specifier.contains(pins[name])
    }
    assert outside == {}


def test_what_is_installed_is_what_is_pinned(pins: dict[str, str]) -> None:
    installed = dict(tree())
    assert len(installed) > 100
    assert {name: version for name, version in installed.items() if pins.get(name) != version} == {}


def test_nothing_is_pinned_that_nothing_needs(project: dict, pins: dict[str, str]) -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    assert set(pins) - set(dict(tree())) - set(ranges(build)) - BUILD == set()


def test_every_module_we_import_comes_from_a_declared_package(project: dict) -> None:
    known, packages = declared(project), packages_distributions()
    lost = {
        name
        for name in imported()
        if not any(canonicalize_name(each) in known for each in [FROM.get(name, ""), *packages.get(name, [])])
    }
    assert lost == set()


@pytest.mark.parametrize("name", ["pyproject.toml", "environment.yml", "constraints.txt", "Makefile", ".ci/run"])
def test_no_address_of_a_package_index_is_written_down(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert re.findall(r"(?:https?|file|git\+\w+)://\S+|--(?:extra-)?index-url|--find-links|--trusted-host", text) == []


def test_continuous_integration_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "exec make test" in script.read_text("utf-8")


def _lines(name: str) -> list[str]:
    return (ROOT / name).read_text("utf-8").splitlines()


def tree() -> Iterator[tuple[str, str]]:
    """Every installed package that the product with all its extras needs, however deep, with its version."""
    waiting, seen = [Requirement(f"{PRODUCT}[all,test,lint]")], set()
    while waiting:
        need = waiting.pop()
        for extra in {*need.extras, ""} - {each for name, each in seen if name == canonicalize_name(need.name)}:
            seen.add((canonicalize_name(need.name), extra))
            found = _installed(need.name)
            if found is None:
                continue
            waiting += [each for each in map(Requirement, found.requires or []) if _applies(each, extra)]
            if need.name != PRODUCT:
                yield canonicalize_name(need.name), found.version


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _applies(need: Requirement, extra: str) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": extra})


def imported() -> set[str]:
    """Names of the modules that the product imports and does not bring along."""
    nodes = [
        node for path in (ROOT / "workbench").rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))
    ]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    tops = {name.partition(".")[0] for name in plain | named}
    return tops - sys.stdlib_module_names - {"workbench", "__future__"}
