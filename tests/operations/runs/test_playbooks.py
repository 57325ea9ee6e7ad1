import json

import pytest

from tests.operations.runs.conftest import Write, code
from workbench.base.config import Workspace
from workbench.base.errors import BadParameter, UnknownName
from workbench.operations.runs import playbook, playbooks, unreadable

DECLARED = """
message: str = "x"  # an id
most: int = 5
share: float = 0.5
loud: bool = False
people: list[str] = []
ports: list[int] = [1]
"""


def test_shipped_playbooks_are_there_with_title_and_parameters() -> None:
    found = playbook("phish_triage")
    assert found.title == "Triage of one suspected phish"
    assert [(each.name, each.plain, each.required) for each in found.parameters] == [
        ("message", "str", True), ("span", "str", False),
    ]  # fmt: skip
    assert "Internet message id" in found.parameters[0].help


def test_a_playbook_of_the_workspace_is_listed_and_goes_before_a_shipped_one(
    workspace: Workspace, write: Write
) -> None:
    write("1", name="own")
    write("1", name="phish_triage")
    assert {"own", "phish_triage"} <= set(playbooks(workspace))
    assert playbooks(workspace)["phish_triage"].path.is_relative_to(workspace.home)


def test_an_unknown_playbook_names_the_nearest(workspace: Workspace) -> None:
    with pytest.raises(UnknownName, match="phish_triage"):
        playbook("fish_triage", workspace)


def test_types_and_help_are_read_from_the_parameters_cell(workspace: Workspace, write: Write) -> None:
    write("1", parameters=DECLARED)
    found = playbook("small", workspace)
    types = {each.name: each.type for each in found.parameters}
    assert types == {
        "message": "str", "most": "int", "share": "float", "loud": "bool", "people": "list[str]", "ports": "list[int]",
    }  # fmt: skip
    assert found.parameters[0].help == "an id"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"most": "7"}, {"most": 7}),
        ({"most": 7}, {"most": 7}),
        ({"share": "0.25"}, {"share": 0.25}),
        ({"loud": "true"}, {"loud": True}),
        ({"people": ["a", "b"]}, {"people": ["a", "b"]}),
        ({"people": "a, b"}, {"people": ["a", "b"]}),
        ({"people": '["a, b"]'}, {"people": ["a, b"]}),
        ({"ports": "25,587"}, {"ports": [25, 587]}),
        ({"message": "7"}, {"message": "7"}),
        ({}, {}),
    ],
)
def test_values_are_cast_and_what_is_not_given_is_left_to_the_notebook(
    workspace: Workspace, write: Write, given: dict[str, object], read: dict[str, object]
) -> None:
    write("1", parameters=DECLARED)
    assert playbook("small", workspace).validated(given) == read


@pytest.mark.parametrize(
    "given",
    [
        {"most": "seven"},
        {"most": 7.5},
        {"most": None},
        {"message": 7},
        {"message": None},
        {"message": ["a"]},
        {"share": "much"},
        {"loud": "perhaps"},
        {"people": [1]},
        {"people": "[broken"},
        {"people": {"a": 1}},
        {"ports": "25,smtp"},
    ],
)
def test_a_value_of_another_type_is_refused_by_name_and_says_the_type(
    workspace: Workspace, write: Write, given: dict[str, object]
) -> None:
    write("1", parameters=DECLARED)
    (name,) = given
    with pytest.raises(BadParameter, match=f"The parameter {name}") as caught:
        playbook("small", workspace).validated(given)
    assert "It is of type" in caught.value.next_step


def test_an_unknown_parameter_names_the_nearest(workspace: Workspace, write: Write) -> None:
    write("1", parameters=DECLARED)
    with pytest.raises(BadParameter, match="mesage") as caught:
        playbook("small", workspace).validated({"mesage": "x"})
    assert "message" in caught.value.next_step


def test_an_unknown_parameter_like_no_other_lists_all(workspace: Workspace, write: Write) -> None:
    write("1", parameters=DECLARED)
    with pytest.raises(BadParameter) as caught:
        playbook("small", workspace).validated({"zzz": "x"})
    assert "people" in caught.value.next_step


def test_a_parameter_whose_default_is_none_must_be_given(workspace: Workspace, write: Write) -> None:
    write("1", parameters="message: str = None")
    with pytest.raises(BadParameter, match="The parameter message: it must be given"):
        playbook("small", workspace).validated({})
    assert playbook("small", workspace).validated({"message": "x"}) == {"message": "x"}


@pytest.mark.parametrize("declared", ["when = 5", "when: datetime = 5", "when: dict[str, str] = {}"])
def test_a_parameter_without_a_type_that_can_be_checked_is_refused(
    workspace: Workspace, write: Write, declared: str
) -> None:
    write("1", parameters=declared)
    with pytest.raises(BadParameter, match="when"):
        playbook("small", workspace)


@pytest.mark.parametrize("content", ["", "no notebook", "{}", "[]", '{"cells": 5, "nbformat": 4, "nbformat_minor": 5}'])
def test_a_broken_notebook_is_named_and_hides_no_other(workspace: Workspace, write: Write, content: str) -> None:
    write("1")
    path = workspace.notebooks / "incident_playbooks" / "broken.ipynb"
    path.write_text(content, "utf-8")
    with pytest.raises(BadParameter, match=r"broken\.ipynb"):
        playbook("broken", workspace)
    assert playbook("small", workspace).title == "A small playbook"
    assert "broken" not in playbooks(workspace)
    assert "small" in playbooks(workspace)
    assert list(unreadable(workspace)) == ["broken"]
    assert "broken.ipynb" in str(unreadable(workspace)["broken"])


def test_what_earlier_cells_import_is_known_to_the_types_of_the_parameters(workspace: Workspace, write: Write) -> None:
    write("1", parameters="level: Literal['low', 'high'] = 'low'")
    with pytest.raises(BadParameter, match="needs Literal, which nothing imports before"):
        playbook("small", workspace)
    path = workspace.notebooks / "incident_playbooks" / "small.ipynb"
    whole = json.loads(path.read_text())
    for first in ("from typing import Literal", "%matplotlib inline\nfrom typing import Literal"):
        path.write_text(json.dumps({**whole, "cells": [code(first), *whole["cells"]]}))
        assert playbook("small", workspace).parameters[0].choices == ("low", "high")


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": 5},
        {"nbformat": 3},
        {"cells": [{"cell_type": "code", "source": 5, "metadata": {}}]},
        {"cells": [{"cell_type": "code", "source": "", "metadata": []}]},
    ],
)
def test_a_notebook_that_no_run_could_execute_is_refused_when_it_is_read(
    workspace: Workspace, write: Write, change: dict[str, object]
) -> None:
    write("1")
    path = workspace.notebooks / "incident_playbooks" / "small.ipynb"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(BadParameter, match="cannot be read"):
        playbook("small", workspace)
