"""Accounts, sessions and tokens on the wire. Secrets go in, and a new token comes out once."""

from typing import Annotated

from pydantic import AwareDatetime, Field, SecretStr

from workbench.base.access import Activity, Purpose, Role
from workbench.ledger.api.wire import Asked, Change, Held, Message, Name, Short
from workbench.ledger.models.words import AccountKind, TokenPurpose

Password = Annotated[SecretStr, Field(min_length=12, max_length=1024)]
Given = Annotated[SecretStr, Field(max_length=1024)]
"""A password to be compared: of any length somebody types."""
Roles = Annotated[list[Annotated[Role, Field(strict=False)]], Field(max_length=len(Role))]
Activities = Annotated[list[Annotated[Activity, Field(strict=False)]], Field(max_length=len(Activity))]
A_YEAR = 366 * 24 * 3600


class LogIn(Asked):
    """A name and a password."""

    name: Name
    password: Given


class NewPassword(Asked):
    """One's own password, and what it shall be."""

    old: Given
    new: Password


class AccountNew(Asked):
    """A new account: of a person with a first password, or of a service with a purpose."""

    name: Name
    display: Short = ""
    holder: Annotated[AccountKind, Field(strict=False)] = AccountKind.PERSON
    purpose: Annotated[Purpose | None, Field(strict=False)] = None
    roles: Roles = Field(default_factory=list)
    password: Password | None = None


class AccountChange(Change):
    """What an administrator changes of an account."""

    display: Short = ""
    roles: Roles = Field(default_factory=list)
    disabled: bool = False
    must_change: bool = False


class AccountHeld(Held):
    """An account, without its password."""

    name: str
    display: str
    holder: AccountKind
    purpose: str
    roles: list[str]
    disabled: bool
    must_change: bool


class AccountMade(Message):
    """An account with its one-time password, which is shown this once; empty where one was given."""

    account: AccountHeld
    password: str


class SessionHeld(Held):
    """A log-in, without its secret."""

    account_id: str
    address: str
    expires_at: AwareDatetime
    last_used_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class TokenNew(Asked):
    """A new token for one's own programs."""

    name: Name
    purpose: Annotated[TokenPurpose, Field(strict=False)] = TokenPurpose.CLI
    activities: Activities = Field(default_factory=list)
    """What alone it shall be good for; none for all that its purpose and the account allow."""
    seconds: Annotated[int, Field(ge=60, le=A_YEAR)] = 30 * 24 * 3600
    """How long it is good for."""


class TokenHeld(Held):
    """A token, without its secret."""

    account_id: str
    name: str
    purpose: TokenPurpose
    activities: list[str]
    expires_at: AwareDatetime
    last_used_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class TokenMade(Message):
    """A new token with its secret, which is shown this once."""

    token: TokenHeld
    secret: str


class Me(Message):
    """Who the caller is, and what the caller may do."""

    name: str
    display: str
    roles: list[str]
    activities: list[str]
    must_change: bool
