"""Pages of the service: templates filled with text only, one style, no script, and what the viewer may see of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workbench.apps.service.observe import request_id
from workbench.apps.service.viewer import Viewer
from workbench.base import render
from workbench.base.access import Activity
from workbench.ledger.api import Problem
from workbench.views.charts.theme import css

PAGES = Path(__file__).with_name("pages")
SEE_OTHER = 303


@dataclass(frozen=True)
class Entry:
    """One page of the navigation: shown to whoever may do what it is for."""

    title: str
    path: str
    activity: Activity


NAVIGATION = (
    Entry("Runs", "/runs", Activity.RUNS_VIEW),
    Entry("Schedules", "/schedules", Activity.SCHEDULES_VIEW),
    Entry("Views", "/views", Activity.SAVED_VIEWS_VIEW),
    Entry("Queries", "/queries", Activity.TRACKED_VIEW),
    Entry("Notes", "/notes", Activity.NOTES_VIEW),
    Entry("Users", "/users", Activity.USERS_VIEW),
    Entry("Audit", "/audit", Activity.AUDIT_VIEW),
    Entry("My tokens", "/tokens", Activity.OWN_ACCOUNT),
)
"""Pages in the order of the bar."""


def page(request: Request, name: str, viewer: Viewer | None, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page from the template ``pages/<name>.html``; every value in it is escaped, and what hides is made visible."""
    entries = [each for each in NAVIGATION if viewer and not viewer.must_change and viewer.may(each.activity)]
    context = {
        "viewer": viewer,
        "entries": entries,
        "pages": request.app.state.service.pages if viewer else (),
        "here": request.url.path,
        "proof": viewer.proof if viewer else "",
        "may": viewer.may if viewer else lambda _: False,
        "Activity": Activity,
        "now": datetime.now(UTC),
        **shown,
    }
    return HTMLResponse(_environment().get_template(f"{name}.html").render(context), status)


def onward(path: str) -> RedirectResponse:
    """Go on to another page after something was done."""
    return RedirectResponse(path, SEE_OTHER)


def failed(request: Request, document: Problem) -> Response | None:
    """A problem as a page: to the log-in where nobody is logged in, to the change of password where that is due."""
    if document.status == 401 and request.url.path not in ("/login", "/metrics"):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return onward(f"/login?next={quote(wanted if request.method == 'GET' else '/')}")
    if document.type.endswith(":must-change"):
        return onward("/password")
    viewer = _seen(request, document.status)
    shown = document.model_copy(update={"instance": request_id(request)})
    return page(request, "problem", viewer, status=document.status, problem=shown)


def _seen(request: Request, status: int) -> Viewer | None:
    """Who sees a problem: no gate has asked where there is no route."""
    if status in (404, 405) and not hasattr(request.state, "viewer"):
        request.state.viewer = request.app.state.service.identity.identify(request)
    return getattr(request.state, "viewer", None)


def inside(path: str) -> str:
    """A path of our own to go on to; the start for anything that would lead elsewhere."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if plain and path.isascii() else "/"


@cache
def stylesheet() -> str:
    """The one style: the tokens of the product, dark where the reader's system is, and the rules of the pages."""
    light, dark = (line[line.index("{") + 1 : line.rindex("}")] for line in css().splitlines() if "{" in line)
    rules = (PAGES / "service.css").read_text("utf-8")
    return f":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n{rules}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, finalize=_shown, trim_blocks=True
    )
    environment.filters.update(lines=_lines, moment=_moment, ago=_ago, said=_said, short=_short, words=_words)
    return environment


def _shown(value: object) -> object:
    """Text of whatever origin, with what would hide made visible."""
    return value if isinstance(value, Markup) or callable(value) else render.visible(value)


def _lines(text: str, longest: int = 2_000) -> Sequence[str]:
    """A long text as lines, each cut where it is longer."""
    return [render.visible(line, longest) for line in text.splitlines()]


def _said(value: object) -> str:
    """A value of the ledger as people say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None or value == "" else str(value)


def _short(text: str, longest: int = 40) -> str:
    """A name beside something else."""
    return render.visible(text, longest)


def _words(name: str) -> str:
    """The name of a column in words."""
    return name.replace("_", " ")


def _moment(value: datetime | str | None) -> str:
    if value is None:
        return "never"
    return value[:19].replace("T", " ") if isinstance(value, str) else value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _ago(value: datetime | None) -> str:
    """How long ago, in the largest unit."""
    if value is None:
        return "never"
    seconds = (datetime.now(UTC) - value).total_seconds()
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if abs(seconds) >= length:
            number = int(abs(seconds) // length)
            return f"{number:,} {unit} ago" if seconds > 0 else f"in {number:,} {unit}"
    return "just now"
