"""Dated reference data: ``lookups list``, ``show``, ``refresh``, ``remove``, and ``pin``, ``pins``, ``unpin``."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, FormatOption, counted, listing, reaching
from workbench.base.config import find_workspace
from workbench.base.errors import BadInput
from workbench.base.render import terminal
from workbench.events.lookups import Lookups, Match
from workbench.events.lookups.about import STALE, About
from workbench.events.lookups.feeds import FOLDER, Feeds, pin, unpin
from workbench.events.lookups.refresh import Refreshed, refresh, remove

app = typer.Typer(help="Dated lists that the product judges by, and files that queries may read.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="Name of the list.")]

_COLUMNS = ("name", "rows", "date", "age", "state", "origin", "match", "licence", "source")


@app.command("list")
def list_(context: typer.Context, form: FormatOption = Format.table) -> None:
    """List the lists within reach: rows, date, age in days, licence, source, and whether they ship or are our own."""
    table = Lookups(find_workspace(context.obj).lookups).table(datetime.now(UTC).date())
    rows = [{**row, "state": _state(row)} for row in table.to_dicts()]
    if form is Format.json:
        listing(rows, (), form, empty="")
    else:
        listing([{name: row[name] for name in _COLUMNS} for row in rows], _COLUMNS, form, empty="")
        say(
            f"Called old after {STALE[Match.cidr]} days (addresses, suffixes), {STALE[Match.domain]} (hosts, patterns) "
            f"or {STALE[Match.pairs]} (brands)."
        )


def _state(row: dict[str, object]) -> str:
    if row["fault"]:
        return f"cannot be read: {row['fault']}"
    if row["origin"] == "missing":
        return "not supplied"
    return "old" if row["stale"] else "good"


@app.command()
def show(
    context: typer.Context, name: NameArgument, value: Annotated[str, typer.Argument(help="Value to ask for.")]
) -> None:
    """Say whether a list holds a value, and by which entry."""
    held = Lookups(find_workspace(context.obj).lookups).lookup(name)
    found = held.of(value)
    age = held.about.age(datetime.now(UTC).date())
    whence = f"{held.origin}, of {held.about.date}, {counted(age, 'day')} old" if age is not None else held.origin
    said = "does not hold" if found is None else f"holds ({terminal(found)})"
    typer.echo(f"{terminal(name)} {said} {terminal(value)}")
    say(f"{terminal(held.about.title)}; matched as {held.about.match}; {whence}")


@app.command("refresh")
def refresh_(
    context: typer.Context,
    name: NameArgument,
    file: Annotated[Path, typer.Argument(help="Plain text, CSV, MISP warning list, table of ranges.")],
    match: Annotated[Match | None, typer.Option(help="How entries are meant, where the list is new.")] = None,
    licence: Annotated[str, typer.Option(help="Licence of the file, to be kept with it.")] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Take it though it has fewer than half the rows of before.")
    ] = False,
) -> None:
    """Take a newer list, or one of our own, from a file. It is checked as a whole before it counts."""
    folder = find_workspace(context.obj).lookups
    with reaching(folder, "written"):
        done = refresh(folder, name, file, match=match, licence=licence, shrinking=yes)
    for line in summary(done):
        say(line)


def summary(done: Refreshed) -> list[str]:
    """What a refresh did, in a few lines."""
    was = f"{_told(done.before)} before" if done.before else "new"
    lines = [f"{done.name}: {_told(done.after)} now, {was}; matched as {done.after.match}"]
    if done.repeated:
        lines.append(f"  {done.repeated:,} repeated and left out")
    if done.refusals:
        lines.append(f"  {done.refusals:,} refused:")
        lines += [f"    {terminal(entry, 60)} {why}" for entry, why in done.refused.items()]
    return lines


def _told(said: About) -> str:
    return f"{'?' if said.rows is None else counted(said.rows, 'row')} of {said.date or 'an unknown day'}"


@app.command("remove")
def remove_(context: typer.Context, name: NameArgument) -> None:
    """Remove a list of our own; one that ships under the same name counts again."""
    shipped = remove(find_workspace(context.obj).lookups, name)
    say(f"{name}: removed. {'The shipped list counts again.' if shipped else 'No list of that name is left.'}")


@app.command("pin")
def pin_(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="As queries name it: a URL of externaldata, or watchlist:NAME.")],
    file: Annotated[Path, typer.Argument(help="The file that counts as its content.")],
    of: Annotated[str | None, typer.Option("--date", help="Day its content is of; else the file's own.")] = None,
) -> None:
    """Keep a copy of a file for queries that name its address. Nothing is fetched; an earlier pin is replaced."""
    folder = find_workspace(context.obj).lookups / FOLDER
    with reaching(folder, "written"):
        made = pin(folder, address, file, now=datetime.now(UTC), of=_day(of) if of else None)
    say(f"{terminal(made.address)}: {terminal(made.told())}")


@app.command()
def pins(context: typer.Context, form: FormatOption = Format.table) -> None:
    """List the pinned files: address, file, date, size, digest, and when each was pinned."""
    rows = [asdict(each) for each in Feeds(find_workspace(context.obj).lookups / FOLDER).pins()]
    listing(rows, ("address", "name", "date", "size", "sha256", "pinned"), form, empty="No file is pinned.")


@app.command("unpin")
def unpin_(context: typer.Context, address: Annotated[str, typer.Argument(help="Address of the pin.")]) -> None:
    """Remove a pinned file."""
    gone = unpin(find_workspace(context.obj).lookups / FOLDER, address)
    say(f"{terminal(gone.address)}: removed.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text[:40]!r} is no day", next_step="Write it as 2026-09-14.") from None
