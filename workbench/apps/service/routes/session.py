"""Log in and out by programs, who the caller is, and its own password and log-ins."""

from fastapi import Request, Response

from workbench.apps.service import accounts
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import Limit, Offset, paged
from workbench.apps.service.login import give_cookies, log_in, take_cookies
from workbench.apps.service.service import Service
from workbench.apps.service.viewer import Means, Viewer
from workbench.base.access import Activity
from workbench.base.errors import NotFound
from workbench.ledger.api import LogIn, Me, NewPassword, Page, SessionHeld
from workbench.ledger.changes import Search
from workbench.ledger.models import LoginSession, Token

ROUTES = Routes("session")
_OWN = Activity.OWN_ACCOUNT


def leave(service: Service, viewer: Viewer) -> None:
    """End the session or token that asks."""
    if viewer.means is Means.SESSION:
        accounts.revoke(service.ledger, viewer.actor, LoginSession, viewer.session)
    else:
        accounts.revoke(service.ledger, viewer.actor, Token, viewer.session)


@ROUTES.add("POST", "/api/login", needs=None)
def login(given: LogIn, request: Request, response: Response) -> Me:
    """Begin a session; its cookies come with the answer."""
    account, secret = log_in(request, given.name, given.password.get_secret_value())
    give_cookies(request, response, secret)
    return Me(
        name=account.name,
        display=account.display,
        roles=list(account.roles),
        activities=[],
        must_change=account.must_change,
    )


@ROUTES.add("POST", "/api/logout", needs=_OWN, unchanged=True, status_code=204)
def logout(request: Request, response: Response, viewer: Viewing, service: Serving) -> None:
    """End the session or revoke the token that asks."""
    leave(service, viewer)
    take_cookies(request, response)


@ROUTES.add("GET", "/api/me", needs=_OWN, unchanged=True)
def me(viewer: Viewing) -> Me:
    """Who the caller is, and what it may do."""
    return Me(
        name=viewer.name,
        display=viewer.display,
        roles=list(viewer.roles),
        activities=[each.value for each in Activity if viewer.may(each)],
        must_change=viewer.must_change,
    )


@ROUTES.add("POST", "/api/password", needs=_OWN, unchanged=True, by_hand=True, status_code=204)
def password(given: NewPassword, viewer: Viewing, service: Serving) -> None:
    """Change one's own password; other log-ins and all tokens end."""
    words = given.old.get_secret_value(), given.new.get_secret_value()
    accounts.own_password(service.ledger, service.passwords, viewer.actor, viewer.account, words)


@ROUTES.add("GET", "/api/sessions", needs=_OWN)
def sessions(viewer: Viewing, service: Serving, limit: Limit = 100, offset: Offset = 0) -> Page[SessionHeld]:
    """One's own log-ins, newest first."""
    asked = Search({"account_id": viewer.account}, ("-id",), limit, offset)
    return paged(service.ledger, LoginSession, SessionHeld, asked)


@ROUTES.add("POST", "/api/sessions/{id_}/revoke", needs=_OWN)
def end_session(id_: str, viewer: Viewing, service: Serving) -> SessionHeld:
    """End one of one's own log-ins."""
    if service.ledger.get(LoginSession, id_).account_id != viewer.account:
        raise NotFound("There is no session with this id", where=id_[:40])
    return SessionHeld.model_validate(accounts.revoke(service.ledger, viewer.actor, LoginSession, id_))
