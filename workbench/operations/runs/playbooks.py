"""Playbooks: notebooks with a typed ``parameters`` cell, shipped with the product or kept in the workspace."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from workbench.base.config import Workspace, shipped
from workbench.base.errors import BadParameter, UnknownName

_TYPES: Mapping[str, type] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "list[str]": list[str],
    "list[int]": list[int],
}
_STRICT = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Parameter:
    """One parameter as the notebook declares it: type, default as source text, and what it is for."""

    name: str
    type: str
    default: str
    help: str


@dataclass(frozen=True)
class Playbook:
    """One playbook notebook."""

    name: str
    path: Path
    title: str
    parameters: tuple[Parameter, ...]

    def validated(self, values: Mapping[str, object]) -> dict[str, object]:
        """The values, cast to the declared types; parameters that are not given keep the notebook's defaults.

        Raises:
            BadParameter: a name is unknown or a value not of its type.
        """
        known = {each.name for each in self.parameters}
        for name in values:
            if name not in known:
                unknown = UnknownName("parameter", name, known)
                raise BadParameter(unknown.what, where=self.name, next_step=unknown.next_step or _names(known))
        try:
            return self._model().model_validate(values).model_dump(exclude_unset=True)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            raise BadParameter(f"The parameter {name}: {first['msg']}", where=self.name) from None

    def _model(self) -> type[BaseModel]:
        fields: dict[str, Any] = {each.name: (_TYPES[each.type] | None, None) for each in self.parameters}
        return create_model(f"Parameters_{self.name}", __config__=_STRICT, **fields)


def playbooks(workspace: Workspace | None = None) -> Mapping[str, Playbook]:
    """Every playbook by name; one of the workspace goes before a shipped one of the same name.

    Raises:
        BadParameter: a playbook declares a parameter without a type that can be checked.
    """
    folders = [shipped("notebooks") / "incident_playbooks"]
    if workspace is not None:
        folders.append(workspace.notebooks / "incident_playbooks")
    paths = {path.stem: path for folder in folders for path in sorted(folder.glob("*.ipynb"))}
    return {name: _read(path) for name, path in sorted(paths.items())}


def playbook(name: str, workspace: Workspace | None = None) -> Playbook:
    """One playbook.

    Raises:
        UnknownName: there is none with that name; the error carries the nearest.
    """
    known = playbooks(workspace)
    if name not in known:
        raise UnknownName("playbook", name, known)
    return known[name]


def _read(path: Path) -> Playbook:
    import papermill

    found = papermill.inspect_notebook(str(path))
    parameters = tuple(_parameter(path, each) for each in found.values())
    cells = json.loads(path.read_text("utf-8"))["cells"]
    title = next((cell["source"][0] for cell in cells if cell["cell_type"] == "markdown"), path.stem)
    return Playbook(path.stem, path, title.lstrip("# ").strip(), parameters)


def _parameter(path: Path, said: Mapping[str, object]) -> Parameter:
    name, kind = str(said["name"]), str(said["inferred_type_name"]).replace(" ", "")
    if kind not in _TYPES:
        raise BadParameter(
            f"The parameter {name} has the type {kind!r}", where=str(path), next_step=f"Use one of {', '.join(_TYPES)}."
        )
    return Parameter(name, kind, str(said["default"]), str(said["help"] or "").strip())


def _names(known: set[str]) -> str:
    return f"Its parameters are {', '.join(sorted(known))}."
