"""Playbooks: notebooks with a typed ``parameters`` cell, shipped with the product or kept in the workspace."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from workbench.base.config import Workspace, shipped
from workbench.base.errors import BadParameter, UnknownName
from workbench.operations.runs import objects
from workbench.operations.runs.kinds import names
from workbench.operations.runs.parameters import Parameter, Question, checked, declared, model, questions

_TAG, _MARKS, _FORMAT = "parameters", "workbench", 4


@dataclass(frozen=True)
class Playbook:
    """One playbook notebook, as it was when it was read: a run executes ``content``, whatever becomes of the file."""

    name: str
    path: Path
    title: str
    parameters: tuple[Parameter, ...]
    content: bytes
    repeats: bool = True
    """Whether a run that its worker's death broke off may be made again: ``"workbench": {"repeat": false}`` in the
    notebook's metadata says that it may not."""

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
    """Every playbook that can be run, by name; one of the workspace goes before a shipped one of the same name."""
    tried = {name: _tried(path) for name, path in _paths(workspace).items()}
    return {name: each for name, each in tried.items() if isinstance(each, Playbook)}


def unreadable(workspace: Workspace | None = None) -> Mapping[str, BadParameter]:
    """Every playbook that cannot be run, by name, with what is wrong with it."""
    tried = {name: _tried(path) for name, path in _paths(workspace).items()}
    return {name: each for name, each in tried.items() if isinstance(each, BadParameter)}


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


def keep(playbook: Playbook, workspace: Workspace) -> str:
    """Keep a playbook as it is now, for a run that comes later; gives its digest."""
    return objects.put(workspace.runs, playbook.content)


def kept(name: str, digest: str, workspace: Workspace) -> Playbook:
    """A playbook as it was when it was kept, whatever became of its file.

    Raises:
        NotFound: it is not kept, or is no longer what it was.
    """
    path = workspace.runs / objects.OBJECTS / digest
    return _parsed(name, path, objects.get(workspace.runs, digest))


def _tried(path: Path) -> Playbook | BadParameter:
    try:
        return _read(path)
    except BadParameter as error:
        return error


def _read(path: Path) -> Playbook:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadParameter(f"The notebook cannot be read: {error}", where=str(path)) from error
    return _parsed(path.stem, path, content)


def _parsed(name: str, path: Path, content: bytes) -> Playbook:
    try:
        whole = json.loads(content)
        cells = [(cell["cell_type"], _joined(cell["source"]), cell["metadata"]) for cell in _sound(whole)]
        prose = next((source for kind, source, _ in cells if kind == "markdown"), name)
        at = next((at for at, (_, _, metadata) in enumerate(cells) if _TAG in metadata.get("tags", ())), 0)
        source = cells[at][1] if cells and _TAG in cells[at][2].get("tags", ()) else ""
        before = {bound for kind, text, _ in cells[:at] if kind == "code" for bound in names(text)}
        repeats = whole["metadata"].get(_MARKS, {}).get("repeat", True) is not False
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise BadParameter(f"The notebook cannot be read: {error}", where=str(path)) from error
    title = prose.partition("\n")[0].lstrip("# ").strip()
    return Playbook(name, path, title, declared(source, str(path), before), content, repeats=repeats)


def _sound(whole: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells of a notebook of format 4."""
    if whole["nbformat"] != _FORMAT or not isinstance(whole["metadata"], dict):
        raise ValueError(f"it is not of format {_FORMAT}: open it in JupyterLab and save it again")
    for cell in whole["cells"]:
        if not isinstance(cell["metadata"], dict):
            raise TypeError("a cell without metadata")
    return list(whole["cells"])


def _joined(source: str | list[str]) -> str:
    """The source of a cell as one text."""
    return source if isinstance(source, str) else "".join(source)
