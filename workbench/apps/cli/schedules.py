"""``schedules``: playbooks that run by themselves: ``add``, ``list``, ``pause``, ``resume``, ``remove``."""

from typing import Annotated

import typer

from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, json_text, listing
from workbench.base.config import find_workspace
from workbench.base.errors import BadParameter, UnknownName
from workbench.ledger.api import Removal, ScheduleChange, ScheduleHeld, ScheduleNew
from workbench.ledger.client import Client, connect
from workbench.ledger.models.words import MissedPolicy

app = typer.Typer(help="Playbooks that run by themselves: add, list, pause, resume, remove.", no_args_is_help=True)

_COLUMNS = ("name", "playbook", "cron", "time zone", "state", "missed", "next tick")
NameArgument = Annotated[str, typer.Argument(help="Name of the schedule.", metavar="NAME")]


@app.command()
def add(
    context: typer.Context,
    name: NameArgument,
    playbook: Annotated[str, typer.Argument(help="A playbook; see: workbench playbook list")],
    cron: Annotated[str, typer.Argument(help="Minute, hour, day, month, weekday, such as '30 6 * * mon-fri'.")],
    zone: Annotated[str, typer.Option(help="Time zone, such as Europe/Berlin.")] = "UTC",
    missed: Annotated[MissedPolicy, typer.Option(help="What becomes of ticks that were missed.")] = MissedPolicy.SKIP,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", help="NAME=VALUE; may be repeated.")
    ] = None,
) -> None:
    """Have a playbook run by itself."""
    given = dict(map(_pair, parameter or []))
    new = ScheduleNew(name=name, playbook=playbook, parameters=given, cron=cron, time_zone=zone, missed=missed)
    with connect(find_workspace(context.obj)) as client:
        made = client.add_schedule(new)
    say(f"Schedule {made.name}: next tick {_moment(made)} UTC.")


@app.command("list")
def list_(
    context: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")] = Format.table,
) -> None:
    """List schedules with their next ticks (UTC)."""
    with connect(find_workspace(context.obj)) as client:
        held = client.schedules(limit=1000).items
    if form is Format.json:
        typer.echo(json_text([each.model_dump(mode="json") for each in held], indent=1))
        return
    listing([_row(each) for each in held], _COLUMNS, form, empty="Nothing runs by itself.")


@app.command()
def pause(context: typer.Context, name: NameArgument) -> None:
    """Have a schedule ask for nothing until it is resumed."""
    _switch(context, name, enabled=False)


@app.command()
def resume(context: typer.Context, name: NameArgument) -> None:
    """Go on with the next tick; what was missed while it was paused is not made up for."""
    _switch(context, name, enabled=True)


@app.command()
def remove(context: typer.Context, name: NameArgument) -> None:
    """Remove a schedule."""
    with connect(find_workspace(context.obj)) as client:
        held = _named(client, name)
        client.remove_schedule(held.id, Removal(version=held.version))
    say(f"Schedule {name} is removed.")


def _switch(context: typer.Context, name: str, *, enabled: bool) -> None:
    with connect(find_workspace(context.obj)) as client:
        held = _named(client, name)
        made = client.change_schedule(held.id, ScheduleChange(version=held.version, enabled=enabled))
    say(f"Schedule {made.name}: next tick {_moment(made)} UTC." if enabled else f"Schedule {made.name} is paused.")


def _named(client: Client, name: str) -> ScheduleHeld:
    known = {each.name: each for each in client.schedules(limit=1000).items}
    if name not in known:
        raise UnknownName("schedule", name, known)
    return known[name]


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadParameter(f"{text!r} is not NAME=VALUE", next_step="Write for instance -p span=7d.")
    return name.strip(), value


def _moment(held: ScheduleHeld) -> str:
    return held.next_tick_at.strftime("%Y-%m-%d %H:%M") if held.next_tick_at else ""


def _row(held: ScheduleHeld) -> dict[str, object]:
    return {
        "name": held.name,
        "playbook": held.playbook,
        "cron": held.cron,
        "time zone": held.time_zone,
        "state": "active" if held.enabled else "paused",
        "missed": held.missed.value,
        "next tick": _moment(held),
    }
