import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from workbench.views.charts import theme
from workbench.views.publish.settings import SHARE

TEMPLATE = SHARE / "voila" / "templates" / "workbench"


def test_the_tokens_of_the_template_are_those_of_the_theme() -> None:
    assert (TEMPLATE / "tokens.css").read_text("utf-8") == theme.css()


def test_the_elements_that_voila_looks_for_are_there() -> None:
    page = "".join((TEMPLATE / name).read_text("utf-8") for name in ("index.html.j2", "head.macro.html.j2", "page.js"))
    for name in (
        'id="rendered_cells"',
        'id="loading"',
        'id="loading_text"',
        "voila_process",
        "voila_finish",
        "voila_heartbeat",
    ):
        assert name in page


@pytest.mark.parametrize("name", ["page.html", "error.html", "404.html", "tree.html"])
def test_every_other_page_of_the_server_is_ours_too(name: str) -> None:
    assert (TEMPLATE / name).is_file()


def test_the_bundle_of_vega_lies_where_the_charts_look_for_it() -> None:
    folder = SHARE / "labextensions" / "workbench" / "static"
    bundle = folder / "vega-embed.mjs"
    if not bundle.exists():
        pytest.skip("the bundle is made when the package is built")
    assert bundle.read_text("utf-8").rstrip().endswith("export default window.vegaEmbed;")
    assert not (folder.parent / "package.json").exists()


def test_the_template_stands_on_the_one_of_voila() -> None:
    assert Path(TEMPLATE / "conf.json").read_text("utf-8").strip() == '{"base_template": "lab"}'


@pytest.mark.parametrize(
    ("control", "linked"),
    [("http://127.0.0.1:4321", ["/voila/render/explorer.ipynb", "http://127.0.0.1:4321/"]), ("", ["/voila/render/explorer.ipynb"])],
)  # fmt: skip
def test_the_header_links_the_control_service_where_its_address_is_known(control: str, linked: list[str]) -> None:
    header = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=False).get_template("head.macro.html.j2").module
    text = header.top("/", [{"file": "explorer.ipynb", "label": "Explorer"}], "dashboard", control)
    assert re.findall(r'href="([^"#]+)"', text) == linked
