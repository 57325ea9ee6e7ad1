"""What a binding may learn of the data: the columns that ``bag_unpack`` and ``pivot`` make depend on it."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from workbench.events.query.plan import Node, Texts
from workbench.events.tables import KqlType

Look: TypeAlias = Callable[[Node], Texts]
"""Runs a node whose columns are all text and gives its rows."""

GUESSES: tuple[KqlType, ...] = ("dynamic", "string")
"""What a column is taken for that the query names and the data lacks: the first of these with which the query binds."""

MOST_GUESSES = 200
"""Columns of one query that are taken on trust; fewer of a long one, which is bound anew for each."""

_MOST_READ = 2_000_000
"""Characters of a query times the columns taken on trust."""


def most_guesses(text: str) -> int:
    """Columns that a query of this text may take on trust."""
    return min(MOST_GUESSES, _MOST_READ // max(len(text), 1))


class Sight:
    """What one binding was shown, in the order it asked, and the columns it takes on trust.

    A query is bound again when it names a column that only data could have; what was shown before is not looked up
    twice.
    """

    def __init__(self, look: Look | None, shown: Sequence[Texts] = (), most: int = MOST_GUESSES) -> None:
        self.shown, self._most = list(shown), most
        self.guesses: dict[str, str] = {}
        """Names that nothing in the data bears, each with the names that are near."""
        self.kind: KqlType = GUESSES[0]
        self.open = False
        """Whether some columns depend on data."""
        self.missing: tuple[str, str] | None = None
        """The column that was looked for last and is not there, and the advice that went with it."""
        self._look, self._asked = look, 0

    def again(self, kind: KqlType) -> None:
        """Begin a new binding, with what was shown so far."""
        self._asked, self.kind, self.missing, self.open = 0, kind, None, False

    def rows(self, node: Node) -> Texts | None:
        """The rows of a node; None where nobody may look."""
        if self._asked == len(self.shown) and self._look:
            self.shown.append(self._look(node))
        self._asked += 1
        return self.shown[self._asked - 1] if self._asked <= len(self.shown) else None

    def trusted(self) -> bool:
        """Take the missing column on trust; answers whether there is one that is not trusted yet."""
        if not self.open or self.missing is None or self.missing[0] in self.guesses:
            return False
        self.guesses[self.missing[0]] = self.missing[1]
        return len(self.guesses) <= self._most
