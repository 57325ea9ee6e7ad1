"""Typed parameters: read from a notebook's ``parameters`` cell, checked before anything starts, offered as a form.

A parameter is an annotated name with a plain default and its help behind it: ``days: int = 7  # how far back``.
Its type is one of ``kinds``. A default of ``None`` without ``| None`` says that it must be given.
"""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from workbench.base.errors import BadParameter, UnknownName, nearest
from workbench.base.render import visible
from workbench.operations.runs import kinds
from workbench.operations.runs.kinds import Kind, kind

_LONGEST_NAME = 80
_WHY = {
    "missing": "it must be given",
    "string_unicode": "it holds half a character, which no file or page can show",
    "string_pattern_mismatch": "it is not of the form that the playbook takes",
}
_TYPE_COMMENT = re.compile(r"type:\s*((?:[^\s\[]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])+(?:\s*\|\s*None\b)?)\s*")
_SETTINGS = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
_SECRET_WORDS = frozenset(
    {"password", "passwd", "pwd", "passphrase", "passcode", "secret", "secrets", "token", "tokens", "apikey", "bearer",
     "credential", "credentials", "cookie", "jwt"}
)  # fmt: skip
_SECRET_KEYS = frozenset({"api", "private", "access", "account", "storage", "signing", "shared", "encryption", "ssh"})
_REFERENCE = frozenset({"ref", "reference", "name", "id"})
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True)
class Parameter:
    """One parameter as the notebook declares it: type and default as source text, what it is for, what it may be."""

    name: str
    type: str
    default: str
    help: str
    choices: tuple[str | int, ...] = ()
    optional: bool = False

    @property
    def required(self) -> bool:
        """Whether it must be given: its default is None, and None is not of its type."""
        return self.default == "None" and not self.optional

    @property
    def plain(self) -> str:
        """Its type for people: what a text has to look like is told by the help."""
        return replace(kind(self.type), pattern="").text

    @property
    def value(self) -> Any:
        """Its default."""
        return ast.literal_eval(self.default)

    @property
    def many(self) -> bool:
        """Whether it is a list."""
        return self.type.startswith("list")


@dataclass(frozen=True)
class Question:
    """One field of a run form. ``kind`` is str, int, float or bool, of each member where there are ``many``."""

    name: str
    kind: str
    many: bool
    required: bool
    optional: bool
    default: Any
    help: str
    choices: tuple[str | int, ...]


def declared(source: str, where: str, before: AbstractSet[str] = frozenset()) -> tuple[Parameter, ...]:
    """The parameters of a ``parameters`` cell, in their order; ``before`` are names that earlier cells bind.

    Raises:
        BadParameter: the cell is no Python, or a parameter has no type that can be checked or that the kernel would
            know, a default that does not fit it, the name of a secret or of something else, or is declared twice.
    """
    try:
        cell, found, bound = _Cell(source, where, _comments(source)), [], set(before)
        for each in ast.parse(source).body:
            found += [_parameter(said, bound) for said in _assigned(each, cell)]
            bound |= kinds.bound(each)
    except (SyntaxError, tokenize.TokenError, ValueError, RecursionError, MemoryError) as error:
        raise BadParameter(f"The parameters cell cannot be read: {error}", where=where) from None
    names = [each.name for each in found]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        advice = "Remove one, or name it otherwise."
        raise BadParameter(f"The parameter {twice} is declared twice", where=where, next_step=advice)
    return tuple(found)


def checked(parameters: Sequence[Parameter], values: Mapping[str, object], where: str) -> dict[str, object]:
    """The values, cast to the declared types; parameters that are not given keep the notebook's defaults.

    Raises:
        BadParameter: a name is unknown, a value not of its type, or one that must be given is missing. The message
            never repeats a value.
    """
    known = {each.name: each for each in parameters}
    for name in values:
        if name not in known:
            unknown = UnknownName("parameter", name[:_LONGEST_NAME], known)
            raise BadParameter(unknown.what, where=where, next_step=unknown.next_step or _names(known))
    read = {name: _given(kind(known[name].type), value) for name, value in values.items()}
    try:
        return model(parameters).model_validate(read).model_dump(exclude_unset=True, by_alias=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        why = _WHY.get(first["type"], first["msg"])
        hint = _hint(known[str(first["loc"][0])], values)
        raise BadParameter(f"The parameter {name}: {why}", where=where, next_step=hint) from None


def model(parameters: Sequence[Parameter]) -> type[BaseModel]:
    """The model that values are checked by; its JSON schema describes a run form to programs.

    Its own fields are numbered, so that a parameter may have a name that models need for themselves.
    """
    fields: dict[str, Any] = {
        f"at{number}": (
            kind(each.type).held,
            Field(... if each.required else each.value, alias=each.name, description=each.help or None),
        )
        for number, each in enumerate(parameters)
    }
    return create_model("Parameters", __config__=_SETTINGS, **fields)


def questions(parameters: Sequence[Parameter]) -> tuple[Question, ...]:
    """The fields of a run form, in the notebook's order."""
    return tuple(
        Question(
            each.name, kind(each.type).word, each.many, each.required, each.optional,
            None if each.required else each.value, each.help, each.choices,
        )
        for each in parameters
    )  # fmt: skip


def is_secret(name: str) -> bool:
    """Whether a name says that its value is a secret, and not where one is kept."""
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or words[-1] in _REFERENCE:
        return False
    keys = any(pair[0] in _SECRET_KEYS and pair[1] in ("key", "keys") for pair in pairwise(words))
    return keys or not _SECRET_WORDS.isdisjoint(words)


@dataclass(frozen=True)
class _Cell:
    """A parameters cell: its source, the file it stands in, its comments by line."""

    source: str
    where: str
    comments: Mapping[int, str]

    def comment(self, statement: ast.stmt) -> str:
        """The comment behind a statement, or else behind its first line."""
        last = statement.end_lineno or statement.lineno
        return self.comments.get(last, "") or self.comments.get(statement.lineno, "")


@dataclass(frozen=True)
class _Said:
    """A parameter as its cell has it; ``type`` as source, in quotes where the kernel does not look it up."""

    name: str
    type: str
    default: ast.expr
    text: str
    help: str
    where: str

    @property
    def value(self) -> object:
        """Its default; the expression itself where it is no plain value."""
        try:
            return ast.literal_eval(self.default)
        except (ValueError, TypeError, RecursionError, MemoryError):
            return self.default

    def wrong(self, what: str, advice: str) -> BadParameter:
        """What is raised of it."""
        return BadParameter(f"The parameter {self.name} {what}", where=self.where, next_step=advice)


def _assigned(statement: ast.stmt, cell: _Cell) -> Iterator[_Said]:
    """What an assignment declares; a type may also stand in a comment ``# type: int``."""
    said = cell.comment(statement)
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        name, kind = statement.target.id, ast.unparse(statement.annotation)
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        name, found = statement.targets[0].id, _TYPE_COMMENT.match(said)
        kind, said = (repr(found[1]), said[found.end() :]) if found else ("", said)
    else:
        return
    value = statement.value or ast.Constant(None)
    text = ast.get_source_segment(cell.source, value) if statement.value else None
    yield _Said(name, kind, value, text or "None", said.strip(), cell.where)


def _parameter(said: _Said, bound: AbstractSet[str]) -> Parameter:
    """One parameter. A type in quotes is not looked up by the kernel; any other has to be known there."""
    quoted = said.type[:1] in ("'", '"')
    text = str(ast.literal_eval(said.type)) if quoted else said.type
    try:
        found = kind(text)
    except ValueError:
        what = f"has the type {visible(text, 80)!r}" if text else "has no type"
        raise said.wrong(what, kinds.instead(said.name, text, said.value)) from None
    unknown = "" if quoted else kinds.unbound(text, bound)
    if unknown:
        whole = f"import {unknown}" if f"{unknown}." in text else f"from typing import {unknown}"
        advice = f"Begin the cell with: {whole}"
        raise said.wrong(f"has a type that needs {unknown}, which nothing imports before", advice)
    _named(said, found)
    return _fitting(said, found)


def _named(said: _Said, found: Kind) -> None:
    """Refuse names that mean something else already."""
    if is_secret(said.name) and found.word == "str":
        kept = "Parameters are kept with the run."
        raise said.wrong(
            "would be a secret", f"{kept} Pass a reference, such as {said.name}_ref, and keep the secret elsewhere."
        )
    if said.name in kinds.RESERVED or said.name.startswith("_"):
        own = "names with _ in front are the kernel's own" if said.name.startswith("_") else "types are made of it"
        other = f"{said.name.strip('_') or 'the'}_value"
        raise said.wrong(f"cannot have that name: {own}", f"Call it {other} or the like.")


def _fitting(said: _Said, found: Kind) -> Parameter:
    value = said.value
    try:
        if value is not None or found.optional:
            TypeAdapter(found.held, config=ConfigDict(allow_inf_nan=False)).validate_python(value, strict=True)
    except ValueError:
        what = f"has a default that is no plain value of type {found.text}"
        raise said.wrong(what, "Write it out, or None if it must be given.") from None
    default = said.text if _is_source(said.text, value) else repr(value)
    return Parameter(said.name, found.text, default, said.help, found.choices, found.optional)


def _is_source(text: str, value: object) -> bool:
    """Whether a text alone is read as a value: without the brackets around it, it may not be."""
    try:
        return bool(ast.literal_eval(text) == value)
    except (ValueError, SyntaxError):
        return False


def _given(wanted: Kind, value: object) -> object:
    """A value as it is checked: texts, as forms and command lines have them, are read by what is wanted."""
    if not isinstance(value, str):
        return value
    plain_text = wanted.word == "str" and not wanted.many and (not wanted.choices or value in wanted.choices)
    if wanted.optional and not value.strip() and not plain_text:
        return None
    read = _listed(value) if wanted.many else value
    if wanted.choices and wanted.word == "int":
        return [_figure(each) for each in read] if isinstance(read, list) else _figure(read)
    return read


def _figure(value: object) -> object:
    return int(value) if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,19}\s*", value) else value


def _listed(value: str) -> object:
    """A list from JSON text, or from text parted by commas."""
    text = value.strip()
    try:
        return json.loads(text) if text.startswith("[") else [part.strip() for part in text.split(",") if part.strip()]
    except (ValueError, RecursionError):
        return value


def _hint(parameter: Parameter, values: Mapping[str, object]) -> str:
    value = values.get(parameter.name)
    near = nearest(value[:_LONGEST_NAME], map(str, parameter.choices)) if isinstance(value, str) else ()
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"It is of type {parameter.plain}{f': {parameter.help}' if parameter.help else ''}.{guess}"


def _names(known: Mapping[str, Parameter]) -> str:
    return f"Its parameters are {', '.join(sorted(known))}." if known else "It has no parameters."


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {each.start[0]: each.string.lstrip("#").strip() for each in tokens if each.type == tokenize.COMMENT}
