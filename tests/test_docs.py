"""The documentation is complete, up to date, whole in its links, and names no machine and no package index."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import workbench

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
TEXTS = (".md", ".py", ".js", ".ipynb", ".toml", ".yml", ".txt", ".css", ".html", ".j2", ".sh", "")
ADDRESS = re.compile(
    r"pypi\.|pythonhosted|anaconda\.(?:org|com)|npmjs|--(?:extra-)?index-url|jsdelivr|unpkg|cdnjs|index\.crates",
    re.IGNORECASE,
)
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|mnt|opt|srv)/|[A-Z]:\\Users")

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="runs on a checkout only")


def pages() -> list[Path]:
    return [
        *sorted(DOCS.glob("*.md")),
        *(path for path in sorted(ROOT.glob("*.md"))),
        *sorted(ROOT.glob("changes/*.md")),
    ]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(text: str) -> set[str]:
    """Anchors that a page's headings give."""
    titles = re.findall(r"^#+ +(.*?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(text: str) -> Iterator[str]:
    """Targets of links and images, code aside."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    yield from re.findall(r"\]\(\s*<?([^)\s>]+)", prose)


def test_made_parts_are_what_the_declarations_make_them_and_every_room_has_its_page() -> None:
    done = subprocess.run(
        [sys.executable, "tools/make_docs.py", "--check"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", pages(), ids=named)
def test_every_link_leads_to_a_page_that_is_there_and_to_a_heading_it_has(path: Path) -> None:
    lost = []
    for target in links(path.read_text("utf-8")):
        if re.match(r"\w+:", target):
            continue
        place, _, anchor = target.partition("#")
        page = (path.parent / place).resolve() if place else path
        if not page.exists() or (anchor and anchor not in anchors(page.read_text("utf-8"))):
            lost.append(target)
    assert lost == []


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or not page.exists():
            continue
        reached.add(page)
        targets = (
            target.partition("#")[0] for target in links(page.read_text("utf-8")) if not re.match(r"\w+:", target)
        )
        waiting += [(page.parent / target).resolve() for target in targets if target.endswith(".md")]
    assert [named(page) for page in sorted(DOCS.glob("*.md")) if page not in reached] == []


@pytest.mark.parametrize("name", [name for name in workbench.__all__ if name != "__version__"])
def test_every_public_name_is_written_about_and_says_what_it_does(name: str) -> None:
    written = (DOCS / "session.md").read_text("utf-8")
    assert re.search(rf"\bwb\.{name}\b", written)
    assert (getattr(workbench, name).__doc__ or "").strip()


def test_public_names_are_few_and_there() -> None:
    assert 3 < len(workbench.__all__) <= 35
    assert set(workbench.__all__) <= set(dir(workbench))
    assert all(getattr(workbench, name) is not None for name in workbench.__all__)


def written() -> list[Path]:
    """Every text file of the product, sample data and licences aside."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if listed.returncode:
        pytest.skip("needs git to tell what belongs to the product")
    paths = [ROOT / name for name in listed.stdout.splitlines()]
    return [
        path
        for path in paths
        if path.is_file()
        and path.suffix in TEXTS
        and path != Path(__file__)
        and "data" not in path.relative_to(ROOT).parts[:1]
    ]


def test_no_text_names_a_package_index_or_a_content_network() -> None:
    tests_of_just_that = {"test_packages.py", "test_wheel.py"}
    found = {
        named(path): match[0]
        for path in written()
        if path.name not in tests_of_just_that and (match := ADDRESS.search(path.read_text("utf-8", "replace")))
    }
    assert found == {}


def test_no_text_names_a_place_on_somebodys_machine() -> None:
    found = {
        named(path): match[0]
        for path in written()
        if "tests" not in path.relative_to(ROOT).parts and (match := MACHINE.search(path.read_text("utf-8", "replace")))
    }
    assert found == {}


@pytest.mark.parametrize("path", pages(), ids=named)
def test_a_page_does_not_shout(path: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`|\(https?:[^)]*\)|!\[", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert re.findall(r"\w!(?=\s|$)", prose) == []


def test_what_stands_beside_the_original_is_held_by_tests_that_are_there() -> None:
    text = (DOCS / "explorer.md").read_text("utf-8").partition("## Beside the original")[2]
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)
    assert len(named) == text.count("\n| ") - 1 > 15
    for path, name in named:
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), name
