"""The account of one import: records in = kept + duplicates + quarantined, always."""

from collections import Counter
from dataclasses import dataclass, field

from workbench.intake.mail.charset import sound

MOST_FAULTS = 10_000
"""Faults that the account lists one by one; further ones are counted together for each file."""

FURTHER = "further faults, not listed one by one"


@dataclass
class Report:
    """Counts of one import. The unit is an input record: a message, a row, a JSON object.

    ``by_table`` counts rows written, which is another thing: one message gives many rows. ``faults`` counts what was
    wrong, whether the record was kept or not, by file, place and reason; ``skipped`` names files that are not data.
    ``rows_in`` is counted where records are read, the others where they end up: that they add up is tested, not made.
    """

    files: int = 0
    rows_in: int = 0
    kept: int = 0
    duplicates: int = 0
    quarantined: int = 0
    by_table: Counter[str] = field(default_factory=Counter)
    faults: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def fault(self, file: str, where: str, reason: str, count: int = 1) -> None:
        """Count something that was wrong."""
        key = (sound(file), sound(where), sound(reason))
        if key not in self.faults and len(self.faults) >= MOST_FAULTS:
            key = (key[0], "", FURTHER)
        self.faults[key] += count

    def as_json(self) -> dict[str, object]:
        """The report as ``--report`` writes it."""
        return {
            "files": self.files,
            "rows_in": self.rows_in,
            "kept": self.kept,
            "duplicates": self.duplicates,
            "quarantined": self.quarantined,
            "by_table": dict(sorted(self.by_table.items())),
            "faults": [
                {"file": file, "where": where, "reason": reason, "count": count}
                for (file, where, reason), count in self.faults.most_common()
            ],
            "skipped": self.skipped,
            "seconds": round(self.seconds, 3),
        }
