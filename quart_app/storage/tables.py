"""The tables, as SQLAlchemy Core. Defaults are the server's: ``databases`` ignores Python-side ones."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

users: Final = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("phone_lookup", LargeBinary, unique=True),
    Column("phone_sealed", LargeBinary, nullable=False),
    Column("phone_tail", Text, nullable=False),
    Column("pepper_id", SmallInteger, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("epoch", Integer, nullable=False, server_default=text("0")),
    Column("admin", Boolean, nullable=False, server_default=text("false")),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    Column("proven_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("last_seen_at", DateTime(timezone=True)),
)
"""People who log in here. The phone stands as a sealed value and its last two digits, and in ``phone_lookups``.

``phone_lookup`` is for the code of before revision 0003, kept true by triggers until the version after next drops it.

``epoch`` counts up whenever all sign-ins of the account end: one that was under way meanwhile comes to nothing.
"""

phone_lookups: Final = Table(
    "phone_lookups",
    metadata,
    Column("lookup", LargeBinary, primary_key=True),
    Column("user_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("pepper_id", SmallInteger, nullable=False),
)
"""A phone's keyed hash under each pepper that was in force when it was written: two during a rotation, so that no
worker, whichever pepper it knows, can register the phone a second time.
"""

second_factors: Final = Table(
    "second_factors",
    metadata,
    Column("user_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("pepper_id", SmallInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False, server_default=text("0")),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
"""The secret of an authenticator app; asked for once ``confirmed_at`` is set. ``last_step``: of the last code taken."""

recovery_codes: Final = Table(
    "recovery_codes",
    metadata,
    Column("user_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
)
"""What is left of them, hashed; each works once."""

invites: Final = Table(
    "invites",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("used_by", Uuid, ForeignKey("users.id", ondelete="SET NULL")),
)
"""Invitations, each for one registration; only a digest of what was handed out."""

audit: Final = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
    Column("act", Text, nullable=False),
    Column("user_id", Uuid, ForeignKey("users.id", ondelete="CASCADE")),
    Column("detail", Text, nullable=False, server_default=text("'{}'")),
    Index("ix_audit_user_id", "user_id", "at"),
)
"""Who did what when; ``detail`` is a JSON object of a few words and numbers. Gone with the account."""

policies: Final = Table(
    "policies",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
"""What administrators have set in place of a setting of the environment."""
