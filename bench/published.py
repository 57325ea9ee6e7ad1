"""How published queries fare: read, bound, answered, and as Microsoft's language service would have it.

``python -m bench.published NAME=FILE.jsonl... [--workspace HOME] [--language-service DIR] [--anchor] [--out PAGE]
[--refusals FILE]``

A file has one JSON object a line: id, query, families. The queries are other people's and are kept nowhere. ``--out``
writes the figures into a page between its two marks; ``--refusals`` writes, for whoever builds the rest, why queries
are refused, by message, and how result columns differ.
"""

import argparse
import json
import os
import platform
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.language_service import ABSENT, Columns, Verdict, judge, package
from bench.language_service import version as service_version
from bench.measure import line, middle, percentile
from bench.trial import Asked, Trial

BEGIN = "<!-- made by `python -m bench.published`; do not edit by hand -->"
END = "<!-- end of the measured part -->"
MAIN = ("email", "identity", "alerts")
_PLACE = re.compile(r" ?\(line \d+, column \d+\).*")


@dataclass(frozen=True)
class Case:
    """One published query, and what became of it. What was not asked for is None."""

    key: str
    families: frozenset[str]
    verdict: Verdict | None
    empty: Trial
    filled: Trial | None
    anchor: Trial | None

    @property
    def valid(self) -> bool:
        """Whether it can be read at all; without a judge, whether we can read it."""
        return not self.verdict.syntax if self.verdict else self.empty.reached("parse")

    @property
    def clean(self) -> bool:
        """Whether the service has nothing against it."""
        return self.verdict is not None and self.verdict.clean

    @property
    def difference(self) -> str:
        """How our result columns differ from the service's; empty where they do not."""
        if self.verdict is None or self.verdict.columns is None or self.empty.columns is None:
            return "not bound"
        return differs(self.empty.columns, self.verdict.columns, whole=not self.verdict.open)


def differs(ours: Columns, theirs: Columns, *, whole: bool = True) -> str:
    """The first difference between two lists of columns in words; ``whole`` is false where theirs may go on."""
    names = [name for name, _ in ours]
    for number, (name, kind) in enumerate(theirs):
        if number >= len(ours):
            return f"names: {name} is missing at the end"
        if ours[number][0] != name:
            return f"names: {'another place' if name in names else 'another name'} than {name}: {ours[number][0]}"
        if ours[number][1] != kind and kind != "unknown":
            return f"types: {ours[number][1]} instead of {kind}"
    return f"names: {ours[len(theirs)][0]} is too much" if whole and len(ours) > len(theirs) else ""


def measured(rows: Sequence[Mapping[str, object]], asked: argparse.Namespace) -> list[Case]:
    """Every query of a file, tried by everybody that was asked for."""
    queries = {str(row["id"]): str(row["query"]) for row in rows}
    folder = package(asked.language_service)
    verdicts = judge(queries, folder) if folder else {}
    tried = {"empty": _tried(queries, "ours")}
    tried |= {"filled": _tried(queries, "ours", asked.workspace)} if asked.workspace else {}
    tried |= {"anchor": _tried(queries, "anchor")} if asked.anchor else {}
    return [_case(row, verdicts, tried) for row in rows]


def _case(row: Mapping[str, object], verdicts: Mapping[str, Verdict], tried: Mapping[str, Mapping[str, Trial]]) -> Case:
    key, families = str(row["id"]), row["families"]
    filled, anchor = (tried.get(name, {}).get(key) for name in ("filled", "anchor"))
    return Case(key, frozenset(families), verdicts.get(key), tried["empty"][key], filled, anchor)  # type: ignore[call-overload]


def _tried(queries: Mapping[str, str], *arguments: str) -> dict[str, Trial]:
    asked, found = Asked(*arguments), {}
    for number, (key, query) in enumerate(queries.items()):
        found[key] = asked.ask(query)
        if number % 500 == 0:
            print(f"{' '.join(arguments)}: {number} of {len(queries)}", flush=True)
    asked.close()
    return found


HEAD = (
    *("queries", "valid", "read", "bound", "answered, no rows", "answered, demo", "bound cleanly by the service"),
    *("of these answered", "same names", "same names and types", "refused by the service", "of these by us"),
    "duckdb-kql, no rows",
)


def table(sets: Mapping[str, Sequence[Case]]) -> Iterator[str]:
    """Lines of the table: a set and family each."""
    yield line(("set", "family", *HEAD))
    yield line(("---",) * (2 + len(HEAD)))
    for name, cases in sets.items():
        for family, chosen in _families(cases):
            yield line((name, family, *_cells(chosen)))


def _families(cases: Sequence[Case]) -> Iterator[tuple[str, list[Case]]]:
    yield "**mail, identity, alerts**", [case for case in cases if case.families & set(MAIN)]
    for family in (*MAIN, "device"):
        yield family, [case for case in cases if family in case.families]
    yield "other", [case for case in cases if not case.families & {*MAIN, "device"}]


def _cells(cases: Sequence[Case]) -> Iterator[str]:
    valid = [case for case in cases if case.valid]
    clean = [case for case in valid if case.clean]
    rejected = [case for case in cases if case.verdict and not case.verdict.clean]
    known = [case for case in clean if case.empty.reached("run") and case.verdict and case.verdict.columns is not None]
    yield f"{len(cases):,}"
    yield f"{len(valid):,}"
    for stage in ("parse", "bind", "run"):
        yield _share(valid, lambda case, stage=stage: case.empty.reached(stage))  # type: ignore[misc]
    yield _share([case for case in valid if case.filled], lambda case: bool(case.filled and case.filled.reached("run")))
    yield f"{len(clean):,}" if any(case.verdict for case in cases) else ""
    yield _share(clean, lambda case: case.empty.reached("run"))
    yield _share(known, lambda case: not case.difference.startswith(("names", "not")))
    yield _share(known, lambda case: not case.difference)
    yield f"{len(rejected):,}" if any(case.verdict for case in cases) else ""
    yield _share(rejected, lambda case: not case.empty.reached("bind"))
    yield _share([case for case in valid if case.anchor], lambda case: bool(case.anchor and case.anchor.reached("run")))


def _share(cases: Sequence[Case], holds: Callable[[Case], bool]) -> str:
    return f"{100 * sum(map(holds, cases)) / len(cases):.1f} %" if cases else ""


def times(sets: Mapping[str, Sequence[Case]]) -> Iterator[str]:
    """Lines of the table of processor times: median and 95th percentile of what was answered."""
    yield line(("set", "processor time of", "median ms", "p95 ms", "slowest ms"))
    yield line(("---",) * 5)
    for name, cases in sets.items():
        bound = [case.empty.read_ms for case in cases if case.empty.reached("bind")]
        empty = [case.empty.run_ms for case in cases if case.empty.reached("run")]
        filled = [case.filled.run_ms for case in cases if case.filled and case.filled.reached("run")]
        other = [
            case.anchor.read_ms + case.anchor.run_ms for case in cases if case.anchor and case.anchor.reached("run")
        ]
        parts = {
            "read and bind": bound,
            "answer, no rows": empty,
            "answer, demo": filled,
            "duckdb-kql, all of it": other,
        }
        for part, values in parts.items():
            if values:
                figures = (middle(values), percentile(values, 0.95), max(values))
                yield line((name, part, *(f"{value:,.1f}" for value in figures)))


def refusals(sets: Mapping[str, Sequence[Case]]) -> Iterator[str]:
    """Why queries are refused, the commonest reason first, with the names of some of them."""
    for name, cases in sets.items():
        for title, chosen in _groups(cases).items():
            yield f"\n## {name}: {title}\n"
            found: dict[str, list[str]] = {}
            for reason, case in chosen:
                found.setdefault(reason, []).append(case.key)
            for reason, keys in sorted(found.items(), key=lambda item: -len(item[1])):
                yield f"{len(keys):5}  {reason[:160]}  {' '.join(keys[:3])}"


def _groups(cases: Sequence[Case]) -> dict[str, list[tuple[str, Case]]]:
    clean = [case for case in cases if (case.clean if case.verdict else case.valid)]
    late = [case for case in cases if case.filled and case.empty.reached("run") and not case.filled.reached("run")]
    different = [case for case in clean if case.empty.reached("bind") and case.difference]
    lenient = [case for case in cases if case.verdict and not case.verdict.clean and case.empty.reached("bind")]
    return {
        "refused by us, not by the service": [
            (_reason(each.empty), each) for each in clean if each.empty.stage != "done"
        ],
        "answered without rows, not with them": [(_reason(case.filled), case) for case in late if case.filled],
        "other result columns": [(case.difference, case) for case in different],
        "bound by us, refused by the service": [(_fault(case), case) for case in lenient],
    }


def _reason(trial: Trial) -> str:
    return f"{trial.stage}: {_PLACE.sub('', trial.error)}"


def _fault(case: Case) -> str:
    faults = (*case.verdict.syntax, *case.verdict.faults) if case.verdict else ()
    return next(iter(faults), "")


def page(sets: Mapping[str, Sequence[Case]], folder: Path | None) -> str:
    """The measured part of the page."""
    tools = [
        f"threat-investigation-workbench {version('threat-investigation-workbench')}",
        f"polars {version('polars')}",
    ]
    tools += [f"@kusto/language-service-next {service_version(folder)}"] if folder else []
    tools += (
        [f"duckdb-kql {version('duckdb-kql')}"] if any(case.anchor for each in sets.values() for case in each) else []
    )
    cores = len(os.sched_getaffinity(0))
    machine = f"{platform.machine()}, {cores} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.0f}"
    lines = [
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {', '.join(tools)}; {machine}.",
        "Shares are of the valid queries (those that the service can read), or of those named in the column before;",
        "names and types are compared where both sides bind and we answer.",
        "",
        *table(sets),
        "",
        *times(sets),
        *_wanting(sets),
    ]
    return "\n".join(lines)


def _wanting(sets: Mapping[str, Sequence[Case]]) -> Iterator[str]:
    """The commonest reasons for which cleanly bound queries are not answered."""
    every = [case for cases in sets.values() for case in cases]
    found = Counter(reason for reason, _ in _groups(every)["refused by us, not by the service"])
    if found:
        yield "\nThe commonest reasons why a query that the service binds cleanly is not answered:\n"
        yield from (f"* {count} × {_plain(reason)}" for reason, count in found.most_common(8))


def _plain(text: str) -> str:
    return re.sub(r"[|<>`*_\\]", "", text)[:110]


def written(path: Path, made: str) -> None:
    """Put the measured part into a page between its marks."""
    text = path.read_text("utf-8")
    head, rest = text.split(BEGIN, 1)
    path.write_text(f"{head}{BEGIN}\n\n{made.strip()}\n\n{END}{rest.split(END, 1)[1]}", "utf-8")


def _read(path: Path) -> list[Mapping[str, object]]:
    return [json.loads(each) for each in path.read_text("utf-8").splitlines() if each.strip()]


def _arguments(given: Iterable[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.published", description="How published queries fare.")
    parser.add_argument("corpora", nargs="+", metavar="NAME=FILE", help="files of queries, and what to call them")
    parser.add_argument("--workspace", default="", help="a workspace with rows, such as the demo's")
    parser.add_argument("--language-service", default="", metavar="DIR", help=ABSENT)
    parser.add_argument("--anchor", action="store_true", help="ask duckdb-kql too")
    parser.add_argument("--out", type=Path, help="a page to write the figures into")
    parser.add_argument("--refusals", type=Path, help="a file for the reasons of all refusals")
    return parser.parse_args(None if given is None else list(given))


def main(given: Iterable[str] | None = None) -> None:
    """Measure, print, write."""
    asked = _arguments(given)
    folder = package(asked.language_service)
    if folder is None:
        print(f"Without the judge, which {ABSENT}")
    files = dict(each.split("=", 1) for each in asked.corpora)
    sets = {name: measured(_read(Path(file)), asked) for name, file in files.items()}
    made = page(sets, folder)
    print(made)
    if asked.refusals:
        asked.refusals.write_text("\n".join(refusals(sets)), "utf-8")
    if asked.out:
        written(asked.out, made)


if __name__ == "__main__":
    main()
