"""The steps by which a filter came about: each can be gone back to, and forward again until another one is taken."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.apps.explore.filter_values import Property
from workbench.apps.explore.filters import Tree, sentence
from workbench.base.render import visible

MOST = 50
"""Steps that are kept; the oldest are forgotten first."""

LONGEST = 160
"""Characters by which a step is described."""


class Steps:
    """Filters in normal form in the order they were made, and which of them is in force."""

    def __init__(self, first: Tree, properties: Mapping[str, Property]) -> None:
        self._properties = properties
        self._made: list[tuple[Tree, str]] = [(first, sentence(first, properties) or "No filter")]
        self.at = 0

    @property
    def tree(self) -> Tree:
        """The filter in force."""
        return self._made[self.at][0]

    def take(self, tree: Tree) -> None:
        """A new filter is in force; those that were undone are forgotten. The same filter again is no step."""
        if tree == self.tree:
            return
        step = tree, describe(self.tree, tree, self._properties)
        self._made = [*self._made[: self.at + 1], step][-MOST:]
        self.at = len(self._made) - 1

    def go(self, at: int) -> bool:
        """Whether there is a step of that number and it is not the one in force; it is from now on."""
        if at == self.at or not 0 <= at < len(self._made):
            return False
        self.at = at
        return True

    def wire(self) -> dict[str, object]:
        """The steps as the browser is told of them: which is in force, and what each did."""
        return {"at": self.at, "said": [visible(said, LONGEST) for _, said in self._made]}


def describe(before: Tree, after: Tree, properties: Mapping[str, Property]) -> str:
    """What a step did: conditions that came, went or were changed, else the whole filter after it."""
    if not after["items"]:
        return "Cleared"
    came, gone = _missing(after, before), _missing(before, after)
    if len(came) == len(gone) == 1:
        return f"Changed to {_told(came, properties)}"
    if came and not gone:
        return f"Added {_told(came, properties)}"
    if gone and not came:
        return f"Removed {_told(gone, properties)}"
    return sentence(after, properties)


def _missing(here: Tree, there: Tree) -> list[Mapping[str, Any]]:
    """Conditions that stand here and not there; each as often as it stands here more."""
    left = list(_conditions(there))
    found = []
    for each in _conditions(here):
        if each in left:
            left.remove(each)
        else:
            found.append(each)
    return found


def _conditions(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for item in tree["items"]:
        yield from _conditions(item) if "op" in item else (item,)


def _told(items: Sequence[Mapping[str, Any]], properties: Mapping[str, Property]) -> str:
    if len(items) == 1:
        return sentence({"op": "all", "items": list(items)}, properties)
    named = dict.fromkeys(properties[item["property"]].label for item in items)
    return f"{len(items)} filters: {', '.join(named)}"
