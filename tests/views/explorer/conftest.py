import pytest

from workbench.apps.session import Workbench
from workbench.base.config import Workspace


@pytest.fixture(scope="session")
def sample(northgate: Workspace) -> Workbench:
    """The sample organisation, opened; nobody may change it."""
    return Workbench(northgate)
