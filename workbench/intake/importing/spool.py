"""Input that comes as a stream: put into a file of its own, so that it is hashed and read like any other."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from workbench.base.errors import BadInput
from workbench.intake.sources import packed_ending

STANDARD_INPUT = "standard-input"
"""The name of a stream that was given none."""

_PIECE = 2**20


@contextmanager
def spooled(stream: BinaryIO, name: str = STANDARD_INPUT) -> Iterator[Path]:
    """A temporary file with all of a stream, gone after the block.

    ``name`` tells the table and kind, as the name of any file does; how it is packed is told by its first bytes where
    the name does not say it.

    Raises:
        BadInput: the name is no name of a file.
    """
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise BadInput(f"{name!r} cannot be the name of a file", next_step="Give one such as EmailEvents.csv.")
    with TemporaryDirectory(prefix="workbench-input-") as folder:
        path = Path(folder) / name
        with path.open("wb") as file:
            shutil.copyfileobj(stream, file, _PIECE)
        yield path.rename(path.with_name(name + packed_ending(path)))
