"""The control service and one's own log-in: ``serve``, ``login``, ``logout``, ``whoami``."""

import platform
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from workbench.apps import service
from workbench.apps.cli.ends import say
from workbench.base.config import Workspace, find_workspace
from workbench.base.errors import Denied, ServiceDown, WorkbenchError
from workbench.ledger import client
from workbench.ledger.api import TokenNew

_A_DAY = 24 * 3600


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on; this machine's own by default.")] = "",
    port: Annotated[int | None, typer.Option(help="Port; any free one by default.", min=0, max=65535)] = None,
    socket: Annotated[Path | None, typer.Option(help="Listen on this socket file instead.")] = None,
    origin: Annotated[
        list[str] | None, typer.Option(help="A page of yours elsewhere that may ask, as its origin.")
    ] = None,
) -> None:
    """Serve the control service until Ctrl-C. Accounts, decisions, their trail, and runs go through it."""
    workspace = find_workspace(context.obj)
    listen = service.Listen(host, port, socket, tuple(origin or ()))

    def told(address: str) -> None:
        typer.echo(f"Control service  {address}")
        sys.stdout.flush()
        if not service.administered(workspace):
            init = shlex.join(["workbench", "--home", str(workspace.home), "init"])
            say(f"Nobody can administer accounts yet: stop this, then {init}")

    service.serve(workspace, listen, told)
    say("Stopped.")


def login(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="Name of the account; asked for where it is missing.")] = "",
    days: Annotated[int, typer.Option(help="Days the token is good for.", min=1, max=366)] = 30,
    token: Annotated[str, typer.Option(help="Store this token instead; - reads it from standard input.")] = "",
) -> None:
    """Log in: a token of yours is stored in your configuration folder. It is for this workspace."""
    workspace = find_workspace(context.obj)
    secret = _given(token) or _new_token(workspace, name, days)
    with client.connect(workspace, secret) as asked:
        who = asked.me()
    path = client.remember(workspace, secret)
    say(f"Logged in as {who.name} ({', '.join(who.roles) or 'no roles'}). The token is in {path}.")


def logout(context: typer.Context) -> None:
    """Revoke the stored token and forget it."""
    workspace = find_workspace(context.obj)
    try:
        with client.connect(workspace) as asked:
            asked.log_out()
    except ServiceDown:
        say("The service does not run: the token is forgotten here, and good until it ends or is revoked.")
    except Denied:
        say("The token was no good any more.")
    said = "Logged out." if client.forget(workspace) else "No token was stored."
    say(said)


def whoami(context: typer.Context) -> None:
    """Say who the stored token is of, and what it may do."""
    with client.connect(find_workspace(context.obj)) as asked:
        me = asked.me()
    typer.echo(f"{me.name}: {', '.join(me.roles) or 'no roles'}")
    for activity in me.activities:
        typer.echo(f"  {activity}")


def _given(word: str) -> str:
    return sys.stdin.readline().strip() if word == "-" else word


def _new_token(workspace: Workspace, name: str, days: int) -> str:
    found = client.find_service(workspace)
    if found is None:
        raise ServiceDown("No control service runs for this workspace", next_step="Start it: workbench serve")
    given = name or typer.prompt("Name", err=True)
    password = typer.prompt("Password", hide_input=True, err=True)
    trust = client.trust_of(workspace)
    with client.LogIn(found.address, given, password, trust=trust) as session:
        if session.who.must_change:
            _change(session, password)
        new = TokenNew(name=f"command line on {platform.node()}"[:200], seconds=days * _A_DAY)
        return session.make_token(new).secret


def _change(session: "client.LogIn", old: str) -> None:
    """The one-time password serves once: ask for another until one is good."""
    say("The password you were given serves once. Choose your own: at least 12 characters.")
    while True:
        new = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
        try:
            session.change_password(old, new)
        except WorkbenchError as error:
            say(str(error))
        else:
            return
