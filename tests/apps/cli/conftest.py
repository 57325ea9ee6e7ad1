"""The command line as a person meets it: words in, exit status and two streams out."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from workbench.apps.cli import main
from workbench.base.config import HOME_VARIABLE, Workspace

COMMAND = [sys.executable, "-c", "from workbench.apps.cli import main; main()"]


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()


Cli = Callable[..., Said]


@pytest.fixture
def cli(northgate: Workspace, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """Run one command in this process, on the shared workspace unless another is named."""

    def run(*words: str, home: Path | None = northgate.home, given: str | bytes = "") -> Said:
        monkeypatch.setattr(sys, "argv", ["workbench", *(["--home", str(home)] if home else []), *words])
        raw = given if isinstance(given, bytes) else given.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        capfdbinary.readouterr()
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        out, err = capfdbinary.readouterr()
        return Said(status, out, err.decode())

    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    return run


def start(home: Path, words: Sequence[str], **streams: object) -> "subprocess.Popen[bytes]":
    """A command as a process of its own."""
    environment = {**os.environ, HOME_VARIABLE: str(home)}
    return subprocess.Popen([*COMMAND, *words], env=environment, **{"stderr": subprocess.PIPE, **streams})
