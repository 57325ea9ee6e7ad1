"""Tokens of a person's programs: in that person's configuration folder, one for each workspace."""

import os
from pathlib import Path

import orjson

from workbench.base.config import Workspace

TOKEN_VARIABLE = "WORKBENCH_TOKEN"  # noqa: S105  # the name of a variable


def remembered(workspace: Workspace) -> str:
    """The token for a workspace: ``$WORKBENCH_TOKEN``, else what was stored; empty where there is none."""
    return os.environ.get(TOKEN_VARIABLE, "") or _read().get(_key(workspace), "")


def remember(workspace: Workspace, token: str) -> Path:
    """Store a token; gives where."""
    return _write(_read() | {_key(workspace): token})


def forget(workspace: Workspace) -> bool:
    """Remove the token of a workspace; whether there was one."""
    held = _read()
    was = held.pop(_key(workspace), None)
    if was is not None:
        _write(held)
    return was is not None


def place() -> Path:
    """The file with the tokens."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "workbench" / "tokens.json"


def _key(workspace: Workspace) -> str:
    return str(workspace.home.resolve())


def _read() -> dict[str, str]:
    try:
        held = orjson.loads(place().read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in held.items()} if isinstance(held, dict) else {}


def _write(held: dict[str, str]) -> Path:
    path = place()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_bytes(orjson.dumps(held, option=orjson.OPT_INDENT_2))
    temporary.replace(path)
    return path
