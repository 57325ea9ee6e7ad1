"""One round of fuzzing: a folder of damaged files, imported twice through the public way, and what must hold then."""

import random
import tempfile
from collections import Counter
from pathlib import Path

from tests.fuzz.mutations import contained, mutated
from tests.fuzz.seeds import Seed, kinds_of_seeds, seeds
from workbench.base.config import Workspace
from workbench.events.store import Store
from workbench.intake.importing import IntakeLog, Report, import_paths, retry_records

FILES = 30
MOST_MEMORY = 1_500 * 2**20
"""Bytes of memory that the importing process may have taken at most."""


class Broken(Exception):
    """Something that must hold does not."""


def files_of(seed: int) -> list[Seed]:
    """The files of a round: the same for the same number, as long as the seeds are the same."""
    chance = random.Random(seed)
    kinds = list(kinds_of_seeds().values())
    return [_file(number, chance, kinds) for number in range(chance.randint(1, FILES))]


def write(files: list[Seed], folder: Path) -> Path:
    """Put files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw in files:
        (folder / name).write_bytes(raw)
    return folder


def play(seed: int) -> Report:
    """Play one round.

    Raises:
        Broken: an account does not add up, a second import changes something, or memory was not flat.
    """
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        home = Path(place) / "home"
        home.mkdir()
        (home / "organisation.yml").write_text("domains: [northgate.example]")
        report = check(Workspace(home), write(files_of(seed), Path(place) / "in"))
    used = _peak()
    if used > MOST_MEMORY:
        raise Broken(f"the import took {used / 2**20:.0f} MiB of memory")
    return report


def _peak() -> int:
    """The most memory this program has held, in bytes; what its parent held before it began does not count."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def check(workspace: Workspace, folder: Path) -> Report:
    """Import a folder twice and hold the results to the law of intake."""
    first = import_paths(workspace, [folder])
    held, aside = _held(workspace), _aside(workspace)
    second = import_paths(workspace, [folder], again=True)
    for report in (first, second):
        if report.rows_in != report.kept + report.duplicates + report.quarantined:
            raise Broken(f"the account does not add up: {report.as_json()}")
    if (second.rows_in, second.quarantined) != (first.rows_in, first.quarantined):
        raise Broken(f"a second import counts otherwise: {first.as_json()} and {second.as_json()}")
    if _held(workspace) != held:
        raise Broken("a second import changes the store")
    if _aside(workspace) != aside:
        raise Broken("a second import changes the quarantine")
    _retry(workspace)
    return first


def _retry(workspace: Workspace) -> None:
    """Reading again what was set aside ends, and each record is then in the store or still aside."""
    ids = [each.id for each in IntakeLog(workspace.intake).quarantine(limit=10**9)]
    done = retry_records(workspace, ids)
    left = {each.id for each in IntakeLog(workspace.intake).quarantine(limit=10**9)}
    if left != set(done.still) or done.recovered != len(ids) - len(left):
        raise Broken(f"a retry of {len(ids)} records recovered {done.recovered} and left {len(left)}")


def _file(number: int, chance: random.Random, kinds: list[list[Seed]]) -> Seed:
    name, raw = chance.choice(chance.choice(kinds))
    _, other = chance.choice(seeds())
    if chance.random() < 0.1:
        name = f"{name.partition('.')[0]}{chance.choice(['.csv', '.json', '.eml', '.mbox', '.zip', '', '.parquet', '.msg'])}"
    raw = mutated(raw, other, chance)
    if chance.random() < 0.15:
        name, raw = contained(name, raw, chance)
    return f"{number}-{name}"[-200:], raw


def _held(workspace: Workspace) -> dict[str, Counter[object]]:
    """Every row of every table."""
    store = Store(workspace.store)
    return {name: Counter(map(repr, store.scan(name, inner=True).collect().iter_rows())) for name in store.held()}


def _aside(workspace: Workspace) -> Counter[object]:
    found = IntakeLog(workspace.intake).quarantine(limit=10**9)
    return Counter((each.file, each.place, each.reason, each.sha256) for each in found)
