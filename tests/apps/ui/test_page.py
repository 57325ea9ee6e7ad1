"""Rules for what runs in a browser: text of the data is text, nothing is evaluated, nothing comes from elsewhere."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import workbench.apps.ui as ui
import workbench.views.publish as publish

PAGE = Path(ui.__path__[0]) / "page"
TEMPLATE = Path(publish.__path__[0]) / "share" / "voila" / "templates" / "workbench"
SCRIPTS = sorted([*PAGE.glob("*.js"), *TEMPLATE.glob("*.js")])
STYLES = sorted([*PAGE.glob("*.css"), *TEMPLATE.glob("*.css")])
MARKUP = (
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "createContextualFragment",
    "DOMParser",
    "srcdoc",
    "setHTMLUnsafe",
)
CODE = (
    r"\beval\b",
    r"new Function\b",
    r"\bFunction\(",
    r"setTimeout\(\s*[\"'`]",
    r"setInterval\(\s*[\"'`]",
    r"javascript:",
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_markup_out_of_text(script: Path) -> None:
    text = script.read_text("utf-8")
    assert not [name for name in MARKUP if name in text]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_runs_text(script: Path) -> None:
    text = script.read_text("utf-8")
    assert not [pattern for pattern in CODE if re.search(pattern, text)]


@pytest.mark.parametrize(
    "path", [*SCRIPTS, *STYLES, *TEMPLATE.glob("*.j2"), *TEMPLATE.glob("*.html")], ids=lambda path: path.name
)
def test_nothing_names_another_server(path: Path) -> None:
    text = re.sub(r"http://www\.w3\.org/2000/svg", "", path.read_text("utf-8"))
    assert not re.search(r"https?://|[\"'(]//\w", text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_link_is_made_only_to_save_a_file(script: Path) -> None:
    uses = re.findall(r"\bhref\b.*", script.read_text("utf-8"))
    assert len(uses) <= (1 if script.name in ("common.js", "plot_vega.js") else 0) + script.read_text("utf-8").count(
        "location.href"
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_small(script: Path) -> None:
    lines = script.read_text("utf-8").splitlines()
    assert len(lines) <= 400
    assert script.name == "icons.js" or max(map(len, lines)) <= 140


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_can_be_read_by_an_engine(script: Path, tmp_path: Path) -> None:
    node = shutil.which("node")
    if not node:
        pytest.skip("needs node, which is not here; the browser tests read the scripts too")
    copy = tmp_path / f"{script.stem}.mjs"
    copy.write_text(script.read_text("utf-8"), "utf-8")
    subprocess.run([node, "--check", str(copy)], check=True)
