"""The threat investigation workbench.

``import workbench as wb`` and ``w = wb.open()``. Every public name is loaded when it is first used.
"""

from importlib import import_module

__version__ = "0.1.0"

_ENTITIES = (
    "Account", "Campaign", "Device", "Domain", "File", "IpAddress", "Mailbox", "Message", "Sender", "Url",
)  # fmt: skip
"""The kinds of entities: each is called with a value, as ``wb.Url("hxxps://…")``."""

_HOMES = {
    **{name: ("workbench.apps.session.faces", name) for name in _ENTITIES},
    "dashboard": ("workbench.apps.ui.dashboard", "dashboard"),
    "enrich": ("workbench.apps.session.frames", "enrich"),
    "explorer": ("workbench.apps.ui.explorer.explorer", "explorer"),
    "iocs": ("workbench.apps.ui.asking.iocs", "iocs"),
    "open": ("workbench.apps.session", "open_workbench"),
    "show": ("workbench.apps.ui.asking.show", "show"),
}

_HOOKS = {"load_ipython_extension": ("workbench.apps.ui.asking.magic", "load_ipython_extension")}
"""What ``%load_ext workbench`` looks for: not for people, so not among the public names."""

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> object:
    found = _HOMES.get(name) or _HOOKS.get(name)
    if found is None:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    module, attribute = found
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
