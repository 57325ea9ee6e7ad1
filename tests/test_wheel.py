"""The wheel, built from a clean copy and installed elsewhere, does what the checkout does, without it and without network."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
SITE = Path(sysconfig.get_path("purelib"))
BUNDLE = "labextensions/workbench/static/vega-embed.mjs"
LEFT_OUT = shutil.ignore_patterns(".[!g]*", ".git", "__pycache__", "build", "dist", "vega-embed.mjs")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]

pytestmark = [
    pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="builds the wheel from a checkout"),
    pytest.mark.notebook,
]


@dataclass(frozen=True)
class Elsewhere:
    """An environment that holds the wheel, and an empty folder to work in."""

    wheel: Path
    prefix: Path
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the checkout: no PYTHONPATH, no workspace; Jupyter's own data lies with its packages."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        return kept | {"HOME": str(self.folder), "JUPYTER_PATH": f"{sys.prefix}/share/jupyter"}

    def command(self, *words: str) -> list[str]:
        return [str(self.prefix / "bin" / "workbench"), "--home", str(self.folder / "w"), *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*words),
            check=False,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr
        return done

    def python(self, code: str) -> str:
        command = [str(self.prefix / "bin" / "python"), "-c", code]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True, timeout=60
        ).stdout


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    copy, dist = tmp_path_factory.mktemp("copy") / "source", tmp_path_factory.mktemp("dist")
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(dist), str(copy)]
    subprocess.run([*PIP, *build], check=True, capture_output=True, timeout=240)
    shutil.rmtree(copy)
    (wheel,) = dist.glob("*.whl")
    made = Elsewhere(wheel, tmp_path_factory.mktemp("elsewhere"), tmp_path_factory.mktemp("empty"))
    _install(made)
    return made


def _install(made: Elsewhere) -> None:
    """A new environment: the packages of this one without its .pth files, so without the checkout, and the wheel."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made.prefix)], check=True, timeout=120)
    python = made.prefix / "bin" / "python"
    where = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True, timeout=60,
    ).stdout.strip()  # fmt: skip
    (Path(where) / "packages.pth").write_text(f"{SITE}\n", "utf-8")
    install = ["--python", str(python), "install", "--no-deps", "--no-index", "--ignore-installed", str(made.wheel)]
    subprocess.run([*PIP, *install], check=True, capture_output=True, timeout=240)


@pytest.fixture(scope="module")
def filled(elsewhere: Elsewhere) -> Elsewhere:
    """The environment with a workspace that holds the shipped sample."""
    elsewhere.run("init")
    sample = elsewhere.python("from workbench.base.config import shipped; print(shipped('data') / 'sample')").strip()
    assert sample.startswith(str(elsewhere.prefix))
    profile = Path(sample) / "northgate" / "organisation.yml"
    shutil.copyfile(profile, elsewhere.folder / "w" / "organisation.yml")
    elsewhere.run("import", sample, "--report", "report.json")
    return elsewhere


def test_notebooks_data_bundle_template_and_licence_are_in_the_wheel(elsewhere: Elsewhere) -> None:
    names = set(ZipFile(elsewhere.wheel).namelist())
    assert {
        "workbench/py.typed",
        "workbench/shipped/notebooks/dashboard.ipynb",
        "workbench/shipped/notebooks/explorer.ipynb",
        "workbench/shipped/notebooks/incident_playbooks/phish_triage.ipynb",
        "workbench/shipped/data/sample/README.md",
        "workbench/shipped/data/templates/organisation.yml",
        f"workbench/views/publish/share/{BUNDLE}",
        "workbench/views/publish/share/voila/templates/workbench/index.html.j2",
    } <= names
    assert {Path(name).name for name in names if ".dist-info/licenses/" in name} == {"LICENSE", "NOTICE"}


def test_the_wheel_holds_nothing_of_the_workshop(elsewhere: Elsewhere) -> None:
    tops = {name.partition("/")[0] for name in ZipFile(elsewhere.wheel).namelist()}
    assert {re.sub(r"-[\d.]+\.", "-X.", top) for top in tops} == {
        "workbench",
        "threat_investigation_workbench-X.dist-info",
        "threat_investigation_workbench-X.data",
    }


def test_every_shipped_file_of_the_checkout_is_in_the_wheel(elsewhere: Elsewhere) -> None:
    names = set(ZipFile(elsewhere.wheel).namelist())
    lost = [
        str(path.relative_to(ROOT))
        for folder, inside in (("workbench", "workbench"), ("notebooks", "workbench/shipped/notebooks"), ("data", "workbench/shipped/data"))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not path.name.startswith(".") and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
        and f"{inside}/{path.relative_to(ROOT / folder).as_posix()}" not in names
    ]  # fmt: skip
    assert lost == []


def test_code_and_shipped_folders_are_those_of_the_wheel(elsewhere: Elsewhere) -> None:
    code = (
        "import json, workbench\n"
        "from workbench.base.config import shipped\n"
        "from workbench.views.publish.settings import SHARE\n"
        "print(json.dumps([workbench.__file__, *map(str, [shipped('data'), shipped('notebooks'), SHARE])]))"
    )
    paths = json.loads(elsewhere.python(code))
    assert [path for path in paths if not path.startswith(str(elsewhere.prefix)) or not Path(path).exists()] == []


def test_jupyter_finds_template_and_bundle_where_the_wheel_put_them(elsewhere: Elsewhere) -> None:
    share = elsewhere.prefix / "share" / "jupyter"
    assert (share / BUNDLE).stat().st_size > 500_000
    assert (share / "voila" / "templates" / "workbench" / "conf.json").is_file()


def test_ipython_of_the_environment_completes_without_static_analysis(elsewhere: Elsewhere) -> None:
    config = elsewhere.prefix / "etc" / "ipython" / "ipython_config.json"
    assert json.loads(config.read_text("utf-8")) == {"Completer": {"use_jedi": False}}


@pytest.mark.slow
def test_the_shipped_sample_is_imported_with_an_exact_account(filled: Elsewhere) -> None:
    report = json.loads((filled.folder / "report.json").read_text("utf-8"))
    assert report["rows_in"] == report["kept"] + report["duplicates"] + report["quarantined"]
    assert report["kept"] > 1500


def test_a_question_is_answered(filled: Elsewhere) -> None:
    answer = filled.run("query", "EmailEvents | summarize mails = count()", "--format", "json").stdout
    assert json.loads(answer)[0]["mails"] > 500


@pytest.mark.slow
def test_a_playbook_runs_to_its_verdict(filled: Elsewhere) -> None:
    phish = "message=e50d1c32-61d5-490d-38ef-08df13c5e0bf"
    done = json.loads(filled.run("playbook", "run", "phish_triage", "-p", phish, "--format", "json").stdout)
    assert done["findings"]["verdict"]["word"] == "malicious"
    assert Path(done["folder"]).is_relative_to(filled.folder)


@pytest.mark.slow
def test_pages_and_bundle_are_served_and_everything_ends_on_ctrl_c(filled: Elsewhere) -> None:
    with _serving(filled) as address:
        page = _get(address)
        assert "<title>" in page
        root = f"{urlsplit(address).scheme}://{urlsplit(address).netloc}"
        bundle = _get(f"{root}/voila/labextensions/workbench/static/vega-embed.mjs?{urlsplit(address).query}")
        assert bundle.rstrip().endswith("export default window.vegaEmbed;")


@contextmanager
def _serving(filled: Elsewhere) -> Iterator[str]:
    child = subprocess.Popen(
        filled.command("apps"), cwd=filled.folder, env=filled.environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        addresses = _addresses(child)
        yield addresses["Dashboard"]
    finally:
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=60)
    assert child.returncode == 0, told
    assert "Traceback" not in told


def _addresses(child: "subprocess.Popen[str]") -> Mapping[str, str]:
    """The addresses it prints, once all of them are there."""
    found: dict[str, str] = {}
    while len(found) < 2:
        line = child.stdout.readline()
        if not line:
            raise AssertionError(child.stderr.read())
        name, _, address = line.strip().partition("  ")
        found[name] = address.strip()
    return found


def _get(address: str) -> str:
    """The body of a page, read to the end of the line as HTTP 1.0 has it."""
    parts = urlsplit(address)
    request = f"GET {parts.path}?{parts.query} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n"
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as line:
        line.sendall(request.encode("ascii"))
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 200 " in head.splitlines()[0]
    return body.decode()
