"""What the lists beside the data say of an entity, each with its date and age. Nothing is asked of a network."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from workbench.analysis.entities.entity import Entity
from workbench.base.errors import BadInput, NotFound
from workbench.base.text.url import unicode_host
from workbench.events.lookups import Lookups, country_of, network_of, registered_domain, scope_of
from workbench.events.lookups.about import Match, about
from workbench.events.lookups.places import OWN_COUNTRIES
from workbench.events.lookups.suffixes import is_address

_HOSTS = frozenset({Match.hostname, Match.domain})


@dataclass(frozen=True)
class Said:
    """One thing a list says: ``value`` is empty where it knows nothing, and None where it could not be asked.

    ``age`` is in days; None where the list states no date.
    """

    label: str
    value: str | None
    source: str
    date: str = ""
    age: int | None = None
    stale: bool = False
    note: str = ""

    @property
    def whence(self) -> str:
        """The list, its date and its age, in words."""
        if not self.date:
            return f"{self.source}; {self.note}" if self.note else self.source
        old = ", old" if self.stale else ""
        return f"{self.source} of {self.date} ({self.age:,} days{old})"


def reference(entity: Entity, lookups: Lookups, today: date) -> tuple[Said, ...]:
    """What reference data say of an entity's host or address; nothing for kinds that have neither."""
    host = entity.kind.host(entity.value)
    if not host:
        return ()
    return tuple(_of_address(host, lookups, today) if is_address(host) else _of_host(host, lookups, today))


def _of_address(host: str, lookups: Lookups, today: date) -> Iterator[Said]:
    column = pl.Series([host])
    scope = scope_of(column)[0]
    yield Said("Scope", scope or "public", "registries of special addresses")
    yield _place("Country", "countries", column, lookups, today)
    yield _place("Network", "networks", column, lookups, today)
    yield from _on_lists(host, frozenset({Match.cidr}), lookups, today)


def _place(label: str, name: str, column: pl.Series, lookups: Lookups, today: date) -> Said:
    try:
        found = (country_of if name == "countries" else network_of)(column, lookups)[0]
        named = lookups.lookup("country_names").of(found) if found and name == "countries" else None
        holder = OWN_COUNTRIES if name == "countries" and _is_own(column, lookups) else name
        return _said(label, f"{named} ({found})" if named else found, holder, lookups, today)
    except (NotFound, BadInput) as error:
        return Said(label, None, name, note=str(error))


def _is_own(column: pl.Series, lookups: Lookups) -> bool:
    """Whether the workspace itself says where an address is."""
    return OWN_COUNTRIES in lookups.paths and lookups.lookup(OWN_COUNTRIES).holds(column[0])


def _of_host(host: str, lookups: Lookups, today: date) -> Iterator[Said]:
    registered = registered_domain(host, lookups)
    suffix = registered.partition(".")[2] or registered
    yield _said("Registered domain", registered, "public_suffixes", lookups, today)
    yield _said("Public suffix", suffix, "public_suffixes", lookups, today)
    if (readable := unicode_host(host)) != host:
        yield Said("As people read it", readable, "punycode")
    yield from _on_lists(host, _HOSTS, lookups, today)


def _on_lists(host: str, matches: frozenset[Match], lookups: Lookups, today: date) -> Iterator[Said]:
    """The lists that hold the host or a domain above it, or the address; a list that cannot be read says so."""
    for name in lookups.paths:
        try:
            told = about(lookups.paths[name])
            entry = lookups.lookup(name).of(host) if told.match in matches else None
        except BadInput as error:
            yield Said(name, None, name, note=str(error))
            continue
        if entry is not None:
            yield _said(f"On the list: {told.title}", entry, name, lookups, today)


def _said(label: str, value: str, name: str, lookups: Lookups, today: date) -> Said:
    told = lookups.lookup(name).about
    source = f"{name} ({told.title})" if name == OWN_COUNTRIES else name
    return Said(label, value, source, told.date, told.age(today), told.is_stale(today))
