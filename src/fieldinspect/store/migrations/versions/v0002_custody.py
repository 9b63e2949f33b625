"""Erasures, removed working copies, and what is needed to ask for receipts and to give them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "erased",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), server_default="", nullable=False),
        sa.Column("confirmation", sa.Text(), server_default="", nullable=False),
        sa.Column("clock", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index("ix_erased_request", "erased", ["request"], unique=False)
    op.create_table(
        "removed",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_table(
        "doomed", sa.Column("digest", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("digest")
    )
    op.add_column("received", sa.Column("entries", sa.BigInteger(), server_default="0", nullable=False))
    # Nobody knows any more what an earlier bundle brought: one receipt too many does no harm.
    op.add_column("received", sa.Column("talks", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("sent", sa.Column("position", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("sent", sa.Column("scopes", sa.Text(), server_default="", nullable=False))
    op.drop_index("ix_record_parent", table_name="record")
    op.create_index("ix_record_parent", "record", ["parent", "kind", "withdrawn"], unique=False)
    op.create_index("ix_entry_clock", "entry", ["clock"], unique=False)
    op.create_index(
        "ix_head_marked",
        "head",
        ["field", "record"],
        unique=False,
        sqlite_where=sa.text("field IN ('handed_in', 'returned')"),
    )
