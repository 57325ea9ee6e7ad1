"""Where a record came from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """The file a record came from: its SHA-256, the name people know it by, the member, and the table its name tells.

    ``member`` is the name of the file itself where it is no archive.
    """

    file_sha256: str
    file: str
    member: str
    hint: str = ""
