import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.apps.service.conftest import to_be_found, workspace_at
from tests.apps.ui.reader import heard, junk, tell, write
from tests.laws import often
from workbench.apps.session import Workbench
from workbench.apps.ui.asking.query_box import LIMITS, Answered, QueryBox
from workbench.base.config import Workspace
from workbench.events.query import Limits

HERE = Limits(rows=LIMITS.rows)
"""Answered in this process, at once."""
SLOW = "range n from 1 to 4000000 step 1 | extend a = tostring(n) | summarize count() by a, hash_sha256(a) | count"


@pytest.fixture(scope="module")
def sample(northgate: Workspace) -> Workbench:
    return Workbench(northgate)


@pytest.fixture
def box(sample: Workbench) -> QueryBox:
    return QueryBox(sample, limits=HERE)


def test_a_question_is_answered(box: QueryBox) -> None:
    answers = heard(box, "answer")
    tell(box, "run", text="EmailEvents | count")
    assert [answer.frame.item() > 100 for answer in answers] == [True]
    assert box.facts[0] == "1 row"
    assert (box.running, box.wrong) == (False, {})


def test_a_fault_has_its_place_and_advice(box: QueryBox) -> None:
    answers = heard(box, "answer")
    text = "EmailEvents\n| where Sbuject has 'a'"
    tell(box, "run", text=text)
    assert text[box.wrong["at"] :][: box.wrong["length"]] == "Sbuject"
    assert "Did you mean Subject?" in box.wrong["message"]
    assert answers == []
    tell(box, "run", text="EmailEvents | count")
    assert box.wrong == {}


def test_hostile_text_comes_back_visible(box: QueryBox) -> None:
    tell(box, "run", text="EmailEvents | where ['\u202e<img src=x onerror=alert(1)>'] == 1")
    assert "\u202e" not in box.wrong["message"]
    assert box.wrong["message"]


def test_rows_beyond_the_limit_are_cut_and_said(sample: Workbench) -> None:
    box = QueryBox(sample, limits=Limits(rows=3))
    answers = heard(box, "answer")
    box.run("EmailEvents")
    assert answers[0].frame.height == answers[0].cut == 3
    assert "first 3 rows" in answers[0].notes[-1]


def test_names_are_completed_at_a_place(box: QueryBox) -> None:
    tell(box, "complete", seq=7, text="EmailEvents | where Sub | count", at=23)
    assert (box.words["seq"], box.words["replaced"]) == (7, 3)
    assert "Subject" in [item["text"] for item in box.words["items"]]
    tell(box, "complete", seq=8, text="EmailEvents | where Subject == 'Sub", at=35)
    assert box.words == {"seq": 8, "replaced": 3, "items": []}


@given(junk, junk, junk)
@settings(max_examples=often(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_a_page_sends_breaks_it(box: QueryBox, text: Any, at: Any, seq: Any) -> None:
    for kind in ("complete", "run", "cancel", "view"):
        tell(box, kind, text=text, at=at, seq=seq)
    assert not box.running


def test_a_page_writes_no_traits(box: QueryBox) -> None:
    write(box, text="EmailEvents", running=True, wrong={"message": "x"})
    assert (box.text, box.running, box.wrong) == ("", False, {})


def test_a_text_that_is_placed_replaces_what_was_written(box: QueryBox) -> None:
    box.place("EmailEvents | count")
    assert (box.text, box.placed, box.opened) == ("EmailEvents | count", 1, True)


async def until(box: QueryBox, *, longest: float = 60) -> None:
    started = time.monotonic()
    while box.running and time.monotonic() - started < longest:
        await asyncio.sleep(0.02)


def test_an_answer_to_an_old_question_is_dropped(box: QueryBox) -> None:
    answers = heard(box, "answer")
    tell(box, "run", text="print n = 1")
    late = Answered(0, "print n = 0", answers[0])
    box._finish(late)
    assert len(answers) == 1


@pytest.mark.slow
def test_a_late_answer_to_an_old_question_is_dropped_and_one_that_is_given_up_never_comes(sample: Workbench) -> None:
    box = QueryBox(sample)
    answers = heard(box, "answer")

    async def reader() -> None:
        box.run(SLOW)
        await asyncio.sleep(1.5)
        assert box.running
        box.run("print n = 2")
        await until(box)
        assert [answer.frame.item() for answer in answers] == [2]
        box.run(SLOW)
        await asyncio.sleep(0.5)
        started = time.monotonic()
        tell(box, "cancel")
        assert (box.running, box.facts) == (False, ["Cancelled"])
        box.run("print n = 3")
        await until(box)
        assert time.monotonic() - started < 30
        assert [answer.frame.item() for answer in answers] == [2, 3]

    asyncio.run(reader())


def test_it_knows_the_pages_of_a_service_that_runs_and_no_token(tmp_path: Path) -> None:
    assert QueryBox(Workbench(workspace_at(tmp_path / "home"))).control == ""
    with to_be_found(workspace_at(tmp_path / "home")) as site:
        box = QueryBox(Workbench(site.service.workspace))
        assert box.control == site.address
        write(box, control="https://evil.example")
        assert box.control == site.address
