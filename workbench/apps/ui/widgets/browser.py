"""What is sent to a browser to draw a widget: its JavaScript module and its style sheet, put together from files."""

import json
import re
from functools import cache
from importlib.resources import files

from workbench.views.charts import theme

_ICON = re.compile(r"^(\w+): \[\[")
_GAPS = re.compile(r"(?<=[{};,:]) | (?=[{}])")


@cache
def module(*names: str) -> str:
    """One ECMAScript module: the shared helpers, then the named files of ``page``; the last one exports the widget."""
    own = "\n".join(_lean(_read(f"{name}.js")) for name in ("common", "boxes", *names))
    return "\n".join((_marks(), _shared_style(), _used(_lean(_read("icons.js")), own), own))


@cache
def style(*names: str) -> str:
    """The rules of one widget: the named files of ``page``. The shared rules come with the module, once a page."""
    return "\n".join(_GAPS.sub("", _lean(_read(f"{name}.css"))) for name in names)


def _read(name: str) -> str:
    return (files(__package__) / "page" / name).read_text("utf-8")


def _marks() -> str:
    """The closed vocabularies: word to label, colour token, shape, and whether the word itself takes the colour."""
    marks = {
        kind: {word: [mark.word, mark.token, mark.shape, kind != "delivery"] for word, mark in words.items()}
        for kind, words in theme.VOCABULARIES.items()
    }
    return f"const MARKS = {json.dumps(marks, separators=(',', ':'))};"


@cache
def _shared_style() -> str:
    """The tokens of the theme and the shared rules, which the module puts before those of any widget."""
    return f"const STYLE = {json.dumps(theme.css() + style('common'))};"


def _used(icons: str, code: str) -> str:
    """The icons whose names occur in the code, all of them where Python names some; the notice stays."""
    if "action.icon" in code:
        return icons
    named = ((line, _ICON.match(line)) for line in icons.splitlines())
    return "\n".join(line for line, icon in named if icon is None or f'"{icon[1]}"' in code)


def _lean(text: str) -> str:
    """The text without indentation, blank lines and comment lines: every widget carries its own copy."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
