"""The parts of an executed notebook as HTML: our own elements around escaped text, and charts drawn from numbers."""

import re
from collections.abc import Iterable, Sequence
from functools import singledispatch

from workbench.base import render
from workbench.operations.runs.outline import Chart, Code, Heading, Output, Part, Problem, Prose, Summary, Table

WIDTH, HEIGHT = 640, 160
_COLOURS = 9
_LONGEST = 10_000_000
_CODE = re.compile("`([^`\n]+)`")


def page(parts: Iterable[Part]) -> str:
    """HTML without script, style, link or address: what any page of ours may hold. Looks are those of its classes."""
    return "\n".join(_drawn(part) for part in parts)


@singledispatch
def _drawn(part: object) -> str:
    raise TypeError(f"{type(part).__name__} is no part of a page")


@_drawn.register
def _(part: Summary) -> str:
    return _block("pre", "wb-outcome", part.text)


@_drawn.register
def _(part: Heading) -> str:
    return f"<h{part.level}>{_spoken(part.text)}</h{part.level}>"


@_drawn.register
def _(part: Prose) -> str:
    return f'<p class="wb-prose">{_spoken(part.text)}</p>'


@_drawn.register
def _(part: Code) -> str:
    head = f"<summary>{_escaped(part.state)}, {part.seconds:.1f} s</summary>"
    return f'<details class="wb-code">{head}{_block("pre", "wb-source", part.source)}</details>'


@_drawn.register
def _(part: Output) -> str:
    return _block("pre", "wb-error" if part.stream == "stderr" else "wb-output", part.text)


@_drawn.register
def _(part: Problem) -> str:
    said = _block("p", "wb-cause", f"{part.name}: {part.text}")
    return f'<section class="wb-problem">{said}<details>{_block("pre", "wb-trace", part.trace)}</details></section>'


@_drawn.register
def _(part: Table) -> str:
    head = "".join(f"<th>{_escaped(name)}</th>" for name in part.columns)
    body = "".join(f"<tr>{''.join(f'<td>{_escaped(cell)}</td>' for cell in row)}</tr>" for row in part.rows)
    cut = (
        f"<caption>The first {len(part.rows):,} of {part.total:,} rows</caption>" if part.total > len(part.rows) else ""
    )
    return f'<table class="wb-table">{cut}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


@_drawn.register
def _(part: Chart) -> str:
    words = "".join(
        f'<li class="wb-series-{code % _COLOURS}">{_escaped(name)}</li>'
        for code, name in enumerate(part.legend)
        if name
    )
    title = f"<figcaption>{_escaped(part.title)}</figcaption>"
    return f'<figure class="wb-chart">{title}{svg(part)}<ul>{words}</ul></figure>'


def svg(chart: Chart) -> str:
    """A chart drawn as stacked bars, or as a line for each category; only numbers reach the drawing."""
    marks = _lines(chart) if chart.kind in ("lines", "sparkline") else _bars(chart)
    label = f'role="img" aria-label="{_escaped(chart.described)}"'
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" {label}>{marks}</svg>'


def _bars(chart: Chart) -> str:
    places = _places(chart.x)
    heights = [0.0] * len(places)
    for x, y in zip(chart.x, chart.y, strict=True):
        heights[places[x]] += max(y, 0.0)
    scale, width = HEIGHT / (max(heights, default=0.0) or 1.0), WIDTH / max(len(places), 1)
    drawn, filled = [], [0.0] * len(places)
    for x, y, code in zip(chart.x, chart.y, chart.code, strict=True):
        at, tall = places[x], max(y, 0.0) * scale
        filled[at] += tall
        drawn.append(
            f'<rect class="wb-series-{code % _COLOURS}" x="{at * width:.1f}" y="{HEIGHT - filled[at]:.1f}" '
            f'width="{max(width - 1, 0.5):.1f}" height="{tall:.1f}"/>'
        )
    return "".join(drawn)


def _lines(chart: Chart) -> str:
    places, top = _places(chart.x), max((*chart.y, 0.0)) or 1.0
    step = WIDTH / max(len(places) - 1, 1)
    points: dict[int, list[str]] = {}
    for x, y, code in zip(chart.x, chart.y, chart.code, strict=True):
        points.setdefault(code, []).append(f"{places[x] * step:.1f},{HEIGHT - max(y, 0.0) / top * HEIGHT:.1f}")
    return "".join(
        f'<polyline class="wb-series-{code % _COLOURS}" fill="none" points="{" ".join(each)}"/>'
        for code, each in points.items()
    )


def _places(values: Sequence[str]) -> dict[str, int]:
    return {value: at for at, value in enumerate(dict.fromkeys(values))}


def _block(element: str, name: str, text: str) -> str:
    return f'<{element} class="{name}">{_escaped(text)}</{element}>'


def _spoken(text: str) -> str:
    """Text with words of code between backticks."""
    parts = map(_escaped, _CODE.split(text))
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


def _escaped(text: str) -> str:
    return "\n".join(render.html(line, _LONGEST) for line in text.split("\n"))
