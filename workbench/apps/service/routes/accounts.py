"""Accounts and their roles."""

from workbench.apps.service import accounts as doing
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import Limit, Offset, paged
from workbench.base.access import Activity
from workbench.ledger.api import AccountChange, AccountHeld, AccountMade, AccountNew, Page, Removal
from workbench.ledger.changes import Search
from workbench.ledger.models import Account

ROUTES = Routes("accounts")
_VIEW, _MANAGE = Activity.USERS_VIEW, Activity.USERS_MANAGE


@ROUTES.add("GET", "/api/accounts", needs=_VIEW)
def accounts(service: Serving, name: str = "", limit: Limit = 100, offset: Offset = 0) -> Page[AccountHeld]:
    """Accounts by name; the one of a name where it is given.

    Raises:
        UnknownName: there is none of that name; carries the nearest.
    """
    if name:
        return Page[AccountHeld](items=[AccountHeld.model_validate(doing.the_account(service.ledger, name))], total=1)
    return paged(service.ledger, Account, AccountHeld, Search({}, ("folded",), limit, offset))


@ROUTES.add("GET", "/api/accounts/{id_}", needs=_VIEW)
def account(id_: str, service: Serving) -> AccountHeld:
    """One account."""
    return AccountHeld.model_validate(service.ledger.get(Account, id_))


@ROUTES.add("POST", "/api/accounts", needs=_MANAGE, status_code=201)
def add_account(new: AccountNew, viewer: Viewing, service: Serving) -> AccountMade:
    """Make an account."""
    made, password = doing.add_account(service.ledger, service.passwords, viewer.actor, new)
    return AccountMade(account=AccountHeld.model_validate(made), password=password)


@ROUTES.add("PATCH", "/api/accounts/{id_}", needs=_MANAGE)
def change_account(id_: str, change: AccountChange, viewer: Viewing, service: Serving) -> AccountHeld:
    """Change roles, name to show, or whether it is disabled; it acts at the next request of that account."""
    return AccountHeld.model_validate(doing.change_account(service.ledger, viewer.actor, id_, change))


@ROUTES.add("POST", "/api/accounts/{id_}/password", needs=_MANAGE)
def new_password(id_: str, viewer: Viewing, service: Serving) -> AccountMade:
    """Give a person a new one-time password; log-ins and tokens end."""
    password = doing.new_password(service.ledger, service.passwords, viewer.actor, id_)
    return AccountMade(account=AccountHeld.model_validate(service.ledger.get(Account, id_)), password=password)


@ROUTES.add("POST", "/api/accounts/{id_}/remove", needs=_MANAGE)
def remove_account(id_: str, removal: Removal, viewer: Viewing, service: Serving) -> AccountHeld:
    """Hide an account that is disabled; its name is never given again."""
    return AccountHeld.model_validate(doing.remove_account(service.ledger, viewer.actor, id_, removal))
