"""Places on the earth, taken for a sphere of the radius that the reference's samples imply."""

from math import pi
from typing import Any, Final

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._distinct import distinct
from workbench.events.query.kql.literals import json_text

RADIUS: Final = 6_371_010.0
"""Metres."""
_LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz"
_MOST_LETTERS = 18
_BITS = 5


def _valid(longitude: pl.Expr, latitude: pl.Expr) -> pl.Expr:
    return longitude.is_between(-180, 180) & latitude.is_between(-90, 90)


def _distance(
    longitude: pl.Expr, latitude: pl.Expr, other: pl.Expr, height: pl.Expr, spheroid: pl.Expr | None = None
) -> pl.Expr:
    """By the haversine; null where a place does not exist. A spheroid is not asked for: it gives null."""
    first, second, apart = (each * (pi / 180) for each in (latitude, height, other - longitude))
    half = ((second - first) / 2).sin().pow(2) + first.cos() * second.cos() * (apart / 2).sin().pow(2)
    metres = 2 * RADIUS * half.clip(0, 1).sqrt().arcsin()
    valid = _valid(longitude, latitude) & _valid(other, height)
    if spheroid is not None:
        valid = valid & ~spheroid.cast(pl.Boolean)
    return pl.when(valid).then(metres)


def _in_circle(longitude: pl.Expr, latitude: pl.Expr, other: pl.Expr, height: pl.Expr, radius: pl.Expr) -> pl.Expr:
    inside = _distance(longitude, latitude, other, height) <= radius
    return pl.when(radius >= 0).then(inside)


def _to_geohash(longitude: float, latitude: float, letters: int = _BITS) -> str | None:
    """Halves of the globe in turns, east or west first, as letters of five bits."""
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90 and 1 <= letters <= _MOST_LETTERS):
        return None
    wide, high = int(letters) * _BITS - int(letters) * _BITS // 2, int(letters) * _BITS // 2
    east = min(int((longitude + 180) / 360 * 2**wide), 2**wide - 1)
    north = min(int((latitude + 90) / 180 * 2**high), 2**high - 1)
    bits = "".join(
        f"{(east >> (wide - 1 - at // 2)) & 1 if at % 2 == 0 else (north >> (high - 1 - at // 2)) & 1}"
        for at in range(int(letters) * _BITS)
    )
    return "".join(_LETTERS[int(bits[at : at + _BITS], 2)] for at in range(0, len(bits), _BITS))


def _cell(geohash: str) -> tuple[float, float, float, float] | None:
    """West, south, east and north of a geohash."""
    if not 0 < len(geohash) <= _MOST_LETTERS or not set(geohash.lower()) <= set(_LETTERS):
        return None
    bits = "".join(f"{_LETTERS.index(letter):05b}" for letter in geohash.lower())
    wide, high = bits[::2], bits[1::2]
    width, height = 360 / 2 ** len(wide), 180 / 2 ** len(high)
    west, south = int(wide, 2) * width - 180, int(high, 2) * height - 90
    return west, south, west + width, south + height


def _central_point(geohash: str) -> str | None:
    cell = _cell(geohash)
    if cell is None:
        return None
    west, south, east, north = cell
    return json_text({"type": "Point", "coordinates": [(west + east) / 2, (south + north) / 2]})


def _in_polygon(longitude: float, latitude: float, polygon: str) -> bool | None:
    """Over a map with straight edges; holes are left out."""
    held = documents.read(polygon)
    if not isinstance(held, dict) or not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        return None
    rings: Any = held.get("coordinates")
    parts: Any = {"Polygon": [rings], "MultiPolygon": rings}.get(str(held.get("type")), ())
    try:
        return any(_within(longitude, latitude, each) for each in parts)
    except (TypeError, ValueError, IndexError, KeyError):
        return None


def _within(longitude: float, latitude: float, rings: list[list[list[float]]]) -> bool:
    outer, *holes = rings
    return _in_ring(longitude, latitude, outer) and not any(_in_ring(longitude, latitude, hole) for hole in holes)


def _in_ring(x: float, y: float, ring: list[list[float]]) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


_PLACE = "longitude:number, latitude:number"

FAMILY = Family(
    "Places",
    (
        Function(
            "geo_distance_2points",
            f"({_PLACE}, longitude2:number, latitude2:number, spheroid:number|bool?)",
            "real",
            "Metres between two places on a sphere; null where one does not exist, or a spheroid is asked for.",
            _distance,
        ),
        Function(
            "geo_point_in_circle",
            f"({_PLACE}, longitude2:number, latitude2:number, radius:number)",
            "bool",
            "The first place lies within so many metres of the second.",
            _in_circle,
        ),
        Function(
            "geo_point_in_polygon",
            f"({_PLACE}, polygon:dynamic)",
            "bool",
            "The place lies in a GeoJSON polygon, its edges straight on the map.",
            distinct("bool", _in_polygon),
        ),
        Function(
            "geo_point_to_geohash",
            f"({_PLACE}, letters:number?)",
            "string",
            "The geohash of a place, of 1 to 18 letters (5).",
            distinct("string", _to_geohash),
        ),
        Function(
            "geo_geohash_to_central_point",
            "(geohash:string)",
            "dynamic",
            "The middle of a geohash as a GeoJSON point.",
            distinct("dynamic", _central_point),
        ),
    ),
)
