"""Hold the numbers of DESIGN.md: sizes of modules and functions, suppressions, broad excepts, tests beside code."""

import ast
import re
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULE_MAX, MODULE_MEDIAN, MODULE_P90 = 400, 150, 300
FUNCTION_MAX, FUNCTION_MEDIAN, FUNCTION_P90, LONG_SHARE = 60, 7, 30, 0.02
SUPPRESSIONS_PER_1000, BROAD_PER_1000 = 2.0, 0.5
PUBLIC_NAMES = 35
SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma)")


def main() -> int:
    """Print the figures and what exceeds them; the exit status is the number of faults."""
    texts = {path: path.read_text("utf-8") for path in sorted((ROOT / "workbench").rglob("*.py"))}
    faults = [*_modules(texts), *_functions(texts), *_shares(texts), *_mirrors(texts), *_public()]
    for fault in faults:
        print(fault)
    return len(faults)


def _modules(texts: dict[Path, str]) -> list[str]:
    lengths = {path: text.count("\n") for path, text in texts.items() if text.count("\n") > 3}
    print(
        f"{len(lengths)} modules: median {statistics.median(lengths.values()):.0f}, "
        f"p90 {_p90(lengths.values()):.0f} lines"
    )
    faults = [
        f"{_name(path)} has {lines} lines (at most {MODULE_MAX})"
        for path, lines in lengths.items()
        if lines > MODULE_MAX
    ]
    if statistics.median(lengths.values()) > MODULE_MEDIAN or _p90(lengths.values()) > MODULE_P90:
        faults.append(f"modules are too long on the whole (median {MODULE_MEDIAN}, p90 {MODULE_P90})")
    return faults


def _functions(texts: dict[Path, str]) -> list[str]:
    sizes = {
        f"{_name(path)}:{node.lineno} {node.name}": _body(node) for path, text in texts.items() for node in _defs(text)
    }
    long = [
        f"{name} has {lines} lines (at most {FUNCTION_MAX})" for name, lines in sizes.items() if lines > FUNCTION_MAX
    ]
    share = sum(lines > 50 for lines in sizes.values()) / len(sizes)
    print(
        f"{len(sizes)} functions: median {statistics.median(sizes.values()):.0f}, "
        f"p90 {_p90(sizes.values()):.0f} lines, {share:.1%} over 50"
    )
    if statistics.median(sizes.values()) > FUNCTION_MEDIAN or _p90(sizes.values()) > FUNCTION_P90 or share > LONG_SHARE:
        long.append(f"functions are too long on the whole (median {FUNCTION_MEDIAN}, p90 {FUNCTION_P90})")
    return long


def _shares(texts: dict[Path, str]) -> list[str]:
    lines = sum(text.count("\n") for text in texts.values())
    suppressed = sum(len(SUPPRESSION.findall(text)) for text in texts.values())
    broad = sum(len(re.findall(r"except (?:Base)?Exception\b|except:", text)) for text in texts.values())
    tests = sum(path.read_text("utf-8").count("\n") for path in (ROOT / "tests").rglob("*.py"))
    print(f"{lines} lines, {suppressed} suppressions, {broad} broad excepts, {tests / lines:.2f} lines of test a line")
    faults = (
        [f"{suppressed} suppressions in {lines} lines"] if suppressed * 1000 / lines > SUPPRESSIONS_PER_1000 else []
    )
    return faults + ([f"{broad} broad excepts in {lines} lines"] if broad * 1000 / lines > BROAD_PER_1000 else [])


def _mirrors(texts: dict[Path, str]) -> list[str]:
    """Every test module stands where the module does whose name it bears, or its room does."""
    rooms = {path.parent.relative_to(ROOT / "workbench") for path in texts}
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path.parent != ROOT / "tests"]
    lost = [
        path for path in tests if path.parent.relative_to(ROOT / "tests") not in rooms and path.parent.name not in OTHER
    ]
    return [f"{path.relative_to(ROOT)} mirrors no room" for path in lost]


OTHER = {"browser", "bench", "data", "fuzz"}


def _public() -> list[str]:
    sys.path.insert(0, str(ROOT))
    import workbench

    count = len(workbench.__all__)
    return [f"workbench has {count} public names (at most {PUBLIC_NAMES})"] if count > PUBLIC_NAMES else []


def _defs(text: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _p90(values: object) -> float:
    ordered = sorted(values)  # type: ignore[call-overload]
    return float(ordered[int(len(ordered) * 0.9)])


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
