"""Source and body of a message."""

from dataclasses import asdict

from fastapi.responses import Response

from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.mail import QUARANTINED, look
from workbench.base.access import Activity
from workbench.base.text.defang import defang
from workbench.intake.mail import Preview
from workbench.ledger.api import FileHeld, LinkHeld, MessageBody

ROUTES = Routes("messages")


def body_of(digest: str, found: Preview) -> MessageBody:
    """A preview on the wire."""
    return MessageBody(
        sha256=digest,
        headers=list(found.headers),
        text=found.text,
        source=found.source,
        cut=found.cut,
        links=[
            LinkHeld(**(asdict(each) | {"url": defang(each.url), "host": defang(each.host)})) for each in found.links
        ],
        files=[FileHeld(**asdict(each)) for each in found.files],
        faults=list(found.faults),
    )


@ROUTES.add("GET", "/api/messages/{digest}/source", needs=Activity.SOURCE_VIEW, response_class=Response)
def source(digest: str, viewer: Viewing, service: Serving) -> Response:
    """The bytes of a message as they came, to be saved: never shown by a browser."""
    raw = look(service, viewer, digest, "source")
    headers = {"content-disposition": f'attachment; filename="{digest}.eml.txt"', "content-type": "text/plain"}
    return Response(raw, headers=headers)


@ROUTES.add("GET", "/api/messages/{digest}/body", needs=Activity.BODY_VIEW)
def body(digest: str, viewer: Viewing, service: Serving) -> MessageBody:
    """The text of a message, its links and what is attached."""
    return body_of(digest, service.reader.read(look(service, viewer, digest, "body")))


@ROUTES.add("GET", "/api/messages/{digest}/quarantined", needs=Activity.QUARANTINE_PREVIEW)
def quarantined(digest: str, viewer: Viewing, service: Serving) -> MessageBody:
    """The same of a message that nobody has in the mailbox, for which Preview is not needed."""
    return body_of(digest, service.reader.read(look(service, viewer, digest, QUARANTINED)))
