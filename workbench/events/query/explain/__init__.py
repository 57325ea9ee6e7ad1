"""How a question is answered: the plan as a readable tree, and what of it is pushed down to the tables."""

from workbench.events.query.explain.explained import Explained, Measured, explain

__all__ = ["Explained", "Measured", "explain"]
