"""A real Chromium on real servers: started once, on free loopback ports, with every other address refused."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

import workbench
from workbench.base.config import Workspace
from workbench.views.publish.serve import apps

PAGES = Path(__file__).parent / "pages"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
READY = "document.documentElement.dataset.wbReady !== undefined"


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Addresses by name: the pages by Voila, and JupyterLab, which is left as it would be for a new analyst."""
    home = tmp_path_factory.mktemp("home")
    (home / "workbench.toml").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(PAGES), str(Path(workbench.__path__[0]).parent)]))
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_WORKSPACES_DIR", "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(home / name.lower()))
        with apps(Workspace(home), notebooks=PAGES) as addresses:
            for name in ("hostile", "empty"):
                shutil.copyfile(PAGES / f"{name}.ipynb", home / "apps" / f"{name}.ipynb")
            extra = {name.title(): addresses["Explorer"].replace("explorer", name) for name in ("hostile", "empty")}
            yield {**addresses, **extra}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Chromium, which is not here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Seen:
    """What went wrong on a page, or went elsewhere."""

    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def route(self, route: Route) -> None:
        address = route.request.url
        if address.startswith(("http://127.0.0.1:", "data:", "blob:")):
            route.continue_()
        else:
            self.elsewhere.append(address)
            route.abort()

    def watch(self, page: Page) -> None:
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def nothing(self, page: Page) -> None:
        """Nothing was asked of another server, nothing failed, nothing of the data ran."""
        assert self.elsewhere == []
        assert self.errors == []
        assert page.evaluate("window.__pwned") is None


@dataclass
class Visitor:
    """One reader's browser: opens pages and keeps what went wrong on them."""

    chromium: Browser
    sites: Mapping[str, str]
    seen: Seen = field(default_factory=Seen)
    contexts: list[BrowserContext] = field(default_factory=list)

    def context(self, **options: Any) -> BrowserContext:
        usual = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
        held = self.chromium.new_context(**{**usual, **options})
        held.grant_permissions(["clipboard-read", "clipboard-write"])
        held.set_default_timeout(20_000)
        held.set_default_navigation_timeout(60_000)
        held.route("**/*", self.seen.route)
        self.contexts.append(held)
        return held

    def new(self, **options: Any) -> Page:
        """An empty page in a browser that knows nothing."""
        page = self.context(**options).new_page()
        self.seen.watch(page)
        return page

    def open(self, name: str, hash: str = "", page: Page | None = None) -> Page:  # noqa: A002  the part of an address
        """A page by its name, once all its widgets are drawn."""
        page = page or self.new()
        page.goto(f"{self.sites[name]}{hash}")
        page.wait_for_function(READY, timeout=60_000)
        return page

    def close(self) -> None:
        for each in self.contexts:
            each.close()


@pytest.fixture
def visitor(chromium: Browser, sites: Mapping[str, str]) -> Iterator[Visitor]:
    held = Visitor(chromium, sites)
    yield held
    held.close()


@pytest.fixture(scope="session")
def open_explorer(chromium: Browser, sites: Mapping[str, str]) -> Iterator[Visitor]:
    held = Visitor(chromium, sites)
    try:
        held.open("Explorer")
        yield held
    finally:
        held.close()


@pytest.fixture(scope="module")
def explorer(open_explorer: Visitor) -> Iterator[Page]:
    """The Explorer, opened once for the tests of all files: each leaves it as it found it."""
    page = open_explorer.contexts[0].pages[0]
    yield page
    open_explorer.seen.nothing(page)


@pytest.fixture(scope="module")
def quiet(chromium: Browser, sites: Mapping[str, str]) -> Iterator[Page]:
    """The page without data, opened once for the tests of a file that only look."""
    held = Visitor(chromium, sites)
    yield held.open("Empty")
    held.close()


def drawn(page: Page, widget: str = ".wb-grid") -> str:
    """The version a widget has drawn."""
    return str(page.locator(widget).first.get_attribute("data-drawn"))


def redrawn(page: Page, act: Callable[[], object], widget: str = ".wb-grid") -> None:
    """Do something and wait until the widget has drawn its next state."""
    before = drawn(page, widget)
    act()
    page.wait_for_function(f"document.querySelector({widget!r}).dataset.drawn !== {before!r}")
