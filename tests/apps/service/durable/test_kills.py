"""kill -9 of worker and service, again and again: no run lost, none doubled, each step recorded once, nothing left."""

import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apps.service.conftest import workspace_at
from tests.apps.service.durable._program import MOMENTS
from tests.apps.service.durable.kills import Scene
from workbench.apps.service.durable import queue
from workbench.base.config import Workspace
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, open_ledger
from workbench.ledger.models import Worker

SERVICE = ("ticking", "ticked", "alerting", "alerted", "remembered", "projecting", "projected")
EVERYDAY = (("worker", "claimed"), ("worker", "kept"), ("service", "ticking"))
KILLS = {"sqlite": 100, "postgresql": 54}


@pytest.fixture
def place(kind: str, address: str | Path, tmp_path: Path) -> Workspace:
    """A workspace whose settings name its ledger, for processes of their own."""
    made = workspace_at(tmp_path / "home", f'ledger = "{address}"\n' if kind == "postgresql" else "")
    if kind == "sqlite":
        shutil.copy(address, made.ledger)
    return made


@pytest.fixture
def book(place: Workspace) -> Iterator[Ledger]:
    with open_ledger(place) as opened:
        yield opened


@pytest.fixture
def scene(place: Workspace, book: Ledger) -> Iterator[Scene]:
    made = Scene(place, book, random.Random(5), Path(tempfile.mkdtemp(prefix="wbk")))
    try:
        yield made
    finally:
        made.close()


def many(number: int, dice: random.Random) -> list[tuple[str, str]]:
    """Every moment in turn, and as many at random."""
    named = [("service" if name in SERVICE or dice.random() < 0.2 else "worker", name) for name in MOMENTS]
    chosen = [each for at in range(number) for each in [named[at // 2 % len(named)] if at % 2 else None]]
    return [each or (dice.choice(("worker", "service")), "") for each in chosen]


def test_kills_lose_and_double_nothing(scene: Scene) -> None:
    for each, moment in EVERYDAY:
        scene.kill(each, moment)
    scene.finale()
    scene.prove()
    assert scene.figures["kills"] == len(EVERYDAY)


@pytest.mark.slow
@pytest.mark.timeout(7_200)
def test_a_hundred_kills_lose_and_double_nothing(kind: str, scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    for each, moment in many(KILLS[kind], scene.dice):
        scene.kill(each, moment)
    scene.finale(1_800)
    scene.prove()
    with capsys.disabled():
        sys.stdout.write(f"\n{kind}: {dict(scene.figures)}\n")
    assert scene.figures["kills"] + scene.figures["moments that did not come"] == KILLS[kind]
    assert scene.figures["moments that did not come"] <= KILLS[kind] // 10


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_proof_finds_runs_whose_claim_was_no_whole_transaction(scene: Scene) -> None:
    """The control: a claim that takes a run off the queue and does not say where to, and a kill, lose it for good."""
    scene.kill("worker", "careless")
    gone = [each.id for each in scene.ledger.find(Worker)]
    assert scene.ledger.apply(SYSTEM, lambda unit: queue.rescue(unit, gone)) == []
    assert scene.open() == 0
    with pytest.raises(AssertionError, match="QUEUED"):
        scene.prove()
