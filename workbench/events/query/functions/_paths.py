"""Paths into JSON as functions take them: ``$.key['other key'][0]``."""

import re

_STEP = re.compile(r"""\.(?P<key>[^.\[\]'"]+)|\[(?P<place>-?\d+)\]|\[(?P<mark>['"])(?P<quoted>.*?)(?P=mark)\]""")


def steps(path: str) -> tuple[str | int, ...] | None:
    """The keys and positions of a path from the root; None for what is no such path."""
    at = 1 if path.startswith("$") else 0
    found: list[str | int] = []
    while at and at < len(path):
        hit = _STEP.match(path, at)
        if hit is None:
            return None
        found.append(int(hit["place"]) if hit["place"] else hit["key"] or hit["quoted"] or "")
        at = hit.end()
    return tuple(found) or None
