"""Dashboard cards: one number or chart each, with its definition and the rows behind it."""

from workbench.views.dashboard.card import Card, cards

__all__ = ["Card", "cards"]
