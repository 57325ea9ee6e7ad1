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

    @property
    def required(self) -> bool:
        """Whether it must be given: its default is None, which is of no type a parameter can have."""
        return self.default == "None"


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
            BadParameter: a name is unknown, a value not of its type, or one that must be given is missing.
        """
        known = {each.name for each in self.parameters}
        for name in values:
            if name not in known:
                unknown = UnknownName("parameter", name, known)
                raise BadParameter(unknown.what, where=self.name, next_step=unknown.next_step or _names(known))
        kinds = {each.name: each.type for each in self.parameters}
        read = {name: _listed(value) if kinds[name].startswith("list") else value for name, value in values.items()}
        try:
            return self._model().model_validate(read).model_dump(exclude_unset=True)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            why = "it must be given" if first["type"] == "missing" else first["msg"]
            raise BadParameter(f"The parameter {name}: {why}", where=self.name, next_step=self._hint(name)) from None

    def _hint(self, name: str) -> str:
        found = next((each for each in self.parameters if each.name == name.partition(".")[0]), None)
        return f"It is of type {found.type}{f': {found.help}' if found.help else ''}." if found else ""

    def _model(self) -> type[BaseModel]:
        fields: dict[str, Any] = {
            each.name: (_TYPES[each.type], ... if each.required else None) for each in self.parameters
        }
        return create_model(f"Parameters_{self.name}", __config__=_STRICT, **fields)


def playbooks(workspace: Workspace | None = None) -> Mapping[str, Playbook]:
    """Every playbook by name; one of the workspace goes before a shipped one of the same name.

    Raises:
        BadParameter: a playbook cannot be read, or declares a parameter without a type that can be checked.
    """
    return {name: _read(path) for name, path in _paths(workspace).items()}


def _paths(workspace: Workspace | None) -> Mapping[str, Path]:
    folders = [shipped("notebooks") / "incident_playbooks"]
    if workspace is not None:
        folders.append(workspace.notebooks / "incident_playbooks")
    found = {path.stem: path for folder in folders for path in folder.glob("*.ipynb")}
    return dict(sorted(found.items()))


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


def _read(path: Path) -> Playbook:
    said, prose = _inspect(path)
    parameters = tuple(_parameter(path, each) for each in said.values())
    return Playbook(path.stem, path, prose.partition("\n")[0].lstrip("# ").strip(), parameters)


def _inspect(path: Path) -> tuple[Mapping[str, Mapping[str, object]], str]:
    """What is said of its parameters, and its first prose."""
    import papermill

    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        found: Mapping[str, Mapping[str, object]] = papermill.inspect_notebook(literal(path))
    except (ValueError, AttributeError, KeyError, TypeError, OSError) as error:
        raise BadParameter(f"The notebook cannot be read: {error}", where=str(path)) from error
    return found, next(iter(prose), path.stem)


def literal(path: Path) -> str:
    """A path that papermill leaves as it is: it would fill in what stands in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _listed(value: object) -> object:
    """A list, where one is wanted: as it is, from JSON text, or from text parted by commas."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    try:
        return json.loads(text) if text.startswith("[") else [part.strip() for part in text.split(",") if part.strip()]
    except ValueError:
        return value


def _parameter(path: Path, said: Mapping[str, object]) -> Parameter:
    name, kind = str(said["name"]), str(said["inferred_type_name"]).replace(" ", "")
    if kind not in _TYPES:
        raise BadParameter(
            f"The parameter {name} has the type {kind!r}", where=str(path), next_step=f"Use one of {', '.join(_TYPES)}."
        )
    return Parameter(name, kind, str(said["default"]), str(said["help"] or "").strip())


def _names(known: set[str]) -> str:
    return f"Its parameters are {', '.join(sorted(known))}."
