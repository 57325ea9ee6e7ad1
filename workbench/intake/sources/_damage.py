"""What is wrong with how a file is packed: found while it is read, told once that is done.

A damaged stream ends where it cannot be read on, so that everything before is read as of a sound one, at any size.
"""

from dataclasses import dataclass, field, replace

from workbench.intake.sources._record import LONGEST_RECORD, Block, Broken, Record
from workbench.intake.sources._values import VALUES

CHECKSUM = "its checksum does not fit: some of its bytes may be wrong"
CUT = "the compressed data ends before its end mark"
BEHIND = "bytes stand behind the end of its compressed data; they are not read"
_REST = "from here on"


@dataclass
class Damage:
    """``cut`` is why the rest cannot be read, empty where nothing is missing; ``faults`` what else is wrong."""

    cut: str = ""
    faults: list[str] = field(default_factory=list)

    def taken(self) -> "Damage":
        """What was found since it was last taken."""
        found = Damage(self.cut, self.faults)
        self.cut, self.faults = "", []
        return found


def cut_short(last: Block | Record | None, why: str) -> list[Block | Record]:
    """The last piece of a stream that was cut: whole lines as they are, and what follows them set aside.

    What ends with the cut may look whole and is not: a CSV row that lost half its last cell, a mail without its end.
    """
    reason = f"{why}; what follows is not read"
    if last is None:
        return [Broken(_REST, b"", reason)]
    if not isinstance(last, Block):
        return [Broken(last.where, last.raw, reason, b"" if not hasattr(last, "context") else last.context)]
    if last.path:
        with last.path.open("rb") as file:
            return [Broken("", file.read(LONGEST_RECORD), reason)]
    if last.context.endswith(VALUES):
        return [last, Broken(_REST, b"", reason)]
    end = last.raw.rfind(b"\n") + 1
    whole = [replace(last, raw=last.raw[:end], stretch=None)] if end else []
    line = max(last.line, last.first) + last.raw.count(b"\n", 0, end)
    return [*whole, Broken(f"from line {line} on", last.raw[end:], reason, last.context)]
