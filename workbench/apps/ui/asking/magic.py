"""``%%kql`` and ``%kql``: a question in a cell of its own. ``wb.open()`` or ``%load_ext workbench`` brings them.

%%kql -o found -p domain --span 7d
EmailEvents | where SenderFromDomain == domain | summarize count() by bin(Timestamp, 1h) | render timechart
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from workbench.apps.session import Workbench, open_workbench
from workbench.apps.session.asking import Asked, read, values
from workbench.apps.session.completion import install
from workbench.apps.ui.asking import answer_text, underline
from workbench.base.errors import BadQuery, UnknownName, WorkbenchError
from workbench.base.span import parse_span
from workbench.events.query import Result, ask
from workbench.events.query.limits import as_options

USUAL = "w"
"""The name under which a workbench is looked for first, and kept where the question has to open one."""


def load_ipython_extension(shell: Any) -> None:
    """Add ``%%kql`` and ``%kql`` to an IPython shell, completion inside them, and the way in which answers show."""
    from IPython.core.magic import no_var_expand

    install(shell, Workbench)

    @no_var_expand
    def kql(line: str, cell: str | None = None) -> Result | None:
        return _answered(shell, line, cell)

    kql.__doc__ = _ask.__doc__
    shell.register_magic_function(kql, "line_cell", "kql")
    shell.display_formatter.mimebundle_formatter.for_type(Result, _shown(shell))


def _answered(shell: Any, line: str, cell: str | None) -> Result | None:
    """The answer, or an error without the traceback of our own code: the cell fails, and says why."""
    text = ""
    try:
        asked = read(line, cell)
        text = asked.text
        found = _ask(shell, asked)
    except WorkbenchError as error:
        lines = _told(shell, text, error)
        error.__dict__["_render_traceback_"] = lambda: lines
        raise
    except KeyboardInterrupt as stopped:
        stopped.__dict__["_render_traceback_"] = lambda: ["KeyboardInterrupt: the question was cancelled."]
        raise
    if asked.keep:
        shell.user_ns[asked.keep] = found
    return None if asked.quiet else found


def _ask(shell: Any, asked: Asked) -> Result:
    """Ask in KQL: the question stands in the cell, below the line.

    Before the question may stand: -o NAME keeps the answer under that name; -p NAME (or NAME=VARIABLE) lets the
    question use a variable of the notebook as a value, never as text; --span 7d cuts every table to a window;
    --rows, --seconds and --memory limit it; -w NAME asks another open workbench; -q shows nothing.

    The question runs in a process of its own: interrupting the kernel ends it at once.
    """
    workbench = _workbench(shell, asked.workbench)
    now = workbench.now
    span = parse_span(asked.span, now) if asked.span else workbench.span
    given = values(asked.parameters, shell.user_ns)
    return ask(workbench.catalog, asked.text, now=now, span=span, params=given, limits=asked.limits)


def _workbench(shell: Any, name: str) -> Workbench:
    """The open workbench of that name, else ``w``, else the last one opened; where none is, one is opened as ``w``."""
    held = {each: value for each, value in shell.user_ns.items() if isinstance(value, Workbench) and each[:1] != "_"}
    if name and name not in held:
        raise UnknownName("open workbench", name, held, where="-w")
    found = held.get(name or USUAL) or next(reversed(held.values()), None)
    if found is None:
        found = shell.user_ns[USUAL] = open_workbench()
    return found


def _told(shell: Any, text: str, error: WorkbenchError) -> list[str]:
    """What IPython shows in place of a traceback: one sentence; the faulty line, underlined, stands before it."""
    said = f"{type(error).__name__}: {as_options(str(error))}"
    if not isinstance(error, BadQuery) or not (marked := underline.as_text(text, error)):
        return [said]
    if in_page(shell):
        shell.display_pub.publish({"text/html": underline.as_html(text, error), "text/plain": marked})
        return [said]
    return [f"{marked}\n\n{said}"]


def _shown(shell: Any) -> Callable[..., Any]:
    """How an answer shows itself. Widgets are loaded with the first answer on a page, not with the workbench."""

    def bundle(result: Result, include: object = None, exclude: object = None) -> Any:
        del include, exclude
        text = {"text/plain": answer_text.as_text(result)}
        if not in_page(shell):
            return text
        drawn = import_module("workbench.apps.ui.asking.answer").view(result)._repr_mimebundle_()
        return {**(drawn[0] if isinstance(drawn, tuple) else drawn), **text}

    return bundle


def in_page(shell: Any) -> bool:
    """Whether answers are read on a page: in a kernel, not in a terminal."""
    return getattr(shell, "kernel", None) is not None
