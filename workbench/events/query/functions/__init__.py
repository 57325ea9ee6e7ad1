"""Functions, aggregates and infix operators, one file per family."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from workbench.base.discover import discover
from workbench.events.query.functions._declare import LEVELS, Aggregate, Family, Function

_SHAPES = (
    *("from_wkt", "angle", "azimuth", "closest_point_on_line", "closest_point_on_polygon", "distance_point_to_line"),
    *("distance_point_to_polygon", "intersects_2lines", "intersects_line_with_polygon", "intersects_2polygons"),
    *("intersection_2lines", "intersection_line_with_polygon", "intersection_2polygons", "union_polygons_array"),
    *("simplify_polygons_array", "union_lines_array", "polygon_to_h3cells", "polygon_to_s2cells", "polygon_densify"),
    *("polygon_area", "polygon_buffer", "polygon_centroid", "polygon_perimeter", "polygon_simplify", "line_length"),
    *("line_buffer", "line_centroid", "line_densify", "line_simplify", "line_locate_point", "line_interpolate_point"),
    *("line_to_s2cells", "geohash_to_polygon", "geohash_neighbors", "point_buffer", "point_to_s2cell"),
    *("s2cell_to_central_point", "s2cell_to_polygon", "s2cell_neighbors", "point_to_h3cell"),
    *("h3cell_to_central_point", "h3cell_to_polygon", "h3cell_neighbors", "h3cell_children", "h3cell_parent"),
    *("h3cell_rings", "h3cell_level"),
)

ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("tdigest", "tdigest_merge", "merge_tdigest"), "percentiles"),
        **dict.fromkeys(("percentile_tdigest", "percentiles_array_tdigest"), "percentiles_array in summarize"),
        **dict.fromkeys(("percentrank_tdigest", "rank_tdigest"), "countif in summarize"),
        **dict.fromkeys(("hash_many", "hash_combine"), "hash(strcat(...))"),
        **{f"convert_{each}": "arithmetic" for each in ("angle", "energy", "force", "length", "mass", "speed")},
        **{f"convert_{each}": "arithmetic" for each in ("temperature", "volume")},
        **dict.fromkeys(("extent_id", "extentid", "extent_tags", "row_id", "current_node_id"), ""),
        **dict.fromkeys(("cursor_after", "cursor_before_or_at", "cursor_current", "current_cursor"), "ago"),
        **{f"geo_{each}": "geo_distance_2points, geo_point_in_polygon or geo_point_to_geohash" for each in _SHAPES},
        "bin_auto": "bin with a size",
        "parse_version": "toint(split(version, '.')[0]) and so on",
        "welch_test": "avg and variance",
    }
)
"""Functions and aggregates of KQL that are not there, and what is near; they are refused by that name."""

__all__ = ["ELSEWHERE", "LEVELS", "Aggregate", "Family", "Function", "aggregates", "families", "functions"]


def families() -> Mapping[str, Family]:
    """All families by file name."""
    return discover(__name__, Family)


@cache
def functions() -> Mapping[str, Function]:
    """Scalar functions and infix operators by name, aliases included."""
    every = [each for family in families().values() for each in family.functions]
    return MappingProxyType({name: each for each in every for name in (each.name, *each.aliases)})


@cache
def aggregates() -> Mapping[str, Aggregate]:
    """Aggregate functions by name, aliases included."""
    every = [each for family in families().values() for each in family.aggregates]
    return MappingProxyType({name: each for each in every for name in (each.name, *each.aliases)})
