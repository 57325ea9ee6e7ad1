"""Write the parts of docs/ that are made from declarations: tables, KQL, signals, Explorer fields, cards, commands,
roles, quirks of real data with their tests.

A page holds its generated part between two marks and the rest is written by hand. ``--check`` changes nothing and fails
where a page is not what it would be written as, or where a room has no page.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer.main
from click import Command, Context

if TYPE_CHECKING:
    from workbench.analysis.entities import Pivot
    from workbench.events.tables import Column, Family

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
TESTS = ROOT / "tests"
sys.path.insert(0, str(ROOT))

BEGIN, END = "<!-- made by `make docs`; do not edit by hand -->", "<!-- end of the made part -->"


def main() -> int:
    """Write the pages, or with ``--check`` count those that differ."""
    checking = "--check" in sys.argv
    faults = [fault for name, make in PAGES.items() if (fault := _page(DOCS / name, make(), checking=checking))]
    faults += _rooms_without_page()
    for fault in faults:
        print(fault)
    return len(faults)


def _page(path: Path, made: str, *, checking: bool) -> str:
    text = path.read_text("utf-8") if path.exists() else ""
    if BEGIN not in text or END not in text:
        return f"{path.relative_to(ROOT)} lacks the marks of its made part"
    head, rest = text.split(BEGIN, 1)
    whole = f"{head}{BEGIN}\n\n{made.strip()}\n\n{END}{rest.split(END, 1)[1]}"
    if checking:
        return "" if whole == text else f"{path.relative_to(ROOT)} is out of date; run: make docs"
    path.write_text(whole, "utf-8")
    return ""


def _rooms_without_page() -> list[str]:
    """Every room has a page, or a section on its floor's page, that names it by its dotted name."""
    written = "\n".join(path.read_text("utf-8") for path in DOCS.glob("*.md"))
    package = ROOT / "workbench"
    floors = [path for path in sorted(package.iterdir()) if path.is_dir() and (path / "__init__.py").exists()]
    rooms = [
        f"{floor.name}.{room.stem}"
        for floor in floors
        for room in sorted(floor.iterdir())
        if not room.name.startswith("_") and (room.suffix == ".py" or (room / "__init__.py").exists())
    ]
    return [f"the room {room} is on no page of docs/" for room in rooms if f"`{room}`" not in written]


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    names = list(heads)
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return "\n".join([*lines, *(f"| {' | '.join(_cell(value) for value in row)} |" for row in rows)])


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def tables() -> str:
    """Every declared table with its columns."""
    from workbench.events.tables import families

    parts = [_tables_by_family(families().values())]
    for family in families().values():
        parts.append(f"## {family.title}")
        for each in family.tables:
            key = ", ".join(each.key) or "none: rows are told apart by their whole content"
            needs = ", ".join(sorted(each.needs))
            later = f" Later state: by {', '.join(each.version)}." if each.version else ""
            parts.append(
                f"### {each.name}\n{each.purpose}\n\n"
                f"Key: {key}. Time: {each.time or 'none'}. Partition: {each.partition}. Required: {needs}.{later}"
            )
            if each.paths:
                ways = ", ".join(f"`{'.'.join((path.column, *map(str, path.steps)))}`" for path in each.paths)
                parts.append(f"Answered without reading the document: {ways}.")
            parts.append(_columns(each.columns))
        for view in family.views:
            old = ", ".join(f"{name} is {source}" for name, source in view.renamed.items())
            parts.append(f"### {view.name}\n{view.purpose}{f' Renamed: {old}.' if old else ''}")
            parts.append(_columns(view.columns))
    return "\n\n".join(parts)


def _tables_by_family(families: "Iterable[Family]") -> str:
    rows = []
    for family in families:
        names = (f"[{each.name}](#{each.name.lower()})" for each in (*family.tables, *family.views))
        rows.append((f"[{family.title}](#{_anchor(family.title)})", ", ".join(names)))
    return table(("about", "tables"), rows)


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-").replace(",", "")


def _columns(columns: "Iterable[Column]") -> str:
    return table(("column", "type", "meaning"), ((c.name, c.type, c.meaning) for c in columns))


def signals() -> str:
    """Every signal of the verdict by group."""
    from workbench.analysis.verdict import groups

    parts = []
    for group in groups().values():
        rows = ((f"`{s.id}`", s.title, f"{s.weight:+g}") for s in group.signals)
        parts.append(f"### {group.title} (between {group.low:+g} and {group.high:+g} points)")
        parts.append(table(("signal", "asks", "points at most"), rows))
    return "\n\n".join(parts)


def entities() -> str:
    """Every kind of entity with its pivots, and every enrichment."""
    from workbench.analysis.entities import every_enrichment, every_kind

    parts = []
    for kind in every_kind().values():
        rows = ((f"`{pivot.name}()`", pivot.title, f"`{pivot.table}`", _leads(pivot)) for pivot in kind.pivots)
        counted = "; ".join(count.label for count in kind.counts)
        parts.append(f"### {kind.face}\nGiven {kind.example}. Its profile counts: {counted}.")
        parts.append(table(("pivot", "gives", "rows of", "needs besides"), rows))
    columns = (
        (f"`{e.name}`", e.title, ", ".join(f"`_{name}`" for name in e.columns)) for e in every_enrichment().values()
    )
    parts += ["### Enrichments", table(("name", "what", "columns"), columns)]
    return "\n\n".join(parts)


def _leads(pivot: "Pivot") -> str:
    listed = "; listed, not row by row" if pivot.then else ""
    return f"`{pivot.via}`{listed}" if pivot.via else listed.removeprefix("; ") or "-"


def fields() -> str:
    """Every Explorer view with its filters, columns and pivots."""
    from workbench.views.explorer import tabs, views

    parts: list[str] = []
    told: dict[object, str] = {}
    for view in views().values():
        sources = ", ".join(f"`{name}`" for name in (view.table, *view.also))
        parts.append(f"### {view.title}\n{view.question} From {sources}.")
        if view.where:
            parts.append(f"Rows: `{view.where}`.")
        if view.tabs:
            parts.append(f"Lists beside the rows: {', '.join(tabs()[name].title for name in view.tabs)}.")
        first = told.setdefault(view.fields, view.title)
        if first != view.title:
            parts.append(f"Properties and columns: those of {first}.")
            continue
        shown = {column.field: column for column in view.columns}
        rows = (
            (
                field.label,
                field.kind,
                f"`{field.table}.{field.kql}`" if field.table else f"`{field.kql}`",
                field.group or "-",
                "at first"
                if field.name in shown and shown[field.name].default
                else "yes"
                if field.name in shown
                else "-",
                "yes" if field.name in view.pivots else "-",
            )
            for field in view.fields
        )
        parts.append(table(("field", "kind", "is", "filter group", "column", "pivot"), rows))
    return "\n\n".join(parts)


def cards() -> str:
    """Every dashboard card with its definition."""
    from workbench.views.dashboard import cards as every

    rows = ((c.title, c.definition, c.unit, c.good or "-", ", ".join(c.needs)) for c in every().values())
    return table(("card", "definition", "unit", "better when", "needs rows of"), rows)


def commands() -> str:
    """Every command with its arguments and options, as ``--help`` has them."""
    from workbench.apps.cli.main import app

    return "\n\n".join(_command(typer.main.get_command(app), "workbench"))


def _command(command: Command, name: str) -> Iterable[str]:
    if hasattr(command, "commands"):
        if command.invoke_without_command:
            yield from _described(command, name)
        for each in command.commands.values():
            yield from _command(each, f"{name} {each.name}")
        return
    yield from _described(command, name)


def _described(command: Command, name: str) -> Iterable[str]:
    context = Context(command, info_name=name)
    rows = [
        (f"`{names}`", help_text)
        for param in command.get_params(context)
        if (record := param.get_help_record(context))
        for names, help_text in [record]
    ]
    usage = " ".join(part for param in command.params for part in param.get_usage_pieces(context))
    yield f"### {name} {usage}".rstrip() + f"\n{command.help or ''}"
    if rows:
        yield table(("option", "meaning"), rows)


def lists() -> str:
    """Every list that ships, and those that a team supplies."""
    from workbench.events.lookups import SHIPPED, SUPPLIED

    told = SHIPPED.table(date.min).sort("name").filter(origin="shipped").to_dicts()
    keys = ("title", "match", "rows", "date", "licence", "source", "note")
    rows = ((f"`{row['name']}`", *(_plain(row[key]) for key in keys)) for row in told)
    supplied = ((f"`{name}`", title, match) for name, (match, title) in SUPPLIED.items())
    return "\n\n".join(
        [
            table(("list", "what", "match", "rows", "date", "licence", "source", "note"), rows),
            "Asked for by name, and supplied by the team (`workbench lookups refresh NAME FILE`):",
            table(("list", "what", "match"), supplied),
        ]
    )


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value or "-")


def intake() -> str:
    """What real data do, format by format, with the tests that hold it; then the account of the developers' sets."""
    from tools.quirks import grouped, marks

    groups = grouped(marks(TESTS))
    rows = []
    for (kind, quirk), held in groups.items():
        by_file: dict[Path, list[str]] = {}
        for mark in held:
            by_file.setdefault(mark.path, []).append(mark.test)
        rows.append((kind, quirk, "; ".join(_tests(path, names) for path, names in by_file.items())))
    return f"{table(('format', 'quirk', 'test'), rows)}\n\n{_sets()}"


def _tests(path: Path, names: Iterable[str]) -> str:
    place = path.relative_to(ROOT)
    told = ", ".join(f"`{name.removeprefix('test_')}`" for name in dict.fromkeys(names))
    return f"[{place.name}](../{place}): {told}"


def _sets() -> str:
    from tools.quirks import literal

    counts = literal(TESTS / "intake" / "importing" / "test_real_sets.py", "SETS")
    heads = ("set", "records", "kept", "duplicates", "set aside")
    rows = (
        (f"`{name}`", *map(_plain, (all_, kept, all_ - kept - aside, aside)))
        for name, (all_, kept, aside) in counts.items()
    )
    return f"## The developers' sets\n\nEach imported by itself into an empty workspace.\n\n{table(heads, rows)}"


def language() -> str:
    """Every operator and function of the query language."""
    from workbench.events.query.reference import markdown

    return markdown()


def access() -> str:
    """Every activity with what each role needs for it, and what service accounts may do."""
    from workbench.base.access import BASE, matrix

    lines = matrix()
    rows = ((e.rule.title, f"`{e.rule.activity}`", *e.cells.values(), e.rule.note) for e in lines)
    services = ((f"`{e.rule.activity}`", ", ".join(e.services)) for e in lines if e.services)
    return "\n\n".join(
        [
            table(("activity", "name", *BASE, "besides"), rows),
            "## Service accounts\nWhat is listed, and nothing else:",
            table(("activity", "purpose"), services),
        ]
    )


def demo() -> str:
    """The planted stories of the demo organisation, and the base rates with their sources."""
    from workbench.apps.demo.parameters import FILES, MIXES, PER_MAIL, RATES, SPREADS
    from workbench.apps.demo.planting import catalogue

    stories = ((f"`{s.name}`", "attack" if s.malicious else "harmless", s.title, s.numbers) for s in catalogue())
    rates = ((f"`{n}`", r.value, r.means, f"{r.source} ({r.year})", r.measured or "-") for n, r in RATES.items())
    mixes = ((f"`{n}`", _shares(m.shares), m.means, f"{m.source} ({m.year})", m.measured) for n, m in MIXES.items())
    spreads = (
        (f"`{n}`", f"{s.median:,g}", f"{s.p90:,g}", f"{s.none:.0%}", s.means, f"{s.source} ({s.year})")
        for n, s in SPREADS.items()
    )
    parts = [
        "### Planted stories",
        table(("story", "is", "title", "numbers of a full build"), stories),
        "### Rates",
        table(("rate", "value", "means", "source", "tests measure"), rates),
        "### Mixes",
        table(("mix", "shares", "means", "source", "tests measure"), mixes),
        "### Spreads (log-normal)",
        table(("spread", "median", "p90", "none", "means", "source"), spreads),
        "### In proportion to mail (own setting, 2026)",
        table(("records", "for each mail"), ((f"`{name}`", value) for name, value in PER_MAIL.items())),
        table(("mails with a file", "share"), ((f"`{name}`", f"{value:.1%}") for name, value in FILES.items())),
    ]
    return "\n\n".join(parts)


def _shares(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{name or 'unknown'} {share:.1%}" for name, share in shares.items())


PAGES: dict[str, Callable[[], str]] = {
    "demo.md": demo,
    "tables.md": tables,
    "kql.md": language,
    "verdict.md": signals,
    "explorer.md": fields,
    "dashboard.md": cards,
    "entities.md": entities,
    "cli.md": commands,
    "lookups.md": lists,
    "access.md": access,
    "import.md": intake,
}

if __name__ == "__main__":
    sys.exit(main())
