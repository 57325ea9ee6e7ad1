import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_nobody_else_may_read_a_log_nor_the_one_that_follows_a_full_one(log: Path) -> None:
    handler = logging.getLogger("workbench").handlers[0]
    assert isinstance(handler, RotatingFileHandler)
    assert (mode(log.parent), mode(log)) == (0o700, 0o600)
    handler.doRollover()
    assert (mode(log), mode(log.with_name(f"{log.name}.1"))) == (0o600, 0o600)
