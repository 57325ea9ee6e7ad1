"""Accounts: ``users add``, ``roles``, ``disable``, ``enable``, ``list``, ``password``, ``token``."""

from collections.abc import Iterable
from typing import Annotated, TypeVar

import typer

from workbench.apps import service
from workbench.apps.cli.asked import asked
from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, listing
from workbench.base.access import Purpose, Role
from workbench.base.config import find_workspace
from workbench.base.errors import UnknownName
from workbench.ledger.api import AccountChange, AccountHeld, AccountMade, AccountNew, TokenNew
from workbench.ledger.models.words import AccountKind, TokenPurpose

app = typer.Typer(
    help="Accounts and their roles: add, roles, disable, enable, list, password, token.", no_args_is_help=True
)

_COLUMNS = ("name", "display", "roles", "state", "changed")
N = TypeVar("N", Role, Purpose)
_PAGE = 500
_A_DAY = 24 * 3600
NameArgument = Annotated[str, typer.Argument(help="Name of the account.", metavar="NAME")]
ReasonOption = Annotated[str, typer.Option(help="Why, for the audit.")]
_PURPOSES = {Purpose.PLAYBOOK_WORKER: TokenPurpose.WORKER, Purpose.MONITOR: TokenPurpose.MONITOR}


@app.command()
def add(
    context: typer.Context,
    name: NameArgument,
    role: Annotated[list[str] | None, typer.Option(help="A role; may be given several times.")] = None,
    display: Annotated[str, typer.Option(help="Name to show.")] = "",
    purpose: Annotated[str, typer.Option("--service", help="Make a service account for this purpose.")] = "",
) -> None:
    """Make an account, and print its one-time password once."""
    what = _named("purpose", purpose, Purpose) if purpose else None
    holder = AccountKind.SERVICE if what else AccountKind.PERSON
    values = {"name": name, "display": display, "holder": holder, "purpose": what, "roles": _roles(role or [])}
    new = asked(AccountNew, values)
    with service.at_hand(find_workspace(context.obj)) as people:
        _told(people.add_account(new))


@app.command()
def roles(
    context: typer.Context,
    name: NameArgument,
    role: Annotated[list[str] | None, typer.Argument(help="All roles it shall have; none takes all.")] = None,
    reason: ReasonOption = "",
) -> None:
    """Give an account these roles and no others; it acts at once."""
    wanted = _roles(role or [])
    with service.at_hand(find_workspace(context.obj)) as people:
        held = people.account(name)
        changed = people.change_account(held.id, _change(held, roles=wanted, reason=reason))
    say(f"{changed.name}: {', '.join(changed.roles) or 'no roles'}")


@app.command()
def disable(context: typer.Context, name: NameArgument, reason: ReasonOption = "") -> None:
    """Disable an account: its log-ins and tokens end at once."""
    _state(context, name, reason, disabled=True)


@app.command()
def enable(context: typer.Context, name: NameArgument, reason: ReasonOption = "") -> None:
    """Enable an account again."""
    _state(context, name, reason, disabled=False)


@app.command("list")
def list_(
    context: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")] = Format.table,
) -> None:
    """List accounts with their roles."""
    found: list[AccountHeld] = []
    with service.at_hand(find_workspace(context.obj)) as people:
        while page := people.accounts(limit=_PAGE, offset=len(found)).items:
            found += page
    rows = [each.model_dump(mode="json") if form is Format.json else _row(each) for each in found]
    columns = tuple(AccountHeld.model_fields) if form is Format.json else _COLUMNS
    listing(rows, columns, form, empty="There are no accounts. Make the first: workbench init")


@app.command()
def password(context: typer.Context, name: NameArgument) -> None:
    """Give a person a new one-time password, and print it once; log-ins and tokens end."""
    with service.at_hand(find_workspace(context.obj)) as people:
        _told(people.new_password(people.account(name).id))


@app.command()
def token(
    context: typer.Context,
    name: NameArgument,
    days: Annotated[int, typer.Option(help="Days it is good for.", min=1, max=366)] = 90,
) -> None:
    """Make a token of a service account, and print it once."""
    with service.at_hand(find_workspace(context.obj)) as people:
        held = people.account(name)
        purpose = next((kind for each, kind in _PURPOSES.items() if each.value == held.purpose), TokenPurpose.CLI)
        made = people.make_service_token(held.id, TokenNew(name=name, purpose=purpose, seconds=days * _A_DAY))
    say(f"Token of {held.name}, printed this once:")
    typer.echo(made.secret)


def _state(context: typer.Context, name: str, reason: str, *, disabled: bool) -> None:
    with service.at_hand(find_workspace(context.obj)) as people:
        held = people.account(name)
        people.change_account(held.id, _change(held, disabled=disabled, reason=reason))
    say(f"{held.name} is {'disabled' if disabled else 'enabled'}.")


def _change(held: AccountHeld, **changes: object) -> AccountChange:
    return asked(AccountChange, {"version": held.version, **changes})


def _told(made: AccountMade) -> None:
    account = made.account
    say(f"{account.name}: {', '.join(account.roles) or account.purpose or 'no roles'}")
    if made.password:
        say("One-time password, printed this once and to be changed at the first log-in:")
        typer.echo(made.password)


def _row(account: AccountHeld) -> dict[str, object]:
    state = "disabled" if account.disabled else "one-time password" if account.must_change else "active"
    held = ", ".join(account.roles) or (f"service: {account.purpose}" if account.purpose else "none")
    changed = f"{account.updated_at:%Y-%m-%d %H:%M} by {account.updated_by}"
    return {"name": account.name, "display": account.display, "roles": held, "state": state, "changed": changed}


def _roles(names: Iterable[str]) -> list[Role]:
    return [_named("role", name, [role for role in Role if role is not Role.SERVICE]) for name in names]


def _named(kind: str, name: str, known: Iterable[N]) -> N:
    """A role or purpose by its name, in any case, with dashes for blanks."""
    folded = name.casefold().replace("-", " ").replace("_", " ")
    for each in known:
        if each.value.casefold() == folded:
            return each
    words = [each.value for each in known]
    unknown = UnknownName(kind, name[:80], words)
    unknown.next_step = unknown.next_step or f"It is one of: {', '.join(words)}."
    raise unknown
