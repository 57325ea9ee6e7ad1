"""Where a workspace lies and what it knows of its organisation.

A workspace is one folder: ``workbench.toml`` (settings), ``organisation.yml`` (whom we protect), ``store/`` (events),
``originals/`` (raw mail by SHA-256), ``intake.db`` (import log and quarantine), ``runs/`` (executed playbooks),
``lookups/`` (dated lists instead of those that ship, or besides), ``ledger.db`` (what people decided, unless a
PostgreSQL server keeps it), ``keys/`` and ``anchor/`` (what proves that its trail is whole), ``exports/`` (rows that
analysts took away).
"""

import os
import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from workbench.base.errors import BadSetting, NotFound, nearest
from workbench.base.faults import said
from workbench.base.settings import RunsSettings
from workbench.base.yaml_text import mapping_of

M = TypeVar("M", bound=BaseModel)

HOME_VARIABLE = "WORKBENCH_HOME"
READ_ONLY_VARIABLE = "WORKBENCH_READ_ONLY"
"""Where it is set, this process only reads the store: playbooks run in such processes."""

DEFAULT_HOME = "workspace"

LARGEST = 4 * 1024**2
"""Bytes of a settings file; a larger one is refused."""

_SHOWN = 5
_IN_WORDS = MappingProxyType(
    {
        "tuple_type": "is no list; write one entry a line, each behind “- ”, or all in [ ]",
        "dict_type": "is no group; write a name, a colon and a list below it",
    }
)
"""What is wrong in a file of YAML, by the kind of fault."""
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)*[^\W_](?:[\w-]{0,61}[^\W_])?")
_ADDRESS = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


def _domain(text: str) -> str:
    name = text.strip().lower().lstrip("@.").rstrip(".")
    if not _DOMAIN.fullmatch(name):
        raise ValueError(f"{text[:80]!r} is no domain, such as northgate.example")
    return _ascii(name)


def _ascii(name: str) -> str:
    """A name as mail carries it: labels in other alphabets in punycode."""
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text.strip()):
        raise ValueError(f"{text[:80]!r} is no address, such as ingrid@northgate.example")
    return text.strip().lower()


def _country(text: str) -> str:
    if not _COUNTRY.fullmatch(text.strip()):
        raise ValueError(f"{text[:80]!r} is no country in two letters, such as NL")
    return text.strip().upper()


Domain = Annotated[str, AfterValidator(_domain)]
Address = Annotated[str, AfterValidator(_address)]
Country = Annotated[str, AfterValidator(_country)]
Named = Annotated[str, AfterValidator(str.strip)]


class ServiceSettings(BaseModel):
    """``[service]`` of ``workbench.toml``: where the control service listens, and how long a log-in lasts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    """Address to listen on; one that others can reach needs ``certificate`` and ``key``, or ``behind_proxy``."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0 is any free one."""
    certificate: str = ""
    """File with the certificate chain, relative to the workspace."""
    key: str = ""
    """File with the certificate's key, relative to the workspace."""
    behind_proxy: bool = False
    """Whether a proxy of ours stands in front that does TLS; then ``proxy`` alone is believed whom it forwards for."""
    proxy: str = "127.0.0.1"
    """Address of that proxy."""
    names: tuple[str, ...] = ()
    """Names under which people reach the service, such as ``workbench.northgate.example``; others are refused."""
    origins: tuple[str, ...] = ()
    """Origins of further pages of ours that may ask, such as ``https://boards.northgate.example``."""
    idle_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    """Log-ins that are not used for so long end."""
    session_hours: Annotated[int, Field(ge=1, le=168)] = 12
    """Log-ins end after this, used or not."""
    open_metrics: bool = False
    """Whether programs of this machine may read the metrics without a token."""


class Settings(BaseModel):
    """``workbench.toml``. Every key has a default; an unknown key is an error, so that a typo does not pass."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    now: Literal["clock", "newest"] | datetime = "clock"
    """What "now" means to spans and queries: the clock, the newest event of the store, or a fixed instant."""
    retention: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    """Days that tables keep their rows, by table name; ``default`` is for all others. 0 is for ever, as is no entry."""
    accelerators: bool = True
    """Whether questions are answered by the store's indexes and counts where these help; the answers are the same."""
    ledger: Annotated[str, Field(pattern=r"^(postgresql://.*)?$", repr=False)] = ""
    """Where the ledger is kept: ``postgresql://user@host/database``, or nothing for ``ledger.db`` of the workspace."""
    ledger_password_file: str = ""
    """File with the password for ``ledger``, relative to the workspace; ``$WORKBENCH_LEDGER_PASSWORD`` comes first."""
    service: ServiceSettings = ServiceSettings()
    """The control service."""
    runs: RunsSettings = RunsSettings()
    """Playbooks that the control service runs."""


class Organisation(BaseModel):
    """``organisation.yml``: the organisation this workspace protects. Domains and addresses are kept in lower case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    domains: tuple[Domain, ...] = ()
    """Domains whose mailboxes are ours; subdomains count as ours too."""
    brands: tuple[str, ...] = ()
    """Names, beside the domains, that attackers imitate: compared with sender names and domains."""
    vips: tuple[Address, ...] = ()
    """Addresses of people whose names are worth imitating."""
    vip_names: tuple[str, ...] = ()
    """Their display names, as they appear in mail."""
    tags: Mapping[Named, tuple[Address, ...]] = Field(default_factory=dict)
    """Names of our own for groups of mailboxes, and the addresses in each."""
    secops_mailboxes: tuple[Address, ...] = ()
    """Mailboxes that receive reported mail: excluded from verdicts and shown as excluded."""
    simulation_domains: tuple[Domain, ...] = ()
    """Domains of the phishing simulations we run ourselves."""
    known_simulators: bool = False
    """Whether the list ``attack_simulators`` counts besides ``simulation_domains``: whoever buys a name that a
    simulator gave up would be exempt, so it is for those who run one of them."""
    egress: tuple[IPv4Network | IPv6Network, ...] = ()
    """Address ranges our own people and relays come from."""
    countries: tuple[Country, ...] = ()
    """Countries our people work in, as two letters of ISO 3166."""

    def owns(self, domain: str) -> bool:
        """Whether a domain, or the domain of an address, is ours or lies under one of ours."""
        return _lies_under(domain.rpartition("@")[2], self.own_domains)

    def is_simulation(self, host: str) -> bool:
        """Whether a host, or the domain of an address, is one of ``simulation_domains`` or lies under one."""
        return _lies_under(host.rpartition("@")[2], self.drill_domains)

    def is_egress(self, address: str) -> bool:
        """Whether an address lies in one of the ranges our own come from; no address, no."""
        try:
            asked = ip_address(address.strip().strip("[]"))
        except ValueError:
            return False
        inner = getattr(asked, "ipv4_mapped", None) or asked
        lows, highs = self.egress_bounds[inner.version]
        place = bisect_left(highs, int(inner))
        return place < len(highs) and lows[place] <= int(inner)

    @cached_property
    def own_domains(self) -> frozenset[str]:
        """``domains`` for quick asking."""
        return frozenset(self.domains)

    @cached_property
    def drill_domains(self) -> frozenset[str]:
        """``simulation_domains`` for quick asking."""
        return frozenset(self.simulation_domains)

    @cached_property
    def egress_bounds(self) -> Mapping[int, tuple[list[int], list[int]]]:
        """First and last addresses of ``egress`` as numbers, sorted and apart, by version."""
        four = collapse_addresses(each for each in self.egress if isinstance(each, IPv4Network))
        six = collapse_addresses(each for each in self.egress if isinstance(each, IPv6Network))
        return {4: _bounds(four), 6: _bounds(six)}

    @cached_property
    def tagged(self) -> Mapping[str, tuple[str, ...]]:
        """The tags of each mailbox that has any, by lower-case address: ``vip``, ``secops``, then those of ``tags``."""
        groups = [("vip", self.vips), ("secops", self.secops_mailboxes), *self.tags.items()]
        found: dict[str, dict[str, None]] = {}
        for tag, addresses in groups:
            for address in addresses:
                found.setdefault(address, {})[tag] = None
        return {address: tuple(tags) for address, tags in found.items()}


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
    def lookups(self) -> Path:
        """Dated lists of this workspace, which come before those that ship."""
        return self.home / "lookups"

    @property
    def ledger(self) -> Path:
        """The database of decisions, where no server keeps it."""
        return self.home / "ledger.db"

    @property
    def service(self) -> Path:
        """Where the control service is reached, while it runs; ``service.lock`` beside it is held meanwhile."""
        return self.home / "service.json"

    @property
    def keys(self) -> Path:
        """The keys of the audit trail."""
        return self.home / "keys"

    @property
    def anchor(self) -> Path:
        """Signed heads of the audit trail, outside the database."""
        return self.home / "anchor"

    @property
    def exports(self) -> Path:
        """Rows that analysts took away, each file with what it is of beside it."""
        return self.home / "exports"

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
        return _model(Organisation, self.home / "organisation.yml", mapping_of)


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
        return kind.model_validate((parse(_text(path)) if path.exists() else None) or {})
    except ValidationError as error:
        raise _refusal(kind, path, error) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        why = " ".join(str(error).split())
        raise BadSetting(f"The file cannot be read: {why}", where=str(path), next_step="Mend it.") from None
    except OSError as error:
        raise BadSetting(f"The file cannot be opened: {error.strerror}", where=str(path)) from None


def _text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BadSetting(
            f"The file is larger than {LARGEST // 1024**2} MiB",
            where=str(path),
            next_step="Name domains or ranges instead of single hosts and addresses.",
        )
    return content.decode("utf-8-sig")


def _refusal(kind: type[BaseModel], path: Path, error: ValidationError) -> BadSetting:
    """All that is wrong in a settings file, with the keys that come nearest where a key is unknown."""
    known = list(kind.model_fields)
    faults = error.errors(include_url=False)
    mistakes = tuple(dict.fromkeys(_mistake(fault, known) or path.name for fault in faults))
    shown, more = "; ".join(mistakes[:_SHOWN]), len(mistakes) - _SHOWN
    keys = (
        f"Known keys: {', '.join(known)}."
        if any(fault["type"] == "extra_forbidden" for fault in faults)
        else "Mend it."
    )
    what = f"{shown}; and {more:,} more mistakes" if more > 0 else shown
    return BadSetting(what, where=str(path), next_step=keys, mistakes=mistakes)


def _mistake(fault: Mapping[str, Any], known: list[str]) -> str:
    steps = [str(part) for part in fault["loc"] if not str(part).startswith("lax-or-strict")]
    key = ".".join(steps)
    if fault["type"] == "extra_forbidden":
        near = nearest(key, known)
        return f"{key}: no such key" + (f" (did you mean {' or '.join(near)}?)" if near else "")
    if fault["type"] == "value_error":
        return f"{'.'.join(step for step in steps if not step.isdecimal())}: {said(fault)}"
    return f"{key}: {_IN_WORDS.get(fault['type']) or said(fault)}".removeprefix(": ")


def _bounds(ranges: Iterable[IPv4Network | IPv6Network]) -> tuple[list[int], list[int]]:
    sides = [(int(each.network_address), int(each.broadcast_address)) for each in ranges]
    return [low for low, _ in sides], [high for _, high in sides]


def _lies_under(name: str, domains: frozenset[str]) -> bool:
    labels = _ascii(name.lower().rstrip(".")).split(".")
    return any(".".join(labels[start:]) in domains for start in range(len(labels)))
