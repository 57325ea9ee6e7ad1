from datetime import timedelta

import polars as pl
import pytest

from tests.analysis.entities.test_entity import CAMPAIGN, CLICK, of
from tests.analysis.entities.test_kind import EXAMPLES
from workbench.analysis.entities import Window, entity, every_kind, profile
from workbench.base.span import parse_span

ASKED = [
    ("url", CLICK["url"]),
    ("domain", "mailkeep.example"),
    ("mailbox", CLICK["user"]),
    ("ip_address", "198.51.100.66"),
]


@pytest.mark.parametrize(("kind", "value"), ASKED)
def test_every_number_is_what_its_question_answers(window: Window, kind: str, value: str) -> None:
    known = profile(of(window, kind, value))
    for count in known.counts:
        if count.value is not None:
            assert window.rows(count.kql).item() == count.value, count.label
    for held in known.held:
        if held.rows is not None:
            assert held.asked.result().frame.height == held.rows, held.asked
    for verdicts in known.verdicts:
        assert (
            window.rows(verdicts.kql).sort(verdicts.frame.columns).equals(verdicts.frame.sort(verdicts.frame.columns))
        )


def test_the_profile_of_a_url_is_that_of_the_answer_key(window: Window) -> None:
    known = profile(of(window, "url", CLICK["url"]))
    counts = {count.label: count.value for count in known.counts}
    assert (counts["Messages"], counts["Recipients"], counts["Clicks"], counts["Got through"]) == (1, 1, 1, 1)
    assert counts["Teams messages"] is None
    assert str(known.first)[:19] == CAMPAIGN[0]["time"].replace("T", " ").rstrip("Z")
    assert [each.title for each in known.verdicts] == ["Mail by threat and delivery", "Clicks by verdict"]
    assert "Not evaluated: no connections of devices are held." in known.missing


def test_volume_counts_every_row_once_and_is_what_its_questions_answer(window: Window) -> None:
    known = profile(of(window, "mailbox", CLICK["user"]))
    rows = {each.asked.pivot.title: each.rows for each in known.held}
    for title, count in known.volume.group_by("Series").agg(pl.col("Count").sum()).iter_rows():
        assert count == rows[title]
    for asked in known.charted:
        assert window.rows(known.volume_kql(asked))["Count"].sum() == rows[asked.pivot.title]
    assert known.step == timedelta(hours=6)
    assert known.volume["Time"].min() <= known.first


def test_what_nobody_ever_saw_is_nought_and_not_null(window: Window) -> None:
    known = profile(of(window, "sender", "nobody@never.example"))
    assert known.first is None
    assert known.last is None
    assert {count.value for count in known.counts} == {0, None}
    assert known.volume.is_empty()
    assert known.verdicts == ()
    assert known.missing == ("Not evaluated: no Teams messages are held.",)


def test_where_nothing_is_held_nothing_is_counted(window: Window) -> None:
    early = Window(window.catalog, window.now, parse_span("1999-01-01..1999-12-31", window.now))
    for kind in every_kind().values():
        known = profile(entity(early, kind, EXAMPLES[kind.name]))
        assert {count.value for count in known.counts} == {None}
        assert known.missing


def test_what_is_no_sighting_is_not_seen(window: Window) -> None:
    """The list of accounts is dated before the first event of the account."""
    known = profile(of(window, "mailbox", "sanne.dewit@northgate.example"))
    (person,) = [held for held in known.held if held.asked.pivot.name == "person"]
    assert person.rows == 1
    assert person.first is None
    assert known.first == min(held.first for held in known.held if held.first)
