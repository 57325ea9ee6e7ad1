"""One watcher for a folder of a workspace: a lock that ends with its holder."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from os import fsencode
from pathlib import Path

from workbench.base.config import Workspace
from workbench.base.errors import StoreBusy
from workbench.events.store.lease import lease


@contextmanager
def alone(workspace: Workspace, folder: Path) -> Iterator[None]:
    """Hold the watch of a folder.

    Raises:
        StoreBusy: another process watches it for this workspace; the message names it.
        StoreError: the workspace may not be written.
    """
    path = workspace.home / "watching" / f"{sha256(fsencode(folder)).hexdigest()[:16]}.lock"
    with ExitStack() as held:
        try:
            held.enter_context(lease(path, 0.0))
        except StoreBusy:
            holder = path.read_text("utf-8", errors="replace").strip() or "another process"
            raise StoreBusy(
                f"The folder {folder} is watched for this workspace already, by {holder}",
                next_step="End that one first, or watch another folder.",
            ) from None
        yield
