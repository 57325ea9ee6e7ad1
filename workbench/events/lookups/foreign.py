"""Lists as others write them: our own files, MISP warning lists, range tables, public suffixes, plain text, CSV.

Which of them a file is, its content says. Nothing is fetched.
"""

import io
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import orjson
import polars as pl

from workbench.base.errors import BadInput
from workbench.events.lookups.about import About, Match, about_lines, comment_lines, read
from workbench.events.lookups.addresses import addresses
from workbench.events.lookups.characters import entries_must_be_text, must_be_text
from workbench.events.lookups.lists import entries_of

_ICANN = ("===BEGIN ICANN DOMAINS===", "===END ICANN DOMAINS===")
_VERSION = re.compile(r"VERSION: (?P<version>(?P<day>\d{4}-\d\d-\d\d)\S*)")
_LOOKED_AT = 200
_HEADING = re.compile(
    r"domains?|host(?:name)?s?|ips?|address(?:es)?|networks?|cidr|urls?|values?|entry|name|first|.*start.*"
)


@dataclass(frozen=True)
class Incoming:
    """A list as it was read: what it says of itself, and its entries, none of which was checked yet."""

    about: About
    entries: pl.Series


def incoming(path: Path, name: str, match: Match | None = None) -> Incoming:
    """Read a file that is to become the list ``name``; ``match`` is how its entries are meant, else the file says.

    Its date is the one it states, else the day the file was last written.

    Raises:
        BadInput: it cannot be read, is no text, or holds no entry.
    """
    given = _read(path, name, match)
    entries_must_be_text(given.entries, path)
    if not (given.entries.str.strip_chars() != "").any():
        raise BadInput("The file holds no entry", where=str(path))
    return given


def _read(path: Path, name: str, match: Match | None) -> Incoming:
    content = read(path)
    must_be_text(content, path)
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    title = name.replace("_", " ").capitalize()
    base = About(title, match or Match.hostname, source=path.name, date=written, licence="not stated")
    if content.lstrip()[:1] == b"{":
        return _misp(content, base, path, match)
    if _ICANN[0].encode() in content:
        return _suffixes(content.decode("utf-8", "replace"), base)
    head = comment_lines(content)
    if any(line.startswith("# match: ") for line in head):
        own = about_lines(head, path)
        return Incoming(replace(own, match=match or own.match, date=own.date or written), entries_of(content))
    return _table(_cells(content, path), base, match)


def _misp(content: bytes, base: About, path: Path, match: Match | None) -> Incoming:
    try:
        told = orjson.loads(content)
    except json.JSONDecodeError as error:
        raise BadInput(f"The file is no JSON: {error}", where=str(path)) from None
    listed = told.get("list")
    if not isinstance(listed, list):
        raise BadInput("The JSON holds no “list”, as MISP warning lists do", where=str(path))
    version, said = str(told.get("version", "")), str(told.get("type", ""))
    kind = match or (Match(said) if said in set(Match) else Match.string)
    known = replace(base, match=kind, source=f"MISP warning list, {path.name}", version=version, licence="CC0-1.0")
    known = replace(known, title=str(told.get("name") or base.title), date=_day(version) or base.date)
    entries = [_pattern(str(each)) if kind is Match.regex else str(each) for each in listed]
    return Incoming(known, pl.Series("entry", entries, dtype=pl.String))


def _pattern(entry: str) -> str:
    """A pattern without the strokes around it that MISP has."""
    return entry[1:].rpartition("/")[0] if entry.startswith("/") and "/" in entry[1:] else entry


def _day(version: str) -> str:
    """The date that a version such as 20260811 is; else empty."""
    try:
        return date(int(version[:4]), int(version[4:6]), int(version[6:])).isoformat()
    except ValueError:
        return ""


def _suffixes(text: str, base: About) -> Incoming:
    """The ICANN division of the public-suffix list, whose version is its date."""
    said = _VERSION.search(text)
    lines = text.partition(_ICANN[0])[2].partition(_ICANN[1])[0].split("\n")[1:]
    rules = [line.split()[0] for line in lines if line.strip() and not line.startswith("//")]
    known = replace(base, match=Match.suffix, source="https://publicsuffix.org", licence="MPL-2.0")
    dated = replace(known, version=said["version"], date=said["day"]) if said else known
    return Incoming(dated, pl.Series("entry", rules, dtype=pl.String))


def _table(cells: pl.DataFrame, base: About, match: Match | None) -> Incoming:
    """A table of ranges, where it is one; else the first column is the entries."""
    first = cells.to_series(0).str.strip_chars()
    ranges = _ranges(cells, first) if match in (None, Match.range) else None
    if ranges is not None:
        return Incoming(replace(base, match=Match.range), ranges.alias("entry"))
    likely = Match.cidr if _are_addresses(first.str.replace(r"/\d+$", "")) else Match.hostname
    return Incoming(replace(base, match=match or likely), first.filter(first != "").alias("entry"))


def _cells(content: bytes, path: Path) -> pl.DataFrame:
    """The cells of a text, parted by tabs, else by commas; without comment lines and headings."""
    lines = content.split(b"\n", _LOOKED_AT)[:_LOOKED_AT]
    first = next((line for line in lines if line.strip() and not line.startswith(b"#")), b"").decode("utf-8", "replace")
    separator = "\t" if "\t" in first else ","
    try:
        return pl.read_csv(
            io.BytesIO(content),
            separator=separator,
            has_header=bool(_HEADING.fullmatch(first.partition(separator)[0].strip(' "\r').lower())),
            infer_schema=False,
            comment_prefix="#",
            truncate_ragged_lines=True,
            encoding="utf8-lossy",
        ).fill_null("")
    except pl.exceptions.PolarsError as error:
        why = str(error).partition("\n")[0]
        raise BadInput(f"The file is no table of text: {why}", where=str(path)) from None


def _ranges(cells: pl.DataFrame, first: pl.Series) -> pl.Series | None:
    """The rows as ``first,last,value`` where they are ranges with a value: two addresses, or one network; else None."""
    columns = [_written(cells.to_series(place).str.strip_chars()) for place in range(min(cells.width, 2))]
    if cells.width > 2 and all(map(_are_addresses, columns)):
        return columns[0] + "," + columns[1] + "," + _value(cells.select(cells.columns[2:]))
    if cells.width > 1 and _are_addresses(first.filter(first.str.contains("/")).str.replace(r"/\d+$", "")):
        sides = pl.Series([_sides(each) for each in first], dtype=pl.String)
        return sides + "," + _value(cells.select(cells.columns[1:]))
    return None


def _written(column: pl.Series) -> pl.Series:
    """Addresses that are given as numbers, written as addresses."""
    if not column.head(_LOOKED_AT).str.contains(r"^\d+$").all() or not len(column):
        return column
    return pl.Series([str(ip_address(int(each))) if _is_number(each) else each for each in column], dtype=pl.String)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 39 and int(text) < 1 << 128


def _are_addresses(column: pl.Series) -> bool:
    looked_at = column.head(_LOOKED_AT)
    found = addresses(looked_at)
    return (len(found.at4) + len(found.at6)) * 2 > len(looked_at)


def _sides(network: str) -> str:
    try:
        whole = ip_network(network, strict=False)
    except ValueError:
        return network
    return f"{whole.network_address},{whole.broadcast_address}"


def _value(cells: pl.DataFrame) -> pl.Series:
    """What a range has: its one cell; of several, number and name of the network (a country between is left out)."""
    head, tail = cells.to_series(0).str.strip_chars(), cells.to_series(-1).str.replace_all(r"\s+", " ")
    if cells.width == 1 or not head.head(_LOOKED_AT).str.contains(r"^(?:AS)?\d*$").all():
        return head
    return "AS" + head.str.strip_prefix("AS") + " " + tail.str.strip_chars()
