"""Typed parameters: read from a notebook's ``parameters`` cell, checked before anything starts, offered as a form.

A parameter is an annotated name with a plain default and its help behind it: ``days: int = 7  # how far back``.
Its type is ``str``, ``int``, ``float``, ``bool``, ``Literal[...]`` of texts or numbers, a ``list[...]`` of one of
these, or one of these ``| None``. A default of ``None`` without ``| None`` says that it must be given.
"""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from workbench.base.errors import BadParameter, UnknownName, nearest

LONGEST, MOST = 1_000_000, 10_000
"""Characters of a text, and members of a list."""

_PLAIN: Mapping[str, Any] = {
    "str": Annotated[str, Field(max_length=LONGEST)],
    "int": int,
    "float": float,
    "bool": bool,
}
_FORMS = "str, int, float, bool, Literal['a', 'b'], list[str], or one of these with | None"
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


def declared(source: str, where: str) -> tuple[Parameter, ...]:
    """The parameters of a ``parameters`` cell, in their order.

    Raises:
        BadParameter: the cell is no Python, or a parameter has no type that can be checked, a default that does not fit
            it, or the name of a secret.
    """
    try:
        statements, comments = ast.parse(source).body, _comments(source)
    except (SyntaxError, tokenize.TokenError, ValueError, RecursionError) as error:
        raise BadParameter(f"The parameters cell cannot be read: {error}", where=where) from None
    return tuple(
        _parameter(name, kind, ast.get_source_segment(source, value) or ast.unparse(value), said.strip(), where=where)
        for name, kind, value, said in _assigned(statements, comments)
    )


def checked(parameters: Sequence[Parameter], values: Mapping[str, object], where: str) -> dict[str, object]:
    """The values, cast to the declared types; parameters that are not given keep the notebook's defaults.

    Raises:
        BadParameter: a name is unknown, a value not of its type, or one that must be given is missing. The message
            never repeats a value.
    """
    known = {each.name: each for each in parameters}
    for name in values:
        if name not in known:
            unknown = UnknownName("parameter", name, known)
            raise BadParameter(unknown.what, where=where, next_step=unknown.next_step or _names(known))
    read = {name: _given(known[name], value) for name, value in values.items()}
    try:
        return model(parameters).model_validate(read).model_dump(exclude_unset=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        why = "it must be given" if first["type"] == "missing" else first["msg"]
        hint = _hint(known[str(first["loc"][0])], values)
        raise BadParameter(f"The parameter {name}: {why}", where=where, next_step=hint) from None


def model(parameters: Sequence[Parameter]) -> type[BaseModel]:
    """The model that values are checked by; its JSON schema describes a run form to programs."""
    fields: dict[str, Any] = {
        each.name: (
            _kind(each.type)[0],
            Field(... if each.required else ast.literal_eval(each.default), description=each.help or None),
        )
        for each in parameters
    }
    return create_model("Parameters", __config__=_SETTINGS, **fields)


def questions(parameters: Sequence[Parameter]) -> tuple[Question, ...]:
    """The fields of a run form, in the notebook's order."""
    return tuple(
        Question(
            each.name, _plain_name(each), each.many, each.required, each.optional,
            None if each.required else ast.literal_eval(each.default), each.help, each.choices,
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


def _assigned(statements: list[ast.stmt], comments: Mapping[int, str]) -> Iterator[tuple[str, str, ast.expr, str]]:
    """Name, type, default and help of each assignment; a type may also stand in a comment ``# type: int``."""
    for each in statements:
        said = comments.get(each.end_lineno or each.lineno, "") or comments.get(each.lineno, "")
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            yield each.target.id, ast.unparse(each.annotation), each.value or ast.Constant(None), said
        elif isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            found = re.match(r"type:\s*(\S+)\s*", said)
            kind, rest = (found[1], said[found.end() :]) if found else ("", said)
            yield each.targets[0].id, kind, each.value, rest


def _parameter(name: str, kind: str, default: str, said: str, *, where: str) -> Parameter:
    try:
        text = ast.literal_eval(kind) if kind[:1] in "'\"" else kind
        held, choices, optional = _kind(text)
    except (ValueError, SyntaxError, IndexError):
        what = f"The parameter {name} has the type {kind or 'None'!r}"
        raise BadParameter(what, where=where, next_step=f"Use one of {_FORMS}.") from None
    found = Parameter(name, ast.unparse(ast.parse(text)), default, said, choices, optional)
    if is_secret(name) and _plain_name(found) == "str":
        advice = (
            f"Parameters are kept with the run. Pass a reference, such as {name}_ref, and keep the secret elsewhere."
        )
        raise BadParameter(f"The parameter {name} would be a secret", where=where, next_step=advice)
    _fits(found, held, where)
    return found


def _fits(found: Parameter, held: Any, where: str) -> None:
    try:
        value = ast.literal_eval(found.default)
        if not found.required:
            TypeAdapter(held, config=ConfigDict(allow_inf_nan=False)).validate_python(value, strict=True)
    except (ValueError, SyntaxError, TypeError):
        what = f"The default of the parameter {found.name} is no plain value of type {found.type}"
        raise BadParameter(what, where=where, next_step="Write it out, or None if it must be given.") from None


def _kind(text: str) -> tuple[Any, tuple[str | int, ...], bool]:
    """What a type is made of, its choices, and whether it may be None.

    Raises:
        ValueError: it is none that can be checked.
    """
    node = ast.parse(text, mode="eval").body
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and ast.unparse(node.right) == "None":
        held, choices = _single(node.left)
        return held | None, choices, True
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Optional":
        held, choices = _single(node.slice)
        return held | None, choices, True
    return (*_single(node), False)


def _single(node: ast.expr) -> tuple[Any, tuple[str | int, ...]]:
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "list":
        held, choices = _member(node.slice)
        return Annotated[list[held], Field(max_length=MOST)], choices  # type: ignore[valid-type]
    return _member(node)


def _member(node: ast.expr) -> tuple[Any, tuple[str | int, ...]]:
    if isinstance(node, ast.Name) and node.id in _PLAIN:
        return _PLAIN[node.id], ()
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        choices = tuple(ast.literal_eval(part) for part in parts)
        if len({type(each) for each in choices}) == 1 and type(choices[0]) in (str, int):
            return Literal[choices], choices
    raise ValueError(ast.unparse(node))


def _plain_name(each: Parameter) -> str:
    if each.choices:
        return type(each.choices[0]).__name__
    return next(name for name in _PLAIN if re.search(rf"\b{name}\b", each.type))


def _given(parameter: Parameter, value: object) -> object:
    """A value as it is checked: texts, as forms and command lines have them, are read by what is wanted."""
    if not isinstance(value, str):
        return value
    if parameter.optional and _plain_name(parameter) != "str" and not value.strip():
        return None
    if parameter.many:
        return _listed(value)
    if parameter.choices and isinstance(parameter.choices[0], int) and re.fullmatch(r"\s*-?\d{1,18}\s*", value):
        return int(value)
    return value


def _listed(value: str) -> object:
    """A list from JSON text, or from text parted by commas."""
    text = value.strip()
    try:
        return json.loads(text) if text.startswith("[") else [part.strip() for part in text.split(",") if part.strip()]
    except ValueError:
        return value


def _hint(parameter: Parameter, values: Mapping[str, object]) -> str:
    near = nearest(str(values.get(parameter.name, "")), [str(each) for each in parameter.choices])
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"It is of type {parameter.type}{f': {parameter.help}' if parameter.help else ''}.{guess}"


def _names(known: Mapping[str, Parameter]) -> str:
    return f"Its parameters are {', '.join(sorted(known))}." if known else "It has no parameters."


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {each.start[0]: each.string.lstrip("#").strip() for each in tokens if each.type == tokenize.COMMENT}
