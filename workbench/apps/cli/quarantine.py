"""``quarantine``: what was set aside at import, and why; read it again, or drop it."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, FormatOption, counted, json_text, listing, reaching
from workbench.base.config import find_workspace
from workbench.base.errors import BadInput
from workbench.base.render import terminal, visible
from workbench.base.span import parse_instant
from workbench.intake.importing import IntakeLog, Selection, drop_records, held_record, numbers, retry_records
from workbench.intake.importing.quarantine import By, Held, groups
from workbench.intake.importing.retry import Retried

SHOWN_BYTES = 1_000_000
"""Bytes of a record that ``show`` writes out; ``--raw FILE`` writes all."""

_TOP_REASONS = 10
_COLUMNS = ("id", "file", "place", "reason", "size")
_WHICH = "Name numbers, --all, --reason TEXT or --file TEXT. See: workbench quarantine list"

app = typer.Typer(help="List what was set aside at import, and why; show, retry or drop it.")
LimitOption = Annotated[int, typer.Option(help="Newest records to list.", min=1)]
FileOption = Annotated[str, typer.Option("--file", help="Only of files with this in their name.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Only those with this in their reason.")]
NumbersArgument = Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="Numbers of records.")]
AllOption = Annotated[bool, typer.Option("--all", help="Every record of the quarantine.")]


@app.callback(invoke_without_command=True)
def quarantine(context: typer.Context, form: FormatOption = Format.table, limit: LimitOption = 1000) -> None:
    """List records that were set aside at import, with their place and reason."""
    if context.invoked_subcommand is None:
        _list(IntakeLog(find_workspace(context.obj).intake), Selection(), form, limit)


@app.command("list")
def list_(
    context: typer.Context,
    file: FileOption = "",
    reason: ReasonOption = "",
    since: Annotated[str, typer.Option(help="Only those set aside since this ISO date or time.")] = "",
    by: Annotated[By | None, typer.Option("--by", help="Count them by reason or by file instead.")] = None,
    limit: LimitOption = 1000,
    form: FormatOption = Format.table,
) -> None:
    """List records that were set aside, newest first, or count them by reason or file."""
    log = IntakeLog(find_workspace(context.obj).intake)
    chosen = Selection(None, file, reason, parse_instant(since) if since else None)
    if by is None:
        _list(log, chosen, form, limit)
        return
    rows = [dict(vars(group)) for group in groups(log, by, chosen)]
    listing(rows, ("records", "name", "bytes", "first", "newest"), form, empty=_nothing(log))


@app.command()
def show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="Number of the record.")],
    raw: Annotated[Path | None, typer.Option("--raw", help="Write the exact bytes to this file.")] = None,
    form: FormatOption = Format.table,
) -> None:
    """Show one record: file, place, reason and its bytes as text that is safe to look at."""
    held = held_record(IntakeLog(find_workspace(context.obj).intake), number)
    if raw:
        with reaching(raw, "written"):
            raw.write_bytes(held.raw)
        say(f"{counted(len(held.raw), 'byte')} written to {terminal(raw)}. Mind that they are what somebody sent.")
    elif form is Format.json:
        typer.echo(json_text({**vars(held.record), "whole": held.whole, "text": held.raw.decode("utf-8", "replace")}))
    else:
        _show(held)


@app.command()
def retry(
    context: typer.Context,
    ids: NumbersArgument = None,
    everything: AllOption = False,
    reason: ReasonOption = "",
    file: FileOption = "",
) -> None:
    """Read records again, by today's rules: what goes into the store leaves the quarantine."""
    workspace = find_workspace(context.obj)
    chosen = _chosen(ids, Selection(None, file, reason), everything)
    wanted = numbers(IntakeLog(workspace.intake), chosen)
    if not wanted:
        say("No record of the quarantine fits that.")
        return
    for line in _account(retry_records(workspace, wanted)):
        say(line)


@app.command()
def drop(
    context: typer.Context,
    ids: NumbersArgument = None,
    everything: AllOption = False,
    before: Annotated[str, typer.Option(help="Those set aside before this ISO date or time.")] = "",
    reason: ReasonOption = "",
    file: FileOption = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove records from the quarantine for good. How many, when and by whom stays in the import log."""
    log = IntakeLog(find_workspace(context.obj).intake)
    given = Selection(None, file, reason, before=parse_instant(before) if before else None)
    wanted = numbers(log, _chosen(ids, given, everything))
    if not wanted:
        say("No record of the quarantine fits that.")
    elif yes or _agreed(f"Remove {counted(len(wanted), 'record')} and their bytes for good?"):
        why = ", ".join(f"{name} {value}" for name, value in {**vars(given), "ids": ids}.items() if value)
        say(f"{counted(drop_records(log, wanted, why or 'all'), 'record')} dropped. See: workbench imports")
    else:
        say("Nothing was dropped; with --yes nobody is asked.")


def _agreed(question: str) -> bool:
    """The answer; no answer, for instance where nobody can be asked, is a no."""
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:
        say("")
        return False


def _list(log: IntakeLog, chosen: Selection, form: Format, limit: int) -> None:
    rows = [dict(vars(record)) for record in log.quarantine(limit, chosen)]
    listing(rows, _COLUMNS, form, empty=_nothing(log))
    if (more := log.quarantined(chosen) - len(rows)) > 0:
        say(f"{more:,} older records are not listed; raise --limit to see them.")


def _nothing(log: IntakeLog) -> str:
    total = log.quarantined()
    return f"None of the {counted(total, 'record')} set aside fits that." if total else "Nothing was set aside."


def _chosen(ids: list[int] | None, given: Selection, everything: bool) -> Selection:
    """What the words of a command mean.

    Raises:
        BadInput: they name nothing, or numbers beside something else.
    """
    if ids and (everything or given != Selection()):
        raise BadInput("Numbers were given beside other choices", next_step="Give numbers alone, or the others.")
    if not ids and not everything and given == Selection():
        raise BadInput("Nothing says which records are meant", next_step=_WHICH)
    return Selection(tuple(ids)) if ids else given


def _show(held: Held) -> None:
    record = held.record
    facts = {
        "file": record.file, "place": record.place, "reason": record.reason, "set aside": record.set_aside_at,
        "tried again": record.tried_at, "read as": record.kind, "meant for": record.hint,
        "size": f"{record.size:,} bytes", "sha256": record.sha256,
    }  # fmt: skip
    for name, value in facts.items():
        if value:
            typer.echo(f"{name:<12}{visible(value, 4096)}")
    typer.echo("")
    for line in held.raw[:SHOWN_BYTES].decode("utf-8", "replace").splitlines():
        typer.echo(visible(line, SHOWN_BYTES))
    if len(held.raw) > SHOWN_BYTES:
        say(f"Cut after {SHOWN_BYTES:,} bytes; --raw FILE writes all of them.")
    if not held.whole:
        say("These are not all bytes of it: to read it again, import its file again.")


def _account(done: Retried) -> list[str]:
    stay = len(done.still)
    lines = [
        f"{counted(done.tried, 'record')} tried: {done.recovered:,} recovered "
        f"({done.kept:,} kept, {counted(done.duplicates, 'duplicate')}), {stay:,} still quarantined"
    ]
    reasons: dict[str, list[int]] = {}
    for number, reason in sorted(done.still.items()):
        reasons.setdefault(terminal(reason, 100), []).append(number)
    ordered = sorted(reasons.items(), key=lambda item: -len(item[1]))
    lines += [f"  {len(ids):,} × {reason} (first: {ids[0]})" for reason, ids in ordered[:_TOP_REASONS]]
    if len(ordered) > _TOP_REASONS:
        lines.append(f"  and {len(ordered) - _TOP_REASONS:,} more reasons; see: workbench quarantine list --by reason")
    return lines
