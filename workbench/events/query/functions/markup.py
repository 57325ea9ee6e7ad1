"""XML as a dynamic. A document that declares a type or entities is not read."""

from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate  # entities are refused before they can grow

from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._distinct import distinct
from workbench.events.query.kql.literals import json_text

_LONGEST = 1_048_576
"""Bytes of a document, as in the reference."""
_DEEPEST = 100
"""Elements inside each other."""


class _RefusedError(Exception):
    """The document has what is not read."""


@dataclass
class _Element:
    name: str
    members: dict[str, object] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)

    def value(self) -> object:
        """Text alone is a text, nothing is null, all else is a bag."""
        text = "".join(self.text)
        if not self.members:
            return text or None
        return {**self.members, "#text": text.strip()} if text.strip() else self.members

    def add(self, name: str, value: object) -> None:
        """A child; of several with one name, an array."""
        held = self.members.get(name)
        if isinstance(held, list):
            held.append(value)
        else:
            self.members[name] = [held, value] if name in self.members else value


class _Reader:
    """Builds the value of a document element by element."""

    def __init__(self) -> None:
        self.open = [_Element("")]
        self.parser = ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse

    def value(self, text: str) -> object:
        self.parser.Parse(text, True)
        return self.open[0].members

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) > _DEEPEST:
            raise _RefusedError
        self.open.append(_Element(name, {f"@{key}": value for key, value in attributes.items()}))

    def _end(self, _name: str) -> None:
        element = self.open.pop()
        self.open[-1].add(element.name, element.value())

    def _text(self, data: str) -> None:
        element = self.open[-1]
        if data.strip() or not element.members:
            element.text.append(data)

    def _refuse(self, *_declared: object) -> None:
        raise _RefusedError


def _parse_xml(text: str) -> str | None:
    if len(text.encode()) > _LONGEST:
        return None
    try:
        return json_text(_Reader().value(text.strip()))
    except (ExpatError, _RefusedError, UnicodeError):
        return None


FAMILY = Family(
    "XML",
    (
        Function(
            "parse_xml",
            "(xml:string)",
            "dynamic",
            "The elements, attributes (@name) and texts (#text) of an XML document as bags; null where it is none.",
            distinct("dynamic", _parse_xml),
            named="first",
        ),
    ),
)
