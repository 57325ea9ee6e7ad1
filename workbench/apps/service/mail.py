"""The content of mail: read here and nowhere else, by who may, and every look recorded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from workbench.apps.service.service import Service
from workbench.apps.service.viewer import Viewer
from workbench.base.errors import BadInput, NotFound, Refused
from workbench.events.query import StoreCatalog, ask
from workbench.intake.importing import original

QUARANTINED = "quarantined"
_DIGEST = 64
_WHERE = """let ids = WorkbenchMailFacts | where RawSHA256 == digest | project NetworkMessageId;
let moved = EmailPostDeliveryEvents | where NetworkMessageId in (ids)
    | summarize arg_max(Timestamp, DeliveryLocation) by NetworkMessageId, RecipientEmailAddress
    | project Place = DeliveryLocation;
EmailEvents | where NetworkMessageId in (ids)
    | project Place = iff(isempty(LatestDeliveryLocation), DeliveryLocation, LatestDeliveryLocation)
    | union moved | summarize Count = count() by Place"""


@asynccontextmanager
async def reading(service: Service) -> AsyncIterator[None]:
    """End the child with the service."""
    try:
        yield
    finally:
        await asyncio.to_thread(service.reader.close)


def look(service: Service, viewer: Viewer, digest: str, part: str) -> bytes:
    """The bytes of a message; the look is recorded before they are given, and with it whether anything was shown.

    Raises:
        BadInput: this is no digest.
        NotFound: no such message is kept.
        Refused: the part is that of quarantined mail, and somebody has it in the mailbox.
    """
    if len(digest) != _DIGEST or not set(digest) <= set("0123456789abcdef"):
        raise BadInput("A message is named by the SHA-256 of its bytes, in 64 small hexadecimal digits")
    shown = False
    try:
        if part == QUARANTINED:
            _in_quarantine(service, digest)
        raw = original(service.workspace.originals, digest)
        shown = True
    finally:
        told = {"part": part, "shown": shown}
        service.ledger.record(viewer.actor, "message.look", ("message", digest), after=told)
        service.metrics.looks.labels(part).inc()
    return raw


def _in_quarantine(service: Service, digest: str) -> None:
    """Hold a message against where it lies: by the delivery and by the last move of each mailbox, which must agree.

    Raises:
        NotFound: nobody received it.
        Refused: somebody has it in the mailbox.
    """
    catalog = StoreCatalog(service.store, accelerators=service.workspace.settings.accelerators)
    rows = ask(catalog, _WHERE, now=datetime.now(UTC), params={"digest": digest}).frame.rows()
    if not rows:
        raise NotFound(f"No delivery of the message {digest} is known")
    if {str(place).casefold() for place, _ in rows} != {"quarantine"}:
        raise Refused("The message is not in quarantine only", next_step="Look at its body, which needs Preview.")
