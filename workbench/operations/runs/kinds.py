"""Types that a parameter may have: read from an annotation, said in one form, and what to write instead of another."""

import ast
import builtins
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter
from pydantic_core import PydanticCustomError, SchemaError

from workbench.base.errors import nearest

LONGEST, MOST, MOST_DIGITS = 1_000_000, 10_000, 1_000
"""Characters of a text, members of a list, digits of a whole number."""

FORMS = "str, int, float, bool, Literal['a', 'b'], Annotated[str, r'pattern'], list[str], or one of these with | None"
RESERVED = frozenset({"str", "int", "float", "bool", "list", "List", "Literal", "Optional", "Union", "Annotated"})
"""Names that types are made of: a parameter that is called so would break the types behind it."""

_LONGEST_PATTERN = 500
ALL = "*"
"""Among names that are bound: there may be any."""

_LIST, _AROUND = ("list", "List"), ("Optional", "Union", "None", "typing")
_INSTEAD: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("date", "datetime", "time"), ("str", "{word}.fromisoformat({name})")),
    **dict.fromkeys(("Path", "PurePath", "UUID", "Decimal", "IPv4Address", "IPv6Address"), ("str", "{word}({name})")),
    **dict.fromkeys(("dict", "Dict", "Mapping", "TypedDict", "object", "Any"), ("str", "json.loads({name})")),
    **dict.fromkeys(("tuple", "set", "frozenset"), ("list[str]", "{word}({name})")),
    **dict.fromkeys(("list", "List", "Tuple", "Set", "Sequence", "Iterable", "Collection"), ("list[str]", "")),
    "timedelta": ("int", "timedelta(days={name})"),
    "bytes": ("str", "{name}.encode()"),
    "Enum": ("Literal['a', 'b']", ""),
    "Literal": ("Literal['a', 'b']", ""),
    "complex": ("float", ""),
}
_OTHER_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("string", "text", "unicode"), "str"),
    **dict.fromkeys(("integer", "long"), "int"),
    **dict.fromkeys(("number", "double", "decimal"), "float"),
    "boolean": "bool",
}
_HALF = re.compile("[\ud800-\udfff]")


def _countable(value: int) -> int:
    if value.bit_length() > MOST_DIGITS * 3.33:
        raise PydanticCustomError("too_many_digits", f"a number has at most {MOST_DIGITS:,} digits")
    return value


_PLAIN: Mapping[str, Any] = {
    "str": Annotated[str, Field(max_length=LONGEST)],
    "int": Annotated[int, AfterValidator(_countable)],
    "float": float,
    "bool": bool,
}


@dataclass(frozen=True)
class Kind:
    """A type: ``word`` is str, int, float or bool, of each member where there are ``many``."""

    word: str
    choices: tuple[str | int, ...] = ()
    many: bool = False
    optional: bool = False
    pattern: str = ""
    """A regular expression that a text fits as a whole, in the dialect of Rust, which takes linear time."""

    @property
    def text(self) -> str:
        """As it is written; what means the same is written alike."""
        member = f"Literal[{', '.join(map(repr, self.choices))}]" if self.choices else self.word
        member = f"Annotated[{member}, {self.pattern!r}]" if self.pattern else member
        whole = f"list[{member}]" if self.many else member
        return f"{whole} | None" if self.optional else whole

    @property
    def held(self) -> Any:
        """As values are checked by it."""
        member = Literal[self.choices] if self.choices else _PLAIN[self.word]
        if self.pattern:
            member = Annotated[member, Field(pattern=f"^(?:{self.pattern})$")]
        whole = Annotated[list[member], Field(max_length=MOST)] if self.many else member  # type: ignore[valid-type]
        return whole | None if self.optional else whole


def kind(text: str) -> Kind:
    """The type that an annotation names.

    Raises:
        ValueError: it is none that can be checked, or no annotation.
    """
    try:
        node, optional = _bare(ast.parse(text.strip(), mode="eval").body)
        many = isinstance(node, ast.Subscript) and _word(node.value) in _LIST
        return _member(node.slice if many and isinstance(node, ast.Subscript) else node, many=many, optional=optional)
    except (SyntaxError, RecursionError, MemoryError, TypeError) as error:
        raise ValueError(str(error)) from None


def unbound(text: str, bound: AbstractSet[str]) -> str:
    """The first name in an annotation that the notebook would not know when it gets there; empty where it knows all."""
    if ALL in bound:
        return ""
    names = [each.id for each in ast.walk(ast.parse(text, mode="eval")) if isinstance(each, ast.Name)]
    return next((name for name in names if name not in bound and not hasattr(builtins, name)), "")


def names(source: str) -> set[str]:
    """Names that a cell binds when it runs; ``ALL`` where that cannot be said, as of cells with magic commands."""
    try:
        return bound(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {ALL}


def bound(node: ast.AST) -> set[str]:
    """Names that a piece of code binds; ``ALL`` among them where nobody looks at types from there on."""
    return {name for each in ast.walk(node) for name in _bound(each)}


def instead(name: str, text: str, default: object = None) -> str:
    """What to write instead of a type that cannot be checked: the nearest that can."""
    words = [word for word in re.findall(r"[A-Za-z_]\w*", text) if word not in _AROUND] or [""]
    word = next((each for each in words if each in _INSTEAD), words[-1])
    form, then = _INSTEAD.get(word, (_near(word, default), ""))
    after = f", and {then.format(word=word, name=name)} where it is needed" if then else ""
    return f"Write {name}: {form}{after}. A type may be {FORMS}."


def _near(word: str, default: object) -> str:
    plain = type(default).__name__
    near = nearest(word.lower(), [*_PLAIN, *_OTHER_NAMES])
    if word in ("", "None"):
        return "list[str]" if plain == "list" else plain if plain in _PLAIN else "str"
    return _OTHER_NAMES.get(near[0], near[0]) if near else "str"


def _bare(node: ast.expr) -> tuple[ast.expr, bool]:
    """A type without its ``| None``, and whether it had one."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Subscript) and _word(node.value) == "Union" and isinstance(node.slice, ast.Tuple):
        parts = node.slice.elts
    elif isinstance(node, ast.Subscript) and _word(node.value) == "Optional":
        parts = [node.slice, ast.Constant(None)]
    else:
        return node, False
    kept = [part for part in parts if not (isinstance(part, ast.Constant) and part.value is None)]
    if len(parts) != 2 or len(kept) != 1:
        raise ValueError("one type and None, or one type")
    return kept[0], True


def _member(node: ast.expr, *, many: bool, optional: bool) -> Kind:
    word = node.id if isinstance(node, ast.Name) else ""
    if word in _PLAIN:
        return Kind(word, many=many, optional=optional)
    if isinstance(node, ast.Subscript) and _word(node.value) == "Literal":
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        choices = tuple(ast.literal_eval(part) for part in parts)
        if choices and len({type(each) for each in choices}) == 1 and all(map(_is_choice, choices)):
            return Kind(type(choices[0]).__name__, tuple(dict.fromkeys(choices)), many, optional)
    if isinstance(node, ast.Subscript) and _word(node.value) == "Annotated":
        return Kind("str", many=many, optional=optional, pattern=_pattern(node.slice))
    raise ValueError("no type that can be checked")


def _pattern(node: ast.expr) -> str:
    """The regular expression of an annotated text."""
    word, pattern = node.elts if isinstance(node, ast.Tuple) and len(node.elts) == 2 else (None, None)
    if not (isinstance(word, ast.Name) and word.id == "str" and isinstance(pattern, ast.Constant)):
        raise ValueError("a text and what it looks like")
    text = pattern.value
    if not isinstance(text, str) or not text or len(text) > _LONGEST_PATTERN:
        raise ValueError("a pattern is a text")
    held = Kind("str", pattern=text).held
    try:
        TypeAdapter(held)
    except SchemaError:
        raise ValueError("no regular expression") from None
    return text


def _is_choice(value: object) -> bool:
    return (type(value) is str and not _HALF.search(value)) or (type(value) is int and value.bit_length() < 64)


def _word(node: ast.expr) -> str:
    """The name of a type, that of ``typing.Literal`` too."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _bound(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return [ALL] if any(each.name == "annotations" for each in node.names) else []
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [each.asname or each.name.partition(".")[0] for each in node.names]
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        return [node.name]
    return [node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else []
