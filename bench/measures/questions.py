"""The 14 questions on made-up mail: the product with and without accelerators, Polars and DuckDB on the same files."""

from collections.abc import Iterator

from bench.measure import Measure, Row, Setting
from bench.race import Laps, mean_ratio, race, ratios
from bench.telemetry import generate

_MEMORY = 600.0
_OF_DUCKDB, _OF_DUCKDB_PLAIN, _OF_BEST = 0.40, 0.95, 1.5
_QUICK, _OF_DUCKDB_QUICK = ("q01", "q04", "q05", "q11"), 0.15


def _run(setting: Setting) -> Iterator[Row]:
    marks = generate(setting.data, setting.rows)
    laps = race(setting.data, marks, repeat=setting.repeat)
    by_question: dict[str, dict[str, Laps]] = {}
    for each in laps:
        by_question.setdefault(each.question, {})[each.engine] = each
    for question, engines in by_question.items():
        yield _row(question, engines)
    for question, ratio in ratios(laps, "duckdb").items():
        if question.startswith(_QUICK):
            yield Row(f"{question} with accelerators against DuckDB", ratio, "x", _OF_DUCKDB_QUICK)
    yield Row("geometric mean against DuckDB", mean_ratio(laps, "duckdb"), "x", _OF_DUCKDB)
    yield Row("the same without accelerators", mean_ratio(laps, "duckdb", "plain"), "x", _OF_DUCKDB_PLAIN)
    yield Row("geometric mean against Polars", mean_ratio(laps, "polars"), "x", note="Polars reads no Delta log")
    own = [each for each in laps if each.engine in ("workbench", "plain")]
    yield Row("peak memory of the product", max(each.memory for each in own), "MiB", _MEMORY)


def _row(question: str, engines: dict[str, Laps]) -> Row:
    """A question without accelerators, beside the best engine; with them, and others, in the note."""
    plain, own = engines["plain"], engines["workbench"]
    best = min(each.middle for name, each in engines.items() if name != "workbench")
    rivals = [each for name, each in engines.items() if name not in ("plain", "workbench")]
    others = ", ".join(f"{each.engine} {each.middle:.0f} ms, {each.memory:.0f} MiB" for each in rivals)
    same = "equal answers" if all(each.equal for each in engines.values()) else "ANSWERS DIFFER"
    empty = "" if own.rows else "; no rows, so it proves nothing"
    note = f"with accelerators {own.middle:.0f} ms, {own.memory:.0f} MiB; {others}; {same}, {own.rows} rows{empty}"
    return Row(question, plain.middle, "ms", best * _OF_BEST, note=note)


QUESTIONS = Measure("14 questions", _run)
