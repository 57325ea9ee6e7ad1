"""What tests of several rooms of the floor share."""

from datetime import UTC, date, datetime
from pathlib import Path

from workbench.events.lookups.feeds import Pin, pin

NOW = datetime(2026, 9, 18, 12, 0, tzinfo=UTC)


def pinned(folder: Path, address: str, content: bytes) -> Pin:
    """Pin a file ``list.csv`` beside the folder, written for it, as of a day."""
    path = folder.parent / "list.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return pin(folder, address, path, now=NOW, of=date(2026, 9, 1))
