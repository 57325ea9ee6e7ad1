"""The threat investigation workbench.

``import workbench as wb`` and ``w = wb.open()``. Every public name is loaded when it is first used.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "dashboard": ("workbench.apps.ui.dashboard", "dashboard"),
    "explorer": ("workbench.apps.ui.explorer", "explorer"),
    "load_ipython_extension": ("workbench.apps.ui.magic", "load_ipython_extension"),
    "open": ("workbench.apps.session", "open_workbench"),
    "show": ("workbench.apps.ui.show", "show"),
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
