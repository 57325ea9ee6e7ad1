"""Fold spellings of open vocabularies together: ``Junk folder``, ``junkfolder`` and ``Junk-Folder`` are one value."""

import re

_FILLER = re.compile(r"[\s/\-_.]+")


def fold(value: str) -> str:
    """Lower case without blanks, slashes, hyphens, underscores and dots: the key by which filters compare values."""
    return _FILLER.sub("", value).casefold()
