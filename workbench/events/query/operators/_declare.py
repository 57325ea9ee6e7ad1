"""What an operator is made of: how it is read, written and bound."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workbench.events.query.kql.syntax import Operator

if TYPE_CHECKING:
    from workbench.events.query.binder import Binder
    from workbench.events.query.kql.lexer import Token
    from workbench.events.query.kql.parser import Parser
    from workbench.events.query.plan import Node


@dataclass(frozen=True)
class OperatorKind:
    """One operator of the language.

    ``words`` are its spellings, the canonical one first. ``parse`` is called after the word has been taken. ``show``
    writes the operator back, word included. ``bind`` takes the rows it works on; they are None where the operator
    stands first, which it may where it ``leads``. ``values`` are the words its parameters take, by parameter; under an
    empty name, those that come right after the operator. ``after`` are the words that may follow an operand.
    """

    words: tuple[str, ...]
    tree: type[Operator]
    meaning: str
    parse: "Callable[[Parser, Token], Operator]"
    show: Callable[[Any], str]
    bind: "Callable[[Any, Any, Binder], Node]"
    leads: bool = False
    follows: bool = True
    values: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    after: tuple[str, ...] = ()


def options(p: "Parser", known: Iterable[str], *, others: bool = False) -> dict[str, str]:
    """Parameters before the operands, as ``kind=inner hint.strategy=broadcast``; those named ``hint`` are dropped.

    With ``others``, a name that is no parameter is the name of the first operand's result.

    Raises:
        BadQuery: a parameter is not among the known.
    """
    names, found = tuple(known), {}
    while _is_hint(p) or (
        p.next.kind == "name" and p.ahead().text == "=" and not (others and p.next.text not in names)
    ):
        if _is_hint(p):
            _skip_hint(p)
            continue
        token = p.take()
        if token.text not in names:
            raise p.unknown("parameter", token, names)
        p.expect("=")
        found[token.text] = _value(p)
    return found


def _value(p: "Parser") -> str:
    if p.next.kind == "string":
        return p.string()
    return p.name() if p.named() else p.take().text


def _is_hint(p: "Parser") -> bool:
    return p.next.text == "hint" and p.ahead().text == "."


def _skip_hint(p: "Parser") -> None:
    p.take()
    while p.found("."):
        p.take()
    p.expect("=")
    p.take()
