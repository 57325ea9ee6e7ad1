"""Runs that are over go when their time has come, with what they left; others, and the trail, stay."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.apps.service.conftest import workspace_at
from workbench.apps.service.durable import retaining
from workbench.apps.service.durable.retaining import retain
from workbench.base.config import Workspace
from workbench.base.errors import NotFound
from workbench.ledger.audit import SYSTEM, Selection
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Run
from workbench.ledger.models.words import RunState
from workbench.operations.runs.objects import put

NOW = datetime.now(UTC)


def made(workspace: Workspace, ledger: Ledger, days: int | None, **values: object) -> tuple[Run, list[Path]]:
    """A run that is over since so many days, or goes on, and what it left."""
    over = {"state": RunState.SUCCEEDED, "finished_at": NOW - timedelta(days=days)} if days is not None else {}
    left = [put(workspace.runs, f"{name} of {days}".encode()) for name in ("copy", "findings")]
    digests = {"executed_digest": left[0], "findings_digest": left[1]}
    run = ledger.create(SYSTEM, Run, {"playbook": "small", **digests, **over, **values})
    folder = workspace.runs / (run.trigger_ref or run.id)
    folder.mkdir()
    (folder / "run.json").write_text("{}")
    paths = [folder, *(workspace.runs / "objects" / each for each in left)]
    aged(days or 0, *paths, folder / "run.json")
    return run, paths


def aged(days: int, *paths: Path) -> None:
    then = (NOW - timedelta(days=days)).timestamp()
    for path in paths:
        os.utime(path, (then, then))


def test_what_is_over_for_longer_goes_with_what_it_left_and_the_audit_tells(
    workspace: Workspace, ledger: Ledger
) -> None:
    old, gone = made(workspace, ledger, 181)
    by_hand, gone_too = made(workspace, ledger, 400, trigger_ref="20260101T000000-small-0a1b2c3d")
    new, kept = made(workspace, ledger, 179)
    shared, _ = made(workspace, ledger, 1, findings_digest=kept[2].name, playbook_digest=gone[1].name)
    going, left = made(workspace, ledger, None)
    aged(500, left[0] / "run.json", *left)
    assert retain(workspace, ledger, NOW) == 2
    for run in (old, by_hand):
        with pytest.raises(NotFound):
            ledger.get(Run, run.id, removed=True)
    assert {each.id for each in ledger.find(Run)} == {new.id, shared.id, going.id}
    assert not any(path.exists() for path in (gone[0], gone[2], *gone_too))
    assert all(path.exists() for path in (gone[1], *kept, *left)), "a row names them"
    told = ledger.audit(Selection(verb="run.expire"))
    assert {each["object_id"] for each in told} == {old.id, by_hand.id}
    assert {each["actor"] for each in told} == {"retention"}
    assert ledger.verify().fault is None
    states = {each.object_id: each.row["deleted_at"] for each in ledger.pending() if each.kind == "run"}
    assert bool(states[old.id]) > bool(states[new.id]), "the event store hears of it as of a removal"
    assert retain(workspace, ledger, NOW) == 0


def test_what_was_kept_again_stays(workspace: Workspace, ledger: Ledger) -> None:
    """A run that is just ending found its findings kept already: its row comes after."""
    digest = put(workspace.runs, b"the same as long ago")
    path = workspace.runs / "objects" / digest
    aged(300, path)
    put(workspace.runs, b"the same as long ago")
    retain(workspace, ledger, NOW)
    assert path.exists()


def test_nothing_goes_where_they_are_kept_for_ever(tmp_path: Path, ledger: Ledger) -> None:
    workspace = workspace_at(tmp_path / "ever", "[runs]\nkeep_days = 0\n")
    run, paths = made(workspace, ledger, 5_000)
    assert retain(workspace, ledger, NOW) == 0
    assert ledger.get(Run, run.id).version == 1
    assert all(path.exists() for path in paths)


def test_many_go_in_several_turns(workspace: Workspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retaining, "MOST", 4)
    monkeypatch.setattr(retaining, "_AT_ONCE", 2)
    for days in range(200, 207):
        made(workspace, ledger, days)
    assert [retain(workspace, ledger, NOW) for _ in range(3)] == [4, 3, 0]
    assert ledger.number(Run, Search(removed=True)) == 0
