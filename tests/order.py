"""Which tests several workers of pytest-xdist do one after the other, and what is begun first.

A worker takes a file whole, so what a file has built serves all its tests. The rooms of ``TOGETHER`` share more than
that: a browser with its servers, builds of the demo, a PostgreSQL server. What takes longest is begun first: begun last
it would run alone while the other workers have nothing left to do.
"""

import pytest

TOGETHER = ("tests/browser/", "tests/apps/demo/", "tests/ledger/")
FIRST = (
    "tests/browser/", "tests/ledger/", "tests/apps/demo/", "tests/intake/importing/test_kill.py",
    "tests/apps/cli/test_watch.py", "tests/test_wheel.py", "tests/test_notebooks.py",
    "tests/apps/service/durable/test_kills.py", "tests/test_readme.py", "tests/apps/cli/", "tests/intake/importing/",
    "tests/operations/", "tests/apps/", "tests/events/store/",
)  # fmt: skip


def scheduler(config: pytest.Config, log: object) -> object:
    """Files of a room of ``TOGETHER`` go to one worker; units are begun in the order of the tests."""
    from xdist.scheduler import LoadFileScheduling

    class Rooms(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((room for room in TOGETHER if nodeid.startswith(room)), super()._split_scope(nodeid))

    config.option.loadscopereorder = False
    return Rooms(config, log)


def turn(item: pytest.Item) -> int:
    """Where a test stands: earlier ones have smaller numbers."""
    return next((at for at, begin in enumerate(FIRST) if item.nodeid.startswith(begin)), len(FIRST))
