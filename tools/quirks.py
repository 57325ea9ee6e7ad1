"""The quirks of real data that tests hold: read from ``@pytest.mark.quirk(format, quirk)`` without running anything.

A test that does not exist cannot be named: the mark stands on the test itself.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FORMATS = (
    "any export", "hunting export: JSON", "hunting export: API answer", "hunting export: event hub",
    "hunting export: CSV", "hunting export: Parquet", "audit log", "raw mail", "Outlook .msg",
    "Sentinel and Log Analytics", "folders and standard input", "containers and encodings", "quarantine and account",
    "reference lists",
)  # fmt: skip
"""Kinds of input, in the order of the page."""


@dataclass(frozen=True)
class Mark:
    """One test that holds one quirk of one format."""

    format: str
    quirk: str
    path: Path
    test: str


def marks(tests: Path) -> list[Mark]:
    """Every mark below a folder, by format, then in the order of files and lines.

    Raises:
        ValueError: a mark is not two texts, or names a format that is none of ``FORMATS``.
    """
    found = [mark for path in sorted(tests.rglob("test_*.py")) for mark in _of(path)]
    return sorted(found, key=lambda mark: FORMATS.index(mark.format))


def _of(path: Path) -> Iterator[Mark]:
    tree = ast.parse(path.read_text("utf-8"))
    tests = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))
    for test in tests:
        for decorator in test.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.quirk":
                yield _mark(decorator, path, test.name)


def _mark(call: ast.Call, path: Path, test: str) -> Mark:
    texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if len(texts) != 2 or len(call.args) != 2 or texts[0] not in FORMATS:
        raise ValueError(f"{path}:{call.lineno}: a quirk is marked by one of {', '.join(FORMATS)}, and by its words")
    return Mark(texts[0], texts[1], path, test)


def grouped(found: list[Mark]) -> Mapping[tuple[str, str], list[Mark]]:
    """The tests of every format and quirk."""
    groups: dict[tuple[str, str], list[Mark]] = {}
    for mark in found:
        groups.setdefault((mark.format, mark.quirk), []).append(mark)
    return groups


def literal(path: Path, name: str) -> Mapping[str, tuple[int, ...]]:
    """The value of a plain name in a module, read without running it."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == name for each in node.targets
        ):
            value: dict[str, tuple[int, ...]] = ast.literal_eval(node.value)
            return value
    raise ValueError(f"{path} has no {name}")
