"""The pages of saved queries: the list, one with what became of it and what asks it, and the form that saves one."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form, Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.apps.service import durable
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.history import history
from workbench.apps.service.kept import removed, restored
from workbench.apps.service.look import PAGES, onward, page
from workbench.apps.service.service import Service
from workbench.apps.service.viewer import Viewer
from workbench.base.access import Activity
from workbench.base.errors import BadInput, Clash, WorkbenchError
from workbench.base.span import parse_span
from workbench.events.query import StoreCatalog, bind, parse
from workbench.ledger.api import Removal, TrackedQueryChange, TrackedQueryNew, tracking
from workbench.ledger.changes import Ledger, Search, Unit
from workbench.ledger.models import Schedule, TrackedQuery

ROUTES = Routes("pages")
_HIDDEN = {"include_in_schema": False}
_VIEW, _EDIT = Activity.TRACKED_VIEW, Activity.TRACKED_EDIT
_SCHEDULE = Activity.SCHEDULES_EDIT
_SIZE, _PAGE, _RUNS = 50, 1_000, 10
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
_EMPTY: Mapping[str, Any] = {"name": "", "kql": "", "span": "", "note": ""}
_LABELS: Mapping[str, str] = {"name": "name", "kql": "text", "span": "window", "note": "note"}
Version = Annotated[int, Form(ge=1)]


class Sent(BaseModel):
    """What the form of a query holds. ``replaces`` is the version of the query of this name that it may replace."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = ""
    kql: str = ""
    span: str = ""
    note: str = ""
    replaces: Annotated[int, Field(ge=0)] = 0

    @property
    def values(self) -> dict[str, str]:
        """What is to be kept; browsers end the lines of a form with two characters."""
        texts = {name: getattr(self, name) for name in _EMPTY}
        return {name: text.replace("\r\n", "\n").strip() for name, text in texts.items()}


@ROUTES.add("GET", "/static/queries.js", needs=None, **_HIDDEN)
def script() -> Response:
    """What takes the text of a query from the address and copies it."""
    content = (PAGES / "queries.js").read_bytes()
    return Response(content, media_type="text/javascript", headers={"cache-control": "max-age=300"})


@ROUTES.add("GET", "/queries", needs=_VIEW, **_HIDDEN)
def queries(
    request: Request,
    viewer: Viewing,
    service: Serving,
    q: Annotated[str, Query(max_length=200)] = "",
    gone: Annotated[bool, Query(alias="removed")] = False,  # noqa: FBT002  # by name only
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Saved queries by name, or those that were removed; ``q`` is looked for in name, note and text."""
    held = [each for each in _held(service.ledger, gone=gone) if _is_about(each, q)]
    asking = durable.schedules_of(service.ledger)
    shown = [
        (each, _ways(service, each.kql), plans := asking.get(each.name, []), durable.latest(service.ledger, plans))
        for each in held[offset : offset + _SIZE]
    ]
    more: dict[str, Any] = {"q": q, "gone": gone, "offset": offset, "size": _SIZE, "total": len(held)}
    return page(request, "queries", viewer, queries=shown, **more)


@ROUTES.add("GET", "/queries/new", needs=_EDIT, **_HIDDEN)
def new_query(request: Request, viewer: Viewing) -> Response:
    """The form for a new query; its text comes from behind the # of the address, which no server sees."""
    return _form(request, viewer, _EMPTY)


@ROUTES.add("POST", "/queries", needs=_EDIT, **_HIDDEN)
def save_query(request: Request, viewer: Viewing, service: Serving, sent: Annotated[Sent, Form()]) -> Response:
    """Save a query; where another one has the name both are shown, unless it is to be replaced."""
    try:
        new = _read(sent.values)
        held = service.ledger.apply(viewer.actor, lambda unit: _saved(unit, new, sent.replaces))
    except WorkbenchError as error:
        return _form(request, viewer, sent.values, error)
    return onward(f"/queries/{held.id}")


@ROUTES.add("GET", "/queries/{id_}", needs=_VIEW, **_HIDDEN)
def query(request: Request, id_: str, viewer: Viewing, service: Serving) -> Response:
    """One query, whole, with its versions."""
    return _one(request, service, viewer, id_)


@ROUTES.add("POST", "/queries/{id_}/change", needs=_EDIT, **_HIDDEN)
def change_query(
    request: Request, id_: str, viewer: Viewing, service: Serving, version: Version, sent: Annotated[Sent, Form()]
) -> Response:
    """Change a query that is still at the version at hand."""

    def work() -> object:
        new = _read(sent.values).model_dump(exclude={"enabled"})
        change = TrackedQueryChange(version=version, **new)
        return durable.change_tracked(service.ledger, viewer.actor, id_, change)

    return _done(request, service, viewer, id_, work, sent.values)


@ROUTES.add("POST", "/queries/{id_}/remove", needs=_EDIT, **_HIDDEN)
def remove_query(request: Request, id_: str, viewer: Viewing, service: Serving, version: Version) -> Response:
    """Hide a query, with the schedules that ask it; it can be restored."""
    asked = (service.ledger, viewer.actor, id_, Removal(version=version))
    return _done(request, service, viewer, id_, lambda: durable.remove_tracked(*asked))


@ROUTES.add("POST", "/queries/{id_}/restore", needs=_EDIT, **_HIDDEN)
def restore_query(request: Request, id_: str, viewer: Viewing, service: Serving, version: Version) -> Response:
    """Take a query back that was removed."""
    back = Removal(version=version)
    return _done(request, service, viewer, id_, lambda: restored(service, viewer, TrackedQuery, id_, back))


@ROUTES.add("POST", "/queries/{id_}/state", needs=_EDIT, **_HIDDEN)
def switch_query(
    request: Request, id_: str, viewer: Viewing, service: Serving, version: Version, enabled: Annotated[bool, Form()]
) -> Response:
    """Switch a query off, so that it is not asked whatever its schedule says, or on again."""
    asked = (service.ledger, viewer.actor, id_, TrackedQueryChange(version=version, enabled=enabled))
    return _done(request, service, viewer, id_, lambda: durable.change_tracked(*asked))


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

    return _done(request, service, viewer, id_, work)


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
    gone = Removal(version=version)
    return _done(request, service, viewer, id_, lambda: removed(service, viewer, Schedule, schedule, gone))


def _held(ledger: Ledger, *, gone: bool) -> Iterator[TrackedQuery]:
    """All queries by name: those that are there, or those that were removed."""
    offset = 0
    while found := ledger.find(TrackedQuery, Search({}, ("name", "id"), _PAGE, offset, gone)):
        yield from (each for each in found if (each.deleted_at is not None) == gone)
        offset += len(found)


def _is_about(each: TrackedQuery, words: str) -> bool:
    text = "\n".join((each.name, each.note, each.kql)).casefold()
    return all(word in text for word in words.casefold().split())


def _ways(service: Service, kql: str) -> dict[str, str]:
    """The text for scripts, exact, and the address that opens it in the Explorer, where one is known and takes it."""
    there = dict(service.pages).get("Explorer", "")
    opened = f"{there}#kql={quote(kql, safe='')}" if there and len(kql) <= _LINKED else ""
    return {"text": _plain(kql), "opened": Markup(opened)}  # noqa: S704  # the address is ours, the rest is quoted


def _plain(kql: str) -> Markup:
    """Letters, digits and percent signs only: no mark-up, nothing that hides, and nothing is cut."""
    return Markup(quote(kql, safe=""))  # noqa: S704


def _read(values: Mapping[str, str]) -> TrackedQueryNew:
    """What a form holds, as it can be kept.

    Raises:
        BadInput: something is missing or too long.
        BadQuery: the text cannot be read; says where.
        BadSpan: the window is none.
    """
    try:
        new = TrackedQueryNew.model_validate(dict(values))
    except ValidationError as error:
        said = error.errors()[0]
        raise BadInput(f"The {_LABELS[str(said['loc'][0])]}: {said['msg']}") from None
    parse(new.kql)
    if new.span:
        parse_span(new.span, datetime.now(UTC))
    return new


def _saved(unit: Unit, new: TrackedQueryNew, replaces: int) -> TrackedQuery:
    """The query under its name. Raises ``Clash`` where another one has the name and is not to be replaced."""
    found = unit.find(TrackedQuery, Search({"name": new.name}, limit=1))
    if not found:
        return unit.create(TrackedQuery, new.model_dump())
    wanted = new.model_dump(exclude={"name", "enabled"})
    theirs = {name: getattr(found[0], name) for name in wanted if getattr(found[0], name) != wanted[name]}
    if theirs and not replaces:
        what = f"Another query is saved as {new.name!r}"
        raise Clash(what, mine={name: wanted[name] for name in theirs}, theirs=theirs, version=found[0].version)
    return unit.edit(TrackedQuery, found[0].id, replaces or found[0].version, wanted)


def _form(request: Request, viewer: Viewer, values: Mapping[str, str], error: WorkbenchError | None = None) -> Response:
    clash = error if isinstance(error, Clash) else None
    status = 200 if error is None else 409 if clash else 422
    return page(request, "query_new", viewer, status=status, fault=_told(error), clash=clash, given=_filled(values))


def _filled(values: Mapping[str, str]) -> dict[str, Any]:
    return {**values, "text": _plain(values["kql"])}


def _told(error: WorkbenchError | None) -> str:
    return str(error) if error else ""


def _done(
    request: Request,
    service: Service,
    viewer: Viewer,
    id_: str,
    work: Callable[[], object],
    values: Mapping[str, str] | None = None,
) -> Response:
    """Do it, and show the query with what came of it."""
    try:
        work()
    except WorkbenchError as error:
        return _one(request, service, viewer, id_, error, values)
    return onward(f"/queries/{id_}")


def _one(
    request: Request,
    service: Service,
    viewer: Viewer,
    id_: str,
    error: WorkbenchError | None = None,
    values: Mapping[str, str] | None = None,
) -> Response:
    held = service.ledger.get(TrackedQuery, id_, removed=True)
    shown = {name: getattr(held, name) for name in _EMPTY}
    more = {"ways": _ways(service, held.kql), "given": _filled(values or shown), "opened": bool(values)}
    more["doubt"] = "" if held.deleted_at else _doubt(service, held.kql)
    told = {"fault": _told(error), "clash": error if isinstance(error, Clash) else None}
    versions = history(service.ledger, TrackedQuery, id_)
    status = 409 if error else 200
    whole: dict[str, Any] = {"versions": versions, **_asking(service, held), **more, **told}
    return page(request, "query", viewer, status=status, query=held, **whole)


def _doubt(service: Service, kql: str) -> str:
    """Why the text cannot be asked here as it stands; empty where it can. No row is read."""
    try:
        bind(parse(kql), StoreCatalog(service.store, reference=service.workspace.lookups), now=datetime.now(UTC))
    except WorkbenchError as error:
        return str(error)
    return ""


def _asking(service: Service, held: TrackedQuery) -> dict[str, Any]:
    """What asks a query by itself, and what came of it lately."""
    now = datetime.now(UTC)
    schedules = durable.schedules_of(service.ledger).get(held.name, []) if held.deleted_at is None else []
    runs = durable.asked(service.workspace, service.ledger, schedules, _RUNS)
    planned = [(each, durable.next_ticks(each, 1, now)) for each in schedules]
    return {"schedules": planned, "runs": runs, "every": EVERY}
