"""The planted stories, one file each: attacks to be found, and what only looks like one."""

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.stories._tell import Place, Planted, Sent, Story, Tell
from workbench.base.discover import discover

__all__ = ["Place", "Planted", "Sent", "Story", "Tell", "planted"]


def planted(cast: Cast) -> list[Planted]:
    """All stories of a build, in the order of their files' names."""
    return [story.plant(Tell(cast, name, story.share)) for name, story in discover(__name__, Story).items()]
