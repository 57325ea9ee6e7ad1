"""The line of ``%%kql``: its options, and the question after them.

%%kql -o found -p domain --span 7d
EmailEvents | where SenderFromDomain == domain
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from workbench.base.errors import BadInput, UnknownName
from workbench.events.query import Limits

LIMITS = Limits(seconds=300, memory_mb=4096)
"""What a question in a cell may take unless it says otherwise: as on the command line."""

OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "-o": "NAME: keep the answer under this name",
        "-p": "NAME or NAME=VARIABLE: a variable of the notebook as a value of the question; may be given many times",
        "-w": "NAME: the open workbench to ask, where there are several",
        "-q": "show nothing",
        "--span": "7d, 24h or FROM..TO: cut every table to this window; w.span unless said",
        "--rows": "most rows of the answer; 100,000 unless said",
        "--seconds": "longest time it may take; 300 unless said",
        "--memory": "most memory it may take, in MB; 4096 unless said",
    }
)
"""What may stand before the question."""

_LONG = MappingProxyType({"--output": "-o", "--param": "-p", "--workbench": "-w", "--quiet": "-q"})
_OPTION = re.compile(r"\s*(--?[A-Za-z]\w*)(?:\s*=\s*|\s+|$)")
_WORD = re.compile(r"\S+")
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Asked:
    """One question of a cell: its text, how it is asked, and what becomes of the answer."""

    text: str
    keep: str = ""
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Names in the question to names of variables."""
    span: str = ""
    workbench: str = ""
    quiet: bool = False
    limits: Limits = LIMITS


def read(line: str, cell: str | None = None) -> Asked:
    """Read the line after ``%kql`` or ``%%kql``, and the cell below it. The question may begin in the line.

    Raises:
        BadInput: an option lacks its value, or has one that it cannot have.
        UnknownName: there is no such option.
    """
    given, rest = split(line)
    text = rest if cell is None else f"{rest}\n{cell}" if rest.strip() else cell
    text = text.rstrip()
    if not text:
        raise BadInput("Nothing is asked", next_step="Write the question below the line: EmailEvents | take 10")
    parameters = dict(_parameter(value) for name, value in given if name == "-p")
    one = dict(given)
    limits = Limits(
        rows=int(_number("--rows", one.get("--rows", str(LIMITS.rows)))),
        seconds=_number("--seconds", one.get("--seconds", str(LIMITS.seconds))),
        memory_mb=int(_number("--memory", one.get("--memory", str(LIMITS.memory_mb)))),
    )
    keep, asked = _name("-o", one.get("-o", "")), _name("-w", one.get("-w", ""))
    return Asked(text, keep, MappingProxyType(parameters), one.get("--span", ""), asked, "-q" in one, limits)


def split(line: str) -> tuple[list[tuple[str, str]], str]:
    """The options that a line begins with, and what follows them."""
    given: list[tuple[str, str]] = []
    while option := _OPTION.match(line):
        name = _LONG.get(option[1], option[1])
        if name not in OPTIONS:
            raise UnknownName("option", option[1], [*OPTIONS, *_LONG], where="%%kql")
        line, value = line[option.end() :], ""
        if name != "-q":
            word = _WORD.match(line)
            if word is None:
                raise BadInput(f"The option {option[1]} lacks its value", next_step=f"{name} takes {OPTIONS[name]}.")
            line, value = line[word.end() :], word[0].strip("\"'")
        given.append((name, value))
    return given, line.lstrip(" \t") if given else line


def values(parameters: Mapping[str, str], variables: Mapping[str, object]) -> dict[str, object]:
    """The values of the named variables: they are bound as by ``let`` and never read as text.

    Raises:
        UnknownName: there is no such variable.
    """
    for name in parameters.values():
        if name not in variables:
            raise UnknownName("variable", name, _public(variables), where="-p")
    return {name: variables[variable] for name, variable in parameters.items()}


def _public(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith("_")]


def _parameter(value: str) -> tuple[str, str]:
    name, _, variable = value.partition("=")
    return _name("-p", name), _name("-p", variable or name)


def _name(option: str, value: str) -> str:
    if value and not _NAME.fullmatch(value):
        raise BadInput(f"{value!r} is not a name", where=option, next_step=f"{option} takes {OPTIONS[option]}.")
    return value


def _number(option: str, value: str) -> float:
    try:
        found = float(value)
    except ValueError:
        found = 0.0
    if not 0 < found < 1e12:
        raise BadInput(f"{value!r} is not a number above 0", where=option, next_step=f"It is the {OPTIONS[option]}.")
    return found
