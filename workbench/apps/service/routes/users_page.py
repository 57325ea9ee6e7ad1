"""The page of accounts: who there is, with which roles; made, changed and disabled by whoever may."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from workbench.apps.service import accounts
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.look import onward, page
from workbench.apps.service.service import Service
from workbench.apps.service.viewer import Viewer
from workbench.base.access import ADDITIVE, BASE, Activity, Purpose, Role
from workbench.base.errors import BadInput, Clash, WorkbenchError
from workbench.ledger.api import AccountChange, AccountNew
from workbench.ledger.changes import Search
from workbench.ledger.models import Account
from workbench.ledger.models.words import AccountKind

ROUTES = Routes("pages")
_VIEW, _MANAGE = Activity.USERS_VIEW, Activity.USERS_MANAGE
_HIDDEN = {"include_in_schema": False}
_MOST = 1_000
Words = Annotated[list[str], Form(default_factory=list)]
Version = Annotated[int, Form(ge=1)]


class Filled(BaseModel):
    """The form of a new account."""

    name: str = Field(max_length=200)
    display: str = Field("", max_length=200)
    purpose: str = Field("", max_length=40)
    roles: list[str] = Field(default_factory=list, max_length=20)


@ROUTES.add("GET", "/users", needs=_VIEW, **_HIDDEN)
def users(request: Request, viewer: Viewing, service: Serving, disabled: int = 0) -> Response:
    """Accounts by name; disabled ones where asked for."""
    return _page(request, service, viewer, disabled=bool(disabled))


@ROUTES.add("POST", "/users", needs=_MANAGE, **_HIDDEN)
def add_user(request: Request, viewer: Viewing, service: Serving, given: Annotated[Filled, Form()]) -> Response:
    """Make an account; its one-time password is shown on the page that follows, and never again."""

    def work() -> tuple[Account, str]:
        if not given.name.strip():
            raise BadInput("An account needs a name")
        purpose = _purpose(given.purpose)
        holder = AccountKind.SERVICE if purpose else AccountKind.PERSON
        roles = [] if purpose else _roles(given.roles)
        new = AccountNew(name=given.name, display=given.display, holder=holder, purpose=purpose, roles=roles)
        return accounts.add_account(service.ledger, service.passwords, viewer.actor, new)

    return _done(request, service, viewer, work)


@ROUTES.add("POST", "/users/{id_}/roles", needs=_MANAGE, **_HIDDEN)
def set_roles(
    request: Request,
    id_: str,
    viewer: Viewing,
    service: Serving,
    version: Version,
    roles: Words,
) -> Response:
    """Give an account these roles and no others."""
    return _changed(request, service, viewer, id_, lambda: AccountChange(version=version, roles=_roles(roles)))


@ROUTES.add("POST", "/users/{id_}/state", needs=_MANAGE, **_HIDDEN)
def set_state(
    request: Request, id_: str, viewer: Viewing, service: Serving, version: Version, disabled: Annotated[bool, Form()]
) -> Response:
    """Disable or enable an account."""
    return _changed(request, service, viewer, id_, lambda: AccountChange(version=version, disabled=disabled))


@ROUTES.add("POST", "/users/{id_}/password", needs=_MANAGE, **_HIDDEN)
def reset_password(request: Request, id_: str, viewer: Viewing, service: Serving) -> Response:
    """Give a person a new one-time password, shown on the page that follows."""

    def work() -> tuple[Account, str]:
        password = accounts.new_password(service.ledger, service.passwords, viewer.actor, id_)
        return service.ledger.get(Account, id_), password

    return _done(request, service, viewer, work)


def _changed(
    request: Request, service: Service, viewer: Viewer, id_: str, change: Callable[[], AccountChange]
) -> Response:
    def work() -> tuple[Account, str]:
        return accounts.change_account(service.ledger, viewer.actor, id_, change()), ""

    return _done(request, service, viewer, work, service.ledger.get(Account, id_).name)


def _done(
    request: Request, service: Service, viewer: Viewer, work: Callable[[], tuple[Account, str]], about: str = ""
) -> Response:
    """Do it, and show the list with what came of it."""
    try:
        account, password = work()
    except WorkbenchError as error:
        clash = error if isinstance(error, Clash) else None
        return _page(
            request, service, viewer, fault=f"{about}: {error}" if about else str(error), clash=clash, status=409
        )
    if not password:
        return onward(f"/users{'?disabled=1' if account.disabled else ''}")
    return _page(request, service, viewer, made=account, password=password)


def _page(request: Request, service: Service, viewer: Viewer, *, status: int = 200, **shown: object) -> Response:
    context = {"disabled": False, "fault": "", "clash": None, "made": None, "password": ""} | shown
    where = {} if context["disabled"] else {"disabled": False}
    held = service.ledger.find(Account, Search(where, ("folded",), _MOST))
    number = service.ledger.number(Account, Search(where))
    words = {"base": [each.value for each in BASE], "additive": [each.value for each in ADDITIVE]}
    purposes = [each.value for each in Purpose]
    return page(
        request, "users", viewer, status=status, accounts=held, number=number, purposes=purposes, **words, **context
    )


def _roles(names: list[str]) -> list[Role]:
    found = [role for role in Role if role.value in names]
    if len(found) != len(set(names)):
        raise BadInput("One of the roles does not exist", next_step="Open the page again.")
    return found


def _purpose(name: str) -> Purpose | None:
    if name and name not in [each.value for each in Purpose]:
        raise BadInput("This purpose does not exist", next_step="Open the page again.")
    return Purpose(name) if name else None
