"""The page of a message's content: plain text and a table of its links."""

from fastapi import Request
from fastapi.responses import Response

from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.look import page
from workbench.apps.service.mail import look
from workbench.apps.service.routes.messages import body_of
from workbench.base.access import Activity

ROUTES = Routes("pages")


@ROUTES.add("GET", "/messages/{digest}", needs=Activity.BODY_VIEW, include_in_schema=False)
def message(request: Request, digest: str, viewer: Viewing, service: Serving) -> Response:
    """What a message says, without anything of it that could act."""
    found = service.reader.read(look(service, viewer, digest, "body"))
    return page(request, "message", viewer, body=body_of(digest, found))
