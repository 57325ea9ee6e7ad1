"""Accounts from the command line: by the service where one runs, else directly on the ledger, with the same code."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workbench.apps.service import accounts
from workbench.apps.service.lock import held
from workbench.apps.service.passwords import Passwords
from workbench.base.config import Workspace
from workbench.ledger.api import (
    AccountChange,
    AccountHeld,
    AccountMade,
    AccountNew,
    Page,
    TokenHeld,
    TokenMade,
    TokenNew,
)
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Ledger, Search, ledger_as_it_stands, open_ledger, require_ledger
from workbench.ledger.client import Client, connect, find_service
from workbench.ledger.models import Account
from workbench.ledger.models.words import ActorKind


def command_line() -> Actor:
    """Who works on the ledger itself, as the audit names it: whoever may do that owns the files."""
    return Actor(f"system: command line of {getpass.getuser()}", ActorKind.SYSTEM)


@dataclass(frozen=True)
class AtHand:
    """The ledger itself, with the methods of the client that are about accounts."""

    ledger: Ledger
    passwords: Passwords
    by: Actor

    def accounts(self, *, limit: int = 100, offset: int = 0) -> Page[AccountHeld]:
        """Accounts by name."""
        found = self.ledger.find(Account, Search({}, ("folded",), limit, offset))
        items = [AccountHeld.model_validate(each) for each in found]
        return Page[AccountHeld](items=items, total=self.ledger.number(Account))

    def account(self, name: str) -> AccountHeld:
        """The account of a name."""
        return AccountHeld.model_validate(accounts.the_account(self.ledger, name))

    def add_account(self, new: AccountNew) -> AccountMade:
        """Make an account."""
        made, password = accounts.add_account(self.ledger, self.passwords, self.by, new)
        return AccountMade(account=AccountHeld.model_validate(made), password=password)

    def change_account(self, id_: str, change: AccountChange) -> AccountHeld:
        """Change roles, name to show, or whether it is disabled."""
        return AccountHeld.model_validate(accounts.change_account(self.ledger, self.by, id_, change))

    def new_password(self, id_: str) -> AccountMade:
        """Give a person a new one-time password."""
        password = accounts.new_password(self.ledger, self.passwords, self.by, id_)
        return AccountMade(account=AccountHeld.model_validate(self.ledger.get(Account, id_)), password=password)

    def make_service_token(self, account: str, new: TokenNew) -> TokenMade:
        """Make a token of a service account, named by its id."""
        token, secret = accounts.make_service_token(self.ledger, self.by, account, new)
        return TokenMade(token=TokenHeld.model_validate(token), secret=secret)


@contextmanager
def at_hand(workspace: Workspace) -> Iterator[Client | AtHand]:
    """Whatever can work on accounts now.

    Raises:
        WorkbenchError: neither a service nor its lock is to be had.
        LedgerError: there is no ledger yet; none is made.
    """
    if find_service(workspace):
        with connect(workspace) as client:
            yield client
    else:
        require_ledger(workspace)
        with held(workspace), open_ledger(workspace) as ledger:
            yield AtHand(ledger, Passwords(), command_line())


def administered(workspace: Workspace) -> bool:
    """Whether somebody may administer accounts; the ledger is there and stays as it is."""
    with ledger_as_it_stands(workspace) as database:
        return accounts.administered(database)


def first_password(workspace: Workspace) -> str:
    """Make the first administrator; the one-time password, or nothing where there is one already, or a service runs."""
    if find_service(workspace):
        return ""
    with held(workspace), open_ledger(workspace) as ledger:
        return accounts.first_administrator(ledger, Passwords(), command_line())
