"""Find the service of a workspace, and tell a running one from what a killed one left."""

import fcntl
import ssl
from typing import TYPE_CHECKING

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.base.config import Workspace
from workbench.base.errors import ServiceDown
from workbench.ledger import client
from workbench.ledger.client.tokens import remembered

if TYPE_CHECKING:
    from workbench.ledger.client.client import Client


class Found(BaseModel):
    """A running service, as it wrote itself down."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    address: str
    pid: int
    boot: str
    started_at: str


def find_service(workspace: Workspace) -> Found | None:
    """The service that runs for a workspace; None where none does, whatever a killed one left there."""
    try:
        found = Found.model_validate(orjson.loads(workspace.service.read_bytes()))
    except (OSError, ValueError, ValidationError):
        return None
    return found if _is_held(workspace) else None


def page_address(workspace: Workspace) -> str:
    """Where browsers reach the pages of the service that runs; empty where none does, or by a file alone."""
    found = find_service(workspace)
    return found.address if found and found.address.startswith("http") else ""


def the_service(workspace: Workspace) -> Found:
    """The service that runs for a workspace.

    Raises:
        ServiceDown: none runs.
    """
    found = find_service(workspace)
    if found is None:
        where, advice = str(workspace.home), f"Start it: workbench --home {workspace.home} serve"
        raise ServiceDown("No control service runs for this workspace", where=where, next_step=advice)
    return found


def connect(workspace: Workspace, token: str | None = None) -> "Client":
    """A client of the service of a workspace, with a token, else the one that ``workbench login`` stored.

    Raises:
        ServiceDown: none runs.
    """
    address = the_service(workspace).address
    return client.Client(address, remembered(workspace) if token is None else token, trust=trust_of(workspace))


def trust_of(workspace: Workspace) -> ssl.SSLContext | bool:
    """Whom to believe: exactly the certificate that the settings name, where they name one."""
    certificate = workspace.settings.service.certificate
    if not certificate:
        return True
    context = ssl.create_default_context(cafile=str(workspace.home / certificate))
    context.check_hostname = False
    return context


def _is_held(workspace: Workspace) -> bool:
    """A running service holds its lock, which no dead one can."""
    try:
        with workspace.service.with_suffix(".lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
