"""Accounts of people and services."""

import unicodedata
from typing import ClassVar

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from workbench.ledger.models.row import Document, Kind, Row, word
from workbench.ledger.models.words import NAME_LENGTH, AccountKind


def folded_name(name: str) -> str:
    """A name as names are compared: without case, compatibility forms and outer space."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


class Account(Row):
    """One account. Its name is never given to another one, also not after it was removed: the audit names it."""

    __tablename__ = "accounts"
    kind: ClassVar[Kind] = Kind(
        "account",
        secret=frozenset({"password"}),
        fixed=frozenset({"name", "folded", "holder"}),
        derived={"folded": ("name", folded_name)},
        projected=False,
    )

    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    folded: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    """The name as names are compared; see ``folded_name``."""
    display: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    holder: Mapped[AccountKind] = mapped_column(word(AccountKind), default=AccountKind.PERSON)
    purpose: Mapped[str] = mapped_column(String(40), default="")
    """What a service account is for, one of ``base.access.Purpose``; empty for people."""
    password: Mapped[str | None] = mapped_column(String(256))
    """The Argon2 hash; null where nobody can log in with a password."""
    roles: Mapped[list[str]] = mapped_column(Document, default=list)
    """Names of ``base.access.Role``."""
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    must_change: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the password only serves to set another one."""
