"""Names of rows, and secrets of which only the digest is kept. Imports no database."""

import hashlib
import re
import secrets
import time

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def new_id() -> str:
    """A new name of 26 characters: milliseconds since 1970, then 80 random bits; sorts by time (a ULID)."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_DIGITS[number >> shift & 31] for shift in range(125, -1, -5))


def is_id(text: str) -> bool:
    """Whether a text has the form of a name of ours."""
    return _ID.fullmatch(text) is not None


def new_secret() -> str:
    """A new secret of 256 bits for a session or token, in characters that need no quoting."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a secret: its SHA-256 in hexadecimal. They have 256 bits: no salt is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
