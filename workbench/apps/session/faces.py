"""Entities as an analyst names them: `wb.Url("hxxps://…").clicks()`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.analysis.entities import Entity, Kind, kind_named, normal
from workbench.apps.session.current import current
from workbench.base.errors import UnknownName

if TYPE_CHECKING:
    from workbench.apps.session.workbench import Workbench


@dataclass(frozen=True)
class Face:
    """A kind of entity. Call it with a value, which may be defanged; the workbench opened last is asked."""

    kind: Kind

    def __call__(self, value: str, workbench: "Workbench | None" = None) -> Entity:
        """The entity of a value, within the window of ``workbench``, else of the one opened last.

        Raises:
            BadInput: the value is none of that kind; the error says why, and of which kind it looks to be.
            NotFound: no workbench is open.
        """
        return (workbench or current()).entity(self.kind.name, value)

    @property
    def __doc__(self) -> str:  # type: ignore[override]  # help() of a kind
        """What a kind is given, what its pivots give, and an example."""
        kind = self.kind
        pivots = "\n".join(f"    {pivot.name}()  {pivot.title}" for pivot in kind.pivots)
        example = f">>> wb.{kind.face}({kind.sample!r}, w).value\n    {normal(kind, kind.sample)!r}"
        return f"{kind.title}, given {kind.example}.\n\nPivots:\n{pivots}\n\nExample:\n    {example}\n"

    def __repr__(self) -> str:
        pivots = ", ".join(self.kind.by_name)
        return f"<wb.{self.kind.face}: {self.kind.title}, given {self.kind.example}; pivots {pivots}>"


def __getattr__(name: str) -> Face:
    try:
        return Face(kind_named(name))
    except UnknownName as error:
        raise AttributeError(str(error)) from None
