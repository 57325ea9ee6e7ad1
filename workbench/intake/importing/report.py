"""The account of one import: records in = kept + duplicates + quarantined, always."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """Counts of one import. The unit is an input record: a message, a row, a JSON object.

    ``by_table`` counts rows written, which is another thing: one message gives many rows. ``faults`` counts what was
    wrong, whether the record was kept or not, by file, place and reason; ``skipped`` names files that are not data.
    """

    files: int = 0
    kept: int = 0
    duplicates: int = 0
    quarantined: int = 0
    by_table: Counter[str] = field(default_factory=Counter)
    faults: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rows_in(self) -> int:
        """Input records met."""
        return self.kept + self.duplicates + self.quarantined

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
