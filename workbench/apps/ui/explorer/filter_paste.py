"""Pasted lists as filters: the values of one condition, or one group out of indicators of every kind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.apps.explore.filter_values import OPERATORS, VALUES, Operator, Property, read_value
from workbench.apps.explore.filters import Tree
from workbench.base.errors import BadInput, LimitReached, WorkbenchError
from workbench.base.render import visible
from workbench.base.text.indicators import KINDS, fields, read_indicators

LONGEST = 2_000_000
"""Characters of a text that is pasted."""

NAMED = 5
"""Pieces that could not be read and are named."""


@dataclass(frozen=True)
class Pasted:
    """What became of a pasted text: values for one condition, or a group; and a sentence on what was kept and not."""

    said: str
    values: Sequence[Any] = ()
    group: Tree = field(default_factory=dict)

    def wire(self) -> dict[str, object]:
        """The answer as the browser is told of it."""
        return {"said": self.said, "values": list(self.values), "group": self.group}


def paste_values(text: str, known: Property, operator: str) -> Pasted:
    """The values of a list for one property: each once, typed, those that do not fit named.

    What an operator takes one of, a regular expression, is not parted at commas.

    Raises:
        LimitReached: the text is longer, or holds more values, than is read.
    """
    blanks = known.kind == "ip" or bool(known.indicators)
    single = OPERATORS[known.kind][operator].most == 1
    pieces = fields(_whole(text), prose=known.prose or single, blanks=blanks and not _is_range(text))
    values: dict[Any, Any] = {}
    unread: dict[str, None] = {}
    duplicates = 0
    for piece in pieces:
        try:
            found = read_value(piece, known, operator)
        except WorkbenchError:
            unread[piece] = None
            continue
        folded = {each.casefold() if isinstance(each, str) else each: each for each in found}
        duplicates += all(each in values for each in folded)
        values |= {each: value for each, value in folded.items() if each not in values}
    _check(len(values), OPERATORS[known.kind][operator])
    return Pasted(_said(f"{_many(len(values), 'value')}", duplicates, tuple(unread)), tuple(values.values()))


def paste_indicators(text: str, properties: Iterable[Property]) -> Pasted:
    """One group that keeps what matches any of the pasted indicators, each compared with the properties of its kind.

    Raises:
        BadInput: the text holds no indicator that a property is compared with; LimitReached: it holds too many.
    """
    read = read_indicators(_whole(text))
    taking = {kind: [each for each in properties if kind in each.indicators] for kind in read.found}
    conditions = [each for kind, values in read.found.items() for each in _conditions(taking[kind], values)]
    kept = {kind: len(values) for kind, values in read.found.items() if taking[kind]}
    others = [value for kind, values in read.found.items() if not taking[kind] for value in values]
    _check(sum(kept.values()), Operator("holds"))
    told = _said(_counted(kept), read.duplicates, (*others, *read.unread), read.words)
    if not conditions:
        raise BadInput(f"No indicator was found that can be filtered by: {told}", next_step=_kinds(properties))
    return Pasted(told, group={"op": "any", "items": conditions})


def _conditions(taking: Sequence[Property], values: Sequence[str]) -> Iterator[Tree]:
    networks = [value for value in values if "/" in value] if taking and taking[0].kind == "ip" else []
    single = [value for value in values if value not in networks]
    for each in taking:
        for operator, found in (("any_of", single), ("in_network", networks)):
            if found:
                yield {"property": each.name, "operator": operator, "values": found}


def _whole(text: str) -> str:
    if len(text) > LONGEST:
        raise LimitReached(f"The pasted text has {len(text):,} characters", next_step=f"At most {LONGEST:,} are read.")
    return text


def _is_range(text: str) -> bool:
    """Whether blanks stand around the dashes of ranges, and so part no values."""
    return " - " in text


def _check(count: int, operator: Operator) -> None:
    if count > min(operator.most, VALUES):
        most = f"At most {min(operator.most, VALUES):,} are read: split the list."
        raise LimitReached(f"The pasted list holds {count:,} values", next_step=most)


def _said(kept: str, duplicates: int, unread: Sequence[str], words: int = 0) -> str:
    parts = [kept]
    if duplicates:
        parts.append(_many(duplicates, "duplicate"))
    if unread:
        named = ", ".join(visible(each, 40) for each in unread[:NAMED])
        more = f" and {len(unread) - NAMED:,} more" if len(unread) > NAMED else ""
        parts.append(f"{len(unread):,} not read: {named}{more}")
    said = ", ".join(parts)
    return f"{said}; {_many(words, 'other word')} passed over" if words else said


def _counted(kept: Mapping[str, int]) -> str:
    each = ", ".join(_many(count, KINDS[kind]) for kind, count in kept.items())
    total = sum(kept.values())
    return f"{_many(total, 'value')} ({each})" if len(kept) > 1 else each or "0 values"


def _kinds(properties: Iterable[Property]) -> str:
    known = {kind for each in properties for kind in each.indicators}
    named = ", ".join(_plural(name) for kind, name in KINDS.items() if kind in known)
    return f"Read here: {named}." if named else "No property here takes pasted indicators."


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    return f"{noun}es" if noun.endswith(("s", "sh")) else f"{noun}s"
