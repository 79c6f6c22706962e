"""A phone's keyed hash under each pepper, second factors, and the epoch that fences sign-ins"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phone_lookups",
        sa.Column("lookup", sa.LargeBinary, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("pepper_id", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("lookup", name="pk_phone_lookups"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_phone_lookups_user_id", ondelete="CASCADE"),
    )
    op.create_index("ix_phone_lookups_user_id", "phone_lookups", ["user_id"])
    op.execute(
        "INSERT INTO phone_lookups (lookup, user_id, pepper_id) SELECT phone_lookup, id, pepper_id FROM users"
    )
    op.drop_column("users", "phone_lookup")
    op.add_column("users", sa.Column("epoch", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("pepper_id", sa.SmallInteger, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_second_factors_user_id", ondelete="CASCADE"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "digest", name="pk_recovery_codes"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_recovery_codes_user_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
    op.drop_column("users", "epoch")
    op.add_column("users", sa.Column("phone_lookup", sa.LargeBinary))
    op.execute(
        "UPDATE users SET phone_lookup = p.lookup FROM phone_lookups p"
        " WHERE p.user_id = users.id AND p.pepper_id = users.pepper_id"
    )
    op.alter_column("users", "phone_lookup", nullable=False)
    op.create_unique_constraint("uq_users_phone_lookup", "users", ["phone_lookup"])
    op.drop_table("phone_lookups")
