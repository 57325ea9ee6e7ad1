"""``demo``: make the demo organisation if there is none, and serve it; ``demo build`` and ``demo live``."""

import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from select import select
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from workbench.apps import service
from workbench.apps.cli.ends import say
from workbench.apps.cli.output import counted
from workbench.apps.cli.progress import Lines, length
from workbench.apps.cli.serve import asked_to_stop, everything_until_stopped
from workbench.apps.demo import END, Plan, Step, build, live, load, make_workspace, planned, prepare
from workbench.base.config import DEFAULT_HOME, Workspace, place_of
from workbench.base.errors import BadInput

SEED, MAILS, DAYS = 7, 200_000, 30
"""The default build: full in less than two minutes on two processors."""

PROCESSES = 2
_PHISH = "e50d1c32-61d5-490d-38ef-08df13c5e0bf"
"""A message of the sample."""

app = typer.Typer(
    help="Make the demo organisation if there is none, import the sample, and serve everything; or `build` and `live`.",
    invoke_without_command=True,
)

SeedOption = Annotated[int, typer.Option(help="The same seed and arguments make the same rows.")]
MailsOption = Annotated[
    int, typer.Option(help="Rows of EmailEvents, from 1,000 to 100,000,000; the rest is in proportion.")
]
DaysOption = Annotated[int, typer.Option(help="Days up to the end.")]


@app.callback()
def demo(context: typer.Context, seed: SeedOption = SEED, mails: MailsOption = MAILS, days: DaysOption = DAYS) -> None:
    """Make the demo organisation if there is none, import the sample, and serve everything."""
    if context.invoked_subcommand:
        return
    home, there = place_of(context.obj), shlex.quote(str(context.obj or DEFAULT_HOME))
    known = load(home)
    plan = known.plan if known else planned(seed, mails, days, datetime.now(UTC))
    say(f"Demo workspace: {home}")
    again = f"{sys.argv[0]} --home {there}"
    everything_until_stopped(make_workspace(home), lambda go_on: _fill(home, plan, again, go_on))


_GUIDE = """
Open the Dashboard first: what came in, what got through, who clicked. The Explorer shows the mails behind it.
In JupyterLab, hunting.ipynb leads from a first question in KQL to a finding and a chart.
{log_in}
What was planted, and what an analyst has to find: {answers}
In another terminal:
  {again} playbook run phish_triage --foreground -p message={phish}   # triage a phish
  {again} demo live   # let the day go on, minute by minute; a phish alert then starts a playbook (see Control, Runs)
"""


def _fill(home: Path, plan: Plan, again: str, go_on: Callable[[], None]) -> str:
    """Make what is not there yet of the organisation and of the sample; gives what a stranger should know then."""
    _make(home, plan, PROCESSES, go_on)
    workspace, account = prepare(home, lambda _: go_on())
    if account.kept:
        say(f"Imported the sample: {account.kept:,} records. {account.quarantined:,} cannot be read, on purpose.")
    return _GUIDE.format(log_in=_log_in(workspace, again), answers=home / "answers.json", again=again, phish=_PHISH)


def _log_in(workspace: Workspace, again: str) -> str:
    """How to log in to the control service: the first password is told once."""
    if password := service.first_password(workspace):
        return f"Control: log in as admin with the one-time password {password} (told this once)."
    return f"Control: log in as admin. Password lost? Stop this, then: {again} users password admin"


@app.command("build")
def build_(
    context: typer.Context,
    seed: SeedOption = SEED,
    mails: MailsOption = MAILS,
    days: DaysOption = DAYS,
    end: Annotated[str, typer.Option(help="Last moment, ISO 8601, or 'now'; cut to the hour.")] = END.isoformat(),
    processes: Annotated[int, typer.Option(help="Processes that make rows.", min=1, max=64)] = PROCESSES,
) -> None:
    """Make an organisation of any size from a seed, with planted attacks and the key to them (answers.json)."""
    home = place_of(context.obj)
    _make(home, planned(seed, mails, days, _moment(end)), processes)
    if not Workspace(home).ledger.exists():
        again = shlex.join(["workbench", "--home", str(home)])
        say(f"To serve it: {again} init, which makes the first administrator, then {again} serve")


@app.command("live")
def live_(
    context: typer.Context,
    speed: Annotated[float, typer.Option(help="How many minutes pass in one.", min=0.01, max=10_000)] = 1.0,
) -> None:
    """Append what happens as minutes pass, from where the last run stopped, until Ctrl-C."""
    asked = asked_to_stop()
    say("Living on. Press Ctrl-C to stop.")
    for passed in live(place_of(context.obj), lambda seconds: bool(select([asked], [], [], seconds)[0]), speed=speed):
        say(f"{passed.until:%Y-%m-%d %H:%M} UTC: {counted(passed.mails, 'mail')}, {counted(passed.rows, 'row')}")
        if select([asked], [], [], 0)[0]:
            break
    os.close(asked)
    say("Stopped.")


def _make(home: Path, plan: Plan, processes: int = PROCESSES, go_on: Callable[[], None] = lambda: None) -> None:
    began = time.monotonic()
    known = load(home)
    if not (known and known.finished):
        say(f"Making {counted(plan.mails, 'mail')} of {counted(plan.days, 'day')}, and all that goes with them.")
    with _progress(plan) as progress:

        def tell(step: Step) -> None:
            go_on()
            progress(step)

        built = build(home, plan, processes=processes, tell=tell, say=say)
    if not built.kept:
        say(f"The demo organisation is there already: {counted(plan.mails, 'mail')} of {counted(plan.days, 'day')}.")
        return
    seconds = time.monotonic() - began
    rows = sum(built.kept.values())
    say(
        f"Made {counted(rows, 'row')} in {len(built.kept)} tables in {length(seconds)}"
        f" ({plan.mails / seconds:,.0f} mails/s)."
    )
    say(f"What was planted is in {home / 'answers.json'}.")


def _moment(text: str) -> datetime:
    if text == "now":
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(
            f"--end {text[:60]} is no moment", next_step="Write it like 2026-09-18T12:00:00Z, or 'now'."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def _progress(plan: Plan) -> Iterator[Callable[[Step], None]]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(say, line)
        return
    columns = (
        TextColumn("Making mails"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    began = time.monotonic()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=plan.mails, rate="")

        def tell(step: Step) -> None:
            bar.update(
                task,
                completed=min(step.mails, plan.mails),
                rate=f"{step.mails / max(time.monotonic() - began, 0.01):,.0f}/s",
            )

        yield tell


def line(step: Step, seconds: float) -> str:
    """How far a build is after so many seconds, with its rate and the time that is left."""
    done = f"{step.mails:,} of {counted(step.all_mails, 'mail')}"
    if not step.mails:
        return f"{done}; the planted stories come first"
    rate = step.mails / seconds
    return f"{done} ({rate:,.0f} mails/s), about {length(max(0, step.all_mails - step.mails) / rate)} left"
