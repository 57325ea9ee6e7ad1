"""Secrets and paths of this machine taken out of what is kept of a run.

Secrets that the caller knows are found as they are and in the forms that programs print them in; what looks like a
token by its shape is taken out as well. An evidence that carries such a token, a link for instance, loses it too.
"""

import base64
import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from workbench.base.config import Workspace
from workbench.base.render import unescaped

SECRET = "⟦secret⟧"  # noqa: S105  what stands in its place
SHORTEST = 4
"""Characters of a known secret that is looked for; shorter ones would take words apart."""

MOST_DEPTH = 60
"""Lists and mappings within each other that are kept."""

_SHAPES = {
    r"\bgh[pousr]_[A-Za-z0-9]{36,}": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    r"\bgithub_pat_\w{22,}": ("github_pat_",),
    r"\bglpat-[\w-]{20,}": ("glpat-",),
    r"\bAKIA[0-9A-Z]{16}\b": ("akia",),
    r"\bxox[abprs]-[\w-]{10,}": ("xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-"),
    r"\bsk-[A-Za-z0-9_-]{20,}": ("sk-",),
    r"\bAIza[\w-]{35}": ("aiza",),
    r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}": ("eyj",),
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)": (
        "private key-----",
    ),
    r"(?i:(?<=authorization: basic )|(?<=\bbearer ))[\w.~+/-]{8,}=*": ("basic ", "bearer "),
    r"(?i:(?<=accountkey=)|(?<=sharedaccesskey=))[A-Za-z0-9+/]{20,}=*": ("accountkey=", "accesskey="),
    r"(?i:(?<=\bpostgresql://)|(?<=\bpostgres://)|(?<=\bmysql://)|(?<=\bmongodb://)|(?<=\bamqp://)|(?<=\bredis://))"
    r"[^\s:@/]*:[^\s@/]+(?=@)": ("postgresql://", "postgres://", "mysql://", "mongodb://", "amqp://", "redis://"),
}
"""Tokens of GitHub, GitLab, AWS, Slack, OpenAI-like services and Google; signed web tokens, private keys, headers,
connection strings. The forms are those their makers publish; a text is searched for one if it has one of its words."""

_WORDS = tuple((word, re.compile(shape)) for shape, words in _SHAPES.items() for word in words)
_SHORTEST_SHAPE = 12
"""Characters that what looks like a secret has at least, with the word it is known by."""


@dataclass(frozen=True)
class Scrub:
    """What to take out: secrets in their forms, the longest first, and paths with a name for each."""

    secrets: tuple[str, ...]
    places: Mapping[str, str]
    paths: re.Pattern[str]

    def text(self, value: str) -> str:
        """A text without them; escape sequences go too where one hides between them."""
        if "\x1b" in value:
            bare = unescaped(value)
            clean = self._taken_out(bare)
            return clean if clean != bare else self._taken_out(value)
        return self._taken_out(value)

    def whole(self, value: Any, depth: int = MOST_DEPTH) -> Any:
        """A JSON value in which no text, be it a name, holds one; what lies deeper than ``depth`` is cut."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            inner = value.items() if depth else ()
            return {self.text(str(name)): self.whole(each, depth - 1) for name, each in inner}
        if isinstance(value, list | tuple):
            return [self.whole(each, depth - 1) for each in value] if depth else ["…"] * bool(value)
        return value

    def _taken_out(self, value: str) -> str:
        for secret in self.secrets:
            value = value.replace(secret, SECRET)
        lowered = value.lower() if len(value) >= _SHORTEST_SHAPE else ""
        for word, pattern in _WORDS:
            if word in lowered:
                value = pattern.sub(SECRET, value)
        return self.paths.sub(lambda hit: self.places[hit[0]], value) if self.places and "/" in value else value


def scrub(secrets: Iterable[str] = (), places: Mapping[str, str] | None = None) -> Scrub:
    """Take out these secrets, what looks like one, and paths, for which the names stand that they are given."""
    forms = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
    longest = sorted(places or {}, key=len, reverse=True)
    paths = re.compile(rf"(?:{'|'.join(map(re.escape, longest))})(?![\w-])")
    return Scrub(tuple(sorted(forms, key=len, reverse=True)), dict(places or {}), paths)


def places(workspace: Workspace, folder: Path) -> Mapping[str, str]:
    """Paths of this machine that outputs may name, and what is said instead."""
    product = Path(__file__).parents[3]
    found = {product: "$PRODUCT", Path(sys.prefix): "$PYTHON", folder: "$SCRATCH", workspace.home: "$WORKBENCH_HOME"}
    return {str(path): name for path, name in found.items() if len(path.parts) > 2 or path == workspace.home}


def own(workspace: Workspace) -> tuple[str, ...]:
    """Secrets that the workspace itself names: the password of its ledger."""
    name = workspace.settings.ledger_password_file
    try:
        return ((workspace.home / name).read_text("utf-8").strip(),) if name else ()
    except (OSError, ValueError):
        return ()


def _forms(secret: str) -> set[str]:
    """A secret as it is, and as it stands in JSON, code, addresses, markup and headers."""
    raw = secret.encode("utf-8", "surrogatepass")
    coded = {base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("=")}
    quoted = {json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(raw, safe=""), quote_plus(raw), escape(secret)}
    return {secret, *(form for form in (*coded, *quoted) if len(form) >= SHORTEST)}
