"""Which force a record is of, and what was held back from whom."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "named_force",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("force", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "force"),
    )
    op.create_table(
        "hanging",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_table(
        "owed",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("until", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("holder", "scope", "root"),
    )
    op.add_column("sent", sa.Column("withheld", sa.Text(), server_default="", nullable=False))
    op.add_column("sent", sa.Column("regained", sa.Text(), server_default="", nullable=False))
    # Nobody was conflicted in the eyes of any program before this one: what is shown is what was said.
    op.execute(
        "INSERT INTO named_force (record, force) SELECT DISTINCT record, value FROM head "
        "WHERE field = 'force' AND value <> ''"
    )
