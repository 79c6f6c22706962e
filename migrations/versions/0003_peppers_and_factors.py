"""A phone's keyed hash under each pepper, second factors, and the epoch that fences sign-ins"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


KEEP_BOTH = (
    """
    CREATE FUNCTION phone_lookup_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO phone_lookups (lookup, user_id, pepper_id)
        VALUES (NEW.phone_lookup, NEW.id, NEW.pepper_id) ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER phone_lookup_written AFTER INSERT OR UPDATE OF phone_lookup ON users
    FOR EACH ROW WHEN (NEW.phone_lookup IS NOT NULL) EXECUTE FUNCTION phone_lookup_written()
    """,
    """
    CREATE FUNCTION phone_lookups_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE users SET phone_lookup = NEW.lookup
        WHERE id = NEW.user_id AND pepper_id = NEW.pepper_id AND phone_lookup IS DISTINCT FROM NEW.lookup;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER phone_lookups_written AFTER INSERT ON phone_lookups
    FOR EACH ROW EXECUTE FUNCTION phone_lookups_written()
    """,
)


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
    # The code of before looks into this column and fills it: it stays until nobody runs that code, and both are told
    # of what the other has written.
    op.alter_column("users", "phone_lookup", nullable=True)
    for statement in KEEP_BOTH:
        op.execute(statement)
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
    op.execute("DROP TRIGGER phone_lookup_written ON users")
    op.execute("DROP TRIGGER phone_lookups_written ON phone_lookups")
    op.execute("DROP FUNCTION phone_lookup_written")
    op.execute("DROP FUNCTION phone_lookups_written")
    op.execute(
        "UPDATE users SET phone_lookup = p.lookup FROM phone_lookups p"
        " WHERE p.user_id = users.id AND p.pepper_id = users.pepper_id"
    )
    op.alter_column("users", "phone_lookup", nullable=False)
    op.drop_table("phone_lookups")
