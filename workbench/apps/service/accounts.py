"""What is done to accounts, the same by pages, by programs and by the command line: every step is in the audit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from workbench.apps.service.passwords import Passwords, one_time
from workbench.base.access import Purpose, Role
from workbench.base.errors import BadInput, Refused, Taken, UnknownName
from workbench.ledger.api import AccountChange, AccountNew, Removal, TokenNew
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Ledger, Search, Unit, find
from workbench.ledger.models import Account, Database, LoginSession, Row, Token, folded_name
from workbench.ledger.models.ids import digest_of, new_secret
from workbench.ledger.models.words import AccountKind, TokenPurpose

FIRST = "admin"
"""Name of the first administrator."""
_MOST = 1_000
_OWN_PURPOSES = {Purpose.PLAYBOOK_WORKER: TokenPurpose.WORKER, Purpose.MONITOR: TokenPurpose.MONITOR}
_PROMOTE = f'workbench users enable {FIRST}; workbench users roles {FIRST} "{Role.GLOBAL_ADMINISTRATOR.value}"'
S = TypeVar("S", LoginSession, Token)
R = TypeVar("R", bound=Row)


def find_account(ledger: Ledger, name: str) -> Account | None:
    """The account of a name, in any case of letters; None where there is none."""
    return next(iter(ledger.find(Account, Search({"folded": folded_name(name)}, limit=1))), None)


def the_account(ledger: Ledger, name: str) -> Account:
    """The account of a name.

    Raises:
        UnknownName: there is none; carries the nearest.
    """
    found = find_account(ledger, name)
    if found is None:
        raise UnknownName("account", name[:80], [each.name for each in ledger.find(Account, Search(limit=_MOST))])
    return found


def administered(database: Database) -> bool:
    """Whether there is somebody who may administer accounts."""
    found = _every(partial(find, database), Account, {"disabled": False})
    return any(Role.GLOBAL_ADMINISTRATOR.value in each.roles for each in found)


def first_administrator(ledger: Ledger, passwords: Passwords, by: Actor) -> str:
    """Make an administrator where there is none; its one-time password, or nothing where there is one already.

    Raises:
        Taken: there is an account of that name, of other roles or disabled.
    """
    if administered(ledger.database):
        return ""
    if find_account(ledger, FIRST):
        raise Taken(f"Nobody may administer accounts, and {FIRST} is an account already", next_step=_PROMOTE)
    password = one_time()
    values = {"name": FIRST, "display": "First administrator", "roles": [Role.GLOBAL_ADMINISTRATOR.value]}
    ledger.create(by, Account, {**values, "password": passwords.hash(password), "must_change": True})
    return password


def add_account(ledger: Ledger, passwords: Passwords, by: Actor, new: AccountNew) -> tuple[Account, str]:
    """Make an account; gives it with the one-time password of a person, or nothing where one was given.

    Raises:
        Taken: the name is or was in use.
        BadInput: roles, purpose and kind do not go together.
    """
    person = new.holder is AccountKind.PERSON
    _check_roles(new.holder, new.roles)
    if person == (new.purpose is not None):
        raise BadInput("A service account has a purpose, and nobody else has one", next_step=_purposes())
    given = new.password.get_secret_value() if new.password else ""
    password = given or (one_time() if person else "")
    values = {
        "name": new.name,
        "display": new.display,
        "holder": new.holder,
        "purpose": new.purpose.value if new.purpose else "",
        "roles": _names(new.roles),
        "password": passwords.hash(password) if password else None,
        "must_change": person,
    }
    return ledger.create(by, Account, values), "" if given else password


def change_account(ledger: Ledger, by: Actor, id_: str, change: AccountChange) -> Account:
    """Change name to show, roles or state. Who is disabled or must change the password is logged out everywhere.

    Raises:
        Refused: nobody could administer accounts any more.
        Clash: somebody changed it first.
    """
    account = ledger.get(Account, id_)
    changes = dict(change.changes)
    if "roles" in changes:
        _check_roles(account.holder, changes["roles"])
        changes["roles"] = _names(changes["roles"])
    held = _all_living(ledger, id_) if changes.get("disabled") else []
    guard = _last_administrator(ledger, id_, changes)

    def work(unit: Unit) -> Account:
        guard(unit)
        changed = unit.edit(Account, id_, change.version, changes, reason=change.reason)
        _revoke(unit, held)
        return changed

    return ledger.apply(by, work)


def remove_account(ledger: Ledger, by: Actor, id_: str, removal: Removal) -> Account:
    """Hide an account; its name is never given again.

    Raises:
        Refused: it is not disabled.
    """

    def work(unit: Unit) -> Account:
        if not unit.get(Account, id_).disabled:
            raise Refused("An account is removed after it was disabled", next_step="Disable it first.")
        return unit.remove(Account, id_, removal.version, reason=removal.reason)

    return ledger.apply(by, work)


def new_password(ledger: Ledger, passwords: Passwords, by: Actor, id_: str, *, reason: str = "") -> str:
    """Give a person a new one-time password and end all log-ins and tokens; the password."""
    account = ledger.get(Account, id_)
    if account.holder is not AccountKind.PERSON:
        raise Refused("A service account has no password", next_step="Give it a token.")
    password = one_time()
    set_password(ledger, by, account, passwords.hash(password), must_change=True, reason=reason)
    return password


def own_password(ledger: Ledger, passwords: Passwords, by: Actor, id_: str, words: tuple[str, str]) -> None:
    """Change one's own password from the first of two words to the second; other log-ins and all tokens end.

    Raises:
        Refused: the old password is not the one, or the new one is no better.
        BadInput: the new one is too short.
    """
    account, (old, new) = ledger.get(Account, id_), words
    if not passwords.fits(account.password, old):
        ledger.record(by, "password.refused", ("account", id_))
        raise Refused("The old password is another one", next_step="Type it again.")
    if new == old or folded_name(account.name) in folded_name(new):
        raise Refused("The new password is the old one or holds the name", next_step="Take another one.")
    set_password(ledger, by, account, passwords.hash(new), must_change=False)


def set_password(
    ledger: Ledger, by: Actor, account: Account, hashed: str, *, must_change: bool, reason: str = ""
) -> None:
    """Write a password's hash; log-ins but that of ``by``, and tokens, end with it."""
    held = _all_living(ledger, account.id)

    def work(unit: Unit) -> None:
        version = unit.get(Account, account.id).version
        unit.edit(Account, account.id, version, {"password": hashed, "must_change": must_change}, reason=reason)
        _revoke(unit, [each for each in held if each.id != by.session])

    ledger.apply(by, work)


def begin_session(ledger: Ledger, by: Actor, account: Account, lasts: timedelta, instead_of: str = "") -> str:
    """A new log-in of a browser, whose secret is given; the one it had before (by its secret) ends."""
    secret, old = new_secret(), _of_secret(ledger, LoginSession, instead_of)

    def work(unit: Unit) -> None:
        values = {"account_id": account.id, "digest": digest_of(secret), "address": by.address}
        unit.create(LoginSession, {**values, "expires_at": unit.at + lasts, "last_used_at": unit.at})
        _revoke(unit, old)

    ledger.apply(by, work)
    return secret


def make_token(ledger: Ledger, by: Actor, account: Account, new: TokenNew) -> tuple[Token, str]:
    """A token and its secret, which is nowhere else.

    Raises:
        Refused: a person's account asks for a worker's or monitor's token, or a service account for another one.
    """
    purpose = next((each for each in Purpose if each.value == account.purpose), None)
    wanted = _OWN_PURPOSES.get(purpose) if purpose else None
    if account.holder is AccountKind.SERVICE and new.purpose is not wanted:
        raise Refused(f"A token of this account is for a {wanted or 'purpose it does not have'}")
    if account.holder is AccountKind.PERSON and new.purpose not in (TokenPurpose.CLI, TokenPurpose.KERNEL):
        raise Refused(f"A token for a {new.purpose} is of a service account", next_step="Make one, and a token of it.")
    secret = new_secret()
    values = {
        "account_id": account.id,
        "digest": digest_of(secret),
        "name": new.name,
        "purpose": new.purpose,
        "activities": sorted(each.value for each in new.activities),
        "expires_at": datetime.now(UTC) + timedelta(seconds=new.seconds),
    }
    return ledger.create(by, Token, values), secret


def make_service_token(ledger: Ledger, by: Actor, id_: str, new: TokenNew) -> tuple[Token, str]:
    """A token of a service account, made by whoever manages accounts.

    Raises:
        Refused: the account is a person's.
    """
    account = ledger.get(Account, id_)
    if account.holder is not AccountKind.SERVICE:
        raise Refused("Tokens of people are made by themselves", next_step="They log in: workbench login")
    return make_token(ledger, by, account, new)


def revoke(ledger: Ledger, by: Actor, kind: type[S], id_: str) -> S:
    """End a session or token; one that has ended stays as it is."""

    def work(unit: Unit) -> S:
        held = unit.get(kind, id_)
        return held if held.revoked_at else unit.edit(kind, id_, held.version, {"revoked_at": unit.at})

    return ledger.apply(by, work)


def _of_secret(ledger: Ledger, kind: type[S], secret: str) -> list[S]:
    if not secret:
        return []
    return ledger.find(kind, Search({"digest": digest_of(secret), "revoked_at": None}, limit=1))


def _all_living(ledger: Ledger, account: str) -> "list[LoginSession | Token]":
    sessions: list[LoginSession | Token] = [*_living(ledger, LoginSession, account)]
    return sessions + _living(ledger, Token, account)


def _living(ledger: Ledger, kind: type[S], account: str) -> list[S]:
    """Sessions or tokens that have not been ended."""
    return _every(ledger.find, kind, {"account_id": account, "revoked_at": None})


def _every(page_of: "Callable[[type[R], Search], list[R]]", kind: type[R], where: Mapping[str, object]) -> list[R]:
    """All rows that match, page by page."""
    found: list[R] = []
    while page := page_of(kind, Search(where, limit=_MOST, offset=len(found))):
        found += page
    return found


def _revoke(unit: Unit, held: Iterable[LoginSession | Token]) -> None:
    for each in held:
        now = unit.get(type(each), each.id)
        if now.revoked_at is None:
            unit.edit(type(each), each.id, now.version, {"revoked_at": unit.at})


def _check_roles(holder: AccountKind, roles: Sequence[Role]) -> None:
    if Role.SERVICE in roles or (holder is AccountKind.SERVICE and roles):
        raise BadInput("A service account has a purpose in place of roles", next_step=_purposes())


def _last_administrator(ledger: Ledger, id_: str, changes: dict[str, object]) -> Callable[[Unit], None]:
    """Looks, in the transaction itself, whether somebody could still administer accounts after a change."""
    whole = Role.GLOBAL_ADMINISTRATOR.value
    roles = changes.get("roles")
    stays = not changes.get("disabled") and (not isinstance(roles, list) or whole in roles)
    others = [] if stays else [each.id for each in _every(ledger.find, Account, {"disabled": False})]

    def look(unit: Unit) -> None:
        if stays or whole not in unit.values(Account, id_)["roles"]:
            return
        rows = [unit.values(Account, each) for each in others if each != id_]
        if not any(whole in row["roles"] and not row["disabled"] and row["password"] for row in rows):
            raise Refused("This is the last Global Administrator", next_step="Give another account that role first.")

    return look


def _names(roles: Iterable[Role]) -> list[str]:
    order = list(Role)
    return [role.value for role in sorted(set(roles), key=order.index)]


def _purposes() -> str:
    return f"Purposes: {', '.join(Purpose)}."
