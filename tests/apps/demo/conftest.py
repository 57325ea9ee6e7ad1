from pathlib import Path

import pytest

from tests.apps.demo.measures import Whole, stormy, whole
from workbench.apps.demo import parameters, planned
from workbench.apps.demo.builder import build

SMALL, TINY = planned(11, 4_000, 2), planned(3, 1_000, 2)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small build; nobody may change it."""
    home = tmp_path_factory.mktemp("built") / "w"
    build(home, SMALL, processes=1)
    return home


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest build with its stories; nobody may change it."""
    home = tmp_path_factory.mktemp("tiny") / "w"
    build(home, TINY, processes=1)
    return home


@pytest.fixture(scope="session")
def usual() -> Whole:
    """A week of 100,000 mails as they come."""
    return whole(planned(7, 100_000, 7))


@pytest.fixture(scope="session")
def storm() -> Whole:
    """A week in which most mail from outside is malicious, so that rare things are many."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in stormy().items():
            patch.setattr(parameters, name, value)
        return whole(planned(8, 100_000, 7))
