"""The page of one's own tokens and log-ins."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response

from workbench.apps.service import accounts
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.look import onward, page
from workbench.apps.service.service import Service
from workbench.apps.service.viewer import Viewer
from workbench.base.access import Activity
from workbench.base.errors import BadInput, NotFound, WorkbenchError
from workbench.ledger.api import TokenNew
from workbench.ledger.changes import Above, Search
from workbench.ledger.models import Account, LoginSession, Token
from workbench.ledger.models.words import TokenPurpose

ROUTES = Routes("pages")
_OWN = Activity.OWN_ACCOUNT
_HIDDEN = {"include_in_schema": False}
_MOST = 200
A_DAY = 24 * 3600
_PURPOSES = {"cli": "command line: all that I may do", "kernel": "notebooks: read and propose"}


@ROUTES.add("GET", "/tokens", needs=_OWN, **_HIDDEN)
def tokens(request: Request, viewer: Viewing, service: Serving) -> Response:
    """One's own tokens and log-ins."""
    return _page(request, service, viewer)


@ROUTES.add("POST", "/tokens", needs=_OWN, by_hand=True, **_HIDDEN)
def make_token(
    request: Request,
    viewer: Viewing,
    service: Serving,
    name: Annotated[str, Form(max_length=200)],
    purpose: Annotated[str, Form(max_length=40)] = "cli",
    days: Annotated[int, Form(ge=1, le=366)] = 30,
) -> Response:
    """Make a token; its secret is shown on the page that follows, and never again."""
    try:
        if purpose not in _PURPOSES or not name.strip():
            raise BadInput("A token has a name, and is for the command line or for notebooks")
        new = TokenNew(name=name, purpose=TokenPurpose(purpose), seconds=days * A_DAY)
        account = service.ledger.get(Account, viewer.account)
        token, secret = accounts.make_token(service.ledger, viewer.actor, account, new)
    except WorkbenchError as error:
        return _page(request, service, viewer, status=400, fault=str(error))
    return _page(request, service, viewer, made=token, secret=secret)


@ROUTES.add("POST", "/tokens/{id_}/revoke", needs=_OWN, **_HIDDEN)
def revoke_token(id_: str, viewer: Viewing, service: Serving) -> Response:
    """End one of one's own tokens."""
    if service.ledger.get(Token, id_).account_id != viewer.account:
        raise NotFound("There is no token with this id", where=id_[:40])
    accounts.revoke(service.ledger, viewer.actor, Token, id_)
    return onward("/tokens")


@ROUTES.add("POST", "/sessions/{id_}/revoke", needs=_OWN, **_HIDDEN)
def end_session(id_: str, viewer: Viewing, service: Serving) -> Response:
    """End one of one's own log-ins."""
    if service.ledger.get(LoginSession, id_).account_id != viewer.account:
        raise NotFound("There is no session with this id", where=id_[:40])
    accounts.revoke(service.ledger, viewer.actor, LoginSession, id_)
    return onward("/tokens")


def _page(request: Request, service: Service, viewer: Viewer, *, status: int = 200, **shown: object) -> Response:
    context = {"fault": "", "made": None, "secret": ""} | shown
    living = {"account_id": viewer.account, "revoked_at": None, "expires_at": Above(datetime.now(UTC))}
    asked = Search(living, ("-id",), _MOST)
    return page(
        request,
        "tokens",
        viewer,
        status=status,
        tokens=service.ledger.find(Token, asked),
        sessions=service.ledger.find(LoginSession, asked),
        purposes=_PURPOSES,
        **context,
    )
