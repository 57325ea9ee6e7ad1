"""A saved question asked once: what it shows, what it records, what it refuses."""

import pytest

from workbench.apps.session import Workbench
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, BadQuery, LimitReached
from workbench.events.query import Limits
from workbench.operations.investigations import MIME

ACTIONS = "EmailEvents | summarize Mails = count() by DeliveryAction | order by Mails | render piechart"


@pytest.fixture(scope="module")
def sample(northgate: Workspace) -> Workbench:
    return Workbench(northgate)


def test_the_record_says_what_was_asked_and_what_came_back(sample: Workbench) -> None:
    found = sample.tracked("actions", ACTIONS, span="2026-09-14..2026-09-18").conclude()
    answer = sample.kql(ACTIONS)
    assert (found.count, found.kql, found.name) == (answer.frame.height, ACTIONS, "actions")
    assert found.columns == [("DeliveryAction", "string"), ("Mails", "long")]
    assert found.span.startswith("2026-09-14T00:00")
    assert found.digest == sample.tracked("x", ACTIONS, span="2026-09-14..2026-09-18").conclude().digest
    assert found.digest != answer.digest
    data = found._repr_mimebundle_()
    assert data[MIME]["playbook"] == "tracked_query"
    assert data["text/plain"].startswith("actions: 4 rows of 2026-09-14")


def test_rows_are_harmless_and_the_chart_is_the_one_asked_for(sample: Workbench) -> None:
    asked = sample.tracked("x", "print a = 'https://evil.example/\u202e', n = 1")
    assert "\u202e" not in asked.rows()["a"][0]
    assert "https://" not in asked.rows()["a"][0]
    assert dict(asked.ask().iter_rows())["Rows"] == "1"
    assert sample.chart(asked.answer) is None
    drawn = sample.chart(sample.tracked("x", ACTIONS).answer)
    assert drawn is not None
    assert drawn.kind == "pie"
    assert sample.chart(sample.kql("print a = 'no number' | render piechart")) is None


def test_what_cannot_be_counted_is_refused_with_what_to_do(sample: Workbench) -> None:
    with pytest.raises(LimitReached, match="summarize"):
        sample.tracked("x", "range n from 1 to 200001 step 1").ask()
    with pytest.raises(BadQuery, match="Did you mean Subject"):
        sample.tracked("x", "EmailEvents | where Sbuject == ''").ask()
    with pytest.raises(BadInput, match="kql="):
        sample.tracked("x", " ")
    assert sample.kql("range n from 1 to 200001 step 1", limits=Limits(rows=300_000)).cut is None
