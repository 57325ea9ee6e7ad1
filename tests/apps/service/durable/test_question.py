"""What a run of a saved query asks is settled when it is asked for."""

import pytest

from workbench.apps.service.durable.question import rests, settled
from workbench.base.errors import UnknownName
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Schedule, TrackedQuery


def test_text_and_window_are_those_of_the_saved_query_unless_they_are_given(ledger: Ledger) -> None:
    ledger.create(SYSTEM, TrackedQuery, {"name": "q", "kql": "T | count", "span": "7d"})
    assert settled(ledger, "tracked_query", {"name": "q"}) == {"name": "q", "kql": "T | count", "span": "7d"}
    assert settled(ledger, "tracked_query", {"name": "q", "span": "1d"})["span"] == "1d"
    given = {"name": "nobody's", "kql": "print 1"}
    assert settled(ledger, "tracked_query", given) == given
    assert settled(ledger, "phish_triage", {"name": "q"}) == {"name": "q"}
    with pytest.raises(UnknownName, match="Did you mean q"):
        settled(ledger, "tracked_query", {"name": "Q"})


@pytest.mark.parametrize(("playbook", "enabled", "off"), [("tracked_query", False, True), ("tracked_query", True, False), ("small", False, False)])  # fmt: skip
def test_only_a_query_that_is_switched_off_rests(ledger: Ledger, playbook: str, enabled: bool, off: bool) -> None:
    ledger.create(SYSTEM, TrackedQuery, {"name": "q", "kql": "T", "enabled": enabled})
    values = {"name": "s", "playbook": playbook, "parameters": {"name": "q"}, "cron": "0 * * * *"}
    assert rests(ledger, ledger.create(SYSTEM, Schedule, values)) is off
