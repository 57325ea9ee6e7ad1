"""``ipv6_lookup``: rows beside the networks that hold their addresses (documentation page "ipv6_lookup plugin")."""

from functools import partial

from workbench.events.query.plugins._declare import Plugin
from workbench.events.query.plugins._networks import located

PLUGIN = Plugin(
    "ipv6_lookup",
    ("LookupTable", "SourceIPv6Key", "IPv6LookupKey", "ExtraKey*"),
    "The rows of a second table whose network holds the address, beside the row.",
    partial(located, version=6),
    named=("return_unmatched",),
)
