import numpy as np
import polars as pl
import pytest

from tests.apps.demo.measures import Whole
from workbench.apps.demo.outside import addresses
from workbench.apps.demo.parameters import rate
from workbench.apps.demo.places import INTRUDERS, OFFICES, TRAVEL
from workbench.apps.demo.plan import micros, planned
from workbench.apps.demo.trips import HOME, whereabouts
from workbench.apps.demo.words import CAST

PLAN = planned(7, 200_000, 28)
HOUR = 3_600_000_000


def test_people_travel_for_some_days_at_the_declared_rate() -> None:
    went = []
    for week in range(4):
        at = micros(PLAN.begin) // (24 * HOUR) * 24 * HOUR + (week * 168 + np.arange(168)) * HOUR
        trips = [whereabouts(PLAN, np.full(168, person), at) for person in range(PLAN.people)]
        assert all((trip == HOME).all() for trip in trips[: len(CAST)])
        away = [trip for trip in trips if (trip != HOME).any()]
        assert all((trip[[0, -1]] == HOME).all() for trip in away)
        went.append(len(away) / PLAN.people)
    assert np.mean(went) == pytest.approx(rate("travel"), rel=0.4)


def test_honest_sign_ins_come_from_abroad_too(usual: Whole) -> None:
    signed = usual.tables["SigninLogs"].filter(pl.col("ResultType") == "0")
    foreign = signed.filter(~pl.col("Location").is_in([each.country for each in OFFICES]))
    assert 0.002 < foreign.height / signed.height < 0.03
    assert foreign["Location"].n_unique() >= 3
    assert set(foreign["IPAddress"]) <= {each.address for each in TRAVEL}


def test_addresses_of_intruders_are_nobody_elses() -> None:
    four, _ = addresses(pl.Series(np.arange(10_000)))
    assert set(INTRUDERS).isdisjoint(four)
    assert len({address.rpartition(".")[0] for address in INTRUDERS}) == 2
