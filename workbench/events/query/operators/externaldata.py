"""``externaldata``: the rows of a pinned file (documentation page "externaldata operator")."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from workbench.events.lookups.feeds import advice
from workbench.events.lookups.records import DELIMITED, DOCUMENTS, FORMATS
from workbench.events.query.binder import Binder
from workbench.events.query.catalog import feeds_of
from workbench.events.query.faults import did_you_mean, place
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.literals import quoted
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import joined, name_text
from workbench.events.query.kql.statements import typed_name
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Columns, Feed, Node

_FORMAT, _FIRST, _LAST, _MAPPING, _ZIP = (
    "format",
    "ignorefirstrecord",
    "ignorelastrecord",
    "ingestionmapping",
    "zippattern",
)
_PROPERTIES = ("format", "ignoreFirstRecord", "ignoreLastRecord", "ingestionMapping", "zipPattern")
_TRAILING = re.compile(r",(?=\s*[\]}])")
"""A comma too many, which the service passes over."""
_STEP = re.compile(r"\.([A-Za-z_@][\w@-]*)|\[\s*(\d+)\s*\]|\[\s*'([^']*)'\s*\]|\[\s*\"([^\"]*)\"\s*\]")


@dataclass(frozen=True, slots=True)
class ExternalData(Operator):
    """``externaldata (Domain:string) ["https://feeds.example/bad.txt"] with (format="txt")``."""

    columns: Columns
    addresses: tuple[Expr, ...]
    properties: tuple[tuple[str, str], ...] = ()


def _parse(p: Parser, word: Token) -> ExternalData:
    p.expect("(", "and the columns")
    columns = p.within(typed_name, ")")
    p.expect("[", "and the addresses")
    addresses = p.within(expression, "]")
    properties: tuple[tuple[str, str], ...] = ()
    if p.found("with"):
        p.expect("(", "after 'with'")
        properties = p.within(_property, ")")
    return ExternalData(columns, addresses, properties, at=word.at)


def _property(p: Parser) -> tuple[str, str]:
    name = p.name("the name of a property")
    p.expect("=", "after the name of the property")
    return name, p.string() if p.next.kind == "string" else p.take().text


def _show(tree: ExternalData) -> str:
    columns = ", ".join(f"{name_text(name)}:{kind}" for name, kind in tree.columns)
    properties = ", ".join(f"{name_text(name)}={quoted(value)}" for name, value in tree.properties)
    text = f"externaldata ({columns}) [{joined(tree.addresses)}]"
    return f"{text} with ({properties})" if properties else text


def _bind(tree: ExternalData, _source: None, binder: Binder) -> Node:
    if not tree.columns or not tree.addresses:
        raise binder.error(tree, "externaldata wants at least one column and one address")
    if len(dict(tree.columns)) < len(tree.columns):
        raise binder.error(tree, "Two columns have the same name")
    addresses = tuple(str(binder.constant(each, ("string",), "An address").value).strip() for each in tree.addresses)
    said = _said(tree, binder)
    form = _form(said.get(_FORMAT, ""), addresses[0], tree, binder)
    for address in addresses:
        _note(address, binder)
    return Feed(
        addresses,
        form,
        _mapping(said.get(_MAPPING, ""), tree, form, binder),
        (_truth(said.get(_FIRST, "")), _truth(said.get(_LAST, ""))),
        said.get(_ZIP, ""),
        (max(tree.at, 0), place(binder.text, tree.at)),
        columns=tree.columns,
    )


def _note(address: str, binder: Binder) -> None:
    """What is read, as it was pinned; or what is missing."""
    pin = feeds_of(binder.catalog).find(address)
    shown = address.partition("?")[0]
    told = f"{shown} is read from {pin.told()}." if pin else f"{shown} is not pinned. {advice(address)}"
    binder.note(told)


def _said(tree: ExternalData, binder: Binder) -> dict[str, str]:
    """The properties by their names in lower case; those of no effect here are told."""
    said = {name.lower(): value for name, value in tree.properties}
    known = {each.lower() for each in _PROPERTIES}
    for name in [each for each, _ in tree.properties if each.lower() not in known]:
        if name.lower() == "ingestionmappingreference":
            raise binder.error(tree, "Mappings by name are not there", "Write it out as ingestionMapping.")
        binder.note(f"The property {name} of externaldata means nothing here.")
    return said


def _form(given: str, address: str, tree: ExternalData, binder: Binder) -> str:
    """The format: as it is said, else by the ending of the address, else CSV."""
    path = PurePosixPath(address.partition("?")[0])
    endings = [each.lstrip(".").lower() for each in path.suffixes if each.lower() not in (".gz", ".zip")]
    form = given.lower() or next((each for each in endings[-1:] if each in FORMATS), "csv")
    if form not in FORMATS:
        near = did_you_mean(form, FORMATS) or f"It is one of {', '.join(FORMATS)}."
        raise binder.error(tree, f"externaldata does not read the format {given!r}", near)
    return form


def _truth(text: str) -> bool:
    return text.lower() in ("true", "1")


def _mapping(text: str, tree: ExternalData, form: str, binder: Binder) -> tuple[tuple[str | int, ...], ...]:
    """For each column the way into a record: an ordinal where records are fields, keys and places where objects."""
    if not text:
        fields = form not in DOCUMENTS
        return tuple((number,) if fields else (name,) for number, (name, _) in enumerate(tree.columns))
    try:
        given = {
            str(each["name"]): _lowered(each["properties"])
            for each in map(_lowered, json.loads(_TRAILING.sub("", text)))
        }
        return tuple(_way(given.get(name, {}), name, form) for name, _ in tree.columns)
    except (ValueError, KeyError, TypeError, AttributeError):
        step = """Write it as '[{"Column": "a", "Properties": {"Path": "$.a"}}]'."""
        raise binder.error(tree, "The ingestionMapping cannot be read", step) from None


def _lowered(held: Mapping[str, Any]) -> dict[str, Any]:
    lowered = {key.lower(): value for key, value in held.items()}
    return {"name": lowered["column"], **lowered} if "column" in lowered else lowered


def _way(said: Mapping[str, object], name: str, form: str) -> tuple[str | int, ...]:
    if form in DELIMITED:
        return (int(str(said["ordinal"])),) if "ordinal" in said else ("",)
    path = str(said.get("path", f"$.{name}"))
    steps = _STEP.findall(path)
    return tuple(int(place) if place else key or first or second for key, place, first, second in steps)


OPERATOR = OperatorKind(
    ("externaldata", "external_data"),
    ExternalData,
    "The rows of a file that is pinned under the address.",
    _parse,
    _show,
    _bind,
    leads=True,
    follows=False,
)
