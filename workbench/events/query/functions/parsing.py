"""Texts that hold something in a form of their own: CSV, command lines, paths, members of JSON."""

import csv
import re
from io import StringIO

import polars as pl

from workbench.base.errors import BadQuery
from workbench.events.query.backend import documents
from workbench.events.query.backend.values import Value, as_text, plain
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._distinct import distinct
from workbench.events.query.kql.literals import json_text

_PATH = re.compile(
    r"(?s)(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+)://)?(?P<folder>(?P<root>[A-Za-z]:)?(?:.*(?=[\\/]))?)[\\/]?(?P<file>[^\\/]*)"
)
_PARTS = ("Scheme", "RootPath", "DirectoryPath", "DirectoryName", "Filename", "Extension", "AlternateDataStreamName")


def _parse_csv(text: str) -> str | None:
    """The first record alone."""
    try:
        record = next(csv.reader(StringIO(text, newline="")), [])
    except csv.Error:
        return None
    return json_text(record)


def _parse_command_line(text: pl.Expr, kind: str) -> pl.Expr:
    if kind.lower() != "windows":
        raise BadQuery("parse_command_line reads command lines of the kind 'windows' only")
    return distinct("dynamic", _arguments)(text)


def _arguments(text: str) -> str | None:
    """As Windows parts a command line: quotes hold together, backslashes before a quote count in pairs."""
    found: list[str] = []
    at, size = 0, len(text)
    while at < size:
        if text[at].isspace():
            at += 1
            continue
        argument, at = _argument(text, at)
        found.append(argument)
    return json_text(found) if text else None


def _argument(text: str, at: int) -> tuple[str, int]:
    """One argument from there on, and where it ends."""
    pieces: list[str] = []
    quoted = False
    for hit in _PIECE.finditer(text, at):
        slashes, quote, other = hit.groups(default="")
        if other.isspace() and not quoted and not slashes:
            break
        odd = len(slashes) % 2 == 1
        pieces.append("\\" * (len(slashes) // 2) + ('"' if odd else "") if quote else slashes)
        quoted ^= bool(quote) and not odd
        at = hit.end()
        if other.isspace() and not quoted:
            break
        pieces.append(other)
    return "".join(pieces), at


_PIECE = re.compile(r'(?s)(\\*)(?:(")|([^\\"])|\Z)')
"""Backslashes, and the quote or other character after them."""


def _parse_path(text: str) -> str:
    hit = _PATH.match(text)
    if hit is None:
        return json_text(dict.fromkeys(_PARTS, ""))
    name, _, stream = hit["file"].partition(":")
    folder = hit["folder"]
    last = re.split(r"[\\/]", folder)[-1]
    extension = name.rpartition(".")[2] if "." in name else ""
    values = (hit["scheme"] or "", hit["root"] or "", folder, "" if last == hit["root"] else last, name, extension)
    return json_text(dict(zip(_PARTS, (*values, stream), strict=True)))


def _extract_json(path: Value, text: Value, *_kind: Value) -> Value:
    """The first value at a JSON path as text; a path that starts nowhere is taken from the root."""
    wanted = str(path.const)
    whole = wanted if wanted.startswith("$") else f"$.{wanted}"
    try:
        pl.Series(["{}"]).str.json_path_match(whole)
    except pl.exceptions.ComputeError:
        raise BadQuery(f"{wanted!r} is no path into JSON", next_step="Write it as $.key[0].") from None
    return plain(documents.at_path(as_text(text), whole).fill_null(""), "string")


FAMILY = Family(
    "Texts that hold values",
    (
        Function(
            "parse_csv",
            "(text:string)",
            "dynamic",
            "The fields of the first record of CSV text as an array.",
            distinct("dynamic", _parse_csv),
            named="first",
        ),
        Function(
            "parse_command_line",
            "(command:string, kind:string!)",
            "dynamic",
            "The arguments of a command line of the kind 'windows' as an array.",
            _parse_command_line,
        ),
        Function(
            "parse_path",
            "(path:string)",
            "dynamic",
            "The parts of a file's path: Scheme, RootPath, DirectoryPath, DirectoryName, Filename, Extension, "
            "AlternateDataStreamName.",
            distinct("dynamic", _parse_path),
        ),
        Function(
            "extract_json",
            "(path:string!, json:string, type:type?)",
            "string",
            "The value at a path such as $.key[0] in JSON text, as text.",
            _extract_json,
            raw=True,
            aliases=("extractjson",),
        ),
    ),
)
