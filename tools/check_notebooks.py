"""Hold the notebook rules: thin cells, no definitions, no outputs in git, fixed headings of a playbook."""

import ast
import json
import re
import sys
from pathlib import Path

from workbench.apps.session.asking import read
from workbench.base.errors import WorkbenchError
from workbench.events.query import parse

ROOT = Path(__file__).parents[1]
CELL_LINES, NOTEBOOK_LINES, APP_LINES = 8, 60, 20
APPS = {"dashboard.ipynb", "explorer.ipynb"}
IMPORTS = {"typing", "workbench", "polars"}
HEADINGS = (
    "Purpose",
    "Trigger",
    "Preparation",
    "Investigate",
    "Verdict",
    "Proposed actions",
    "Closure",
    "False positives",
)
EFFECTS = {"apply", "execute", "submit", "approve"}


def main() -> int:
    """Print what breaks a rule; the exit status is the number of faults."""
    paths = sorted((ROOT / "notebooks").rglob("*.ipynb"))
    faults = [f"{path.relative_to(ROOT)}: {fault}" for path in paths for fault in _faults(path)]
    for fault in faults:
        print(fault)
    print(f"{len(paths)} notebooks, {len(faults)} faults")
    return len(faults)


def _faults(path: Path) -> list[str]:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    lines = [_lines(cell) for cell in code]
    limit = APP_LINES if path.name in APPS else NOTEBOOK_LINES
    found = [f"a cell has {count} code lines (at most {CELL_LINES})" for count in lines if count > CELL_LINES]
    found += [f"it has {sum(lines)} code lines (at most {limit})"] if sum(lines) > limit else []
    found += (
        ["outputs or execution counts are stored"] if any(c["outputs"] or c["execution_count"] for c in code) else []
    )
    found += [fault for cell in code for fault in _syntax("".join(cell["source"]))]
    return found + (_playbook(cells) if path.parent.name == "incident_playbooks" else [])


def _lines(cell: dict) -> int:
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in cell["source"])


def _syntax(source: str) -> list[str]:
    if re.match(r"%%kql\b", source):
        return _question(source)
    if any(line.lstrip().startswith(("%", "!")) for line in source.splitlines()):
        return ["a magic or shell line"]
    nodes = list(ast.walk(ast.parse(source)))
    found = [
        f"defines {type(node).__name__}"
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)
    ]
    found += [f"imports {name}" for node in nodes for name in _imported(node) if name.partition(".")[0] not in IMPORTS]
    calls = [node.func.attr for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return found + [f"calls {name}: a playbook only proposes" for name in calls if name in EFFECTS]


def _question(source: str) -> list[str]:
    line, _, cell = source.removeprefix("%%kql").partition("\n")
    try:
        parse(read(line, cell).text)
    except WorkbenchError as error:
        return [f"its question cannot be read: {error}"]
    return []


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _playbook(cells: list[dict]) -> list[str]:
    titles = [
        line.lstrip("# ").strip()
        for cell in cells
        if cell["cell_type"] == "markdown"
        for line in cell["source"]
        if line.startswith("## ")
    ]
    found = [f"the heading {name!r} is missing" for name in HEADINGS if name not in titles]
    found += (
        ["headings are out of order"]
        if [t for t in titles if t in HEADINGS] != [h for h in HEADINGS if h in titles]
        else []
    )
    first = next(cell for cell in cells if cell["cell_type"] == "code")
    found += (
        [] if "parameters" in first["metadata"].get("tags", []) else ["the first code cell is not tagged parameters"]
    )
    text = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return found + ([] if ".conclude(" in text or ".note(" in text else ["it ends without a record"])


if __name__ == "__main__":
    sys.exit(main())
