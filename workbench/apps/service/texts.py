"""Texts that are kept by name, for everybody who may see them: what the pages of any kind of them do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Form, Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.apps.service.history import history
from workbench.apps.service.look import onward, page
from workbench.apps.service.service import Service
from workbench.apps.service.viewer import Viewer
from workbench.base.access import Activity
from workbench.base.errors import BadInput, Clash, WorkbenchError
from workbench.ledger.api.wire import Asked
from workbench.ledger.changes import Ledger, Search, Unit
from workbench.ledger.models import Row

_SIZE, _PAGE = 50, 1_000
Version = Annotated[int, Form(ge=1)]
Words = Annotated[str, Query(max_length=200)]
Gone = Annotated[bool, Query(alias="removed")]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


class Sent(BaseModel):
    """What a form holds, of whatever kind. ``replaces`` is the version of the text of this name that it may replace."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = ""
    kql: str = ""
    text: str = ""
    span: str = ""
    note: str = ""
    replaces: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True)
class Texts:
    """One kind of text, and how it is read, opened and shown."""

    kind: type[Row]
    path: str
    """Where its pages are; its templates have the same names."""
    one: str
    """What one is, as people say it."""
    edit: Activity
    column: str
    """The column with the text."""
    fields: Mapping[str, str]
    """The columns that a form fills, by their names for people."""
    read: Callable[[Mapping[str, str]], Asked]
    """What a form holds, as it can be kept. Raises what speaks against it."""
    opens: Callable[[Any], Mapping[str, str]]
    """What follows # in the address of the Explorer to open a row; nothing where it cannot be."""
    beside: Callable[[Service, Sequence[Any]], Sequence[object]]
    """What else the list shows of rows."""
    whole: Callable[[Service, Any], Mapping[str, object]]
    """What else the page of a row shows."""


@dataclass(frozen=True)
class Visit:
    """Somebody at the pages of one kind of text."""

    texts: Texts
    request: Request
    viewer: Viewer
    service: Service

    def page(self, name: str, **shown: Any) -> Response:
        """A page about the texts."""
        texts = self.texts
        return page(self.request, name, self.viewer, texts=texts, edits=self.viewer.may(texts.edit), **shown)


def listed(visit: Visit, q: str, *, gone: bool, offset: int) -> Response:
    """Texts by name, or those that were removed; ``q`` is looked for in name, note and text."""
    texts, service = visit.texts, visit.service
    found = each_row(service.ledger, texts.kind, Search({}, ("name", "id"), removed=gone))
    held = [each for each in found if (each.deleted_at is not None) == gone and _is_about(texts, each, q)]
    here = held[offset : offset + _SIZE]
    rows = [(row, _ways(visit, row), more) for row, more in zip(here, texts.beside(service, here), strict=True)]
    more: dict[str, Any] = {"q": q, "gone": gone, "offset": offset, "size": _SIZE, "total": len(held)}
    return visit.page(texts.path.strip("/"), rows=rows, **more)


def form(visit: Visit, values: Mapping[str, str] | None = None, error: WorkbenchError | None = None) -> Response:
    """The form for a new text; without values it takes it from behind the # of the address, which no server sees."""
    clash = error if isinstance(error, Clash) else None
    status = 200 if error is None else 409 if clash else 422
    given = _filled(visit.texts, values or dict.fromkeys(visit.texts.fields, ""))
    return visit.page("text_new", status=status, fault=_told(error), clash=clash, given=given, exact=values is not None)


def save(visit: Visit, sent: Sent) -> Response:
    """Save a text; where another one has the name both are shown, unless it is to be replaced."""
    values = _values(visit.texts, sent)
    try:
        new = visit.texts.read(values)
        held = visit.service.ledger.apply(
            visit.viewer.actor, lambda unit: _saved(unit, visit.texts, new, sent.replaces)
        )
    except WorkbenchError as error:
        return form(visit, values, error)
    return onward(f"{visit.texts.path}/{held.id}")


def change(visit: Visit, id_: str, sent: Sent, work: Callable[[dict[str, Any]], object]) -> Response:
    """Have ``work`` make of a text what a form holds; where somebody was first both are shown."""
    values = _values(visit.texts, sent)
    return done(visit, id_, lambda: work(_wanted(visit.texts, visit.texts.read(values))), values)


def done(visit: Visit, id_: str, work: Callable[[], object], values: Mapping[str, str] | None = None) -> Response:
    """Do something with a text, and show it with what came of it."""
    try:
        work()
    except WorkbenchError as error:
        return one(visit, id_, error, values)
    return onward(f"{visit.texts.path}/{id_}")


def one(
    visit: Visit, id_: str, error: WorkbenchError | None = None, values: Mapping[str, str] | None = None
) -> Response:
    """One text, whole, with its versions; with what was to be written, where that failed."""
    texts, service = visit.texts, visit.service
    held: Any = service.ledger.get(texts.kind, id_, removed=True)
    shown = {name: getattr(held, name) for name in texts.fields}
    more = {"ways": _ways(visit, held), "given": _filled(texts, values or shown), "opened": bool(values)}
    told = {"fault": _told(error), "clash": error if isinstance(error, Clash) else None}
    whole: dict[str, Any] = {"versions": history(service.ledger, texts.kind, id_), **more, **told}
    status = 409 if error else 200
    return visit.page(texts.one, status=status, held=held, **whole, **texts.whole(service, held))


def read_as(new: type[Asked], labels: Mapping[str, str], values: Mapping[str, str]) -> Any:
    """Values as a request of that kind.

    Raises:
        BadInput: something is missing or too long.
    """
    try:
        return new.model_validate(dict(values))
    except ValidationError as error:
        said = error.errors()[0]
        raise BadInput(f"The {labels[str(said['loc'][0])]}: {said['msg']}") from None


def each_row(ledger: Ledger, kind: type[Row], search: Search) -> Iterator[Any]:
    """All rows that a search finds, whatever page of them it names."""
    offset = 0
    while found := ledger.find(kind, replace(search, limit=_PAGE, offset=offset)):
        yield from found
        offset += len(found)


def has_words(words: str, *texts: str) -> bool:
    """Whether every word stands somewhere in these texts, in capitals or not."""
    text = "\n".join(texts).casefold()
    return all(word in text for word in words.casefold().split())


def plain(text: str) -> Markup:
    """Letters, digits and percent signs only: no mark-up, nothing that hides, and nothing is cut."""
    return Markup(quote(text, safe=""))  # noqa: S704


def _values(texts: Texts, sent: Sent) -> dict[str, str]:
    """What is to be kept; browsers end the lines of a form with two characters."""
    return {name: str(getattr(sent, name)).replace("\r\n", "\n").strip() for name in texts.fields}


def _wanted(texts: Texts, new: Asked) -> dict[str, Any]:
    return {name: getattr(new, name) for name in texts.fields}


def _is_about(texts: Texts, each: Any, words: str) -> bool:
    return has_words(words, each.name, each.note, getattr(each, texts.column))


def _ways(visit: Visit, row: Any) -> dict[str, str]:
    """The text for scripts, exact, and the address that opens it in the Explorer, where one is known and takes it."""
    there, state = dict(visit.service.pages).get("Explorer", ""), visit.texts.opens(row)
    opened = f"{there}#{urlencode(state, quote_via=quote, safe='')}" if there and state else ""
    safe = Markup(opened)  # noqa: S704  # the address is ours, the rest is quoted
    return {"text": plain(getattr(row, visit.texts.column)), "opened": safe}


def _saved(unit: Unit, texts: Texts, new: Asked, replaces: int) -> Any:
    """The text under its name. Raises ``Clash`` where another one has the name and is not to be replaced."""
    wanted = _wanted(texts, new)
    found: list[Any] = unit.find(texts.kind, Search({"name": wanted["name"]}, limit=1))
    if not found:
        return unit.create(texts.kind, new.model_dump())
    theirs = {name: getattr(found[0], name) for name in wanted if getattr(found[0], name) != wanted[name]}
    if theirs and not replaces:
        what = f"Another {texts.one} is saved as {wanted['name']!r}"
        raise Clash(what, mine={name: wanted[name] for name in theirs}, theirs=theirs, version=found[0].version)
    return unit.edit(texts.kind, found[0].id, replaces or found[0].version, wanted)


def _filled(texts: Texts, values: Mapping[str, str]) -> dict[str, Any]:
    return {**values, "exact": plain(values[texts.column])}


def _told(error: WorkbenchError | None) -> str:
    return str(error) if error else ""
