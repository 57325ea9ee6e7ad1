import pytest

from tests.views.charts.specs import valid
from workbench.views.charts.figure import Figure
from workbench.views.charts.shapes import SPECS

LIMITS = ({}, {"log": True, "stack": "stacked100"}, {"stack": "unstacked", "ymin": 1.0, "ymax": 9.0})


@pytest.mark.slow
@pytest.mark.parametrize("shape", SPECS)
@pytest.mark.parametrize("axis", ["time", "number", "name"])
def test_every_structure_is_vega_lite(shape: str, axis: str) -> None:
    for limits in LIMITS:
        valid(Figure(shape, "x", SPECS[shape](axis, limits), signals={"from": 0, "to": 1, "pace": 1}))


def test_limits_of_the_axis_are_those_of_the_question() -> None:
    scale = SPECS["line"]("time", LIMITS[2])["encoding"]["y"]["scale"]
    assert (scale["domainMin"], scale["domainMax"], scale["nice"]) == (1.0, 9.0, False)
