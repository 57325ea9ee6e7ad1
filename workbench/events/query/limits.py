"""How much a question may take."""

from dataclasses import dataclass

MOST_ROWS = 2**32 - 2
"""As many as the engine can count, less one; whoever asks for more gets all that there are."""


@dataclass(frozen=True)
class Limits:
    """What a question may give and take.

    ``rows`` cuts the result, which says so. ``seconds`` and ``memory_mb`` (beyond what an idle process holds) end the
    question; with either, it runs in a child process that can be killed.
    """

    rows: int = 100_000
    seconds: float | None = None
    memory_mb: int | None = None

    @property
    def apart(self) -> bool:
        """Whether the question runs in a process of its own, because it may have to be killed."""
        return self.seconds is not None or self.memory_mb is not None


def as_options(text: str) -> str:
    """Advice that names Python arguments, in the words of the command line and of ``%%kql``."""
    for name, option in (("rows", "--rows"), ("seconds", "--seconds"), ("memory_mb", "--memory")):
        text = text.replace(f"Limits({name}=...)", option)
    return text
