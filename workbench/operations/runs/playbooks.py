"""Playbooks: notebooks with a typed ``parameters`` cell, shipped with the product or kept in the workspace."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from workbench.base.config import Workspace, shipped
from workbench.base.errors import BadParameter, UnknownName
from workbench.operations.runs.parameters import Parameter, Question, checked, declared, model, questions

_TAG = "parameters"


@dataclass(frozen=True)
class Playbook:
    """One playbook notebook, as it was when it was read: a run executes ``content``, whatever becomes of the file."""

    name: str
    path: Path
    title: str
    parameters: tuple[Parameter, ...]
    content: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the notebook: the version that a run names."""
        return sha256(self.content).hexdigest()

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of its parameters."""
        return model(self.parameters).model_json_schema()

    def validated(self, values: Mapping[str, object]) -> dict[str, object]:
        """The values, cast to the declared types; parameters that are not given keep the notebook's defaults.

        Raises:
            BadParameter: a name is unknown, a value not of its type, or one that must be given is missing.
        """
        return checked(self.parameters, values, self.name)


def form(playbook: Playbook) -> tuple[Question, ...]:
    """What to ask before a run, in the notebook's order."""
    return questions(playbook.parameters)


def playbooks(workspace: Workspace | None = None) -> Mapping[str, Playbook]:
    """Every playbook by name; one of the workspace goes before a shipped one of the same name.

    Raises:
        BadParameter: a playbook cannot be read, or declares a parameter without a type that can be checked.
    """
    return {name: _read(path) for name, path in _paths(workspace).items()}


def playbook(name: str, workspace: Workspace | None = None) -> Playbook:
    """One playbook.

    Raises:
        UnknownName: there is none with that name; the error carries the nearest.
        BadParameter: it cannot be read, or declares a parameter without a type that can be checked.
    """
    known = _paths(workspace)
    if name not in known:
        raise UnknownName("playbook", name, known)
    return _read(known[name])


def _paths(workspace: Workspace | None) -> Mapping[str, Path]:
    folders = [shipped("notebooks") / "incident_playbooks"]
    if workspace is not None:
        folders.append(workspace.notebooks / "incident_playbooks")
    found = {path.stem: path for folder in folders for path in folder.glob("*.ipynb")}
    return dict(sorted(found.items()))


def _read(path: Path) -> Playbook:
    try:
        content = path.read_bytes()
        cells = json.loads(content)["cells"]
        prose = next(("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"), path.stem)
        tagged = [cell for cell in cells if _TAG in cell["metadata"].get("tags", ())]
        source = "".join(tagged[0]["source"]) if tagged else ""
    except (ValueError, AttributeError, KeyError, TypeError, OSError, RecursionError) as error:
        raise BadParameter(f"The notebook cannot be read: {error}", where=str(path)) from error
    title = prose.partition("\n")[0].lstrip("# ").strip()
    return Playbook(path.stem, path, title, declared(source, str(path)), content)
