"""The demo: the sample organisation, imported, and a larger one of the same name, made from a seed."""

from workbench.apps.demo.builder import Built, State, Step, build, load, make_workspace
from workbench.apps.demo.live import Passed, live
from workbench.apps.demo.plan import END, Plan, planned
from workbench.apps.demo.prepare import prepare

__all__ = [
    "END",
    "Built",
    "Passed",
    "Plan",
    "State",
    "Step",
    "build",
    "live",
    "load",
    "make_workspace",
    "planned",
    "prepare",
]
