"""The visual language as data: every colour, size and word-with-shape, for light and dark.

One place feeds the CSS variables of the widgets and of the Voila template, and the Vega configuration. Specs name
colours as ``var(--wb-…)``; a page resolves them when it paints, so that one spec serves both modes.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from workbench.base.errors import UnknownName

Mode = Literal["light", "dark"]
Shape = Literal["circle", "triangle", "ring", "dash", "square", "diamond", "hatch"]

SERIES = 8
"""Categories that get a colour of their own; the rest is one grey "Other"."""

SANS = (
    '-apple-system, "Segoe UI", Roboto, Inter, "Noto Sans", Cantarell, Ubuntu, "Liberation Sans", '
    '"Helvetica Neue", Arial, "DejaVu Sans Condensed", system-ui, sans-serif'
)
MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace'


@dataclass(frozen=True)
class Token:
    """One colour by its role; ``use`` says what it may be used for, and so which contrast it must have."""

    name: str
    light: str
    dark: str
    use: Literal["surface", "line", "text", "fill"]
    meaning: str


@dataclass(frozen=True)
class Mark:
    """How one word of a closed vocabulary is shown: its colour never speaks without the word and the shape."""

    word: str
    token: str
    shape: Shape


TOKENS = (
    Token("page", "#F6F7F9", "#0F141B", "surface", "behind everything"),
    Token("card", "#FFFFFF", "#171D26", "surface", "cards, tables, panels"),
    Token("raised", "#FFFFFF", "#1E2733", "surface", "boxes over the page: menus, editors, tips"),
    Token("hover", "#F1F4F8", "#232D3A", "surface", "the row or option under the pointer"),
    Token("selected", "#E9F1FD", "#1B2C47", "surface", "selected rows, pressed controls"),
    Token("line", "#E4E7EC", "#2A3340", "line", "borders of cards, rows and grid lines"),
    Token("edge", "#8A94A3", "#6B7787", "fill", "borders of fields and check boxes"),
    Token("text", "#101828", "#E6EAF0", "text", "text and numbers"),
    Token("muted", "#5B6676", "#9AA6B6", "text", "labels, units, times"),
    Token("link", "#1D5FBF", "#79AFFF", "text", "links, the primary button, focus"),
    Token("on-link", "#FFFFFF", "#0F141B", "surface", "text on a primary button"),
    Token("malicious", "#B42318", "#F97066", "text", "verdict malicious, severity High, errors"),
    Token("suspicious", "#A95808", "#F5A850", "text", "verdict suspicious, severity Medium, warnings"),
    Token("clean", "#1F7A5C", "#55C7A0", "text", "verdict no threats found, better than before"),
    Token("unknown", "#636C7C", "#98A2B3", "text", "verdict unknown, not evaluated, severity Informational"),
    Token("low", "#1D5FBF", "#79AFFF", "text", "severity Low"),
    Token("delivered", "#2E6FB7", "#4D85C2", "fill", "delivery action Delivered"),
    Token("junked", "#C4861A", "#D19C3D", "fill", "delivery action Junked"),
    Token("blocked", "#7A869A", "#8E98A9", "fill", "delivery action Blocked"),
    Token("replaced", "#7E57C2", "#9170CB", "fill", "delivery action Replaced"),
    Token("single", "#3D6FBE", "#5A8FD6", "fill", "charts of one series"),
    Token("series-0", "#3760B0", "#85C1FD", "fill", "first category"),
    Token("series-1", "#DD833C", "#F28619", "fill", "second category"),
    Token("series-2", "#538F77", "#00B57E", "fill", "third category"),
    Token("series-3", "#BA68B0", "#EC9BC1", "fill", "fourth category"),
    Token("series-4", "#32ADEC", "#BCE7FC", "fill", "fifth category"),
    Token("series-5", "#C5420D", "#C1573D", "fill", "sixth category"),
    Token("series-6", "#687348", "#D9CF84", "fill", "seventh category"),
    Token("series-7", "#463281", "#AB88FA", "fill", "eighth category"),
    Token("other", "#A6AEBB", "#7A8496", "fill", "every further category"),
    Token("heat-1", "#E8EEF7", "#202D3F", "surface", "cells of a cross table with the fewest rows"),
    Token("heat-2", "#CDDAEE", "#293C56", "surface", "cells of a cross table with few rows"),
    Token("heat-3", "#B1C5E5", "#31496B", "surface", "cells of a cross table with some rows"),
    Token("heat-4", "#96B1DC", "#38567E", "surface", "cells of a cross table with many rows"),
    Token("heat-5", "#7FA0D4", "#3F6190", "surface", "cells of a cross table with the most rows"),
    Token("shadow", "#1018280F", "#00000066", "line", "the one shadow"),
)

SIZES: Mapping[str, str] = MappingProxyType(
    {f"size-{size}": f"{size}px" for size in (12, 13, 14, 16, 20, 28)}
    | {f"space-{space}": f"{space}px" for space in (4, 8, 12, 16, 24, 32)}
    | {"radius": "6px", "row": "28px", "control": "30px", "motion": "120ms", "sans": SANS, "mono": MONO}
)

VERDICTS: Mapping[str, Mark] = MappingProxyType(
    {
        "malicious": Mark("Malicious", "malicious", "circle"),
        "suspicious": Mark("Suspicious", "suspicious", "triangle"),
        "no threats found": Mark("No threats found", "clean", "ring"),
        "unknown": Mark("Unknown", "unknown", "dash"),
        "not evaluated": Mark("Not evaluated", "unknown", "hatch"),
    }
)

SEVERITIES: Mapping[str, Mark] = MappingProxyType(
    {
        "high": Mark("High", "malicious", "circle"),
        "medium": Mark("Medium", "suspicious", "triangle"),
        "low": Mark("Low", "low", "ring"),
        "informational": Mark("Informational", "unknown", "dash"),
    }
)

DELIVERIES: Mapping[str, Mark] = MappingProxyType(
    {
        "delivered": Mark("Delivered", "delivered", "square"),
        "junked": Mark("Junked", "junked", "triangle"),
        "blocked": Mark("Blocked", "blocked", "dash"),
        "replaced": Mark("Replaced", "replaced", "diamond"),
    }
)

VOCABULARIES: Mapping[str, Mapping[str, Mark]] = MappingProxyType(
    {"verdict": VERDICTS, "severity": SEVERITIES, "delivery": DELIVERIES}
)

_BY_NAME = MappingProxyType({token.name: token for token in TOKENS})
_VARIABLE = re.compile(r"var\(--wb-([a-z0-9-]+)\)")
_DARK = 'html[data-wb-theme="dark"], html:not([data-wb-theme]) body[data-jp-theme-light="false"]'


def colour(name: str, mode: Mode = "light") -> str:
    """The value of a colour token.

    Raises:
        UnknownName: there is no such token.
    """
    if name not in _BY_NAME:
        raise UnknownName("colour", name, _BY_NAME)
    return str(getattr(_BY_NAME[name], mode))


def var(name: str) -> str:
    """A token as specs and style sheets name it: ``var(--wb-name)``."""
    return f"var(--wb-{name})"


def css() -> str:
    """The tokens as CSS variables, light by default, dark where the page or JupyterLab is set to dark."""
    sizes = "".join(f"--wb-{name}:{value};" for name, value in SIZES.items())
    light, dark = (_variables(mode) for mode in ("light", "dark"))
    return f":root{{{sizes}{light}color-scheme:light}}\n{_DARK}{{{dark}color-scheme:dark}}\n"


def config() -> dict[str, Any]:
    """The Vega-Lite configuration of every chart, with colours as variables."""
    text = {"labelColor": var("muted"), "titleColor": var("muted"), "labelFontSize": 12, "titleFontSize": 12}
    axis = {
        "aria": False,
        "domain": False,
        "ticks": False,
        "gridColor": var("line"),
        "labelPadding": 6,
        "titleFontWeight": "normal",
    }
    return {
        "background": "transparent",
        "font": SANS,
        "padding": {"left": 0, "right": 2, "top": 4, "bottom": 4},
        "view": {"stroke": None},
        "axis": text | axis,
        "axisX": {"grid": False, "domain": True, "domainColor": var("line")},
        "bar": {"color": var("single")},
        "line": {"color": var("single"), "strokeWidth": 2},
        "text": {"color": var("text"), "fontSize": 12},
    }


def resolve(value: Any, mode: Mode) -> Any:
    """A spec or configuration with every ``var(--wb-…)`` replaced: for pages without style sheets and for tests."""
    if isinstance(value, str):
        return _VARIABLE.sub(lambda hit: colour(hit[1], mode), value)
    if isinstance(value, Mapping):
        return {key: resolve(each, mode) for key, each in value.items()}
    return [resolve(each, mode) for each in value] if isinstance(value, list | tuple) else value


def vocabulary(words: Iterable[str]) -> Mapping[str, Mark]:
    """The closed vocabulary that holds all the words, ignoring case; an empty one where none does."""
    folded = {word.casefold() for word in words}
    fitting = (marks for marks in VOCABULARIES.values() if folded and folded <= marks.keys())
    return next(fitting, MappingProxyType({}))


def mark(kind: str, word: str) -> Mark | None:
    """How a verdict, severity or delivery action is shown; None for a word outside the vocabulary."""
    return VOCABULARIES.get(kind, {}).get(word.casefold())


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two ``#RRGGBB`` colours by WCAG 2, from 1 to 21."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(value: str) -> float:
    red, green, blue = (_linear(int(value[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _variables(mode: Mode) -> str:
    return "".join(f"--wb-{token.name}:{getattr(token, mode)};" for token in TOKENS)
