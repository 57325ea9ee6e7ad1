from collections.abc import Iterator

import pytest

from tests.apps.cli.conftest import Up, up
from workbench.apps.session import Workbench
from workbench.apps.session.queries import cron_of
from workbench.base.errors import BadInput, BadQuery, Clash, Taken, UnknownName
from workbench.ledger.client import TOKEN_VARIABLE

__all__ = ["up"]


@pytest.fixture
def w(up: Up, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    monkeypatch.setenv(TOKEN_VARIABLE, up.token)
    made = Workbench(up.workspace)
    yield made
    made.client.close()


def test_a_question_is_saved_listed_and_asked_with_values(w: Workbench) -> None:
    w.queries.save("twice", "print n = 2 * x", note="doubles")
    assert w.queries.get("twice") == "print n = 2 * x"
    assert w.queries.run("twice", x=21).frame.item() == 42
    assert w.queries.list().filter(Name="twice").select("KQL", "Note").row(0) == ("print n = 2 * x", "doubles")


def test_a_saved_question_is_tracked_and_no_more(w: Workbench) -> None:
    w.queries.save("tracked", "print n = 1")
    w.queries.track("tracked", "15m")
    with pytest.raises(Taken):
        w.queries.track("tracked")
    (held,) = (each for each in w.client.schedules().items if each.name == "Tracked: tracked")
    assert (held.cron, held.parameters) == ("*/15 * * * *", {"name": "tracked"})
    assert w.queries.list().filter(Name="tracked").select("LastAskedTime", "LastCount").row(0) == (None, None)
    assert (w.queries.untrack("tracked"), w.queries.untrack("tracked")) == (1, 0)
    with pytest.raises(UnknownName, match="Did you mean tracked"):
        w.queries.track("trackd")


@pytest.mark.parametrize(
    ("every", "cron"),
    [("1h", "0 * * * *"), ("60m", "0 * * * *"), ("1m", "* * * * *"), ("6h", "0 */6 * * *"), ("24h", "0 0 * * *"),
     ("1d", "0 6 * * *"), ("30 6 * * mon", "30 6 * * mon")],
)  # fmt: skip
def test_how_often_is_said_in_parts_of_an_hour_or_day(every: str, cron: str) -> None:
    assert cron_of(every) == cron


@pytest.mark.parametrize("every", ["", "0m", "7m", "5h", "2d", "1w", "hourly", "-1h", "1 h 2"])
def test_what_would_not_come_evenly_is_refused(every: str) -> None:
    with pytest.raises(BadInput, match="part of an hour"):
        cron_of(every)


def test_another_question_of_the_name_is_kept_until_it_is_replaced(w: Workbench) -> None:
    w.queries.save("one", "print n = 1")
    with pytest.raises(Clash) as clash:
        w.queries.save("one", "print n = 2")
    assert (clash.value.mine, clash.value.theirs) == ({"kql": "print n = 2"}, {"kql": "print n = 1"})
    w.queries.save("one", "print n = 2", replace=True)
    assert w.queries.get("one") == "print n = 2"


def test_what_cannot_be_is_said(w: Workbench) -> None:
    with pytest.raises(BadQuery):
        w.queries.save("bad", "EmailEvents | whre")
    with pytest.raises(UnknownName):
        w.queries.get("nothing like it")
