"""Two processes write one table at the same time: every row is kept once."""

import subprocess
import sys
from pathlib import Path

from workbench.events.store import Store

WRITER = """
import sys
from pathlib import Path
from tests.events.store.conftest import mails
from workbench.events.store import Batch, Store
store, name = Store(Path(sys.argv[1])), sys.argv[2]
for number in range(10):
    store.write("EmailEvents", mails(40, first=number * 20, subject="same"), Batch(name, number))
"""


def test_two_writers_of_overlapping_rows_lose_and_double_nothing(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    commands = [[sys.executable, "-c", WRITER, str(tmp_path / "store"), name] for name in ("a", "b")]
    processes = [subprocess.Popen(command, cwd=root) for command in commands]
    assert [process.wait(120) for process in processes] == [0, 0]
    ids = Store(tmp_path / "store").scan("EmailEvents").collect()["NetworkMessageId"]
    assert (len(ids), ids.n_unique()) == (220, 220)
