"""Sessions of browsers and tokens of programs: of a secret only the SHA-256 is kept."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workbench.ledger.models.row import Document, Instant, Kind, Row, word
from workbench.ledger.models.words import NAME_LENGTH, TokenPurpose

_FIXED = frozenset({"account_id", "digest", "address", "purpose", "name", "activities"})


class LoginSession(Row):
    """One log-in of a browser."""

    __tablename__ = "sessions"
    kind: ClassVar[Kind] = Kind(
        "session", secret=frozenset({"digest"}), fixed=_FIXED, beats=frozenset({"last_used_at"}), projected=False
    )

    account_id: Mapped[str] = mapped_column(String(26), ForeignKey("accounts.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(64), default="")
    """Where the log-in came from."""
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Token(Row):
    """One token of a program: the command line, a kernel, a worker."""

    __tablename__ = "tokens"
    kind: ClassVar[Kind] = Kind(
        "token", secret=frozenset({"digest"}), fixed=_FIXED, beats=frozenset({"last_used_at"}), projected=False
    )

    account_id: Mapped[str] = mapped_column(String(26), ForeignKey("accounts.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    purpose: Mapped[TokenPurpose] = mapped_column(word(TokenPurpose))
    activities: Mapped[list[str]] = mapped_column(Document, default=list)
    """Names of ``base.access.Activity``, and nothing else; none for all that its purpose and account allow."""
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
