"""The pages of saved queries: the list, one with what became of it and what asks it, and the form that saves one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response

from workbench.apps.service import durable, texts
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import removed, restored
from workbench.apps.service.look import PAGES
from workbench.apps.service.service import Service
from workbench.apps.service.texts import Gone, Offset, Sent, Version, Visit, Words
from workbench.base.access import Activity
from workbench.base.errors import WorkbenchError
from workbench.base.span import parse_span
from workbench.events.query import StoreCatalog, bind, parse
from workbench.ledger.api import Removal, TrackedQueryChange, TrackedQueryNew, tracking
from workbench.ledger.models import Schedule, TrackedQuery

ROUTES = Routes("pages")
_HIDDEN = {"include_in_schema": False}
_VIEW, _EDIT = Activity.TRACKED_VIEW, Activity.TRACKED_EDIT
_SCHEDULE = Activity.SCHEDULES_EDIT
_RUNS = 10
_LINKED = 6_000
"""Characters of a question that the Explorer takes from its address."""
HOURLY = "0 * * * *"
EVERY: Mapping[str, str] = {
    HOURLY: "every hour",
    "*/15 * * * *": "every 15 minutes",
    "0 */6 * * *": "every six hours",
    "0 6 * * *": "every day at 06:00 UTC",
    "0 6 * * mon": "every Monday at 06:00 UTC",
}
"""How often the form offers to ask a query; other times are set with its schedule."""
_FIELDS: Mapping[str, str] = {"name": "name", "kql": "text", "span": "window", "note": "note"}


def _read(values: Mapping[str, str]) -> TrackedQueryNew:
    """What a form holds, as it can be kept.

    Raises:
        BadInput: something is missing or too long.
        BadQuery: the text cannot be read; says where.
        BadSpan: the window is none.
    """
    new: TrackedQueryNew = texts.read_as(TrackedQueryNew, _FIELDS, values)
    parse(new.kql)
    if new.span:
        parse_span(new.span, datetime.now(UTC))
    return new


def _opens(held: TrackedQuery) -> Mapping[str, str]:
    return {"kql": held.kql} if len(held.kql) <= _LINKED else {}


def _beside(service: Service, held: Sequence[TrackedQuery]) -> Sequence[object]:
    """What asks each query by itself, and the latest run of that."""
    asking = durable.schedules_of(service.ledger)
    return [(plans := asking.get(each.name, []), durable.latest(service.ledger, plans)) for each in held]


def _whole(service: Service, held: TrackedQuery) -> Mapping[str, object]:
    """What speaks against asking a query, what asks it by itself, and what came of that lately."""
    now = datetime.now(UTC)
    schedules = durable.schedules_of(service.ledger).get(held.name, []) if held.deleted_at is None else []
    runs = durable.asked(service.workspace, service.ledger, schedules, _RUNS)
    planned = [(each, durable.next_ticks(each, 1, now)) for each in schedules]
    doubt = "" if held.deleted_at else _doubt(service, held.kql)
    return {"schedules": planned, "runs": runs, "every": EVERY, "doubt": doubt}


def _doubt(service: Service, kql: str) -> str:
    """Why the text cannot be asked here as it stands; empty where it can. No row is read."""
    try:
        bind(parse(kql), StoreCatalog(service.store, reference=service.workspace.lookups), now=datetime.now(UTC))
    except WorkbenchError as error:
        return str(error)
    return ""


QUERIES = texts.Texts(TrackedQuery, "/queries", "query", _EDIT, "kql", _FIELDS, _read, _opens, _beside, _whole)


@ROUTES.add("GET", "/static/texts.js", needs=None, **_HIDDEN)
def script() -> Response:
    """What takes a text that is kept by name from the address and copies it."""
    content = (PAGES / "texts.js").read_bytes()
    return Response(content, media_type="text/javascript", headers={"cache-control": "max-age=300"})


@ROUTES.add("GET", "/queries", needs=_VIEW, **_HIDDEN)
def queries(
    request: Request,
    viewer: Viewing,
    service: Serving,
    q: Words = "",
    gone: Gone = False,  # noqa: FBT002  # by name only
    offset: Offset = 0,
) -> Response:
    """Saved queries by name, or those that were removed; ``q`` is looked for in name, note and text."""
    return texts.listed(Visit(QUERIES, request, viewer, service), q, gone=gone, offset=offset)


@ROUTES.add("GET", "/queries/new", needs=_EDIT, **_HIDDEN)
def new_query(request: Request, viewer: Viewing, service: Serving) -> Response:
    """The form for a new query; its text comes from behind the # of the address, which no server sees."""
    return texts.form(Visit(QUERIES, request, viewer, service))


@ROUTES.add("POST", "/queries", needs=_EDIT, **_HIDDEN)
def save_query(request: Request, viewer: Viewing, service: Serving, sent: Annotated[Sent, Form()]) -> Response:
    """Save a query; where another one has the name both are shown, unless it is to be replaced."""
    return texts.save(Visit(QUERIES, request, viewer, service), sent)


@ROUTES.add("GET", "/queries/{id_}", needs=_VIEW, **_HIDDEN)
def query(request: Request, id_: str, viewer: Viewing, service: Serving) -> Response:
    """One query, whole, with its versions."""
    return texts.one(Visit(QUERIES, request, viewer, service), id_)


@ROUTES.add("POST", "/queries/{id_}/change", needs=_EDIT, **_HIDDEN)
def change_query(
    request: Request, id_: str, viewer: Viewing, service: Serving, version: Version, sent: Annotated[Sent, Form()]
) -> Response:
    """Change a query that is still at the version at hand."""

    def work(wanted: Mapping[str, str]) -> object:
        change = TrackedQueryChange(version=version, **wanted)  # type: ignore[arg-type]  # texts all, as the form has them
        return durable.change_tracked(service.ledger, viewer.actor, id_, change)

    return texts.change(Visit(QUERIES, request, viewer, service), id_, sent, work)


@ROUTES.add("POST", "/queries/{id_}/remove", needs=_EDIT, **_HIDDEN)
def remove_query(request: Request, id_: str, viewer: Viewing, service: Serving, version: Version) -> Response:
    """Hide a query, with the schedules that ask it; it can be restored."""
    asked = (service.ledger, viewer.actor, id_, Removal(version=version))
    return texts.done(Visit(QUERIES, request, viewer, service), id_, lambda: durable.remove_tracked(*asked))


@ROUTES.add("POST", "/queries/{id_}/restore", needs=_EDIT, **_HIDDEN)
def restore_query(request: Request, id_: str, viewer: Viewing, service: Serving, version: Version) -> Response:
    """Take a query back that was removed."""
    asked = (service, viewer, TrackedQuery, id_, Removal(version=version))
    return texts.done(Visit(QUERIES, request, viewer, service), id_, lambda: restored(*asked))


@ROUTES.add("POST", "/queries/{id_}/state", needs=_EDIT, **_HIDDEN)
def switch_query(
    request: Request, id_: str, viewer: Viewing, service: Serving, version: Version, enabled: Annotated[bool, Form()]
) -> Response:
    """Switch a query off, so that it is not asked whatever its schedule says, or on again."""
    asked = (service.ledger, viewer.actor, id_, TrackedQueryChange(version=version, enabled=enabled))
    return texts.done(Visit(QUERIES, request, viewer, service), id_, lambda: durable.change_tracked(*asked))


@ROUTES.add("POST", "/queries/{id_}/track", needs=_SCHEDULE, **_HIDDEN)
def track(
    request: Request,
    id_: str,
    viewer: Viewing,
    service: Serving,
    cron: Annotated[str, Form(max_length=200)] = HOURLY,
) -> Response:
    """Have the service ask a query by itself."""

    def work() -> object:
        new = tracking(service.ledger.get(TrackedQuery, id_).name, cron)
        return durable.make_schedule(service.workspace, service.ledger, viewer.actor, new.model_dump())

    return texts.done(Visit(QUERIES, request, viewer, service), id_, work)


@ROUTES.add("POST", "/queries/{id_}/untrack", needs=_SCHEDULE, **_HIDDEN)
def untrack(
    request: Request,
    id_: str,
    viewer: Viewing,
    service: Serving,
    schedule: Annotated[str, Form(max_length=40)],
    version: Version,
) -> Response:
    """Remove a schedule that asks a query."""
    asked = (service, viewer, Schedule, schedule, Removal(version=version))
    return texts.done(Visit(QUERIES, request, viewer, service), id_, lambda: removed(*asked))
