from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from tests.apps.demo.measures import Whole, whole
from workbench.apps.demo import parameters
from workbench.apps.demo.outside import addresses
from workbench.apps.demo.parameters import rate
from workbench.apps.demo.places import INTRUDERS, OFFICES, TRAVEL
from workbench.apps.demo.plan import micros, planned
from workbench.apps.demo.trips import HOME, PLACES, whereabouts
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


def test_all_that_somebody_does_abroad_comes_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-ins, mail, files, clicks and reports, told by their addresses alone: nobody is in two countries at once."""
    rates = dict(parameters.RATES)
    for name, value in (("travel", 0.5), ("ham_clicks", 0.4), ("reports_right", 0.01)):
        rates[name] = replace(rates[name], value=value)
    monkeypatch.setattr(parameters, "RATES", rates)
    usual = whole(planned(9, 20_000, 7))
    known = pl.DataFrame({"address": [each.address for each in PLACES], "country": [each.country for each in PLACES]})
    seen = pl.concat([
        usual.tables[name].select(name=pl.lit(name), who=who, address=address, at=at)
        for name, who, address, at in (
            ("SigninLogs", "UserPrincipalName", "IPAddress", "TimeGenerated"),
            ("AADNonInteractiveUserSignInLogs", "UserPrincipalName", "IPAddress", "TimeGenerated"),
            ("OfficeActivity", "UserId", "ClientIP", "TimeGenerated"),
            ("CloudAppEvents", "AccountId", "IPAddress", "Timestamp"),
            ("UrlClickEvents", "AccountUpn", "IPAddress", "Timestamp"),
        )
    ]).filter(pl.col("address") != "")  # fmt: skip
    told = seen.join(known, on="address", how="left")
    assert told["country"].null_count() == 0
    away = told.filter(pl.col("address").is_in([each.address for each in TRAVEL]))
    assert set(away["name"]) == set(told["name"])
    reports = usual.tables["CloudAppEvents"].filter(pl.col("ActionType").str.contains("Submission"))
    assert reports["IPAddress"].is_in([each.address for each in TRAVEL]).any()
    moves = told.sort("who", "at").with_columns(pl.col("country", "at").shift().over("who").name.suffix("_before"))
    moved = moves.filter(pl.col("country") != pl.col("country_before"))
    assert moved.height > 10
    assert (moved["at"] - moved["at_before"] > timedelta(hours=12)).all()
    cloud = usual.tables["CloudAppEvents"].filter(pl.col("IPAddress") != "").join(
        known, left_on="IPAddress", right_on="address"
    )  # fmt: skip
    assert (cloud["CountryCode"] == cloud["country"]).all()


def test_addresses_of_intruders_are_nobody_elses() -> None:
    four, _ = addresses(pl.Series(np.arange(10_000)))
    assert set(INTRUDERS).isdisjoint(four)
    assert len({address.rpartition(".")[0] for address in INTRUDERS}) == 2
