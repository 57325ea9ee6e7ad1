"""The keys of the trail: files of the workspace's owner, outside the database.

``audit.key`` holds the secrets of the chain, the newest last; ``anchor.key`` signs the anchor, and ``anchor.pub`` is
all that is needed to check it: keep a copy of that one elsewhere.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from workbench.base.errors import LedgerError

CHAIN, SIGNING, PUBLIC = "audit.key", "anchor.key", "anchor.pub"
_LOST = "Restore it from a backup of the workspace; without it no record can be added or verified."


@dataclass(frozen=True)
class Ring:
    """Secrets of the chain by fingerprint, in the order in which they came."""

    keys: Mapping[str, bytes]

    @property
    def newest(self) -> str:
        """The fingerprint of the newest secret."""
        return list(self.keys)[-1]


def fingerprint(key: bytes) -> str:
    """What may be shown of a secret."""
    return hashlib.sha256(b"workbench audit key" + key).hexdigest()[:16]


def make_keys(folder: Path) -> None:
    """Make the keys of a new ledger; those that are there stay."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / CHAIN).exists():
        _write_ring(folder, (secrets.token_bytes(32),))
    if not (folder / SIGNING).exists():
        private = Ed25519PrivateKey.generate()
        _write(folder / SIGNING, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        _write(folder / PUBLIC, public, mode=0o644)


def read_ring(folder: Path) -> Ring:
    """The secrets of the chain.

    Raises:
        LedgerError: the file is missing, damaged, or readable by others.
    """
    try:
        held = [bytes.fromhex(each) for each in json.loads(_secret(folder / CHAIN))["keys"]]
    except (ValueError, KeyError, TypeError):
        raise LedgerError("The key file of the audit trail is damaged", where=CHAIN, next_step=_LOST) from None
    return Ring({fingerprint(key): key for key in held})


def add_key(folder: Path) -> Ring:
    """A ring with one more secret, which is the newest."""
    held = read_ring(folder)
    _write_ring(folder, (*held.keys.values(), secrets.token_bytes(32)))
    return read_ring(folder)


def read_signer(folder: Path) -> Ed25519PrivateKey:
    """The key that signs the anchor.

    Raises:
        LedgerError: the file is missing, damaged, or readable by others.
    """
    try:
        found = load_pem_private_key(_secret(folder / SIGNING), password=None)
    except ValueError:
        found = None
    if not isinstance(found, Ed25519PrivateKey):
        raise LedgerError("The signing key of the anchor is damaged", where=SIGNING, next_step=_LOST)
    return found


def read_public(path: Path) -> Ed25519PublicKey:
    """The key that checks the anchor: of the workspace, or a copy kept elsewhere.

    Raises:
        LedgerError: the file is missing or damaged.
    """
    try:
        found = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        found = None
    if not isinstance(found, Ed25519PublicKey):
        raise LedgerError("There is no public key of the anchor here", where=str(path), next_step="Name a copy of it.")
    return found


def prove_keys(folder: Path) -> None:
    """All keys of a ledger are there, its owner's only, and belong together, so that a service can start.

    Raises:
        LedgerError: one is not, or the public key is that of another signing key.
    """
    read_ring(folder)
    own = read_signer(folder).public_key()
    if read_public(folder / PUBLIC).public_bytes_raw() != own.public_bytes_raw():
        what = f"{PUBLIC} does not belong to {SIGNING}: what the one signs the other does not vouch for"
        raise LedgerError(what, where=str(folder), next_step="Restore both from a backup of the workspace.")


def is_signed(public: Ed25519PublicKey, signature: str, text: bytes) -> bool:
    """Whether a signature in hexadecimal is that of a text."""
    try:
        public.verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _secret(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise LedgerError(
            f"A key of the audit trail cannot be read: {error.strerror}", where=str(path), next_step=_LOST
        ) from None
    if mode & 0o077:
        raise LedgerError("Others may read a key of the audit trail", where=str(path), next_step=f"chmod 600 {path}")
    return content


def _write_ring(folder: Path, keys: tuple[bytes, ...]) -> None:
    _write(folder / CHAIN, json.dumps({"keys": [key.hex() for key in keys]}).encode())


def _write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """On the disk whole or not at all, and never readable by others for a moment."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
