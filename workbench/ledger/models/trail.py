"""The audit trail: what was done by whom, chained by keyed digests. Triggers refuse to change or remove records."""

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workbench.ledger.models.row import Base
from workbench.ledger.models.words import NAME_LENGTH


class AuditRecord(Base):
    """One record. All but the numbers are text, so that what the digest is made of is what is stored."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_object_kind_object_id", "object_kind", "object_id"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """From 1, without gaps."""
    ts: Mapped[str] = mapped_column(String(27))
    """When, in UTC with microseconds: ``2026-09-18T12:00:00.000000Z``."""
    actor: Mapped[str] = mapped_column(String(NAME_LENGTH))
    actor_kind: Mapped[str] = mapped_column(String(16))
    roles: Mapped[str] = mapped_column(Text)
    """Roles at the time, as a JSON list."""
    session: Mapped[str] = mapped_column(String(64))
    """Id of the session or token, never its secret."""
    address: Mapped[str] = mapped_column(String(64))
    verb: Mapped[str] = mapped_column(String(64))
    object_kind: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[str] = mapped_column(String(500))
    before: Mapped[str] = mapped_column(Text)
    """Changed columns as they were, as a JSON object; empty where nothing was."""
    after: Mapped[str] = mapped_column(Text)
    """Changed columns as they are, as a JSON object; empty where nothing is."""
    reason: Mapped[str] = mapped_column(Text)
    request: Mapped[str] = mapped_column(String(64))
    prev_mac: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


class ChainHead(Base):
    """One row: the newest record's number and digest. It serialises writers, and shows a tail that was cut."""

    __tablename__ = "chain"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(16))
    """Fingerprint of the key that the next record is digested with."""
