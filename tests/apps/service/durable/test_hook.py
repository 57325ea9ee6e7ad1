"""What the clock of schedules and alerts says of itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.apps.service.conftest import Site
from tests.apps.service.playbooks import wait
from workbench.apps.service.durable import hook
from workbench.apps.service.durable.hook import Clock
from workbench.ledger.audit import SYSTEM
from workbench.ledger.models import Run
from workbench.ledger.models.words import RunState


@pytest.fixture
def clock(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    monkeypatch.setattr(hook, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(hook, "ALERT_SECONDS", 0.1)
    monkeypatch.setattr(hook, "RETAIN_TURNS", 2)
    monkeypatch.setattr(hook, "_FIRST_RETAIN", 1)
    made = Clock(site.service)
    site.service.checks["schedules"], site.service.notes["schedules"] = made.fault, made.note
    yield made
    made.close()
    del site.service.checks["schedules"], site.service.notes["schedules"]


def test_an_outage_is_told_as_long_as_it_lasts_without_words_of_the_driver(
    site: Site, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def renamed(old: str, new: str) -> None:
        with site.ledger.database.engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")

    renamed("schedules", "elsewhere")
    try:
        wait(clock.fault, 10)
        answer = site.anyone().get("/ready")
    finally:
        renamed("elsewhere", "schedules")
    assert answer.status_code == 503
    assert answer.json()["parts"]["schedules"] == "schedules: the ledger fails; the service's log says more"
    assert "no such table" in caplog.text
    wait(lambda: not clock.fault(), 5)
    assert site.anyone().get("/ready").json()["parts"]["schedules"] == "ready"


def test_what_waits_for_its_evidence_is_said_and_is_no_fault(site: Site, clock: Clock) -> None:
    clock._alerts.note = "2 alerts wait for their evidence"
    answer = site.anyone().get("/ready")
    assert (answer.status_code, answer.json()["parts"]["schedules"]) == (200, "ready; 2 alerts wait for their evidence")


def test_runs_that_are_over_for_long_go_while_the_service_runs(site: Site, clock: Clock) -> None:
    over = {"state": RunState.FAILED, "finished_at": datetime.now(UTC) - timedelta(days=200)}
    site.ledger.create(SYSTEM, Run, {"playbook": "small", **over})
    wait(lambda: not site.ledger.number(Run), 10)
