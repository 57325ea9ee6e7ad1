import json
import os
import stat
from pathlib import Path

import pytest

from workbench.base.config import Workspace
from workbench.views.publish import settings
from workbench.views.publish.settings import LOADED, SHARE, denied, environment, lab, policy, shared, voila, write

WORKSPACE = Workspace(Path("/home/someone/workspace"))


def test_the_policy_names_no_other_server() -> None:
    parts = dict(part.split(" ", 1) for part in policy("127.0.0.1", 8866).split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["connect-src"] == "'self' ws://127.0.0.1:8866"
    assert not [value for value in parts.values() if "*" in value or "https:" in value]


def test_readers_see_no_sources_no_tracebacks_and_cannot_change_the_template(tmp_path: Path) -> None:
    made = voila(tmp_path, "127.0.0.1", 8866, "token")
    page = made["VoilaConfiguration"]
    assert (page["strip_sources"], page["show_tracebacks"]) == (True, False)
    assert (page["allow_template_override"], page["allow_theme_override"]) == ("NO", "NO")
    assert page["file_allowlist"] == ["(?!)"]
    assert (made["Voila"]["port_retries"], made["Voila"]["ip"]) == (0, "127.0.0.1")
    assert made["MappingKernelManager"]["cull_idle_timeout"] == settings.IDLE


def test_pages_know_the_control_service_by_the_address_alone(tmp_path: Path) -> None:
    made = voila(tmp_path, "127.0.0.1", 8866, "token", control="http://127.0.0.1:4321")
    assert made["VoilaConfiguration"]["resources"]["workbench"] == {"pages": [], "control": "http://127.0.0.1:4321"}


def test_every_installed_extension_but_those_that_pages_need_is_denied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("anywidget", "@maker/tracker"):
        folder = tmp_path / "labextensions" / name
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(json.dumps({"name": name}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    found = denied()
    assert "@maker/tracker" in found
    assert "@voila-dashboards/jupyterlab-preview" in found
    assert not LOADED & set(found)


def test_kernels_of_readers_see_an_allow_list_of_the_environment() -> None:
    given = {"PATH": "/bin", "LC_ALL": "C", "AWS_SECRET_ACCESS_KEY": "x", "JUPYTER_TOKEN": "x", "WORKBENCH_TOKEN": "x"}
    seen = environment(WORKSPACE, Path("/private"), given)
    assert {name for name in given if name in seen} == {"PATH", "LC_ALL"}
    assert seen["WORKBENCH_HOME"] == str(WORKSPACE.home)
    assert 1 <= int(seen["POLARS_MAX_THREADS"]) <= 2


def test_our_template_and_bundle_come_before_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PATH", os.pathsep.join(["/elsewhere", str(SHARE)]))
    assert shared(WORKSPACE)["JUPYTER_PATH"].split(os.pathsep) == [str(SHARE), "/elsewhere"]
    assert (SHARE / "voila" / "templates" / "workbench" / "index.html.j2").is_file()


def test_jupyterlab_asks_no_other_server(tmp_path: Path) -> None:
    made = lab(tmp_path, "127.0.0.1", 8888, "token")
    assert made["LabApp"]["news_url"] is None
    assert made["LabApp"]["check_for_updates_class"] == "jupyterlab.NeverCheckForUpdate"
    assert made["IdentityProvider"]["token"] == "token"
    assert settings.QUIET["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"] is True


def test_settings_with_the_token_can_be_read_by_us_alone(tmp_path: Path) -> None:
    path = write({"a": 1}, tmp_path / "deep" / "voila.json")
    assert json.loads(path.read_text()) == {"a": 1}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
