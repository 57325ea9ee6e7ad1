"""The commands there are, each loaded when it is first asked for: help and a misspelt word load none of them."""

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command

_Command = Any
"""Typer brings its own copy of click, under a private name."""


@dataclass(frozen=True)
class Late:
    """A command, or a group of some: the module it lies in, its name there, and its help in one sentence."""

    module: str
    name: str
    help: str


COMMANDS: Mapping[str, Late] = MappingProxyType(
    {
        "init": Late("workspace", "init", "Make a workspace."),
        "import": Late("intake", "import_", "Read raw mail and hunting exports into the store."),
        "tables": Late("workspace", "tables", "List the tables that hold rows."),
        "imports": Late("workspace", "imports", "List imports, retries and drops, newest first."),
        "quarantine": Late("quarantine", "app", "List what was set aside at import, and why."),
        "query": Late("query", "query", "Ask a question in KQL."),
        "explore": Late("explore", "app", "Views of the Explorer: list them, run one by its name or from its text."),
        "kql": Late("query", "kql", "Check KQL."),
        "playbook": Late("playbooks", "app", "List playbooks and run them."),
        "runs": Late("runs", "app", "Runs of the control service: list, show, cancel."),
        "schedules": Late("schedules", "app", "Playbooks that run by themselves: add, list, pause, resume, remove."),
        "lookups": Late("lookups", "app", "Dated lists that the product judges by."),
        "organisation": Late("organisation", "app", "The profile of the organisation (organisation.yml)."),
        "store": Late("store", "app", "Keep the event store in order, check it, write tables out."),
        "serve": Late("service", "serve", "Serve the control service until Ctrl-C."),
        "worker": Late("worker", "worker", "Help the service to make runs."),
        "login": Late("service", "login", "Log in: a token of yours is stored in your configuration folder."),
        "logout": Late("service", "logout", "Revoke the stored token and forget it."),
        "whoami": Late("service", "whoami", "Say who the stored token is of, and what it may do."),
        "users": Late("users", "app", "Accounts and their roles."),
        "audit": Late("audit", "app", "The audit trail: show, verify, export."),
        "backup": Late("upkeep", "backup", "Back up the workspace, in use or not."),
        "restore": Late("upkeep", "restore", "Make the workspace of a backup."),
        "upgrade": Late("upkeep", "upgrade", "Bring ledger and tables to this version."),
        "doctor": Late("upkeep", "doctor", "Examine the workspace: a line a finding, with the command that mends it."),
        "apps": Late("serve", "apps", "Serve the dashboard and the Explorer as pages."),
        "lab": Late("serve", "lab", "Serve JupyterLab on this workspace's notebooks."),
        "demo": Late("demo", "app", "Make the demo organisation and serve everything."),
    }
)


class LateGroup(TyperGroup):
    """All commands, by what is told of them here."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = cast("MutableMapping[str, _Command]", _Commands())

    def list_commands(self, _: Any) -> list[str]:
        """The names, in the order in which a team meets them."""
        return list(self.commands)

    def format_commands(self, _: Any, formatter: Any) -> None:
        """The names and what each is for."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.help) for name, each in COMMANDS.items()])


class _Commands(Mapping[str, _Command]):
    """Commands by name."""

    def __init__(self) -> None:
        self._loaded: dict[str, _Command] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def __getitem__(self, name: str) -> _Command:
        if name not in self._loaded:
            self._loaded[name] = _load(name, COMMANDS[name])
        return self._loaded[name]


def _load(name: str, late: Late) -> _Command:
    found = getattr(import_module(f"workbench.apps.cli.{late.module}"), late.name)
    around = typer.Typer(rich_markup_mode=None)
    around.callback()(lambda: None)
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        around.command(name)(found)
    return cast("TyperGroup", get_command(around)).commands[name]
