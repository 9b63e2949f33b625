"""The first version: journal, projections, search, drafts and exchange."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "attachment_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.Column("caption", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(
        op.f("ix_attachment_projection_parent"), "attachment_projection", ["parent"], unique=False
    )
    op.create_table(
        "case_file_review_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("reader", sa.Text(), nullable=True),
        sa.Column("review_number", sa.Text(), nullable=True),
        sa.Column("frame", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("offence", sa.Text(), nullable=True),
        sa.Column("month", sa.Text(), nullable=True),
        sa.Column("repeat_force", sa.Text(), nullable=True),
        sa.Column("repeat_reviewer", sa.Text(), nullable=True),
        sa.Column("history_known", sa.Text(), nullable=True),
        sa.Column("attended", sa.Text(), nullable=True),
        sa.Column("attendance_minutes", sa.BigInteger(), nullable=True),
        sa.Column("scene_described", sa.Text(), nullable=True),
        sa.Column("injuries_photographed", sa.Text(), nullable=True),
        sa.Column("body_worn_video", sa.Text(), nullable=True),
        sa.Column("witnesses", sa.Text(), nullable=True),
        sa.Column("children_seen", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("risk_tool", sa.Text(), nullable=True),
        sa.Column("risk_answered", sa.BigInteger(), nullable=True),
        sa.Column("risk_complete", sa.Text(), nullable=True),
        sa.Column("risk_consistent", sa.Text(), nullable=True),
        sa.Column("initial_grade", sa.Text(), nullable=True),
        sa.Column("revised_grade", sa.Text(), nullable=True),
        sa.Column("revised_by", sa.Text(), nullable=True),
        sa.Column("supervisor_endorsed", sa.Text(), nullable=True),
        sa.Column("safety_measures", sa.Text(), nullable=True),
        sa.Column("arrested", sa.Text(), nullable=True),
        sa.Column("arrest_reasons", sa.Text(), nullable=True),
        sa.Column("disposal", sa.Text(), nullable=True),
        sa.Column("disposal_reasons", sa.Text(), nullable=True),
        sa.Column("referrals", sa.Text(), nullable=True),
        sa.Column("victim_informed", sa.Text(), nullable=True),
        sa.Column("offender_managed", sa.Text(), nullable=True),
        sa.Column("overall_grade", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(
        op.f("ix_case_file_review_projection_parent"), "case_file_review_projection", ["parent"], unique=False
    )
    op.create_table(
        "chain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("incarnation", sa.Text(), server_default="", nullable=False),
        sa.Column("clock", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("device", "incarnation"),
    )
    op.create_table(
        "conduct_matter_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("learned_at", sa.Text(), nullable=True),
        sa.Column("lead_told_at", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(
        op.f("ix_conduct_matter_projection_parent"), "conduct_matter_projection", ["parent"], unique=False
    )
    op.create_table(
        "contact_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=True),
        sa.Column("role_band", sa.Text(), nullable=True),
        sa.Column("service_band", sa.Text(), nullable=True),
        sa.Column("shift", sa.Text(), nullable=True),
        sa.Column("private", sa.Text(), nullable=True),
        sa.Column("minutes", sa.BigInteger(), nullable=True),
        sa.Column("told_use", sa.Text(), nullable=True),
        sa.Column("agreed_quote", sa.Text(), nullable=True),
        sa.Column("topics", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(op.f("ix_contact_projection_parent"), "contact_projection", ["parent"], unique=False)
    op.create_table(
        "document_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("dated", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("promised_by", sa.Text(), nullable=True),
        sa.Column("due", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(op.f("ix_document_projection_parent"), "document_projection", ["parent"], unique=False)
    op.create_table(
        "draft",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("begun", sa.Text(), server_default="", nullable=False),
        sa.Column("saved", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("record", "field", "device"),
    )
    op.create_table(
        "head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), server_default="", nullable=False),
        sa.Column("change", sa.Text(), server_default="", nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("clock", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        sa.Column("happened", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_head_record", "head", ["record", "field"], unique=False)
    op.create_table(
        "holding",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_table(
        "inspection_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("marking", sa.Text(), nullable=True),
        sa.Column("handling", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(
        op.f("ix_inspection_projection_parent"), "inspection_projection", ["parent"], unique=False
    )
    op.create_table(
        "interview_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("role_code", sa.Text(), nullable=True),
        sa.Column("attribution", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(op.f("ix_interview_projection_parent"), "interview_projection", ["parent"], unique=False)
    op.create_table(
        "known",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("holder", "scope"),
    )
    op.create_table(
        "matter_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("polarity", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("restricted", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(op.f("ix_matter_projection_parent"), "matter_projection", ["parent"], unique=False)
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "note_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("written_kind", sa.Text(), nullable=True),
        sa.Column("verbatim", sa.BigInteger(), nullable=True),
        sa.Column("flagged", sa.BigInteger(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(op.f("ix_note_projection_parent"), "note_projection", ["parent"], unique=False)
    op.create_table(
        "observation_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("where", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("certainty", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(
        op.f("ix_observation_projection_parent"), "observation_projection", ["parent"], unique=False
    )
    op.create_table(
        "partner_focus_group_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("chosen_by", sa.Text(), nullable=True),
        sa.Column("police_present", sa.Text(), nullable=True),
        sa.Column("present", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(
        op.f("ix_partner_focus_group_projection_parent"),
        "partner_focus_group_projection",
        ["parent"],
        unique=False,
    )
    op.create_table(
        "print_log_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("copy", sa.Text(), nullable=True),
        sa.Column("issued_to", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(op.f("ix_print_log_projection_parent"), "print_log_projection", ["parent"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("entry"),
    )
    op.create_table(
        "received",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("bundle", sa.Text(), server_default="", nullable=False),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("previous", sa.Text(), server_default="", nullable=False),
        sa.Column("created", sa.Text(), server_default="", nullable=False),
        sa.Column("received", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("parent", sa.Text(), server_default="", nullable=False),
        sa.Column("inspection", sa.Text(), server_default="", nullable=False),
        sa.Column("scope", sa.Text(), server_default="", nullable=False),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("created", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("happened", sa.Text(), server_default="", nullable=False),
        sa.Column("reconstructed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("withdrawn", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("conflicts", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_record_conflicts", "record", ["id"], unique=False, sqlite_where=sa.text("conflicts > 0")
    )
    op.create_index("ix_record_kind", "record", ["kind"], unique=False)
    op.create_index("ix_record_parent", "record", ["parent", "kind"], unique=False)
    op.create_table(
        "record_key",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record", "commitment"),
    )
    op.create_table(
        "roster",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "safeguarding_concern_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("noticed_at", sa.Text(), nullable=True),
        sa.Column("raised_at", sa.Text(), nullable=True),
        sa.Column("minutes_to_raise", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(
        op.f("ix_safeguarding_concern_projection_parent"),
        "safeguarding_concern_projection",
        ["parent"],
        unique=False,
    )
    op.create_table(
        "sent",
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created", sa.Text(), server_default="", nullable=False),
        sa.Column("devices", sa.Text(), server_default="", nullable=False),
        sa.Column("entries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("bundle"),
        sa.UniqueConstraint("sequence"),
    )
    op.create_table(
        "staff_focus_group_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("chosen_by", sa.Text(), nullable=True),
        sa.Column("supervisor_present", sa.Text(), nullable=True),
        sa.Column("present", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(
        op.f("ix_staff_focus_group_projection_parent"),
        "staff_focus_group_projection",
        ["parent"],
        unique=False,
    )
    op.create_table(
        "test_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("seconds", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(op.f("ix_test_projection_parent"), "test_projection", ["parent"], unique=False)
    op.create_table(
        "victim_focus_group_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("held_on", sa.Text(), nullable=True),
        sa.Column("setting_type", sa.Text(), nullable=True),
        sa.Column("support_worker", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("present", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(
        op.f("ix_victim_focus_group_projection_parent"),
        "victim_focus_group_projection",
        ["parent"],
        unique=False,
    )
    op.create_table(
        "victim_interview_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("held_on", sa.Text(), nullable=True),
        sa.Column("setting_type", sa.Text(), nullable=True),
        sa.Column("support_worker", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("takes_part", sa.Text(), nullable=True),
        sa.Column("anonymous_quote", sa.Text(), nullable=True),
        sa.Column("satisfaction", sa.Text(), nullable=True),
        sa.Column("safety", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(
        op.f("ix_victim_interview_projection_parent"), "victim_interview_projection", ["parent"], unique=False
    )
    op.create_table(
        "visit_projection",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=True),
        sa.Column("force", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.Column("time_at_door", sa.Text(), nullable=True),
        sa.Column("time_admitted", sa.Text(), nullable=True),
        sa.Column("forewarned", sa.Text(), nullable=True),
        sa.Column("delay_minutes", sa.BigInteger(), nullable=True),
        sa.Column("time_out", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index(op.f("ix_visit_projection_parent"), "visit_projection", ["parent"], unique=False)
    op.create_table(
        "entry",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("chain", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("clock", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), server_default="", nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chain"],
            ["chain.id"],
        ),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_entry_place", "entry", ["chain", "sequence"], unique=False)
    op.create_index(op.f("ix_entry_record"), "entry", ["record"], unique=False)
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5("
        "value, content='head', content_rowid='id', tokenize=\"unicode61 remove_diacritics 2\")"
    )
    op.execute("INSERT INTO search(search, rank) VALUES ('secure-delete', 1)")
