"""Dated lists of hosts that ship with the product: shorteners, free hosting, free mail, simulators.

A list is a text file: comment lines with its title, source, date and licence, then one entry a line. An entry matches
the host itself and every host below it; one that starts with a dot matches hosts below it only.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workbench.base.config import shipped
from workbench.base.errors import UnknownName


@dataclass(frozen=True)
class HostList:
    """One list with what its file says about itself."""

    name: str
    title: str
    source: str
    date: str
    licence: str
    entries: frozenset[str]

    def holds(self, host: str) -> bool:
        """Whether the host, or a domain above it, is on the list."""
        labels = host.lower().rstrip(".").split(".")
        tails = [".".join(labels[start:]) for start in range(len(labels))]
        return any(tail in self.entries for tail in tails) or any(f".{tail}" in self.entries for tail in tails[1:])


def host_list(name: str) -> HostList:
    """A list by the name of its file.

    Raises:
        UnknownName: no such list ships with the product.
    """
    if name not in host_lists():
        raise UnknownName("host list", name, host_lists())
    return host_lists()[name]


@cache
def host_lists() -> Mapping[str, HostList]:
    """Every list of hosts that ships with the product, by name."""
    paths = [*_folder().glob("*.txt"), *_folder().glob("*.txt.gz")]
    read = [_read(path) for path in sorted(paths)]
    return {each.name: each for each, match in read if match.startswith("hostname")}


def _folder() -> Path:
    return shipped("data") / "lookups"


def _read(path: Path) -> tuple[HostList, str]:
    raw = path.read_bytes()
    lines = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode().splitlines()
    said = dict(line.lstrip("# ").split(": ", 1) for line in lines if line.startswith("#") and ": " in line)
    entries = frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))
    name = path.name.partition(".")[0]
    about = (said.get("title", name), said.get("source", ""), said.get("date", ""), said.get("licence", ""))
    return HostList(name, *about, entries), said.get("match", "hostname")
