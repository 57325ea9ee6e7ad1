"""Write workbench/views/charts/world.json, the outlines of countries that the map of origins draws.

Their source is npm's world-atlas (ISC), which is Natural Earth (public domain) as TopoJSON. It is asked for by nobody
else: ``npm install world-atlas@2.0.2``, then ``python tools/make_world.py node_modules/world-atlas``. Countries are
those of 1:110m, and a dot for each that is too small for that, at its middle by 1:50m. Antarctica is left out.
"""

import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from workbench.base.config import shipped

WIDTH = 1000
OUT = Path(__file__).parents[1] / "workbench" / "views" / "charts" / "world.json"
LEFT_OUT = {"Antarctica", "Fr. S. Antarctic Lands", "Heard I. and McDonald Is.", "S. Geo. and the Is."}
SPELLED = {  # as Natural Earth abbreviates them
    "Antigua and Barb.": "ag", "Bosnia and Herz.": "ba", "Br. Indian Ocean Ter.": "io", "British Virgin Is.": "vg",
    "Cabo Verde": "cv", "Cayman Is.": "ky", "Central African Rep.": "cf", "Congo": "cg", "Cook Is.": "ck",
    "Côte d'Ivoire": "ci", "Curaçao": "cw", "Czechia": "cz", "Dem. Rep. Congo": "cd", "Dominican Rep.": "do",
    "Eq. Guinea": "gq", "Faeroe Is.": "fo", "Falkland Is.": "fk", "Fr. Polynesia": "pf", "Laos": "la", "Macao": "mo",
    "Macedonia": "mk", "Marshall Is.": "mh", "Micronesia": "fm", "Myanmar": "mm", "N. Korea": "kp",
    "N. Mariana Is.": "mp",
    "Palestine": "ps", "Pitcairn Is.": "pn", "Russia": "ru", "S. Korea": "kr", "S. Sudan": "ss", "Saint Helena": "sh",
    "Saint Lucia": "lc", "Sint Maarten": "sx", "Solomon Is.": "sb", "St-Barthélemy": "bl", "St-Martin": "mf",
    "St. Kitts and Nevis": "kn", "St. Pierre and Miquelon": "pm", "St. Vin. and Gren.": "vc",
    "São Tomé and Principe": "st", "Turks and Caicos Is.": "tc", "U.S. Virgin Is.": "vi",
    "United States of America": "us", "Vatican": "va", "W. Sahara": "eh", "Wallis and Futuna Is.": "wf",
    "eSwatini": "sz", "Åland": "ax", "Turkey": "tr", "Brunei": "bn", "Syria": "sy", "Taiwan": "tw", "Vietnam": "vn",
    "Iran": "ir", "Tanzania": "tz", "Moldova": "md", "Bolivia": "bo", "Venezuela": "ve", "Kosovo": "xk",
    "Timor-Leste": "tl", "Réunion": "re", "Hong Kong": "hk", "United Kingdom": "gb", "Samoa": "ws",
}  # fmt: skip
NOTICE = (
    "Made with Natural Earth (public domain), through world-atlas 2.0.2, Copyright 2013-2019 Michael Bostock. "
    "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby "
    "granted, provided that the above copyright notice and this permission notice appear in all copies. THE SOFTWARE "
    'IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED '
    "WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, "
    "INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER "
    "IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR "
    "PERFORMANCE OF THIS SOFTWARE."
)
Point = tuple[float, float]
Ring = list[Point]


def named() -> dict[str, str]:
    """Two letters by name, in any case."""
    lines = (shipped("data") / "lookups" / "country_names.txt").read_text("utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines if not line.startswith("#"))
    return {name.casefold(): code for code, name in pairs}


def projected(longitude: float, latitude: float) -> Point:
    """Natural Earth projection (Patterson; polynomials of Savric and others, 2011), in units of the sphere."""
    x, y = math.radians(longitude), math.radians(latitude)
    square = y * y
    fourth = square * square
    across = 0.8707 - 0.131979 * square + fourth * (-0.013791 + fourth * (0.003971 * square - 0.001529 * fourth))
    up = 1.007226 + square * (0.015085 + fourth * (-0.044475 + 0.028874 * square - 0.005916 * fourth))
    return x * across, y * up


SCALE = WIDTH / (2 * projected(180, 0)[0])
TOP = projected(0, 84)[1] * SCALE
BOTTOM = projected(0, -57)[1] * SCALE


def placed(point: Point) -> Point:
    """A point in pixels of the map."""
    x, y = projected(*point)
    return x * SCALE + WIDTH / 2, TOP - y * SCALE


def arcs_of(world: dict[str, Any]) -> list[Ring]:
    """The arcs of a TopoJSON document in degrees."""
    (sx, sy), (tx, ty) = world["transform"]["scale"], world["transform"]["translate"]
    found = []
    for arc in world["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        found.append(points)
    return found


def rings(geometry: dict[str, Any], arcs: list[Ring]) -> Iterator[Ring]:
    """The rings of a shape, those that cross the date line cut there."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for ring in (ring for polygon in polygons for ring in polygon):
        points: Ring = []
        for at in ring:
            points += (arcs[at] if at >= 0 else arcs[~at][::-1])[bool(points) :]
        yield from cut(unwrapped(points))


def unwrapped(points: Ring) -> Ring:
    """A ring that goes on beyond 180 degrees where it crosses the date line."""
    turn, made = 0.0, points[:1]
    for (before, _), (x, y) in pairwise(points):
        turn += -360 if x - before > 180 else 360 if x - before < -180 else 0
        made.append((x + turn, y))
    return made


def cut(points: Ring) -> Iterator[Ring]:
    """The parts of a ring within 180 degrees east and west, and those beyond, where they belong."""
    for shift in (-360, 0, 360):
        moved = [(x + shift, y) for x, y in points]
        inside = side(side(moved, -180, keep_more=True), 180, keep_more=False)
        if len(inside) > 2:
            yield inside


def side(points: Ring, limit: float, *, keep_more: bool) -> Ring:
    """The part of a ring on one side of a meridian."""
    made: Ring = []
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        keeps = [(x >= limit) if keep_more else (x <= limit) for x in (x0, x1)]
        if keeps[0]:
            made.append((x0, y0))
        if keeps[0] != keeps[1]:
            made.append((limit, y0 + (y1 - y0) * (limit - x0) / (x1 - x0)))
    return made


def area(points: Ring) -> float:
    """The area of a ring, in its own units."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def path(drawn: list[Ring]) -> str:
    """Rings as an SVG path of relative steps in tenths of a pixel; what is smaller than a pixel goes."""
    text = ""
    for ring in drawn:
        points = [(round(x * 10), round(y * 10)) for x, y in ring]
        points = [each for at, each in enumerate(points) if at == 0 or each != points[at - 1]]
        if len(points) < 4 or area(ring) < 0.3:
            continue
        steps = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(points)]
        text += f"M{points[0][0]} {points[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps) + "z"
    return text.replace(" -", "-")


def drawn(world: dict[str, Any]) -> Iterator[tuple[str, list[Ring]]]:
    """The countries of an atlas by name, each with its rings in degrees."""
    lines = arcs_of(world)
    for each in world["objects"]["countries"]["geometries"]:
        name = each["properties"]["name"]
        if name not in LEFT_OUT and each.get("arcs"):
            yield name, list(rings(each, lines))


def middle(drawn_rings: list[Ring]) -> list[int]:
    """The middle of a country's greatest part, in tenths of a pixel."""
    xs, ys = zip(*(placed(point) for point in max(drawn_rings, key=area)), strict=True)
    return [round((min(xs) + max(xs)) * 5), round((min(ys) + max(ys)) * 5)]


def made(folder: Path) -> dict[str, Any]:
    """The outlines, from an atlas in a folder."""
    codes = {**named(), **{name.casefold(): code for name, code in SPELLED.items()}}
    coarse, fine = (json.loads((folder / f"countries-{size}m.json").read_text("utf-8")) for size in (110, 50))
    shapes: dict[str, str] = {}
    rest = ""
    for name, parts in drawn(coarse):
        text = path([[placed(point) for point in ring] for ring in parts])
        if code := codes.get(name.casefold()):
            shapes |= {code: text} if text else {}
        else:
            rest += text
    small = ((codes.get(name.casefold()), parts) for name, parts in drawn(fine))
    dots = {code: middle(parts) for code, parts in small if code and code not in shapes}
    size = {"width": WIDTH * 10, "height": round((TOP - BOTTOM) * 10)}
    return {
        "notice": NOTICE,
        **size,
        "shapes": dict(sorted(shapes.items())),
        "rest": rest,
        "dots": dict(sorted(dots.items())),
    }


def main(folder: Path) -> None:
    """Read the atlas, write the outlines."""
    whole = made(folder)
    OUT.write_text(json.dumps(whole, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(whole['shapes'])} shapes, {len(whole['dots'])} dots, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
