"""Structured logs: a line of JSON for each event, in a file of the workspace that does not grow without end."""

import logging
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

import orjson

from workbench.base.config import Workspace

FILE_BYTES, FILES = 16 * 1024**2, 5
_REQUESTS = "workbench.service.requests"


class Lines(logging.Formatter):
    """What was logged as a line of JSON; of a failure its kind and places, never its values."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        if record.name == _REQUESTS:
            return record.getMessage()
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage()[:2_000] if record.exc_info is None else "failed",
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return orjson.dumps(line).decode()


class Private(RotatingFileHandler):
    """Log files that nobody else may read, each from its first moment on."""

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        path.touch(mode=0o600)
        path.chmod(0o600)
        return super()._open()


def install(workspace: Workspace) -> None:
    """Write the logs of service, ledger and server to ``logs/service.log`` of the workspace."""
    folder = workspace.home / "logs"
    folder.mkdir(mode=0o700, exist_ok=True)
    handler = Private(folder / "service.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8")
    handler.setFormatter(Lines())
    for name, level in (("workbench", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers[:], logger.propagate = [handler], False
        logger.setLevel(level)
