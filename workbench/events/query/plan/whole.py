"""A whole plan, ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from workbench.events.query.kql.syntax import Query
from workbench.events.query.plan.node import Columns, Node

Texts: TypeAlias = tuple[tuple[str, ...], ...]
"""Rows of text: what a look at the data shows."""


@dataclass(frozen=True)
class Render:
    """How the result wants to be drawn."""

    kind: str
    properties: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """A bound query, ready to run."""

    query: Query
    """The tree it was bound from, parameters written out as let statements."""
    root: Node
    now: datetime
    render: Render | None = None
    notes: tuple[str, ...] = ()
    tables: tuple[tuple[str, Node], ...] = field(default=(), compare=False, repr=False)
    """Tables that statements give a name to."""
    shown: tuple[Texts, ...] = field(default=(), compare=False, repr=False)
    """What was seen of the data while it was bound, in the order it was asked for."""

    @property
    def columns(self) -> Columns:
        """Names and types of the result."""
        return self.root.columns
