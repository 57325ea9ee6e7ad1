"""Hashes of passwords (Argon2id), one-time passwords, and work that does not tell who exists."""

import secrets
import threading
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from workbench.base.errors import BadInput

SHORTEST = 12
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_AT_ONCE = 2
"""How many hashes are worked out at the same time: each takes 64 MiB."""


@dataclass
class Passwords:
    """Hashes and compares passwords."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_AT_ONCE), init=False)
    _nobody: str = field(default="", init=False)

    def hash(self, password: str) -> str:
        """What is kept of a password.

        Raises:
            BadInput: it is too short.
        """
        if len(password) < SHORTEST:
            raise BadInput(f"A password has at least {SHORTEST} characters", next_step="Take a longer one.")
        with self._turn:
            return self.hasher.hash(password.encode("utf-8", "surrogatepass"))

    def fits(self, held: str | None, password: str) -> bool:
        """Whether a password is the one; as much work where there is none to compare with."""
        if held is None:
            self._compare(self._dummy(), password)
            return False
        return self._compare(held, password)

    def _compare(self, held: str, password: str) -> bool:
        try:
            with self._turn:
                return self.hasher.verify(held, password.encode("utf-8", "surrogatepass"))
        except (Argon2Error, InvalidHashError):
            return False

    def _dummy(self) -> str:
        if not self._nobody:
            self._nobody = self.hash(secrets.token_urlsafe(32))
        return self._nobody


def one_time() -> str:
    """A password to be changed at the first log-in: 79 bits, in letters that are not taken for one another."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
