"""Dated reference data: lists that ship with the product, and a workspace's own before them."""

from workbench.events.lookups.about import About, Match
from workbench.events.lookups.feeds import Feeds
from workbench.events.lookups.lists import SHIPPED, SUPPLIED, Lookup, Lookups
from workbench.events.lookups.places import country_codes, country_of, network_of, said_of_own, scope_of
from workbench.events.lookups.suffixes import name_of, registered_domain

__all__ = [
    "SHIPPED",
    "SUPPLIED",
    "About",
    "Feeds",
    "Lookup",
    "Lookups",
    "Match",
    "country_codes",
    "country_of",
    "name_of",
    "network_of",
    "registered_domain",
    "said_of_own",
    "scope_of",
]
