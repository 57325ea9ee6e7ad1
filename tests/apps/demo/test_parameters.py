import pytest

from tests.apps.demo.measures import MIXES, RARE, RATES, SPREADS, Whole
from workbench.apps.demo import parameters


@pytest.mark.parametrize("name", [name for name, each in parameters.RATES.items() if each.measured])
def test_a_build_comes_near_each_declared_rate(name: str, request: pytest.FixtureRequest) -> None:
    build: Whole = request.getfixturevalue("storm" if name in RARE else "usual")
    declared, found = parameters.RATES[name], RATES[name](build)
    if name == "reports_per_user":
        assert 1 <= found <= declared.value
    else:
        assert found == pytest.approx(declared.value, rel=declared.within)


@pytest.mark.parametrize("name", list(parameters.MIXES))
def test_a_build_comes_near_each_declared_mix(name: str, request: pytest.FixtureRequest) -> None:
    build: Whole = request.getfixturevalue("storm" if name in RARE else "usual")
    declared, found = parameters.MIXES[name], MIXES[name](build)
    wanted = dict(zip(declared.names, declared.weights, strict=True))
    assert set(found) <= set(wanted)
    for kind, share in wanted.items():
        assert found.get(kind, 0) == pytest.approx(share, abs=declared.within), kind


@pytest.mark.parametrize("name", list(SPREADS))
def test_counts_of_links_are_spread_as_declared(name: str, usual: Whole) -> None:
    declared, found = parameters.SPREADS[name], SPREADS[name](usual)
    some = found.filter(found > 0)
    assert some.median() == pytest.approx(declared.median, rel=0.1)
    assert some.quantile(0.9) == pytest.approx(declared.p90, rel=0.15)
    assert float((found == 0).mean()) == pytest.approx(declared.none, abs=0.02)


def test_what_is_measured_and_what_is_declared_are_the_same_names() -> None:
    assert set(RATES) == {name for name, each in parameters.RATES.items() if each.measured}
    assert set(MIXES) == set(parameters.MIXES)


def test_every_parameter_names_its_source_and_year() -> None:
    every = [*parameters.RATES.values(), *parameters.MIXES.values(), *parameters.SPREADS.values()]
    assert all(each.source and each.means and 1990 < each.year < 2030 for each in every)
