"""How Voila and JupyterLab are set: who may come in, what pages may load, what kernels may know."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.base.config import HOME_VARIABLE, Workspace
from workbench.views.publish.place import links

SHARE = Path(__file__).parent / "share"
"""Our template and the Vega bundle, as Jupyter data."""

TEMPLATE = "workbench"

SYSTEM = ("/usr/local/share/jupyter", "/usr/share/jupyter")
"""Where Jupyter looks for extensions beside the environment; the folder of the user is left out for readers."""

LOADED = frozenset({"@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"})
"""Extensions that a page loads; every other installed one is denied."""

IDLE = 300
"""Seconds after which a kernel without a page is ended."""

KEPT = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV", "PYTHONPATH",
     "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "COVERAGE_PROCESS_START"}
)  # fmt: skip
"""Variables of the environment that kernels of readers see, beside our own and ``LC_*``."""


def policy(ip: str, port: int) -> str:
    """The content security policy: everything from this server, nothing from anywhere else."""
    parts = {
        "default-src": "'none'",
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self' ws://{ip}:{port}",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def voila(folder: Path, ip: str, port: int, token: str, *, preheat: bool = False, control: str = "") -> dict[str, Any]:
    """Settings of the server for readers: our template, no sources, no tracebacks, idle kernels ended.

    ``control`` is the address of the control service, which the pages then link.
    """
    return {
        "Voila": {
            "ip": ip,
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "root_dir": str(folder),
            "token": token,
            "tornado_settings": {
                "headers": {"Content-Security-Policy": policy(ip, port), "Referrer-Policy": "no-referrer"}
            },
        },
        "VoilaConfiguration": {
            "template": TEMPLATE,
            "theme": "light",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "strip_sources": True,
            "show_tracebacks": False,
            "classic_tree": True,
            "file_allowlist": ["(?!)"],
            "extension_denylist": denied(),
            "extra_labextensions_path": [str(SHARE / "labextensions"), *_themes()],
            "resources": {"workbench": {"pages": links(folder), "control": control}},
            "preheat_kernel": preheat,
            "default_pool_size": 1,
        },
        "MappingKernelManager": {"cull_interval": 60, "cull_idle_timeout": IDLE},
    }


def lab(folder: Path, ip: str, port: int, token: str) -> dict[str, Any]:
    """Settings of the server for analysts: their notebooks, no news, no updates, no extension shop.

    Root may run it: in a container there is often nobody else, and it listens on this machine alone.
    """
    return {
        "ServerApp": {
            "ip": ip,
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "root_dir": str(folder),
            "allow_root": True,
            "tornado_settings": {"headers": {"Content-Security-Policy": policy(ip, port)}},
        },
        "IdentityProvider": {"token": token},
        "LabApp": {
            "news_url": None,
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "extension_manager": "readonly",
        },
    }


def environment(workspace: Workspace, private: Path, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What kernels of readers may know: an allow-list of the environment, and where the workspace is."""
    kept = {name: value for name, value in given.items() if name in KEPT or name.startswith("LC_")}
    return kept | shared(workspace) | {
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "IPYTHONDIR": str(private / "ipython"),
    }  # fmt: skip


def whole_environment(workspace: Workspace, private: Path) -> dict[str, str]:
    """What kernels of analysts may know: all that the analyst who starts them knows."""
    return dict(os.environ) | shared(workspace) | {
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "JUPYTER_CONFIG_PATH": os.pathsep.join([str(private), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]),
    }  # fmt: skip


def shared(workspace: Workspace) -> dict[str, str]:
    """Variables of both servers: the workspace, few threads a kernel, our share folder before any other."""
    return {
        HOME_VARIABLE: str(workspace.home),
        "POLARS_MAX_THREADS": str(min(2, os.cpu_count() or 1)),
        "JUPYTER_PATH": os.pathsep.join([str(SHARE), *_given_path()]),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def denied() -> list[str]:
    """The names of all installed extensions but those that pages need."""
    return sorted(_installed() - LOADED)


QUIET = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
"""The page configuration of JupyterLab: it does not ask whether it may fetch news from another server."""


def write(settings: Mapping[str, Any], path: Path) -> Path:
    """Write settings where only we can read them: they hold the access token."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(settings), "utf-8")
    return path


def _installed() -> set[str]:
    bases = [Path(each) for each in (*_given_path(), f"{sys.prefix}/share/jupyter", *SYSTEM)]
    roots = [base / part for base in bases for part in ("labextensions", "voila/labextensions")]
    found = (path for root in roots for pattern in ("*", "@*/*") for path in root.glob(f"{pattern}/package.json"))
    return {str(json.loads(path.read_text("utf-8"))["name"]) for path in found}


def _themes() -> list[str]:
    """Where Voila keeps its themes: it would look in the first folder ``voila`` only, which is ours and has none."""
    folder = Path(sys.prefix) / "share" / "jupyter" / "voila"
    return [str(folder)] if folder.is_dir() else []


def _given_path() -> list[str]:
    given = os.environ.get("JUPYTER_PATH", "")
    return [each for each in given.split(os.pathsep) if each and each != str(SHARE)]
