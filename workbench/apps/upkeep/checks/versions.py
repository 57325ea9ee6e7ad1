"""Versions: Python, the product, its packages, and programs of the system."""

import shutil
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec

from packaging.requirements import Requirement

from workbench import __version__
from workbench.apps.upkeep.finding import Checks, Finding, fault, ok, warn
from workbench.base.config import Workspace

PRODUCT = "threat-investigation-workbench"
OLDEST = (3, 11)
EXTRAS = ("", "lab", "apps", "playbooks", "service")
_INSTALL = "pip install --constraint constraints.txt '.[all]'"


def python(_: Workspace) -> Iterator[Finding]:
    """Is this Python new enough?"""
    yield judged_python(sys.version_info[:3])


def judged_python(found: tuple[int, ...]) -> Finding:
    """A version of Python."""
    said = ".".join(map(str, found))
    if found < OLDEST:
        return fault(f"Python {said} is too old", "Install Python 3.11 or newer, and the product with it.")
    return ok(f"Python {said}, product {__version__}")


def packages(_: Workspace) -> Iterator[Finding]:
    """Is every package there, in the range that the product asks for?"""
    yield from judged_packages(map(Requirement, requires(PRODUCT) or []))


def judged_packages(needs: Iterable[Requirement]) -> Iterator[Finding]:
    """Packages as they are installed, held against what is asked for."""
    wanted = [need for need in needs if need.name != PRODUCT and _is_ours(need)]
    wrong = [(need, said) for need in wanted if (said := _wrong(need))]
    yield from (fault(said, f"pip install '{need.name}{need.specifier}'") for need, said in wrong)
    if not wrong:
        yield ok(f"{len(wanted)} packages are within their ranges")


def programs(_: Workspace) -> Iterator[Finding]:
    """Are the programs here that single commands need?"""
    for name in ("papermill", "voila", "jupyterlab"):
        if find_spec(name) is None:
            yield warn(f"{name} is not installed", _INSTALL)
        else:
            yield ok(f"{name} is installed")
    if shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"):
        yield ok("chromium is installed")
    else:
        yield warn("chromium is not installed; only tests of the pages need it", "apt-get install chromium")


def database_programs(workspace: Workspace) -> Iterator[Finding]:
    """Can a ledger on a PostgreSQL server be backed up?"""
    if workspace.settings.ledger and not shutil.which("pg_dump"):
        yield fault("pg_dump is not here, so the ledger is not backed up", "apt-get install postgresql-client")


CHECKS = Checks("versions", (python, packages, programs, database_programs))


def _is_ours(need: Requirement) -> bool:
    return need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in EXTRAS)


def _wrong(need: Requirement) -> str:
    try:
        found = version(need.name)
    except PackageNotFoundError:
        return f"{need.name} is not installed"
    if need.specifier.contains(found, prereleases=True):
        return ""
    return f"{need.name} {found} is not within {need.specifier}"
