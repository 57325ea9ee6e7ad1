"""Record what Microsoft's language service says of our own questions, for tests on machines without it.

``python -m bench.record_bindings [--language-service DIR] [--add TOPIC FILE]`` asks again about every question in
tests/events/query/data/bindings.jsonl, and about those in FILE, one a line, under a topic. Only questions of our own
go in, never published ones. It prints how many answers changed.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from bench.language_service import ABSENT, ROOT, Verdict, declared, judge, package

RECORD = ROOT / "tests" / "events" / "query" / "data" / "bindings.jsonl"
EVERY_TYPE = (
    "let T = datatable(k:string, n:int, l:long, r:real, m:decimal, s:string, b:bool, t:datetime, p:timespan, g:guid, "
    'd:dynamic)["", 1, 1, 1.0, 1.0, "", true, datetime(2026-01-01), 1h, guid(null), dynamic(null)]; '
)
"""What stands before the questions of the topic ``types``: a table T with a column of every type."""
Row = dict[str, object]


def questions(text: str) -> list[Row]:
    """The rows of a record."""
    return [json.loads(line) for line in text.splitlines()]


def recorded(rows: Sequence[Row], folder: Path) -> list[Row]:
    """The same questions with what the service says of them now."""
    asked = {str(number): _whole(row) for number, row in enumerate(rows)}
    said = judge(asked, folder, declared())
    return [_row(row, said[str(number)]) for number, row in enumerate(rows)]


def _whole(row: Row) -> str:
    return f"{EVERY_TYPE if row['topic'] == 'types' else ''}{row['query']}"


def _row(row: Row, said: Verdict) -> Row:
    asked: Row = {"topic": row["topic"], "query": row["query"]}
    if not said.clean or said.columns is None:
        return {**asked, "refused": True}
    return {**asked, "columns": ", ".join(f"{name}:{kind}" for name, kind in said.columns)}


def main() -> None:
    """Ask and write."""
    parser = argparse.ArgumentParser(prog="python -m bench.record_bindings", description="Record bindings.")
    parser.add_argument("--language-service", default="", metavar="DIR", help=ABSENT)
    parser.add_argument("--add", nargs=2, metavar=("TOPIC", "FILE"), help="more questions, one a line")
    asked = parser.parse_args()
    folder = package(asked.language_service)
    if folder is None:
        raise SystemExit(f"This {ABSENT}")
    before = questions(RECORD.read_text("utf-8"))
    topic, file = asked.add or ("", "")
    lines = [line for line in Path(file).read_text("utf-8").splitlines() if line.strip()] if file else []
    known = {row["query"] for row in before}
    rows = [*before, *({"topic": topic, "query": line} for line in lines if line not in known)]
    after = recorded(rows, folder)
    RECORD.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in after), "utf-8")
    changed = sum(old != new for old, new in zip(before, after, strict=False))
    print(f"{len(after)} questions, {len(after) - len(before)} new, {changed} changed")


if __name__ == "__main__":
    main()
