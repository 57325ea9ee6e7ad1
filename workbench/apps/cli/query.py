"""``query`` and ``kql check``: ask in KQL from the shell."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from io import BytesIO, StringIO
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from pydantic import ValidationError

from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, counted, json_text, listing, reaching, table
from workbench.apps.session import Workbench
from workbench.apps.session.encoded import CHANGES, Form, encoded
from workbench.apps.session.queries import named, save, table_of, taken, track, untrack
from workbench.base.config import Workspace, find_workspace
from workbench.base.errors import BadInput, Clash, LimitReached, NotFound, UnknownName, WorkbenchError
from workbench.base.render import csv_cell, terminal
from workbench.base.span import Span, length_text, parse_instant, parse_span
from workbench.events.query import Limits, Result, StoreCatalog, ask, bind, explain, looking, parse
from workbench.events.query.limits import as_options
from workbench.ledger.api import TrackedQueryHeld, TrackedQueryNew
from workbench.ledger.client import connect

ROWS_FOR_PEOPLE = 200
CHECK_LIMITS = Limits(rows=100_000, seconds=120, memory_mb=4096)
"""Limits of one query of ``kql check --run``."""

kql = typer.Typer(help="Check KQL.", no_args_is_help=True)


class Rows(StrEnum):
    """How the rows of an answer are written."""

    table = "table"
    json = "json"
    ndjson = "ndjson"
    csv = "csv"
    parquet = "parquet"


_ENDINGS = {"": Rows.table, ".txt": Rows.table, **{f".{each}": each for each in Rows if each is not Rows.table}}


def query(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="KQL; - reads it from standard input.", metavar="KQL")],
    span: Annotated[str | None, typer.Option(help="7d, 24h, or FROM..TO; all that is held by default.")] = None,
    now: Annotated[str | None, typer.Option(help='What "now" means, as an ISO instant.')] = None,
    form: Annotated[
        Rows | None, typer.Option("--format", help="How rows are written; by the ending of FILE, else as a table.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.", metavar="FILE")] = None,
    rows: Annotated[int, typer.Option(help="Most rows of an answer.", min=1)] = 100_000,
    seconds: Annotated[float, typer.Option(help="Longest time a query may take.", min=0.1)] = 300,
    memory: Annotated[int, typer.Option(help="Most memory a query may take, in MB.", min=64)] = 4096,
    plain: Annotated[
        bool, typer.Option("--no-accelerators", help="Scan: no indexes, no counts. The answer is the same.")
    ] = False,
    explained: Annotated[
        bool, typer.Option("--explain", help="Show the plan and what is pushed down to the tables; nothing is run.")
    ] = False,
    measured: Annotated[bool, typer.Option("--explain-run", help="The same, after running it: rows and time.")] = False,
    keep: Annotated[
        str | None, typer.Option("--save", help="Keep it at the service under this name.", metavar="NAME")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="With --save: in place of the one of that name.")] = False,
    saved: Annotated[bool, typer.Option("--saved", help="KQL is the name of a saved query, which is asked.")] = False,
) -> None:
    """Ask a question in KQL. Rows go to standard output or a file; a bad query exits with status 2."""
    workbench = Workbench(find_workspace(context.obj))
    catalog = workbench.catalog
    if plain:
        catalog = StoreCatalog(workbench.store, accelerators=False, reference=workbench.workspace.lookups)
    moment = parse_instant(now) if now else workbench.now
    question, window = sys.stdin.read() if text == "-" else text, _window(span, moment)
    if saved:
        held = _saved(workbench, text)
        question, window = held.kql, window or _window(held.span or None, moment)
    limits, written = Limits(rows=rows, seconds=seconds, memory_mb=memory), form or by_ending(output)
    new = None if keep is None else _new(workbench, keep, question, span or "", replace=replace)
    with _own_advice():
        if explained or measured:
            _explain(catalog, question, (moment, window), limits if measured else None)
            return
        answer = ask(catalog, question, now=moment, span=window, limits=limits)
    write(answer, written, output)
    for note in answer.notes:
        say(terminal(as_options(note)))
    if not answer.frame.height:
        say(_emptiness(workbench, answer))
    if new is not None:
        _keep(workbench, save, new, replace=replace)
        say(f"Saved as {terminal(new.name)}.")


def _explain(catalog: StoreCatalog, text: str, when: tuple[datetime, Span | None], limits: Limits | None) -> None:
    (now, span), query = when, parse(text)
    look = looking(query, catalog, now=now, span=span, limits=limits) if limits else None
    said = explain(bind(query, catalog, now=now, look=look), catalog, span=span, limits=limits)
    typer.echo("\n".join(terminal(line, len(line)) for line in said.text.splitlines()))


def _saved(workbench: Workbench, name: str) -> TrackedQueryHeld:
    """The saved query of a name."""
    try:
        with connect(workbench.workspace) as client:
            return named(client, name)
    except UnknownName as error:
        advice = f"{error.next_step} List all: workbench kql saved".strip()
        raise BadInput(error.what, next_step=advice) from error


def _new(workbench: Workbench, name: str, text: str, span: str, *, replace: bool) -> TrackedQueryNew:
    """The query to save, once it is known that nothing speaks against it: so before it is asked."""
    if not name.strip():
        raise BadInput("--save needs a name", next_step="workbench query KQL --save NAME")
    try:
        new = TrackedQueryNew(name=name, kql=text, span=span)
    except ValidationError as error:
        raise BadInput(f"This query cannot be saved: {error.errors()[0]['msg']}") from None
    _keep(workbench, taken, new, replace=replace)
    return new


def _keep(workbench: Workbench, how: Callable[..., object], new: TrackedQueryNew, *, replace: bool) -> None:
    """Save a question, or see whether it can be; where another has its name, both are shown."""
    try:
        with connect(workbench.workspace) as client:
            how(client, new, replace=replace)
    except Clash as clash:
        for whose, held in (("Saved", clash.theirs), ("Yours", clash.mine)):
            say(f"{whose}:\n" + "\n".join(f"  {terminal(line, len(line))}" for line in str(held["kql"]).splitlines()))
        raise BadInput(clash.what, next_step="Take another name, or add --replace.") from clash


@kql.command("saved")
def list_saved(
    context: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")] = Format.table,
) -> None:
    """List saved queries. Ask one: workbench query NAME --saved."""
    with connect(find_workspace(context.obj)) as client:
        held = table_of(client)
    listing(held.to_dicts(), held.columns, form, empty="No query is saved. workbench query KQL --save NAME")


@kql.command("track")
def track_saved(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of a saved query; see: workbench kql saved", metavar="NAME")],
    every: Annotated[str, typer.Option(help="15m, 1h, 6h, 1d, or a cron expression in UTC.")] = "1h",
    stop: Annotated[bool, typer.Option("--stop", help="Have it asked no more.")] = False,
) -> None:
    """Have the service ask a saved query by itself, and note how many rows it has."""
    with connect(find_workspace(context.obj)) as client:
        if stop:
            gone = untrack(client, name)
            say(f"{terminal(name)} is asked no more." if gone else f"{terminal(name)} was not tracked.")
            return
        made = track(client, name, every)
    tick = f"; next at {made.next_tick_at:%Y-%m-%d %H:%M} UTC" if made.next_tick_at else ""
    say(f"{terminal(name)} is tracked{tick}.")


@kql.command("check")
def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help='Lines of {"id": ..., "query": ...}; - reads standard input.')],
    execute: Annotated[bool, typer.Option("--run", help="Run the queries too.")] = False,
) -> None:
    """Read queries and say of each whether it parses, binds and (with --run) runs, with its result columns."""
    workbench = Workbench(_workspace_or_none(context.obj))
    for number, line in enumerate(_lines(file), start=1):
        if line.strip():
            typer.echo(json_text(_checked(workbench, number, line, execute=execute)))


def _checked(workbench: Workbench, number: int, line: str, *, execute: bool) -> dict[str, object]:
    try:
        item = json.loads(line)
        identity, text = item.get("id", number), str(item["query"])
    except (ValueError, KeyError, AttributeError):
        error = f'Line {number} is not {{"id": ..., "query": ...}}'
        return {"id": None, "ok": False, "stage": "read", "error": error, "columns": None, "ms": 0.0}
    return _verdict(workbench, identity, text, execute=execute)


def _verdict(workbench: Workbench, identity: object, text: str, *, execute: bool) -> dict[str, object]:
    stage, started = "parse", time.perf_counter()
    columns: list[list[str]] | None = None
    error = ""
    try:
        tree = parse(text)
        stage = "bind"
        plan = bind(tree, workbench.catalog, now=workbench.now)
        columns = [[name, kind] for name, kind in plan.columns]
        if execute:
            stage = "run"
            workbench.run(plan, limits=CHECK_LIMITS)
        stage = ""
    except WorkbenchError as fault:
        error = str(fault)
    took = round((time.perf_counter() - started) * 1000, 3)
    return {"id": identity, "ok": not error, "stage": stage, "error": error, "columns": columns, "ms": took}


def _lines(file: Path) -> Iterator[str]:
    if str(file) == "-":
        yield from sys.stdin
        return
    with reaching(file, "read"):
        content = file.read_bytes()
    try:
        yield from content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not UTF-8 text: {error.reason} at byte {error.start}") from None


def _workspace_or_none(home: str | None) -> Workspace:
    """The workspace; where none is named and none is here, queries are checked against the declared tables, empty."""
    try:
        return find_workspace(home)
    except NotFound:
        if home:
            raise
        return Workspace(Path("nowhere"))


def _window(span: str | None, now: datetime) -> Span | None:
    return parse_span(span, now) if span else None


def by_ending(output: Path | None) -> Rows:
    """How rows are written into a file of that name; as a table without one.

    Raises:
        BadInput: the ending is that of something else, such as a workbook of a spreadsheet.
    """
    ending = output.suffix.lower() if output else ""
    if ending not in _ENDINGS:
        advice = "Name the file .csv, .json, .ndjson, .parquet or .txt, or say how: --format csv."
        raise BadInput(f"Rows cannot be written as {ending}", next_step=advice)
    return _ENDINGS[ending]


@contextmanager
def _own_advice() -> Iterator[None]:
    try:
        yield
    except LimitReached as error:
        raise LimitReached(error.what, where=error.where, next_step=as_options(error.next_step)) from error


def _emptiness(workbench: Workbench, answer: Result) -> str:
    """No rows, said with what may be the cause: the window lies beside the events."""
    newest = workbench.store.newest(answer.now)
    if answer.span is None:
        return "0 rows." if newest else "0 rows: nothing was imported yet. workbench import FILE_OR_FOLDER"
    held = f"; the newest event held is of {newest:%Y-%m-%d %H:%M} UTC" if newest else ""
    return f"0 rows: the window is {answer.span}{held}."


def write(answer: Result, form: Rows, output: Path | None) -> None:
    """Write the rows of an answer to a file, or to standard output where none is named."""
    if output is not None:
        with reaching(output, "written"):
            output.write_bytes(_encoded(answer, form))
        say(f"{counted(answer.frame.height, 'row')} written to {output}")
    elif form is Rows.table:
        _for_people(answer)
    elif form is Rows.parquet and sys.stdout.isatty():
        raise BadInput("Parquet is not for reading on a terminal", next_step="Name a file: -o rows.parquet")
    else:
        sys.stdout.buffer.write(_encoded(answer, form, to_terminal=sys.stdout.isatty()))
        sys.stdout.buffer.flush()


def _encoded(answer: Result, form: Rows, *, to_terminal: bool = False) -> bytes:
    if form is Rows.parquet:
        content = BytesIO()
        answer.frame.write_parquet(content, compression="zstd")
        return content.getvalue()
    if form is Rows.csv:
        shown = safe_csv(answer.frame, to_terminal=to_terminal)
        return shown.write_csv(datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ", quote_style="non_numeric").encode()
    if form is Rows.json:
        return as_json(answer).encode()
    if form is Rows.ndjson:
        return _lines_of(answer).encode() if to_terminal else encoded(answer.frame, answer.columns, Form.ndjson)
    lines = StringIO()
    table(answer.frame.to_dicts(), answer.frame.columns, to=lines)
    return lines.getvalue().encode()


def _for_people(answer: Result) -> None:
    rows = answer.frame.head(ROWS_FOR_PEOPLE).to_dicts()
    if not rows:
        return
    table(rows, answer.frame.columns)
    if answer.frame.height > len(rows):
        say(f"{len(rows):,} of {answer.frame.height:,} rows shown; write all to a file with -o, or use --format json.")


def safe_csv(frame: pl.DataFrame, *, to_terminal: bool = False) -> pl.DataFrame:
    """Text cells that a spreadsheet would run as formulas start with an apostrophe; lengths are as KQL has them.

    On a terminal what would move its cursor or hide text is made visible; a file holds the text as it is.
    """
    wholly = csv_cell if not to_terminal else _csv_on_terminal
    safe = [_mapped(name, wholly) for name, kind in frame.schema.items() if kind == pl.String]
    safe += [_mapped(name, length_text) for name, kind in frame.schema.items() if kind == pl.Duration]
    return frame.with_columns(safe) if safe else frame


def _mapped(name: str, change: Callable[[Any], str]) -> pl.Expr:
    return pl.col(name).map_elements(change, return_dtype=pl.String, skip_nulls=True)


def _csv_on_terminal(text: str) -> str:
    return csv_cell(terminal(text, len(text)))


def as_json(answer: Result) -> str:
    """The rows as one JSON array of objects: instants as ISO text, lengths as KQL has them, dynamics as JSON values."""
    return json_text(_objects(answer)) + "\n"


def _lines_of(answer: Result) -> str:
    """The rows as an object a line, for a terminal."""
    return "".join(f"{json_text(row)}\n" for row in _objects(answer))


def _objects(answer: Result) -> list[dict[str, Any]]:
    rows = answer.frame.to_dicts()
    changes = [(name, CHANGES[kind]) for name, kind in answer.columns if kind in CHANGES]
    for row in rows:
        for name, change in changes:
            row[name] = None if row[name] is None else change(row[name])
    return rows
