"""Where a workspace lies and what it knows of its organisation.

A workspace is one folder: ``workbench.toml`` (settings), ``organisation.yml`` (whom we protect), ``store/`` (events),
``originals/`` (raw mail by SHA-256), ``intake.db`` (import log and quarantine), ``runs/`` (executed playbooks).
"""

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from workbench.base.errors import BadSetting, NotFound

M = TypeVar("M", bound=BaseModel)

HOME_VARIABLE = "WORKBENCH_HOME"
DEFAULT_HOME = "workspace"


class Settings(BaseModel):
    """``workbench.toml``. Every key has a default; an unknown key is an error, so that a typo does not pass."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    now: Literal["clock", "newest"] | datetime = "clock"
    """What "now" means to spans and queries: the clock, the newest event of the store, or a fixed instant."""


class Organisation(BaseModel):
    """``organisation.yml``: the organisation this workspace protects. Domains and addresses are kept in lower case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    domains: tuple[str, ...] = ()
    """Domains whose mailboxes are ours; subdomains count as ours too."""
    brands: tuple[str, ...] = ()
    """Names, beside the domains, that attackers imitate: compared with sender names and domains."""
    vips: tuple[str, ...] = ()
    """Addresses of people whose names are worth imitating."""
    vip_names: tuple[str, ...] = ()
    """Their display names, as they appear in mail."""
    secops_mailboxes: tuple[str, ...] = ()
    """Mailboxes that receive reported mail: excluded from verdicts and shown as excluded."""
    simulation_domains: tuple[str, ...] = ()
    """Domains of the phishing simulations we run ourselves."""
    egress: tuple[IPv4Network | IPv6Network, ...] = ()
    """Address ranges our own people and relays come from."""

    @field_validator("domains", "vips", "secops_mailboxes", "simulation_domains")
    @classmethod
    def _lower(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(value.strip().lower() for value in values)

    def owns(self, domain: str) -> bool:
        """Whether a domain, or the domain of an address, is ours or lies under one of ours."""
        name = domain.rpartition("@")[2].lower().rstrip(".")
        return any(name == own or name.endswith(f".{own}") for own in self.domains)


@dataclass(frozen=True)
class Workspace:
    """One folder with everything of one organisation."""

    home: Path

    @property
    def store(self) -> Path:
        """Event tables."""
        return self.home / "store"

    @property
    def originals(self) -> Path:
        """Raw mail, by the SHA-256 of its bytes."""
        return self.home / "originals"

    @property
    def intake(self) -> Path:
        """The database of imports and quarantined records."""
        return self.home / "intake.db"

    @property
    def runs(self) -> Path:
        """Executed playbooks with their findings."""
        return self.home / "runs"

    @property
    def notebooks(self) -> Path:
        """The analyst's own notebooks, and copies of the shipped ones."""
        return self.home / "notebooks"

    @cached_property
    def settings(self) -> Settings:
        """Settings as they were when first asked for."""
        return _model(Settings, self.home / "workbench.toml", tomllib.loads)

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation as it was described when first asked for."""
        return _model(Organisation, self.home / "organisation.yml", yaml.safe_load)


def find_workspace(home: str | Path | None = None) -> Workspace:
    """Open the workspace at ``home``, else at ``$WORKBENCH_HOME``, else in ``./workspace``.

    Raises:
        NotFound: there is no workspace there.
    """
    folder = place_of(home)
    if not (folder / "workbench.toml").is_file():
        raise NotFound(f"There is no workspace in {folder}", next_step=f"Make one: workbench --home {folder} init")
    return Workspace(folder)


def place_of(home: str | Path | None) -> Path:
    """The folder that ``home`` means, whether there is a workspace in it or not.

    Raises:
        BadSetting: the store cannot be kept there.
    """
    folder = Path(home or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME).expanduser().resolve()
    if "%" in str(folder):
        raise BadSetting("A workspace cannot lie below a folder with % in its name", where=str(folder))
    return folder


def shipped(name: str) -> Path:
    """The folder ``notebooks`` or ``data`` that belongs to this version: of the checkout, else of the wheel."""
    package = Path(str(files("workbench")))
    checkout = package.parent / name
    return (
        checkout if (package.parent / "pyproject.toml").is_file() and checkout.is_dir() else package / "shipped" / name
    )


def _model(kind: type[M], path: Path, parse: Callable[[str], object]) -> M:
    try:
        return kind.model_validate((parse(path.read_text("utf-8-sig")) if path.exists() else None) or {})
    except (tomllib.TOMLDecodeError, yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise BadSetting(f"The file cannot be read: {why}", where=str(path), next_step="Mend it.") from None
    except OSError as error:
        raise BadSetting(f"The file cannot be opened: {error.strerror}", where=str(path)) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadSetting(f"{key or path.name}: {first['msg']}", where=str(path), next_step=_known(kind)) from None


def _known(kind: type[BaseModel]) -> str:
    return f"Known keys: {', '.join(kind.model_fields)}."
