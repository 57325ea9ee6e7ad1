"""What looks wrong in a profile of the organisation, beyond what its file already refuses."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network

import polars as pl

from workbench.base.config import Organisation
from workbench.events.lookups.lists import SHIPPED, Lookups
from workbench.events.lookups.places import scope_of
from workbench.events.lookups.suffixes import registered_domain

_WIDEST = {4: 8, 6: 16}
"""Prefixes below which a range of ours is hardly ours."""

_INSIDE = ("private", "loopback", "link-local", "shared")


def doubts(organisation: Organisation, lookups: Lookups = SHIPPED) -> list[str]:
    """One sentence for each thing that looks wrong, or is missing and would be asked for; empty where all is well."""
    return [*_domains(organisation, lookups), *_people(organisation), *_ranges(organisation), *_empty(organisation)]


def _domains(organisation: Organisation, lookups: Lookups) -> Iterator[str]:
    for name in organisation.domains:
        if lookups.lookup("public_suffixes").holds(name):
            yield f"domains: {name} is a public suffix, so everybody's domains below it count as ours"
        if lookups.lookup("freemail").holds(name):
            yield f"domains: {name} gives mailboxes to anybody, so strangers count as ours"
        if any(name != other and name.endswith(f".{other}") for other in organisation.domains):
            yield f"domains: {name} lies under another that is named, so it says nothing more"
    for name in organisation.simulation_domains:
        if organisation.owns(name) and registered_domain(name, lookups) == name:
            yield f"simulation_domains: {name} is a domain of ours, so all our mail would count as a drill"


def _people(organisation: Organisation) -> Iterator[str]:
    groups = {"vips": organisation.vips, "secops_mailboxes": organisation.secops_mailboxes}
    groups |= {f"tags.{name}": addresses for name, addresses in organisation.tags.items()}
    for key, addresses in groups.items():
        for address in addresses:
            if not organisation.owns(address):
                yield f"{key}: {address} is in none of our domains"
    if organisation.vips and not organisation.vip_names:
        yield "vip_names: empty, so nobody looks for senders under the names of the people in vips"


def _ranges(organisation: Organisation) -> Iterator[str]:
    widest: dict[int, IPv4Network | IPv6Network] = {}
    for each in sorted(organisation.egress, key=lambda one: (one.version, int(one.network_address), one.prefixlen)):
        wider = widest.get(each.version)
        if wider and int(each.network_address) <= int(wider.broadcast_address):
            yield f"egress: {each} lies in {wider}"
        else:
            widest[each.version] = each
        yield from _doubtful(each)


def _doubtful(network: IPv4Network | IPv6Network) -> Iterator[str]:
    if network.prefixlen < _WIDEST[network.version]:
        yield f"egress: {network} is wider than any organisation's"
    elif (scope := scope_of(pl.Series([str(network.network_address)]))[0]) in _INSIDE:
        yield f"egress: {network} is {scope}; nobody outside sees such an address"


def _empty(organisation: Organisation) -> Iterator[str]:
    if not organisation.domains:
        yield "domains: empty, so the direction of mail and look-alikes cannot be told"
    if not organisation.secops_mailboxes:
        yield "secops_mailboxes: empty, so reported mail counts as mail that arrived"
