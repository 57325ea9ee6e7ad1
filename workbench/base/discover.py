"""Collect one item per file: the whole plug-in mechanism."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType, ModuleType
from typing import TypeVar

from workbench.base.errors import WorkbenchError

T = TypeVar("T")

ENTRY_POINTS = "workbench.items"


@cache
def discover(package: str, kind: type[T]) -> Mapping[str, T]:
    """Find the one ``kind`` that each module of ``package`` defines, by module name, in name order.

    Modules whose name starts with an underscore are helpers and are passed over. Installed packages add items through
    the entry-point group ``workbench.items``, each named ``<package>:<item name>``.

    Raises:
        WorkbenchError: a module defines none, or more than one.
    """
    found = {name: _only(import_module(f"{package}.{name}"), kind) for name in _modules(package)}
    for entry in entry_points(group=ENTRY_POINTS):
        home, _, name = entry.name.partition(":")
        if home == package:
            found[name] = entry.load()
    return MappingProxyType(dict(sorted(found.items())))


def _modules(package: str) -> list[str]:
    path = import_module(package).__path__
    return [info.name for info in pkgutil.iter_modules(path) if not info.name.startswith("_")]


def _only(module: ModuleType, kind: type[T]) -> T:
    items = [value for name, value in vars(module).items() if isinstance(value, kind) and not name.startswith("_")]
    if len(items) != 1:
        raise WorkbenchError(
            f"{module.__name__} defines {len(items)} items of kind {kind.__name__}",
            next_step="A file in that folder defines exactly one.",
        )
    return items[0]
