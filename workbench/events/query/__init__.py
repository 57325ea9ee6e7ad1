"""One question language: KQL text, a typed plan, and its execution by Polars."""

from workbench.events.query import build
from workbench.events.query.binder import bind
from workbench.events.query.binder.parameters import quote, with_parameters
from workbench.events.query.catalog import Catalog, StoreCatalog
from workbench.events.query.errand import Errand, GivenUp
from workbench.events.query.explain import Explained, explain
from workbench.events.query.kql.printer import text_of
from workbench.events.query.kql.statements import parse
from workbench.events.query.limits import Limits
from workbench.events.query.plan import Plan
from workbench.events.query.result import Result
from workbench.events.query.running import ask, lazy, looking, run, used

__all__ = [
    "Catalog",
    "Errand",
    "Explained",
    "GivenUp",
    "Limits",
    "Plan",
    "Result",
    "StoreCatalog",
    "ask",
    "bind",
    "build",
    "explain",
    "lazy",
    "looking",
    "parse",
    "quote",
    "run",
    "text_of",
    "used",
    "with_parameters",
]
