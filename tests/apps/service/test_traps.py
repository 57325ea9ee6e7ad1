"""Traps of durable runs, and the tests that hold them.

| trap | test (below ``durable/`` unless named) |
|---|---|
| a version string strands waiting runs | test_worker: a run goes through, as it was when it was asked for |
| two workers of one name run the same work | test_worker: taken for dead, signs on anew; test_queue: only who holds the claim |
| nobody recovers a dead worker's runs | test_worker: another machine, after thirty seconds; test_queue: dead |
| a rescue drops deadline, key and attempts | test_queue: a rescue keeps |
| a dead worker's acts go on | test_worker: without a way to the ledger |
| a run that kills its worker loops | test_queue: given up |
| the deadline counts from the start | test_queue: a deadline counts from when it was asked for |
| deadline or cancel leaves the kernel | test_worker: a deadline ends the kernel, cancel ends |
| no priority comes before 1 | test_queue: low numbers first |
| de-duplication lives only until the first ends | test_queue: one cause starts a playbook once ever |
| missed ticks all run, or none | test_scheduling: once, skip |
| pickled rows | here: no row is anything but JSON |
| kernels and half-written files stay | test_kills; operations/runs/test_janitor |
| the queue's library speaks to the network | here: it is not there |
"""

import importlib.util

from sqlalchemy import LargeBinary, PickleType

from workbench.ledger.models import Run, Schedule, Worker


def test_no_row_is_anything_but_json() -> None:
    columns = [column for kind in (Run, Schedule, Worker) for column in kind.__table__.columns]
    assert not [each for each in columns if isinstance(each.type, PickleType | LargeBinary)]


def test_nothing_of_the_product_loads_a_queue_that_could_call_home() -> None:
    import sys

    assert importlib.util.find_spec("workbench.apps.service.durable")
    assert "dbos" not in sys.modules
