import pytest

from workbench.analysis.entities import Window
from workbench.apps.session import Workbench
from workbench.base.config import Workspace

LURE = "e50d1c32-61d5-490d-38ef-08df13c5e0bf"
"""The first mail of the campaign in the sample."""


@pytest.fixture(scope="session")
def window(northgate: Workspace) -> Window:
    return Workbench(northgate).window()
