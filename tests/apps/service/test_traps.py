"""Traps of durable runs that the study found (spec/runs.md, sections 0 to 7), and the tests that hold them for our queue.

Every row quotes the study, so that a trap is found again there; a test is named as ``file::function`` below ``tests``.
What cannot befall us names why.
"""

import ast
import importlib.metadata
import inspect
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import LargeBinary, PickleType

from workbench.apps.service import Options, make_app
from workbench.base.config import Workspace
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Run, Schedule, Worker, open_database

TESTS = Path(__file__).parents[2]
_DURABLE, _RUNS = "apps/service/durable", "operations/runs"
QUEUE, WORKER, KILLS, SHARING = (f"{_DURABLE}/test_{name}.py" for name in ("queue", "worker", "kills", "sharing"))
SCHEDULES, CRON, ALERTS = (f"{_DURABLE}/test_{name}.py" for name in ("scheduling", "cron", "alerts"))
POOL, LIMITS, JANITOR, PROCESSES = (f"{_RUNS}/test_{name}.py" for name in ("pool", "limits", "janitor", "processes"))
HERE = "apps/service/test_traps.py"


@dataclass(frozen=True)
class Trap:
    """One trap: its section, words of the study, the tests that hold it; or why it is none of ours."""

    section: int
    words: str
    tests: tuple[str, ...] = ()
    none: str = ""


def held(section: int, words: str, *tests: str) -> Trap:
    return Trap(section, words, tests)


def none(section: int, words: str, why: str) -> Trap:
    return Trap(section, words, none=why)


TRAPS = (
    held(0, "leaves PENDING rows", f"{WORKER}::test_a_run_goes_through_and_its_row_tells_all"),
    none(
        0, "A 7-day approval is a **row in our table**", "a run of ours never waits for a person: it has no such state"
    ),
    held(
        0,
        "two processes with the default id `local` ran the same steps twice",
        f"{QUEUE}::test_a_worker_that_was_buried_gets_nothing",
        f"{QUEUE}::test_every_start_of_a_worker_has_a_name_of_its_own",
        "apps/service/test_server.py::test_it_tells_where_it_is_ends_when_asked_and_only_one_runs",
    ),
    held(
        0,
        "no worker ever recovers another's runs",
        f"{WORKER}::test_runs_of_another_machine_are_rescued_after_thirty_seconds",
        f"{SHARING}::test_who_is_killed_on_another_machine_is_replaced_within_35_seconds",
    ),
    held(
        0,
        "DBOS flips the row; the sync step and its kernel run on",
        f"{WORKER}::test_cancel_ends_the_row_at_once_and_the_kernel_within_a_second",
        f"{WORKER}::test_a_deadline_ends_the_kernel_too",
    ),
    none(0, "its reset wipes foreign tables", "the queue has no database of its own, and nothing in it resets one"),
    held(
        0,
        "a bounded refill loop",
        f"{POOL}::test_starts_that_fail_are_bounded_and_the_state_says_why",
        f"{WORKER}::test_a_pool_that_stopped_is_told_and_asked_again_and_no_run_is_lost",
    ),
    held(
        1,
        "the refill loop start 100+ kernels in 2 minutes",
        f"{POOL}::test_starts_that_fail_are_bounded_and_the_state_says_why",
    ),
    held(1, "must kill the half-started kernel", f"{POOL}::test_a_start_that_hangs_is_given_up_and_leaves_nothing"),
    held(
        1,
        "fork after a polars query is known to be unsafe",
        f"{POOL}::test_an_import_that_begins_threads_is_refused_since_forks_of_it_would_hang",
    ),
    held(
        1,
        "A finished slot is refilled only at the next poll",
        f"{WORKER}::test_a_slot_that_is_free_again_waits_for_no_look",
    ),
    held(
        2,
        "the interrupted step is run again (at least once), a recorded one never",
        f"{KILLS}::test_kills_lose_and_double_nothing",
        f"{KILLS}::test_a_hundred_kills_lose_and_double_nothing",
        f"{KILLS}::test_the_proof_finds_runs_whose_claim_was_no_whole_transaction",
    ),
    held(
        2,
        "a playbook that kills the service must not loop",
        f"{QUEUE}::test_a_run_that_takes_its_worker_down_is_given_up",
    ),
    held(
        2,
        "2-3 alive at the kill",
        f"{POOL}::test_kernels_of_a_worker_that_was_killed_end_and_the_next_one_clears_what_they_left",
        f"{KILLS}::test_kills_lose_and_double_nothing",
    ),
    held(
        2,
        "8 half-written notebooks under temporary names",
        f"{JANITOR}::test_old_unfinished_files_are_removed_and_new_ones_are_let_be",
        f"{_RUNS}/test_objects.py::test_what_cannot_be_written_leaves_what_was_there_and_nothing_else",
    ),
    none(
        2,
        "every effect outside (purge, block, mail) is its own step",
        "playbooks only read: a run has no effect outside",
    ),
    held(2, "because pids are reused", f"{PROCESSES}::test_a_number_that_was_used_again_is_another_process"),
    held(
        2, "a zombie still matches", f"{PROCESSES}::test_a_zombie_is_not_alive_though_its_number_and_birth_still_match"
    ),
    held(
        2,
        "The parent watch fails only if the parent dies before the kernel's first check",
        f"{_RUNS}/test_fence.py::test_a_process_follows_its_parent_and_ends_at_once_if_that_is_gone",
    ),
    held(3, "Dynamic change works without restart", f"{SCHEDULES}::test_a_change_acts_at_the_next_look"),
    held(3, "no tick afterwards", f"{SCHEDULES}::test_a_pause_is_not_made_up_for"),
    held(3, "do not promise second accuracy", f"{CRON}::test_what_cannot_be_used_is_refused"),
    held(
        3,
        'No "only the latest one" mode',
        f"{SCHEDULES}::test_missed_ticks_make_one_run_or_none",
        f"{CRON}::test_the_latest_of_a_year_of_missed_ticks_is_found_at_once",
    ),
    held(
        3,
        "A tick cannot double",
        f"{QUEUE}::test_one_cause_starts_a_playbook_once_ever",
        f"{SCHEDULES}::test_two_clocks_ask_for_one_run_of_a_tick",
    ),
    held(
        3,
        "Schedule names are global",
        "apps/service/routes/test_schedules.py::test_a_schedule_is_made_changed_paused_resumed_and_removed",
    ),
    held(4, "`worker_concurrency=2`", f"{WORKER}::test_no_more_go_on_at_once_than_there_are_slots"),
    held(
        4,
        "a dead worker's PENDING rows keep the slots until rescued",
        f"{QUEUE}::test_slots_overall_are_kept_by_all_workers_together",
        f"{QUEUE}::test_slots_of_a_dead_worker_are_free_after_the_rescue",
    ),
    none(4, "excludes de-duplication", "runs are not limited by case: there is no key of that kind"),
    held(4, "**no priority = 0 = before 1**", f"{QUEUE}::test_low_numbers_first_then_the_oldest_and_none_is_ordinary"),
    held(
        4,
        "lives only until the first ends",
        f"{QUEUE}::test_a_deduplication_key_gives_the_run_there_is_until_it_is_over",
        f"{QUEUE}::test_one_cause_starts_a_playbook_once_ever",
    ),
    held(4, "3 starts each 1.6-2.1 s", f"{QUEUE}::test_no_more_of_a_playbook_begin_in_a_minute_and_others_go_by"),
    held(
        4,
        "counted **from dequeue**",
        f"{QUEUE}::test_a_deadline_counts_from_when_it_was_asked_for",
        f"{LIMITS}::test_an_endless_loop_is_ended_by_the_deadline_from_when_it_was_asked_for",
    ),
    held(4, "**step and kernel ran to their end**", f"{WORKER}::test_a_deadline_ends_the_kernel_too"),
    held(
        4, "kernel must be killed by us", f"{WORKER}::test_cancel_ends_the_row_at_once_and_the_kernel_within_a_second"
    ),
    held(
        4,
        "**silently ignored with a blocking KernelManager**",
        f"{LIMITS}::test_a_cell_that_takes_too_long_is_ended_and_later_cells_stay_pending",
    ),
    none(4, "`delay_seconds=1.5` started after 2-3 s", "a run cannot be asked for with a delay"),
    held(5, "20 / 20, no doubles", f"{SHARING}::test_forty_runs_are_shared_and_none_is_made_twice"),
    held(
        5,
        "2 runs of w1 stay PENDING",
        f"{SHARING}::test_who_is_killed_on_another_machine_is_replaced_within_35_seconds",
        f"{KILLS}::test_kills_lose_and_double_nothing",
    ),
    held(5, "its start-up recovery **takes the live runs", f"{QUEUE}::test_who_signs_on_takes_nothing_from_who_lives"),
    held(
        5,
        "it clears deadline, de-duplication id and attempt counter",
        f"{QUEUE}::test_a_rescue_keeps_deadline_key_and_attempts",
    ),
    held(5, "dead after 30 s", f"{QUEUE}::test_dead_is_who_gave_no_sign_for_thirty_seconds"),
    held(
        5,
        "a worker that cannot beat for 20 s kills its kernels",
        f"{WORKER}::test_a_worker_without_a_way_to_the_ledger_ends_its_kernels",
        f"{SHARING}::test_who_is_cut_off_ends_its_kernels",
    ),
    held(
        5,
        "DBOS fences the *record*, not the act",
        f"{QUEUE}::test_only_who_holds_the_claim_writes_the_end",
        f"{SHARING}::test_the_late_end_of_who_was_cut_off_is_refused",
    ),
    held(
        5,
        "Do not start uvicorn with several workers or reload",
        "apps/service/test_server.py::test_it_tells_where_it_is_ends_when_asked_and_only_one_runs",
    ),
    none(
        6,
        "A waiting workflow **occupies its queue slot**",
        "nothing waits in a slot: a run that is running has a kernel",
    ),
    none(6, "New version string", "a run names the digest of its notebook, not a version of the program"),
    held(6, "Fixed version string, changed body", f"{WORKER}::test_a_run_goes_through_and_its_row_tells_all"),
    held(7, "no socket or name look-up", f"{HERE}::test_nothing_of_the_product_loads_a_queue_that_could_call_home"),
    held(
        7,
        "A cancelled run logs a 25-line traceback",
        f"{WORKER}::test_a_run_that_is_called_off_leaves_no_traceback_in_the_log",
    ),
    held(7, "dbos MIT", f"{HERE}::test_nothing_of_the_product_loads_a_queue_that_could_call_home"),
    held(7, "sync ones block on the database", f"{HERE}::test_no_route_of_the_queue_blocks_the_event_loop"),
    none(7, "a 3 s write transaction of ours delayed enqueue 3.1 s", "the ledger has one writer and one queue to it"),
    none(7, "exclude it from Alembic by `include_name`", "there are no foreign tables in the ledger"),
    none(7, "one global instance per process", "workers are objects: tests have several in one process"),
    held(7, "default serializer is **pickle**", f"{HERE}::test_no_row_is_anything_but_json"),
)


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((TESTS / path).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_trap_names_tests_that_there_are_or_why_it_is_none() -> None:
    missing = []
    for trap in TRAPS:
        assert bool(trap.tests) != bool(trap.none), trap.words
        for named in trap.tests:
            path, _, name = named.partition("::")
            if name not in functions(path):
                missing.append(named)
    assert missing == []


def test_every_section_of_the_study_is_there_and_every_trap_stands_in_its_section(shared: Path) -> None:
    parts = re.split(r"^## (\d)\. ", (shared / "spec" / "runs.md").read_text("utf-8"), flags=re.MULTILINE)
    study = {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}
    assert [trap.words for trap in TRAPS if trap.words not in study[trap.section]] == []
    assert {trap.section for trap in TRAPS} == set(range(8))


def test_no_row_is_anything_but_json() -> None:
    columns = [column for kind in (Run, Schedule, Worker) for column in kind.__table__.columns]
    assert not [each for each in columns if isinstance(each.type, PickleType | LargeBinary)]


def test_nothing_of_the_product_loads_a_queue_that_could_call_home() -> None:
    required = importlib.metadata.requires("threat-investigation-workbench") or []
    assert not [each for each in required if re.match(r"dbos|celery|huey|procrastinate|rq\b", each)]
    assert "dbos" not in sys.modules


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    workspace = Workspace(tmp_path)
    with Ledger(open_database(tmp_path / "ledger.db"), workspace.keys, workspace.anchor) as opened:
        yield opened


def test_no_route_of_the_queue_blocks_the_event_loop(tmp_path: Path, ledger: Ledger) -> None:
    """What asks the ledger is a plain function, which runs in a thread; the few others only read a form."""
    app = make_app(Workspace(tmp_path), ledger, Options(port=1))
    found = [route for route in app.routes if isinstance(route, APIRoute) and re.search("run|schedule", route.path)]
    loop = {route.path for route in found if inspect.iscoroutinefunction(route.endpoint)}
    assert len(found) > 12
    assert loop <= {"/runs/start", "/schedules"}
