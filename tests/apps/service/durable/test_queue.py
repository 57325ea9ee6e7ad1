"""The queue without workers' threads: every rule of claiming, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.apps.service.playbooks import write
from tests.laws import often
from workbench.apps.service.durable import Wish, cancel, queue, submit
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, BadParameter, Clash, LimitReached, Refused, Taken, UnknownName
from workbench.base.settings import RunsSettings
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Run, Worker
from workbench.ledger.models.words import RunState, TriggerKind
from workbench.operations.runs import Outcome


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def sign_on(ledger: Ledger) -> str:
    return ledger.create(SYSTEM, Worker, {"boot": "x", "beat_at": datetime.now(UTC)}).id


def ask(workspace: Workspace, ledger: Ledger, **wish: object) -> str:
    return submit(workspace, ledger, SYSTEM, Wish("small", **wish))[0].id


def claim(ledger: Ledger, worker: str, most: int = 100, **limits: object) -> list[queue.Claim]:
    return ledger.apply(SYSTEM, lambda unit: queue.claim(unit, worker, most, RunsSettings(**limits)))


def state(ledger: Ledger, id_: str) -> RunState:
    return ledger.get(Run, id_).state


def test_low_numbers_first_then_the_oldest_and_none_is_ordinary(workspace: Workspace, ledger: Ledger) -> None:
    ids = {
        name: ask(workspace, ledger, **wish)
        for name, wish in {
            "late": {"priority": 9},
            "plain": {},
            "five": {"priority": 5},
            "first": {"priority": 1},
        }.items()
    }
    taken = [each.run.id for each in claim(ledger, sign_on(ledger))]
    assert taken == [ids[name] for name in ("first", "plain", "five", "late")]


def test_a_deduplication_key_gives_the_run_there_is_until_it_is_over(workspace: Workspace, ledger: Ledger) -> None:
    first, made = submit(workspace, ledger, SYSTEM, Wish("small", dedup_key="case 1"))
    again, twice = submit(workspace, ledger, SYSTEM, Wish("small", {"n": 5}, dedup_key="case 1"))
    assert (made, twice, again.id) == (True, False, first.id)
    cancel(ledger, SYSTEM, first.id)
    assert submit(workspace, ledger, SYSTEM, Wish("small", dedup_key="case 1"))[1]


def test_one_cause_starts_a_playbook_once_ever(workspace: Workspace, ledger: Ledger) -> None:
    wish = Wish("small", trigger=TriggerKind.ALERT, trigger_ref="fa1")
    first, _ = submit(workspace, ledger, SYSTEM, wish)
    cancel(ledger, SYSTEM, first.id)
    assert submit(workspace, ledger, SYSTEM, wish)[1] is False


def test_slots_overall_are_kept_by_all_workers_together(workspace: Workspace, ledger: Ledger) -> None:
    for _ in range(6):
        ask(workspace, ledger)
    one, two = sign_on(ledger), sign_on(ledger)
    assert len(claim(ledger, one, 2, at_once=3)) == 2
    assert len(claim(ledger, two, 2, at_once=3)) == 1
    assert claim(ledger, two, 2, at_once=3) == []


def test_no_more_of_a_playbook_begin_in_a_minute_and_others_go_by(workspace: Workspace, ledger: Ledger) -> None:
    for _ in range(5):
        ask(workspace, ledger)
    other = submit(workspace, ledger, SYSTEM, Wish("slow", priority=9))[0].id
    taken = [each.run.id for each in claim(ledger, sign_on(ledger), per_minute={"small": 3})]
    assert len(taken) == 4
    assert taken[-1] == other


def test_a_deadline_counts_from_when_it_was_asked_for(workspace: Workspace, ledger: Ledger) -> None:
    late = ask(workspace, ledger, seconds=0)
    assert claim(ledger, sign_on(ledger)) == []
    assert ledger.apply(SYSTEM, queue.expire) == 1
    assert state(ledger, late) is RunState.TIMED_OUT
    assert ledger.get(Run, late).failure_next_step


def test_who_asks_for_too_much_is_told(workspace: Workspace, ledger: Ledger) -> None:
    (workspace.home / "workbench.toml").write_text("[runs]\nwaiting = 2\n")
    small = Workspace(workspace.home)
    ask(small, ledger)
    ask(small, ledger)
    with pytest.raises(LimitReached):
        ask(small, ledger)


def test_what_does_not_fit_is_refused_before_it_is_a_run(workspace: Workspace, ledger: Ledger) -> None:
    with pytest.raises(BadParameter, match="n"):
        ask(workspace, ledger, parameters={"n": "many"})
    with pytest.raises(BadParameter, match="m"):
        ask(workspace, ledger, parameters={"m": 1})
    with pytest.raises(UnknownName):
        submit(workspace, ledger, SYSTEM, Wish("smal"))
    assert ledger.number(Run) == 0


def test_only_who_holds_the_claim_writes_the_end(workspace: Workspace, ledger: Ledger) -> None:
    """Fencing: a worker that was given up cannot overwrite what the next one did."""
    id_, one, two = ask(workspace, ledger), sign_on(ledger), sign_on(ledger)
    old = claim(ledger, one)[0]
    ledger.apply(SYSTEM, lambda unit: queue.rescue(unit, [one]))
    new = claim(ledger, two)[0]
    outcome = Outcome(id_, "succeeded")
    with pytest.raises(Clash):
        ledger.apply(SYSTEM, lambda unit: queue.finish(unit, old, outcome))
    assert ledger.apply(SYSTEM, lambda unit: queue.finish(unit, new, outcome)).state is RunState.SUCCEEDED
    assert ledger.get(Run, id_).attempts == 2


def test_a_run_that_takes_its_worker_down_is_given_up(workspace: Workspace, ledger: Ledger) -> None:
    id_ = ask(workspace, ledger)
    for _ in range(queue.MOST_ATTEMPTS):
        worker = sign_on(ledger)
        assert [each.run.id for each in claim(ledger, worker)] == [id_]
        ledger.apply(SYSTEM, lambda unit, worker=worker: queue.rescue(unit, [worker]))
    assert state(ledger, id_) is RunState.FAILED
    assert "3 times" in ledger.get(Run, id_).failure_cause
    assert ledger.number(Worker) == 0


def test_a_rescue_keeps_deadline_key_and_attempts(workspace: Workspace, ledger: Ledger) -> None:
    id_ = ask(workspace, ledger, dedup_key="k", seconds=900)
    before, worker = ledger.get(Run, id_), sign_on(ledger)
    claim(ledger, worker)
    ledger.apply(SYSTEM, lambda unit: queue.rescue(unit, [worker]))
    after = ledger.get(Run, id_)
    assert (after.deadline_at, after.dedup_key, after.attempts) == (before.deadline_at, "k", 1)
    assert after.state is RunState.QUEUED


def test_a_playbook_that_may_not_be_repeated_is_not(workspace: Workspace, ledger: Ledger) -> None:
    write(workspace, "once", "pass", repeat=False)
    run, _ = submit(workspace, ledger, SYSTEM, Wish("once"))
    worker = sign_on(ledger)
    claim(ledger, worker)
    ledger.apply(SYSTEM, lambda unit: queue.rescue(unit, [worker], [run.playbook_digest]))
    assert state(ledger, run.id) is RunState.FAILED


def test_a_worker_that_was_buried_gets_nothing(workspace: Workspace, ledger: Ledger) -> None:
    from workbench.base.errors import NotFound

    ask(workspace, ledger)
    worker = sign_on(ledger)
    ledger.apply(SYSTEM, lambda unit: queue.rescue(unit, [worker]))
    with pytest.raises(NotFound):
        claim(ledger, worker)


def test_dead_is_who_gave_no_sign_for_thirty_seconds(ledger: Ledger) -> None:
    now = datetime.now(UTC)
    ages = {seconds: Worker(id=str(seconds), beat_at=now - timedelta(seconds=seconds)) for seconds in (0, 29, 31)}
    assert queue.dead(ages.values(), now) == ["31"]


def test_what_is_over_cannot_be_cancelled(workspace: Workspace, ledger: Ledger) -> None:
    id_ = ask(workspace, ledger)
    cancel(ledger, SYSTEM, id_)
    with pytest.raises(Refused):
        cancel(ledger, SYSTEM, id_)
    assert ledger.verify().fault is None


def test_every_start_of_a_worker_has_a_name_of_its_own(ledger: Ledger) -> None:
    assert len({sign_on(ledger) for _ in range(5)}) == 5


def test_who_signs_on_takes_nothing_from_who_lives(workspace: Workspace, ledger: Ledger) -> None:
    id_, one = ask(workspace, ledger), sign_on(ledger)
    claim(ledger, one)
    sign_on(ledger)
    assert ledger.apply(SYSTEM, lambda unit: queue.rescue(unit, [])) == []
    assert (ledger.get(Run, id_).worker, state(ledger, id_)) == (one, RunState.RUNNING)


def test_slots_of_a_dead_worker_are_free_after_the_rescue(workspace: Workspace, ledger: Ledger) -> None:
    for _ in range(3):
        ask(workspace, ledger)
    one, two = sign_on(ledger), sign_on(ledger)
    assert len(claim(ledger, one, at_once=2)) == 2
    assert claim(ledger, two, at_once=2) == []
    ledger.apply(SYSTEM, lambda unit: queue.rescue(unit, [one]))
    assert len(claim(ledger, two, at_once=2)) == 2


def test_a_late_word_of_who_lost_a_run_is_not_written(workspace: Workspace, ledger: Ledger) -> None:
    id_, one, two = ask(workspace, ledger), sign_on(ledger), sign_on(ledger)
    old = claim(ledger, one)[0]
    ledger.apply(SYSTEM, lambda unit: queue.rescue(unit, [one]))
    new = claim(ledger, two)[0]
    assert ledger.apply(SYSTEM, lambda unit: queue.tell(unit, new, {"progress_cell": 3})) is True
    assert ledger.apply(SYSTEM, lambda unit: queue.tell(unit, old, {"progress_cell": 9})) is False
    assert ledger.get(Run, id_).progress_cell == 3


def test_a_key_is_of_one_playbook_and_those_of_schedules_are_theirs(workspace: Workspace, ledger: Ledger) -> None:
    ask(workspace, ledger, dedup_key="k")
    with pytest.raises(Taken, match="small"):
        submit(workspace, ledger, SYSTEM, Wish("slow", dedup_key="k"))
    with pytest.raises(BadInput, match="schedule"):
        ask(workspace, ledger, dedup_key="schedule 1")


@given(said=st.text(st.characters(), max_size=200) | st.text(st.characters(categories=["Cs", "Cc"]), max_size=50))
@settings(max_examples=often(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(said="\0\ud800\x1b[2J\u202e" * 2_000)
def test_whatever_a_notebook_says_its_end_is_written(
    said: str, workspace: Workspace, ledger: Ledger, kind: str
) -> None:
    id_, worker = ask(workspace, ledger), sign_on(ledger)
    taken = claim(ledger, worker)[0]
    outcome = Outcome(id_, "failed", cause=said, next_step=said)
    assert ledger.apply(SYSTEM, lambda unit: queue.finish(unit, taken, outcome)).state is RunState.FAILED
