"""The 14 questions on made-up mail: the product against Polars and DuckDB on the same files."""

from collections.abc import Iterator

from bench.measure import Measure, Row, Setting
from bench.race import Laps, mean_ratio, race
from bench.telemetry import generate

_MEMORY = 600.0
_OF_DUCKDB, _OF_BEST = 0.95, 1.5


def _run(setting: Setting) -> Iterator[Row]:
    marks = generate(setting.data, setting.rows)
    laps = race(setting.data, marks, repeat=setting.repeat)
    by_question: dict[str, list[Laps]] = {}
    for each in laps:
        by_question.setdefault(each.question, []).append(each)
    for question, engines in by_question.items():
        yield _row(question, engines)
    yield Row("geometric mean against DuckDB", mean_ratio(laps, "duckdb"), "x", _OF_DUCKDB)
    yield Row("geometric mean against Polars", mean_ratio(laps, "polars"), "x", note="Polars reads no Delta log")
    own = [each for each in laps if each.engine == "workbench"]
    yield Row("peak memory of the product", max(each.memory for each in own), "MiB", _MEMORY)


def _row(question: str, engines: list[Laps]) -> Row:
    own, *rivals = engines
    best = min(each.middle for each in engines)
    others = ", ".join(f"{each.engine} {each.middle:.0f} ms, {each.memory:.0f} MiB" for each in rivals)
    same = "equal answers" if all(each.equal for each in engines) else "ANSWERS DIFFER"
    empty = "" if own.rows else "; no rows, so it proves nothing"
    note = f"{own.memory:.0f} MiB; {others}; {same}, {own.rows} rows{empty}"
    return Row(question, own.middle, "ms", best * _OF_BEST, note=note)


QUESTIONS = Measure("14 questions", _run)
