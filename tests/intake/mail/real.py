"""The real mails that developers have, each with its line of the index and its reading."""

import csv
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

from tests.intake.mail.letters import SEEN
from workbench.intake.mail import Context, Reading, read_message

Mail = tuple[dict[str, str], bytes, Reading]
SETS = ("phishing_eml_dev", "ham_and_spam_dev")


def members(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file of a set with its bytes."""
    with tarfile.open(folder / f"{folder.name}.tar.xz") as archive:
        for member in archive:
            data = archive.extractfile(member) if member.isfile() else None
            if data is not None:
                yield Path(member.name).name, data.read()


def readings(shared: Path, name: str) -> list[Mail]:
    """Every message of a set."""
    folder = shared / "datasets" / name
    index = {row["file"]: row for row in csv.DictReader(io.StringIO((folder / "index.csv").read_text("utf-8")))}
    context = Context(seen_at=SEEN)
    return [(index[file], raw, read_message(raw, file, context)) for file, raw in members(folder)]
