"""The control service: the one process that may change anything.

Names are loaded when they are first used, so that the command line is quick where it does not need them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.apps.service.app import Options, make_app
    from workbench.apps.service.gate import Routes, Serving, Viewing
    from workbench.apps.service.people import administered, at_hand, first_password
    from workbench.apps.service.recorded import record_run
    from workbench.apps.service.server import Listen, serve
    from workbench.apps.service.service import Hook, Service
    from workbench.apps.service.trail import exported, proved, shown

_HOMES = {
    "Hook": "service",
    "Listen": "server",
    "Options": "app",
    "Routes": "gate",
    "Service": "service",
    "Serving": "gate",
    "Viewing": "gate",
    "administered": "people",
    "at_hand": "people",
    "first_password": "people",
    "make_app": "app",
    "exported": "trail",
    "proved": "trail",
    "record_run": "recorded",
    "serve": "server",
    "shown": "trail",
}

__all__ = [
    "Hook",
    "Listen",
    "Options",
    "Routes",
    "Service",
    "Serving",
    "Viewing",
    "administered",
    "at_hand",
    "exported",
    "first_password",
    "make_app",
    "proved",
    "record_run",
    "serve",
    "shown",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
