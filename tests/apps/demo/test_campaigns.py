import polars as pl
import pytest

from tests.apps.demo.measures import Whole
from workbench.apps.demo.campaigns import KINDS, SPAM, active, mails
from workbench.apps.demo.parameters import rate
from workbench.apps.demo.plan import micros, planned

DAY = 86_400_000_000


def test_half_of_the_campaigns_end_within_two_days_and_the_others_drip_for_months() -> None:
    plan = planned(7, 2_000_000, 30)
    made = pl.concat([active(plan, KINDS.index(SPAM), number) for number in range(plan.slices)]).unique("cluster")
    begun = made.filter(pl.col("first") >= micros(plan.begin))
    lasts = (begun["last"] - begun["first"]) / DAY
    assert float((lasts <= 2).mean()) == pytest.approx(rate("burst"), abs=0.08)
    assert lasts.filter(lasts > 2).min() > 19
    assert lasts.max() < 91


def test_campaigns_run_while_their_slice_lasts() -> None:
    plan = planned(7, 200_000, 30)
    for number in (0, 11, 29):
        low, high = map(micros, plan.span(number))
        found = active(plan, 0, number)
        assert found.height
        assert ((found["first"] < high) & (found["last"] > low)).all()


def test_mails_of_all_kinds_are_the_unwanted_share() -> None:
    plan = planned(7, 100_000, 7)
    assert sum(mails(plan, kind) for kind in KINDS) == pytest.approx(100_000 * 0.18 * rate("unwanted"))


def test_most_texts_are_single_mails_and_a_few_are_large_over_many_domains(usual: Whole) -> None:
    unwanted = usual.copies.filter(pl.col("kind").is_in(KINDS))
    texts = unwanted.group_by("EmailClusterId").agg(pl.len(), pl.col("domain").n_unique().alias("domains"))
    assert 0.55 < float((texts["len"] == 1).mean()) < 0.9
    assert 100 < texts["len"].max() < 0.3 * unwanted.height
    assert 30 <= texts["domains"].max() <= 82
