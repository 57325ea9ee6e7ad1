"""``ipv4_lookup``: rows beside the networks that hold their addresses (documentation page "ipv4_lookup plugin")."""

from functools import partial

from workbench.events.query.plugins._declare import Plugin
from workbench.events.query.plugins._networks import located

PLUGIN = Plugin(
    "ipv4_lookup",
    ("LookupTable", "SourceIPv4Key", "IPv4LookupKey", "ExtraKey*"),
    "The rows of a second table whose network holds the address, beside the row.",
    partial(located, version=4),
    named=("return_unmatched",),
)
