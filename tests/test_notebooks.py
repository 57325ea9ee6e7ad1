"""The shipped notebooks keep the rules of the house and run on the sample, each in a kernel of its own."""

import json
import os
import resource
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from workbench.base.config import HOME_VARIABLE, Workspace, shipped

ROOT = Path(__file__).parents[1]
FOLDER = shipped("notebooks")
NOTEBOOKS = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.ipynb") if "checkpoint" not in path.name)
PHISH = "e50d1c32-61d5-490d-38ef-08df13c5e0bf"
"""A message of the sample, for the playbooks that take one."""
LONGEST = 20
"""Seconds of processor time that a notebook may take on the sample, kernel start included."""
PATIENCE = 150
"""Seconds after which a run on a busy machine is given up."""


@pytest.fixture(scope="module")
def rules() -> ModuleType:
    spec = spec_from_file_location("check_notebooks", ROOT / "tools" / "check_notebooks.py")
    if spec is None or spec.loader is None or not (ROOT / "tools").is_dir():
        pytest.skip("runs on a checkout only: the rules are in tools/")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_notebooks_of_the_product_are_there() -> None:
    assert {"dashboard.ipynb", "explorer.ipynb", "hunting.ipynb", "incident_playbooks/phish_triage.ipynb"} <= set(
        NOTEBOOKS
    )


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_keeps_the_rules(name: str, rules: ModuleType) -> None:
    assert rules._faults(FOLDER / name) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("def f():\n    pass", "defines FunctionDef"),
        ("class A:\n    pass", "defines ClassDef"),
        ("f = lambda x: x", "defines Lambda"),
        ("import os", "imports os"),
        ("%pip install x", "a magic or shell line"),
        ("%%kqlx\nEmailEvents", "a magic or shell line"),
        ("triage.apply()", "calls apply: a playbook only proposes"),
        ("\n".join(f"x = {n}" for n in range(9)), "a cell has 9 code lines (at most 8)"),
    ],
)
def test_the_rules_find_what_they_forbid(source: str, fault: str, rules: ModuleType, tmp_path: Path) -> None:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cell["source"] = source.splitlines(keepends=True)
    (tmp_path / "x.ipynb").write_text(json.dumps({"cells": [cell]}), "utf-8")
    assert fault in rules._faults(tmp_path / "x.ipynb")


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("%%kql -o x\nEmailEvents | take 5", ""),
        ("%%kql -z x\nEmailEvents", "its question cannot be read: There is no option named '-z'"),
        ("%%kql\nEmailEvents | whre x", "its question cannot be read: There is no operator named 'whre'"),
    ],
)
def test_questions_of_a_notebook_are_read(source: str, fault: str, rules: ModuleType, tmp_path: Path) -> None:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cell["source"] = source.splitlines(keepends=True)
    (tmp_path / "x.ipynb").write_text(json.dumps({"cells": [cell]}), "utf-8")
    found = rules._faults(tmp_path / "x.ipynb")
    assert found == [] if not fault else found[0].startswith(fault)


def test_stored_outputs_and_a_playbook_without_its_headings_are_found(rules: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "incident_playbooks"
    folder.mkdir()
    cell = {"cell_type": "code", "metadata": {}, "source": ["1"], "outputs": [{}], "execution_count": 1}
    (folder / "x.ipynb").write_text(json.dumps({"cells": [cell]}), "utf-8")
    faults = rules._faults(folder / "x.ipynb")
    assert "outputs or execution counts are stored" in faults
    assert "the heading 'Verdict' is missing" in faults
    assert "the first code cell is not tagged parameters" in faults
    assert "it ends without a record" in faults


@pytest.mark.notebook
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if "playbook" in name else ()) for name in NOTEBOOKS]
)
def test_a_notebook_runs_from_top_to_bottom_on_the_sample(name: str, northgate: Workspace, tmp_path: Path) -> None:
    """Playbooks run every day in operations.runs, against findings that a person has read."""
    source = (FOLDER / name).read_text("utf-8")
    (tmp_path / "it.ipynb").write_text(source.replace('"] = None', f'"] = \\"{PHISH}\\"'), "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    environment = {**os.environ, HOME_VARIABLE: str(northgate.home), "IPYTHONDIR": str(tmp_path / "ipython")}
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-cell-timeout", "60", "-p", "no:xdist", "-p"]
    command += ["no:cacheprovider", "-p", "no:randomly", "-q", "-c", "pytest.ini", "it.ipynb"]
    before = _processor_seconds()
    done = subprocess.run(
        command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
    assert _processor_seconds() - before <= LONGEST


def _processor_seconds() -> float:
    """What ended children and theirs have taken: unlike the wall clock it says little of who else is at work."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
