"""The tables: journal, projections, drafts, search and exchange, in that order.

Everything under "projections" can be deleted and computed again from the journal. No projection leans on
arrival order, local time or a row number; `head.id` only ties a head to its search row.
"""

from typing import Final

import sqlalchemy as sa

from fieldinspect.store.columns import COUNTED, PLAIN, sealed_bytes, sealed_text

metadata = sa.MetaData()


def _table(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *columns)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, PLAIN, nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


# Journal: what was signed, and the keys that open it.

meta = _table(
    "meta",
    sa.Column("name", PLAIN, primary_key=True),
    sa.Column("value", sealed_bytes("meta.value", "name"), nullable=False),
)

chain = _table(
    "chain",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    _text("device"),
    _text("incarnation"),
    _count("clock"),  # of its latest entry: opening a vault must not look through the whole journal
    sa.UniqueConstraint("device", "incarnation"),
)

entry = _table(
    "entry",
    sa.Column(
        "position", COUNTED, primary_key=True, autoincrement=False
    ),  # grows with arrival; anew when a body or key comes late
    sa.Column("id", PLAIN, nullable=False, unique=True),
    sa.Column("chain", sa.ForeignKey("chain.id"), nullable=False),
    _count("sequence"),
    _count("clock"),
    sa.Column("record", PLAIN, nullable=False, index=True),
    _text("scope"),
    sa.Column("header", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sa.Column("sealed", sa.LargeBinary),
    sa.Index("ix_entry_place", "chain", "sequence"),
    sa.Index("ix_entry_clock", "clock"),
)

record_key = _table(
    "record_key",
    sa.Column("record", PLAIN, primary_key=True),
    sa.Column("commitment", sa.LargeBinary, primary_key=True),
    sa.Column("key", sealed_bytes("record_key.key", "record", "commitment"), nullable=False),
)

holding = _table("holding", sa.Column("record", PLAIN, primary_key=True), _text("scope"))
"""The scope in which each record is held: its founder's; "" while nobody may have it."""

roster = _table(
    "roster",
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("raw", sealed_bytes("roster.raw", "version"), nullable=False),
)

# Projections.

erased = _table(
    "erased",
    sa.Column("record", PLAIN, primary_key=True),
    _text("request"),  # record id
    _text("confirmation"),  # entry id
    _count("clock"),  # of the confirmation: what was written after it does not count
    sa.Index("ix_erased_request", "request"),
)
"""Records that an accepted request and confirmation name; but for kinds that are never erased."""

removed = _table(
    "removed",
    sa.Column("record", PLAIN, primary_key=True),
    _text("act"),  # the record of kind `working_copy` in which this device said so
)
"""Records whose working copy this device removed: their bodies are not here, and that is no damage."""

quarantine = _table("quarantine", sa.Column("entry", PLAIN, primary_key=True), _text("reason"))

named_force = _table(
    "named_force",
    sa.Column("record", PLAIN, primary_key=True),
    sa.Column("force", PLAIN, primary_key=True),
)
"""The forces that a record names itself, as conflicts of interest are judged by (journal/forces)."""

hanging = _table("hanging", sa.Column("record", PLAIN, primary_key=True), _text("parent"))
"""Where a record hangs, when `record` does not say so: what was written in conflict of interest shows nothing."""

record = _table(
    "record",
    sa.Column("id", PLAIN, primary_key=True),
    _text("kind"),
    _text("parent"),
    _text("inspection"),
    _text("scope"),
    _text("author"),
    _text("device"),
    _count("created"),
    _text("happened"),
    _count("reconstructed"),
    _count("withdrawn"),
    _count("conflicts"),
    sa.Index("ix_record_parent", "parent", "kind", "withdrawn"),
    sa.Index("ix_record_kind", "kind"),
    sa.Index(
        "ix_record_conflicts",
        "id",
        sqlite_where=sa.text("conflicts > 0"),
        postgresql_where=sa.text("conflicts > 0"),
    ),
)

MARKED_FIELDS: Final = frozenset({"handed_in", "returned"})
"""The fields by which records are looked for."""
MARKED: Final = "field IN ('handed_in', 'returned')"
"""Their index; a query must say this word for word for it to serve."""

_HEAD: Final = ("record", "field", "change")
"""What tells one head from another."""

head = _table(
    "head",
    sa.Column("id", COUNTED, primary_key=True, autoincrement=False),
    sa.Column("record", PLAIN, nullable=False),
    _text("field"),
    _text("change"),
    sa.Column("value", sealed_text("head.value", *_HEAD)),
    _count("clock"),
    _text("author"),
    _text("happened"),
    sa.Column("reason", sealed_text("head.reason", *_HEAD), nullable=False, server_default=""),
    sa.Index("ix_head_record", "record", "field"),
    sa.Index(
        "ix_head_marked", "field", "record", sqlite_where=sa.text(MARKED), postgresql_where=sa.text(MARKED)
    ),
)

# Search: an index over head.value. The migration creates it; SQLAlchemy knows no virtual tables.
SEARCH: Final = (
    "CREATE VIRTUAL TABLE search USING fts5("
    "value, content='head', content_rowid='id', tokenize=\"unicode61 remove_diacritics 2\")",
    "INSERT INTO search(search, rank) VALUES ('secure-delete', 1)",
)

# Drafts: not journal, not projection.

draft = _table(
    "draft",
    sa.Column("record", PLAIN, primary_key=True),
    sa.Column("field", PLAIN, primary_key=True),
    sa.Column("device", PLAIN, primary_key=True),
    _text("about"),
    _text("kind"),
    sa.Column(
        "value", sealed_text("draft.value", "record", "field", "device"), nullable=False, server_default=""
    ),
    _text("begun"),
    _text("saved"),
)

# Not journal, not projection: attachments whose files must still go once a transaction has been committed. The name
# "" asks for the write-ahead log to be emptied.

doomed = _table("doomed", sa.Column("digest", PLAIN, primary_key=True))

# Exchange: what was received, what was sealed, and up to which position each device was sent each scope
# ("" is anybody).

received = _table(
    "received",
    sa.Column("digest", PLAIN, primary_key=True),
    _text("bundle"),
    _text("device"),
    _count("sequence"),
    _text("previous"),
    _text("created"),
    _text("received"),
    _count("entries"),
    sa.Column(
        "talks", sa.BigInteger, nullable=False, server_default="1"
    ),  # more than receipts: to be receipted
)

sent = _table(
    "sent",
    sa.Column("bundle", PLAIN, primary_key=True),
    sa.Column("sequence", sa.Integer, nullable=False, unique=True),
    _text("created"),
    _text("devices"),
    _count("entries"),
    _text("digest"),
    _count("position"),
    _text("scopes"),  # JSON: by scope, the position after which the bundle begins; "" in vaults before 0002
    _text("withheld"),  # JSON: records that it left out with all below them, though their scope was in it
    _text("regained"),  # JSON: records that it brought from the first on, after they had been withheld
)

known = _table(
    "known",
    sa.Column("holder", PLAIN, primary_key=True),
    sa.Column("scope", PLAIN, primary_key=True),  # "" for what went without its body
    _count("position"),
)

owed = _table(
    "owed",
    sa.Column("holder", PLAIN, primary_key=True),
    sa.Column("scope", PLAIN, primary_key=True),
    sa.Column("root", PLAIN, primary_key=True),
    _count("since"),
    _count("until"),
)
"""What a holder was not sent of a scope: `root` and all below it, after `since` and up to `until` (entitlement)."""

# Depots: where bundles are taken to and fetched from, what waits to go, and what was found there.

destination = _table(
    "destination",
    sa.Column("id", PLAIN, primary_key=True),
    sa.Column("name", PLAIN, nullable=False, unique=True),
    sa.Column(
        "said", sealed_text("destination.said", "id"), nullable=False, server_default=""
    ),  # JSON: domain.depots.Destination; its credentials are a secret in `meta`
)

queued = _table(
    "queued",
    sa.Column("bundle", PLAIN, primary_key=True),
    sa.Column("destination", PLAIN, nullable=False),
    _text("name"),
    _count("size"),
    _text("queued"),
    _text("state"),
    _count("attempts"),
    _text("next_try"),
    _text("reason"),
    _text("sent"),
    sa.Index("ix_queued_destination", "destination"),
)

fetched = _table(
    "fetched",
    sa.Column("destination", PLAIN, primary_key=True),
    sa.Column("name", PLAIN, primary_key=True),
    _text("fetched"),
    _text("at"),
)
