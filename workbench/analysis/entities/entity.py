"""One entity within a window: a value of a kind, and its pivots as methods that give frames."""

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from workbench.analysis.entities._window import Window
from workbench.analysis.entities.kind import Kind, Pivot, normal
from workbench.base.errors import UnknownName
from workbench.base.text.defang import defang, refang
from workbench.events.query import Result, parse, text_of, with_parameters

DEFANGED = frozenset({"address", "domain", "ip", "url"})
"""Kinds of cells of which nothing may become a link."""

NOT_EVALUATED = "Not evaluated: "
"""How every sentence begins that says a question could not be asked."""

_WORD = re.compile(r"\w+")
_NOUNS = {
    "AlertEvidence": "evidence of alerts",
    "CampaignInfo": "campaigns",
    "CloudAppEvents": "audited activity",
    "DeviceEvents": "events of devices",
    "DeviceFileEvents": "files of devices",
    "DeviceInfo": "devices",
    "DeviceLogonEvents": "logons to devices",
    "DeviceNetworkEvents": "connections of devices",
    "DeviceProcessEvents": "processes of devices",
    "EmailAttachmentInfo": "attachments",
    "EmailEvents": "mail",
    "EmailPostDeliveryEvents": "events after delivery",
    "EmailUrlInfo": "URLs of mail",
    "EntraIdSignInEvents": "sign-ins",
    "FileMaliciousContentInfo": "files found malicious",
    "IdentityInfo": "accounts",
    "IdentityLogonEvents": "logons",
    "MessageEvents": "Teams messages",
    "MessageUrlInfo": "URLs of Teams messages",
    "ThreatIntelIndicators": "indicators",
    "UrlClickEvents": "click events",
    "WorkbenchMailFacts": "originals of mail",
}


class Notice(UserWarning):
    """What a frame cannot say of itself: that a table holds nothing, that rows were cut, that a list is missing."""


@dataclass(frozen=True)
class Asked:
    """One pivot of one entity. Call it for the rows; ``kql`` is the question that gives them."""

    entity: "Entity"
    pivot: Pivot

    def __call__(self) -> pl.DataFrame:
        """The rows, newest first, in the columns of the table.

        Where the window holds nothing of the table, and where rows were cut, a ``Notice`` says so.
        """
        if not self.held:
            warnings.warn(self.missing, Notice, stacklevel=2)
        answer = self.result()
        if answer.cut is not None:
            warnings.warn(f"Cut after {answer.cut:,} rows; narrow the window.", Notice, stacklevel=2)
        return answer.frame

    def result(self, steps: str = "") -> Result:
        """The answer with its plan, KQL and notes; ``steps`` are further steps of KQL."""
        return self.entity.answer(f"{self.pivot.text}\n{steps}")

    @property
    def kql(self) -> str:
        """The question as KQL that can be asked anywhere: the values stand before it as ``let``."""
        return self.entity.kql(self.pivot.text)

    @property
    def held(self) -> bool:
        """Whether the window holds anything of the tables it needs: where it does not, no rows mean nothing."""
        return not self.lacks

    @property
    def lacks(self) -> str:
        """The first table it needs of which the window holds nothing; empty where there is none."""
        return next((name for name in self.pivot.needs if not self.entity.window.holds(name)), "")

    @property
    def missing(self) -> str:
        """What is said where the window holds nothing of the table."""
        return unheld(self.lacks or self.pivot.table)

    @property
    def __doc__(self) -> str:  # type: ignore[override]  # help() of a pivot
        """What the pivot gives."""
        return f"{self.pivot.title}: rows of {self.pivot.table}."

    def __repr__(self) -> str:
        return (
            f"<{self.entity.kind.face}.{self.pivot.name}: {self.pivot.title}; call it for rows of {self.pivot.table}>"
        )


@dataclass(frozen=True)
class Entity:
    """A value of a kind within a window, in normal form; ``dir()`` lists its pivots.

    Example:
        >>> w.entity("url", "hxxps://restore[.]mailkeep[.]example/k/8f2c?u=c2FubmUuZGV3aXRAbm9ydGhnYXRlLmV4YW1wbGU")
        <Url hxxps://restore[.]mailkeep[.]example/k/8f2c?u=c2FubmUuZGV3aXRAbm9ydGhnYXRlLmV4YW1wbGU>
    """

    window: Window
    kind: Kind
    value: str
    given: str = ""
    """The value as it was given, no longer defanged: some spellings of URLs are not those of their normal form."""

    @cached_property
    def values(self) -> dict[str, object]:
        """What the conditions of its pivots name; they are bound as data."""
        return dict(self.kind.values(self.value, self.given or self.value))

    @property
    def defanged(self) -> str:
        """The value as it may be shown and passed on."""
        return defang(self.value) if self.kind.cell in DEFANGED else self.value

    def answer(self, text: str) -> Result:
        """The answer to a question that names values of it."""
        return self.window.ask(text, **self._named(text))

    def kql(self, text: str) -> str:
        """A question that names values of it as canonical KQL, the values before it."""
        return text_of(with_parameters(parse(text), self._named(text)))

    def _named(self, text: str) -> dict[str, object]:
        words = set(_WORD.findall(text))
        return {name: value for name, value in self.values.items() if name in words}

    def ask(self, pivot: str) -> Asked:
        """A pivot by its name.

        Raises:
            UnknownName: the kind has no such pivot; the error carries the nearest.
        """
        return Asked(self, self.kind.pivot(pivot))

    def __getattr__(self, name: str) -> Asked:
        if name.startswith("_") or name not in self.kind.by_name:
            raise AttributeError(str(UnknownName(f"pivot of {self.kind.face}", name, self.kind.by_name)))
        return self.ask(name)

    def __dir__(self) -> Iterable[str]:
        own = (name for name in super().__dir__() if not name.startswith("_"))
        return [*own, *self.kind.by_name]

    def __repr__(self) -> str:
        return f"<{self.kind.face} {self.defanged if self.defanged.isprintable() else ascii(self.defanged)}>"


def entity(window: Window, kind: Kind, text: str) -> Entity:
    """An entity by its value, which may be defanged.

    Raises:
        BadInput: the text is none of that kind; the error says why, and of which kind it looks to be.
    """
    return Entity(window, kind, normal(kind, text), refang(text))


def unheld(table: str) -> str:
    """What is said where a window holds nothing of a table."""
    return f"{NOT_EVALUATED}no {noun(table)} are held."


def noun(table: str) -> str:
    """What the rows of a table are called, in the plural."""
    return _NOUNS.get(table, f"rows of {table}")
