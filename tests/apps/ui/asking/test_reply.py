"""The answer of a page's box: its head, its marks and what it leaves behind."""

from datetime import timedelta

import pytest

from tests.apps.ui.reader import sent, tell
from tests.apps.ui.stores import beside
from workbench.apps.session import Workbench
from workbench.apps.ui.asking.query_box import QueryBox
from workbench.apps.ui.asking.reply import OLD, Reply, reach
from workbench.apps.ui.widgets.bar import Bar
from workbench.base.config import Workspace
from workbench.base.span import Span
from workbench.events.query import Limits, ask


@pytest.fixture(scope="module")
def sample(northgate: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(beside(northgate, tmp_path_factory.mktemp("reply")))


@pytest.fixture
def reply(sample: Workbench) -> Reply:
    return Reply(sample, QueryBox(sample, limits=Limits(rows=100)), "All email", (Bar("All email", ""),))


def old(reply: Reply) -> bool:
    return OLD in reply.answer._dom_classes


def test_an_answer_folds_the_view_away_until_the_reader_goes_back(reply: Reply) -> None:
    [view] = reply._view
    assert (reply.head.layout.display, view.layout.display) == ("none", None)
    tell(reply.box, "run", text="EmailEvents | take 3")
    assert (reply.head.title, reply.head.layout.display, view.layout.display) == ("Answer", None, "none")
    [answer] = reply.answer.children
    reply.back()
    assert (reply.answer.children, answer.comm, view.layout.display) == ((), None, None)


def test_what_a_failed_question_leaves_is_marked_as_the_answer_before(reply: Reply) -> None:
    tell(reply.box, "run", text="EmailEvents | take 3")
    assert not old(reply)
    tell(reply.box, "run", text="EmailEvents | where Sbuject has 'x'")
    assert (reply.head.title, old(reply)) == ("Answer to the question before", True)
    tell(reply.box, "run", text="EmailEvents | take 2")
    assert (reply.head.title, old(reply)) == ("Answer", False)


def test_a_question_that_fails_at_first_leaves_the_view(reply: Reply) -> None:
    tell(reply.box, "run", text="EmailEvents | where Sbuject has 'x'")
    assert (reply.head.layout.display, reply._view[0].layout.display) == ("none", None)


def test_the_head_says_which_events_were_asked(reply: Reply, sample: Workbench) -> None:
    tell(reply.box, "run", text="EmailEvents | count")
    first = sample.kql("EmailEvents | summarize min(Timestamp)").frame.item()
    assert reply.head.question.startswith("All events held, ")
    assert f"{first:%b %Y} to " in reply.head.question
    span = Span(sample.now - timedelta(days=1), sample.now)
    cut = ask(sample.catalog, "EmailEvents | count", now=sample.now, span=span, limits=Limits(rows=9))
    assert reach(sample, cut) == f"Events from {span.start:%Y-%m-%d %H:%M} UTC to {span.end:%Y-%m-%d %H:%M} UTC"


def test_the_rows_of_the_answer_are_taken_away(reply: Reply) -> None:
    tell(reply.box, "run", text="print n = 7")
    with sent(reply.line) as messages:
        tell(reply.head, "export", id="csv")
    [(name, data)] = [(m["content"]["name"], b[0]) for m, b in messages if m.get("method") == "custom"]
    assert (name.startswith("answer_"), bytes(data).decode("utf-8-sig").split()) == (True, ['"n"', '"7"'])


def test_an_answer_that_was_cut_is_taken_away_whole(reply: Reply) -> None:
    tell(reply.box, "run", text="range n from 1 to 250 step 1")
    tell(reply.head, "export", id="parquet")
    assert (reply.line.state, reply.line.done) == ("done", 250)
