"""Who received the message, and which headers the receiver wrote: the rest is what the sender claims.

A sender can write any header before the message is sent, with any name. Two kinds are beyond its reach: what stands
above the hop by which the receiving system took the message, because relays put their lines on top; and what Exchange
appends, because it removes headers of its own names that come in from outside. So stamps of Exchange count only where
the receiving system is Exchange, and where it marks the block it took in, only outside that block.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network

from workbench.intake.mail.faults import Faults
from workbench.intake.mail.headers import Header, Headers
from workbench.intake.mail.hops import Hop, address_of
from workbench.intake.mail.hosts import MICROSOFT, organisation
from workbench.intake.mail.reading import Context

_EXCHANGE_PROTOCOLS = ("microsoft smtp server", "mapi")
_OUTBOUND = ".outbound.protection."
_INTERNAL_NETWORKS = tuple(
    map(
        ip_network,
        (
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "::1",
            "fe80::/10",
            "fc00::/7",
        ),
    )
)
_MICROSOFT_NETWORKS = tuple(
    map(
        ip_network,
        ("2603:1000::/24", "2a01:110::/31", "2620:1ec::/36", "40.92.0.0/15", "40.107.0.0/16", "52.100.0.0/14"),
    )
)


@dataclass(frozen=True)
class Receiver:
    """The receiving system as its hops show it."""

    host: str = ""
    """The newest host that took the message."""
    exchange: bool = False
    """Whether one of its hops is Exchange, on premises or in the cloud."""
    border: int = -1
    """Place of the header by which it took the message from outside; -1 where there is no hop."""
    peer: Hop | None = None
    """The hop at the border: who handed the message over."""
    taken: range = range(0)
    """Places of the headers that came with the message, where the receiver marked them; else empty."""

    def wrote(self, header: Header) -> bool:
        """Whether the header stands above the border: only the receiving system can have put it there."""
        return header.place < self.border

    def is_next(self, header: Header, names: Sequence[str]) -> bool:
        """Whether the header stands below the border and names one of the receiver's hosts."""
        return bool(self.host) and header.place > self.border and organisation(self.host) in map(organisation, names)


def judge(headers: Headers, hops: Sequence[Hop], context: Context) -> Receiver:
    """Find the receiving system: from the newest hop down as long as each took the message from one of its own.

    The newest hop was written by the receiver. Each says whom it took the message from; only where that was a relay of
    the receiver, the hop below is the receiver's too; so it is where it came from our own address ranges. Of a message
    that whoever sent it may have written wholly, nobody is the receiver.
    """
    if not hops or context.claimed:
        return Receiver()
    host = next((hop.by for hop in hops if "." in hop.by and not address_of(hop.by)), hops[0].by)
    homes = {organisation(host), *map(organisation, context.own)}
    ours = [hops[0]]
    for hop in hops[1:]:
        if not _from_within(ours[-1], homes, context):
            break
        ours.append(hop)
    exchange = any(is_exchange(hop) for hop in ours)
    taken = _taken(headers) if exchange else range(0)
    border = next((hop for hop in reversed(ours) if not taken or hop.place < taken.start), ours[0])
    return Receiver(host, exchange, border.place, border, taken)


def stamp(headers: Headers, receiver: Receiver, name: str, faults: Faults) -> str:
    """A header that Exchange writes, where the receiver wrote it; empty otherwise.

    Exchange appends: of several, the last outside the block that came in counts.
    """
    found = headers.all(name)
    if not found:
        return ""
    if not receiver.exchange:
        faults.add("headers X-MS-*", "the receiving system is not Exchange: its stamps are not believed")
        return ""
    written = [entry.value for entry in found if entry.place not in receiver.taken]
    if len(written) < len(found):
        faults.add(f"header {name}", "came with the message as well, only the receiver's counts")
    if len(set(written)) > 1:
        faults.add(f"header {name}", f"stands {len(written)} times with different values, the last counts")
    return written[-1].strip() if written else ""


def is_exchange(hop: Hop) -> bool:
    """Whether a hop was written by Exchange."""
    return organisation(hop.by) == MICROSOFT or hop.protocol.lower().startswith(_EXCHANGE_PROTOCOLS)


@lru_cache(maxsize=4096)
def is_internal(address: str) -> bool:
    """Whether an IP address is one of private or local networks."""
    found = ip_address(address)
    return any(found in network for network in _INTERNAL_NETWORKS)


@lru_cache(maxsize=4096)
def _is_of_microsoft(address: str) -> bool:
    found = ip_address(address)
    return any(found in network for network in _MICROSOFT_NETWORKS)


def _from_within(hop: Hop, homes: set[str], context: Context) -> bool:
    """Whether the hop took the message from a relay of the same system: by what it saw, not by what the peer said."""
    if not hop.sender and not hop.address:
        return True
    if hop.checked and organisation(hop.checked) in homes:
        return True
    if not hop.address:
        return False
    if context.is_egress(hop.address):
        return True
    named_ours = "." not in hop.sender or organisation(hop.sender) in homes or bool(address_of(hop.sender))
    if is_internal(hop.address):
        return named_ours
    of_microsoft = MICROSOFT in homes and organisation(hop.sender) == MICROSOFT
    return of_microsoft and _OUTBOUND not in hop.sender and _is_of_microsoft(hop.address)


def _taken(headers: Headers) -> range:
    """The block that came in, between the marks that Outlook.com sets; marks inside it are older or forged."""
    top = next(iter(headers.all("X-IncomingTopHeaderMarker")), None)
    ends = [entry.place for entry in headers.all("X-IncomingHeaderCount") if top and entry.place > top.place]
    return range(top.place + 1, ends[-1]) if top and ends else range(0)
