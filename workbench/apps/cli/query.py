"""``query`` and ``kql check``: ask in KQL from the shell."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import polars as pl
import typer

from workbench.apps.cli.output import say, table
from workbench.apps.session import Workbench
from workbench.base.config import Workspace, find_workspace
from workbench.base.errors import BadInput, NotFound, WorkbenchError
from workbench.base.render import csv_cell, terminal
from workbench.base.span import Span, parse_instant, parse_span
from workbench.events.query import Limits, Result, ask, bind, parse

ROWS_FOR_PEOPLE = 200


class Rows(StrEnum):
    """How the rows of an answer are written."""

    table = "table"
    json = "json"
    csv = "csv"
    parquet = "parquet"


def query(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="KQL; - reads it from standard input.", metavar="KQL")],
    span: Annotated[str | None, typer.Option(help="7d, 24h, or FROM..TO; all that is held by default.")] = None,
    now: Annotated[str | None, typer.Option(help='What "now" means, as an ISO instant.')] = None,
    form: Annotated[Rows, typer.Option("--format", help="How rows are written.")] = Rows.table,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.")] = None,
    rows: Annotated[int, typer.Option(help="Most rows of an answer.", min=1)] = 100_000,
    seconds: Annotated[float, typer.Option(help="Longest time a query may take.", min=0.1)] = 300,
    memory: Annotated[int, typer.Option(help="Most memory a query may take, in MB.", min=64)] = 4096,
) -> None:
    """Ask a question in KQL. Rows go to standard output or a file; a bad query exits with status 2."""
    workbench = Workbench(find_workspace(context.obj))
    moment = parse_instant(now) if now else workbench.now
    question = sys.stdin.read() if text == "-" else text
    limits = Limits(rows=rows, seconds=seconds, memory_mb=memory)
    answer = ask(workbench.catalog, question, now=moment, span=_window(span, moment), limits=limits)
    _write(answer, form, output)
    for note in answer.notes:
        say(terminal(note))


def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help='Lines of {"id": ..., "query": ...}; - reads standard input.')],
    execute: Annotated[bool, typer.Option("--run", help="Run the queries too.")] = False,
) -> None:
    """Read queries and say of each whether it parses, binds and (with --run) runs, with its result columns."""
    workbench = Workbench(_workspace_or_none(context.obj))
    for identity, text in _questions(file):
        typer.echo(json.dumps(_verdict(workbench, identity, text, execute=execute), ensure_ascii=False))


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
            workbench.run(plan)
        stage = ""
    except WorkbenchError as fault:
        error = str(fault)
    took = round((time.perf_counter() - started) * 1000, 3)
    return {"id": identity, "ok": not error, "stage": stage, "error": error, "columns": columns, "ms": took}


def _questions(file: Path) -> Iterator[tuple[object, str]]:
    lines = sys.stdin if str(file) == "-" else file.read_text("utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            yield item.get("id", number), str(item["query"])
        except (ValueError, KeyError, AttributeError):
            raise BadInput('A line is not {"id": ..., "query": ...}', where=f"{file}, line {number}") from None


def _workspace_or_none(home: str | None) -> Workspace:
    """The workspace; without one, queries are checked against the declared tables, all empty."""
    try:
        return find_workspace(home)
    except NotFound:
        return Workspace(Path("nowhere"))


def _window(span: str | None, now: datetime) -> Span | None:
    return parse_span(span, now) if span else None


def _write(answer: Result, form: Rows, output: Path | None) -> None:
    if form is Rows.table and output is None:
        _for_people(answer)
        return
    if output is None:
        if form is Rows.parquet and sys.stdout.isatty():
            raise BadInput("Parquet is not for reading on a terminal", next_step="Name a file: -o rows.parquet")
        _encode(answer, form, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with output.open("wb") as file:
        _encode(answer, form, file)
    say(f"{answer.frame.height:,} rows written to {output}")


def _encode(answer: Result, form: Rows, file: BinaryIO) -> None:
    if form is Rows.parquet:
        answer.frame.write_parquet(file, compression="zstd")
    elif form is Rows.csv:
        safe_csv(answer.frame).write_csv(file, datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ", quote_style="non_numeric")
    else:
        file.write(as_json(answer).encode())


def _for_people(answer: Result) -> None:
    rows = answer.frame.head(ROWS_FOR_PEOPLE).to_dicts()
    if not rows:
        say("0 rows.")
        return
    table(rows, answer.frame.columns)
    if answer.frame.height > len(rows):
        say(f"{len(rows):,} of {answer.frame.height:,} rows shown; write all to a file with -o, or use --format json.")


def safe_csv(frame: pl.DataFrame) -> pl.DataFrame:
    """Text cells that a spreadsheet would run as formulas start with an apostrophe; nested values become JSON text."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    safe = [pl.col(name).map_elements(csv_cell, return_dtype=pl.String, skip_nulls=True) for name in texts]
    return frame.with_columns(safe) if safe else frame


def as_json(answer: Result) -> str:
    """The rows as one JSON array of objects: instants as ISO text, dynamics as JSON values."""
    dynamic = [name for name, kind in answer.columns if kind == "dynamic"]
    rows = answer.frame.to_dicts()
    for row in rows:
        for name in dynamic:
            row[name] = _value(row[name])
    return json.dumps(rows, default=_plain, ensure_ascii=False, indent=None) + "\n"


def _value(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
