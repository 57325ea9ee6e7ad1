import pytest

from tests.events.query.conftest import check, value

CASES = [
    ("geo_distance_2points(-122.407628, 47.578557, -118.275287, 34.019056)", pytest.approx(1546754.3519738095)),
    ("geo_point_to_geohash(-80.195829, 25.802215, 8)", "dhwfz15h"),
    (
        'geo_geohash_to_central_point("dhwfz15h")',
        {"type": "Point", "coordinates": [-80.19590377807617, 25.80216407775879]},
    ),
    ("geo_point_in_circle(-122.317404, 47.609119, -122.317404, 47.609119, 18000)", True),
    ('geo_point_in_polygon(0.5,0.5,dynamic({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}))', True),
    ("geo_distance_2points(200, 0, 0, 0)", None),
    ("geo_point_to_geohash(0, 0, 19)", ""),
    ('geo_geohash_to_central_point("a!")', None),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_places_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


def test_a_hole_of_a_polygon_is_outside() -> None:
    ring, hole = "[[0,0],[9,0],[9,9],[0,9],[0,0]]", "[[4,4],[6,4],[6,6],[4,6],[4,4]]"
    area = f'dynamic({{"type":"Polygon","coordinates":[{ring},{hole}]}})'
    assert value(f"geo_point_in_polygon(1, 1, {area})") is True
    assert value(f"geo_point_in_polygon(5, 5, {area})") is False
    assert value('geo_point_in_polygon(5, 5, dynamic({"type":"Polygon","coordinates":[[1,2]]}))') is None
