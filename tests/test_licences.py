"""The licence check lets through what may be shipped beside our code, and nothing else."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "check_licences.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = spec_from_file_location("check_licences", TOOL)
    if spec is None or spec.loader is None or not TOOL.exists():
        pytest.skip("runs on a checkout only: the check is in tools/")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "licence",
    ["MIT", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "LGPL-3.0-or-later", "Apache-2.0 OR GPL-2.0-only", "MIT AND Apache-2.0",
     "GNU Lesser General Public License v3 (LGPLv3)"],
)  # fmt: skip
def test_permissive_mpl_and_lgpl_are_let_through(licence: str, tool: ModuleType) -> None:
    assert tool._fine(licence)


@pytest.mark.parametrize(
    "licence",
    ["GPL-3.0-only", "AGPL-3.0", "GNU General Public License v2 (GPLv2)", "GNU Affero General Public License v3", "SSPL-1.0",
     "MIT AND GPL-3.0-only", "BUSL-1.1", "unknown", ""],
)  # fmt: skip
def test_gpl_and_what_is_not_known_are_refused(licence: str, tool: ModuleType) -> None:
    assert not tool._fine(licence)


def test_every_package_of_the_tree_is_looked_at_and_fine(tool: ModuleType) -> None:
    licences = tool._licences()
    assert len(licences) > 100
    assert {name: licence for name, licence in licences.items() if not tool._fine(licence)} == {}
