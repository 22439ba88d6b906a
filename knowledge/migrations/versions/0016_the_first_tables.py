"""every table as it stood when the migrations before it were put together

A database of this revision has them all; one that is older is refused by the store.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("OPEN", "CLOSED", name="callstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_call_state"), "call", ["state"], unique=False)
    op.create_table(
        "case_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("published", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_source")),
    )
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PRESENT", "ARCHIVED", "GONE", name="channelstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("speaks", sa.Boolean(), nullable=True),
        sa.Column("uses", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    op.create_index(
        "uq_channel_identity", "channel", ["platform", "workspace", "channel"], unique=True
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "INTRODUCTION", "PAIRING", name="conversationkind", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "OPENING", "OPEN", "CLOSED", name="conversationstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("bridged", sa.Boolean(), nullable=False),
        sa.Column("heard", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_conversation_state"), "conversation", ["state"], unique=False)
    op.create_index(op.f("ix_conversation_subject"), "conversation", ["subject"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "WAITING",
                "HELD",
                "SENT",
                "DEAD",
                name="deliverystate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "POST",
                "UPDATE",
                "DELETE",
                "OPEN",
                name="deliverykind",
                native_enum=False,
                length=32,
            ),
            server_default=sa.text("'POST'"),
            nullable=False,
        ),
        sa.Column("target", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("about", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("message", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("unsolicited", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delivery_about"), "delivery", ["about"], unique=False)
    op.create_index(op.f("ix_delivery_account_key"), "delivery", ["account_key"], unique=False)
    op.create_index("ix_delivery_due", "delivery", ["state", "due_at"], unique=False)
    op.create_index(
        "ix_delivery_line",
        "delivery",
        ["state", "platform", "workspace", "channel", "id"],
        unique=False,
    )
    op.create_index("ix_delivery_message", "delivery", ["platform", "message"], unique=False)
    op.create_table(
        "home",
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_key", name=op.f("pk_home")),
    )
    op.create_index(op.f("ix_home_opened_at"), "home", ["opened_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("RECEIVED", "DONE", name="inboxstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("platform", "event_id", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_standing", "inbox", ["state", "received_at"], unique=False)
    op.create_table(
        "library_change",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_library_change")),
    )
    op.create_table(
        "member",
        sa.Column(
            "level",
            sa.Enum(
                "city", "metro", "state", "national", name="level", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column(
            "population_band",
            sa.Enum(
                "under-100k",
                "100k-500k",
                "500k-2m",
                "over-2m",
                name="populationband",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "legal_basis",
            sa.Enum(
                "statute",
                "agreement",
                "open-data",
                "consent",
                "none",
                name="legalbasis",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "staff_band",
            sa.Enum("1-4", "5-19", "20-99", "100+", name="staffband", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column(
            "data_source",
            sa.Enum(
                "administrative",
                "survey",
                "sensor",
                "mobile",
                "commercial",
                "citizen",
                "open",
                name="datasource",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "INVITED",
                "UNVERIFIED",
                "ACTIVE",
                "PAUSED",
                "LEFT",
                name="memberstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "community",
            sa.Enum("CITY", "NATIONAL", "PARTNER", name="community", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("hours_from", sa.Integer(), nullable=False),
        sa.Column("hours_until", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("contact_line", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("steward", sa.Boolean(), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("key", name=op.f("uq_member_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "never_together",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("one", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_never_together")),
    )
    op.create_index("uq_never_together_pair", "never_together", ["one", "other"], unique=True)
    op.create_table(
        "news_off",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_news_off")),
    )
    op.create_table(
        "news_pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_pass")),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timetable", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("chatham_house", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("name", name=op.f("uq_programme_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "vector",
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", "text_hash", name=op.f("pk_vector")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_account_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_member_id"), "account", ["member_id"], unique=False)
    op.create_index(
        "uq_account_identity", "account", ["platform", "workspace", "user_id"], unique=True
    )
    op.create_table(
        "assistant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ASKED",
                "AGREED",
                "DECLINED",
                "ENDED",
                name="assistantstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_assistant_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistant")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assistant_account_key"), "assistant", ["account_key"], unique=False)
    op.create_index(op.f("ix_assistant_member_id"), "assistant", ["member_id"], unique=False)
    op.create_index("uq_assistant_account", "assistant", ["member_id", "account_key"], unique=True)
    op.create_table(
        "avoid",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_avoid_member_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["member.id"], name=op.f("fk_avoid_other_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_avoid")),
    )
    op.create_index(op.f("ix_avoid_member_id"), "avoid", ["member_id"], unique=False)
    op.create_index(op.f("ix_avoid_other_id"), "avoid", ["other_id"], unique=False)
    op.create_index("uq_avoid_pair", "avoid", ["member_id", "other_id"], unique=True)
    op.create_table(
        "case_snippet",
        sa.Column(
            "level",
            sa.Enum(
                "city", "metro", "state", "national", name="level", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column(
            "population_band",
            sa.Enum(
                "under-100k",
                "100k-500k",
                "500k-2m",
                "over-2m",
                name="populationband",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "legal_basis",
            sa.Enum(
                "statute",
                "agreement",
                "open-data",
                "consent",
                "none",
                name="legalbasis",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "staff_band",
            sa.Enum("1-4", "5-19", "20-99", "100+", name="staffband", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column(
            "data_source",
            sa.Enum(
                "administrative",
                "survey",
                "sensor",
                "mobile",
                "commercial",
                "citizen",
                "open",
                name="datasource",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column(
            "community",
            sa.Enum("CITY", "NATIONAL", "PARTNER", name="community", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "REJECTED",
                "RETIRED",
                name="casestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "whose_words",
            sa.Enum("own", "agreed", "summarised", name="whosewords", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["member.id"],
            name=op.f("fk_case_snippet_author_id_member"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["case_source.id"],
            name=op.f("fk_case_snippet_source_id_case_source"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_snippet")),
        sa.UniqueConstraint("key", name=op.f("uq_case_snippet_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_snippet_author_id"), "case_snippet", ["author_id"], unique=False)
    op.create_index(
        op.f("ix_case_snippet_content_hash"), "case_snippet", ["content_hash"], unique=False
    )
    op.create_index(op.f("ix_case_snippet_source_id"), "case_snippet", ["source_id"], unique=False)
    op.create_index(op.f("ix_case_snippet_state"), "case_snippet", ["state"], unique=False)
    op.create_table(
        "claim_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("makes_steward", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_claim_code_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_claim_code_digest")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "be_expert",
                "be_asked",
                "be_paired",
                "be_named",
                "be_quoted",
                name="purpose",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_consent_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_member_id"), "consent", ["member_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "INTRODUCTION",
                "PAIRING",
                "PROMPT",
                name="contactkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_contact_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_lately", "contact", ["member_id", "at"], unique=False)
    op.create_table(
        "exchange_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PLANNED",
                "ANNOUNCED",
                "CLOSED",
                "CANCELLED",
                name="roundstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("previewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_exchange_round_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_round")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_exchange_round_due", "exchange_round", ["state", "due_at"], unique=False)
    op.create_index(
        op.f("ix_exchange_round_programme_id"), "exchange_round", ["programme_id"], unique=False
    )
    op.create_index(
        "uq_exchange_round_number", "exchange_round", ["programme_id", "number"], unique=True
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("agreed_batch", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_meeting_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_meeting_conversation_id"), "meeting", ["conversation_id"], unique=False
    )
    op.create_index("uq_meeting_conversation", "meeting", ["conversation_id"], unique=True)
    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_need_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index(op.f("ix_need_member_id"), "need", ["member_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_offer_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index(op.f("ix_offer_member_id"), "offer", ["member_id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("greeting", sa.String(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_participant_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_participant_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
    )
    op.create_index(
        op.f("ix_participant_conversation_id"), "participant", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_participant_member_id"), "participant", ["member_id"], unique=False)
    op.create_index(
        "ix_participant_room", "participant", ["platform", "channel", "thread"], unique=False
    )
    op.create_table(
        "participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("skip_next", sa.Boolean(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("rests", sa.Integer(), nullable=False),
        sa.Column("rested_last", sa.Boolean(), nullable=False),
        sa.Column("last_round", sa.Integer(), nullable=False),
        sa.Column("silent_rounds", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_participation_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_participation_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
    )
    op.create_index(
        op.f("ix_participation_member_id"), "participation", ["member_id"], unique=False
    )
    op.create_index(
        op.f("ix_participation_programme_id"), "participation", ["programme_id"], unique=False
    )
    op.create_index(
        "uq_participation_member", "participation", ["programme_id", "member_id"], unique=True
    )
    op.create_table(
        "postcard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "WAITING", "APPROVED", "DROPPED", name="postcardstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("learnt", sa.String(), nullable=False),
        sa.Column("will_try", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["member.id"],
            name=op.f("fk_postcard_author_id_member"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_postcard_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postcard")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_postcard_author_id"), "postcard", ["author_id"], unique=False)
    op.create_index("uq_postcard_conversation", "postcard", ["conversation_id"], unique=True)
    op.create_table(
        "prompt_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("timetable", sa.JSON(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_prompt_schedule_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_schedule")),
    )
    op.create_index(
        op.f("ix_prompt_schedule_programme_id"), "prompt_schedule", ["programme_id"], unique=False
    )
    op.create_index(
        "uq_prompt_schedule_programme", "prompt_schedule", ["programme_id"], unique=True
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("people_only", sa.Boolean(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum("PRIVATE", "PUBLIC", name="visibility", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN", "SOLVED", "WITHDRAWN", name="questionstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "confidence",
            sa.Enum("strong", "related", "none", name="confidence", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("place", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "shown_as",
            sa.Enum("NAMED", "ROLE", "HIDDEN", name="askershown", native_enum=False, length=32),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["asker_id"],
            ["member.id"],
            name=op.f("fk_question_asker_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_question_account_key"), "question", ["account_key"], unique=False)
    op.create_index(op.f("ix_question_asker_id"), "question", ["asker_id"], unique=False)
    op.create_index(op.f("ix_question_event_id"), "question", ["event_id"], unique=True)
    op.create_table(
        "reporting_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("chief_id", sa.Integer(), nullable=False),
        sa.Column("by_steward", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chief_id"],
            ["member.id"],
            name=op.f("fk_reporting_line_chief_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_reporting_line_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_line")),
    )
    op.create_index(
        op.f("ix_reporting_line_chief_id"), "reporting_line", ["chief_id"], unique=False
    )
    op.create_index(
        op.f("ix_reporting_line_member_id"), "reporting_line", ["member_id"], unique=False
    )
    op.create_index(
        "uq_reporting_line_pair",
        "reporting_line",
        ["member_id", "chief_id", "by_steward"],
        unique=True,
    )
    op.create_table(
        "case_review",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("CURRENT", "DUE", "STALE", name="reviewstage", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("up_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name=op.f("fk_case_review_case_id_case_snippet"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_review")),
    )
    op.create_index(op.f("ix_case_review_next_at"), "case_review", ["next_at"], unique=False)
    op.create_table(
        "case_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column(
            "editor",
            sa.Enum("steward", "import", name="editorkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "why",
            sa.Enum(
                "published", "edited", "merged", name="changekind", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name=op.f("fk_case_version_case_id_case_snippet"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_version")),
    )
    op.create_index(op.f("ix_case_version_case_id"), "case_version", ["case_id"], unique=False)
    op.create_index("uq_case_version_number", "case_version", ["case_id", "number"], unique=True)
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("wrong", "outdated", name="flagkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("open_key", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name=op.f("fk_flag_case_id_case_snippet"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_flag_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("open_key", name=op.f("uq_flag_open_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_flag_account_key"), "flag", ["account_key"], unique=False)
    op.create_index(op.f("ix_flag_case_id"), "flag", ["case_id"], unique=False)
    op.create_index(op.f("ix_flag_member_id"), "flag", ["member_id"], unique=False)
    op.create_table(
        "further_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("published", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name=op.f("fk_further_source_case_id_case_snippet"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_further_source")),
    )
    op.create_index(op.f("ix_further_source_case_id"), "further_source", ["case_id"], unique=False)
    op.create_table(
        "line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_line_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_line_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line")),
    )
    op.create_index(op.f("ix_line_conversation_id"), "line", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_line_participant_id"), "line", ["participant_id"], unique=False)
    op.create_index("uq_line_message", "line", ["participant_id", "message"], unique=True)
    op.create_table(
        "match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name=op.f("fk_match_case_id_case_snippet"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_match_member_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_match_question_id_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
    )
    op.create_index(op.f("ix_match_case_id"), "match", ["case_id"], unique=False)
    op.create_index(op.f("ix_match_member_id"), "match", ["member_id"], unique=False)
    op.create_index(op.f("ix_match_question_id"), "match", ["question_id"], unique=False)
    op.create_table(
        "meeting_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_meeting_slot_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_slot")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_meeting_slot_meeting_id"), "meeting_slot", ["meeting_id"], unique=False
    )
    op.create_index(
        "uq_meeting_slot_start", "meeting_slot", ["meeting_id", "starts_at"], unique=True
    )
    op.create_table(
        "news",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("delivery_key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name=op.f("fk_news_case_id_case_snippet"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_news_question_id_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "case_id", name=op.f("pk_news")),
    )
    op.create_index(op.f("ix_news_case_id"), "news", ["case_id"], unique=False)
    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("group_number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN", "CANCELLED", "CLOSED", name="pairingstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("across", sa.Boolean(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_pairing_conversation_id_conversation"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["exchange_round.id"],
            name=op.f("fk_pairing_round_id_exchange_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
    )
    op.create_index(
        op.f("ix_pairing_conversation_id"), "pairing", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_pairing_round_id"), "pairing", ["round_id"], unique=False)
    op.create_index("uq_pairing_group", "pairing", ["round_id", "group_number"], unique=True)
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "TITLE",
                "BODY",
                "PROFILE",
                "OFFER",
                "NEED",
                name="passagekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name=op.f("fk_passage_case_id_case_snippet"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_passage_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
    )
    op.create_index(op.f("ix_passage_case_id"), "passage", ["case_id"], unique=False)
    op.create_index(op.f("ix_passage_member_id"), "passage", ["member_id"], unique=False)
    op.create_index(op.f("ix_passage_text_hash"), "passage", ["text_hash"], unique=False)
    op.create_table(
        "postcard_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("postcard_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column(
            "reuse",
            sa.Enum(
                "AGREED",
                "ASKED",
                "TRIED",
                "NOT_YET",
                "WILL_NOT",
                name="reuse",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times_asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_postcard_part_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["postcard_id"],
            ["postcard.id"],
            name=op.f("fk_postcard_part_postcard_id_postcard"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postcard_part")),
    )
    op.create_index(op.f("ix_postcard_part_due_at"), "postcard_part", ["due_at"], unique=False)
    op.create_index(
        op.f("ix_postcard_part_member_id"), "postcard_part", ["member_id"], unique=False
    )
    op.create_index(
        op.f("ix_postcard_part_postcard_id"), "postcard_part", ["postcard_id"], unique=False
    )
    op.create_index("uq_postcard_part", "postcard_part", ["postcard_id", "member_id"], unique=True)
    op.create_table(
        "posted_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "OPEN",
                "SOLVED",
                "CLOSED",
                "WITHDRAWN",
                name="poststate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "drawn",
            sa.Enum(
                "DRAFT",
                "OPEN",
                "SOLVED",
                "CLOSED",
                "WITHDRAWN",
                name="poststate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column(
            "shown_as",
            sa.Enum("NAMED", "ROLE", "HIDDEN", name="askershown", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asker_id"],
            ["member.id"],
            name=op.f("fk_posted_question_asker_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["question.id"], name=op.f("fk_posted_question_id_question"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_question")),
    )
    op.create_index(
        op.f("ix_posted_question_asker_id"), "posted_question", ["asker_id"], unique=False
    )
    op.create_index(op.f("ix_posted_question_state"), "posted_question", ["state"], unique=False)
    op.create_table(
        "prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "LIBRARY", "OWN", "QUESTION", name="promptsource", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "ASKED",
                "WAITING",
                "POSTED",
                "DROPPED",
                "REFUSED",
                "WITHDRAWN",
                name="promptstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("library_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column(
            "community",
            sa.Enum("CITY", "NATIONAL", "PARTNER", name="community", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["member.id"], name=op.f("fk_prompt_asker_id_member"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_prompt_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_prompt_question_id_question"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_prompt_asker_id"), "prompt", ["asker_id"], unique=False)
    op.create_index(op.f("ix_prompt_programme_id"), "prompt", ["programme_id"], unique=False)
    op.create_index("ix_prompt_queue", "prompt", ["programme_id", "state", "rank"], unique=False)
    op.create_index("uq_prompt_question", "prompt", ["question_id"], unique=True)
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("expert_id", sa.Integer(), nullable=True),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "PROPOSED",
                "APPROVED",
                "QUEUED",
                "REFUSED",
                name="proposalstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "city", "metro", "state", "national", name="level", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asker_id"],
            ["member.id"],
            name=op.f("fk_proposal_asker_id_member"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name=op.f("fk_proposal_case_id_case_snippet"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_proposal_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"],
            ["member.id"],
            name=op.f("fk_proposal_expert_id_member"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_proposal_question_id_question"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_proposal_asker_id"), "proposal", ["asker_id"], unique=False)
    op.create_index(op.f("ix_proposal_case_id"), "proposal", ["case_id"], unique=False)
    op.create_index(op.f("ix_proposal_expert_id"), "proposal", ["expert_id"], unique=False)
    op.create_index(op.f("ix_proposal_question_id"), "proposal", ["question_id"], unique=False)
    op.create_index(op.f("ix_proposal_state"), "proposal", ["state"], unique=False)
    op.create_index("uq_proposal_conversation", "proposal", ["conversation_id"], unique=True)
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.Integer(), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=True),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_snippet.id"],
            name=op.f("fk_rating_case_id_case_snippet"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_rating_question_id_question"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["voter_id"], ["member.id"], name=op.f("fk_rating_voter_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
    )
    op.create_index(op.f("ix_rating_account_key"), "rating", ["account_key"], unique=False)
    op.create_index(op.f("ix_rating_case_id"), "rating", ["case_id"], unique=False)
    op.create_index(op.f("ix_rating_question_id"), "rating", ["question_id"], unique=False)
    op.create_index(op.f("ix_rating_voter_id"), "rating", ["voter_id"], unique=False)
    op.create_index(
        "uq_rating_account", "rating", ["question_id", "about", "account_key"], unique=True
    )
    op.create_index("uq_rating_voter", "rating", ["question_id", "about", "voter_id"], unique=True)
    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "WAITING",
                "CONNECTED",
                "ENDED",
                "WITHDRAWN",
                "CLOSED",
                name="requeststate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum("DAYS", "WEEKS", "OPEN", name="urgency", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "shown_as",
            sa.Enum("NAMED", "ROLE", "HIDDEN", name="askershown", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unseen", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["member.id"], name=op.f("fk_request_asker_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["question.id"], name=op.f("fk_request_id_question"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index(op.f("ix_request_asker_id"), "request", ["asker_id"], unique=False)
    op.create_index("ix_request_due", "request", ["state", "due_at"], unique=False)
    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("MET", "NOT_YET", "WONT", name="checkinanswer", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("tried", sa.String(), nullable=False),
        sa.Column("worked", sa.String(), nullable=False),
        sa.Column("may_be_quoted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_check_in_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"],
            ["pairing.id"],
            name=op.f("fk_check_in_pairing_id_pairing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
    )
    op.create_index(op.f("ix_check_in_member_id"), "check_in", ["member_id"], unique=False)
    op.create_index(op.f("ix_check_in_pairing_id"), "check_in", ["pairing_id"], unique=False)
    op.create_index("uq_check_in_member", "check_in", ["pairing_id", "member_id"], unique=True)
    op.create_table(
        "citation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "part",
            sa.Enum("EXPERT", "ASKER", name="citedpart", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "shown",
            sa.Enum("NAMED", "ROLE", "HIDDEN", name="askershown", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("plain", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_citation_member_id_member"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_citation_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation")),
    )
    op.create_index(op.f("ix_citation_member_id"), "citation", ["member_id"], unique=False)
    op.create_index(op.f("ix_citation_proposal_id"), "citation", ["proposal_id"], unique=False)
    op.create_index("uq_citation_part", "citation", ["proposal_id", "part"], unique=True)
    op.create_table(
        "introduction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PROPOSED",
                "ACCEPTED",
                "DECLINED",
                "EXPIRED",
                "WITHDRAWN",
                "CONNECTED",
                "CLOSED",
                name="introductionstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["expert_id"],
            ["member.id"],
            name=op.f("fk_introduction_expert_id_member"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.id"],
            name=op.f("fk_introduction_request_id_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_introduction_expert_id"), "introduction", ["expert_id"], unique=False)
    op.create_index(
        op.f("ix_introduction_request_id"), "introduction", ["request_id"], unique=False
    )
    op.create_index(op.f("ix_introduction_state"), "introduction", ["state"], unique=False)
    op.create_index(
        "uq_introduction_asked", "introduction", ["request_id", "expert_id"], unique=True
    )
    op.create_index("uq_introduction_turn", "introduction", ["request_id", "ordinal"], unique=True)
    op.create_table(
        "meeting_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_meeting_choice_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["meeting_slot.id"],
            name=op.f("fk_meeting_choice_slot_id_meeting_slot"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_choice")),
    )
    op.create_index(
        op.f("ix_meeting_choice_member_id"), "meeting_choice", ["member_id"], unique=False
    )
    op.create_index(op.f("ix_meeting_choice_slot_id"), "meeting_choice", ["slot_id"], unique=False)
    op.create_index("uq_meeting_choice", "meeting_choice", ["slot_id", "member_id"], unique=True)
    op.create_table(
        "pairing_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_pairing_member_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"],
            ["pairing.id"],
            name=op.f("fk_pairing_member_pairing_id_pairing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_member")),
    )
    op.create_index(
        op.f("ix_pairing_member_member_id"), "pairing_member", ["member_id"], unique=False
    )
    op.create_index(
        op.f("ix_pairing_member_pairing_id"), "pairing_member", ["pairing_id"], unique=False
    )
    op.create_index("uq_pairing_member", "pairing_member", ["pairing_id", "member_id"], unique=True)
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["posted_question.id"],
            name=op.f("fk_posting_question_id_posted_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_posting_key"), "posting", ["key"], unique=False)
    op.create_index(op.f("ix_posting_question_id"), "posting", ["question_id"], unique=False)
    op.create_index(
        "uq_posting_room",
        "posting",
        ["question_id", "platform", "workspace", "channel"],
        unique=True,
    )
    op.create_table(
        "prompt_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suggested_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_prompt_answer_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["prompt_id"],
            ["prompt.id"],
            name=op.f("fk_prompt_answer_prompt_id_prompt"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_answer")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_prompt_answer_member_id"), "prompt_answer", ["member_id"], unique=False
    )
    op.create_index(
        op.f("ix_prompt_answer_prompt_id"), "prompt_answer", ["prompt_id"], unique=False
    )
    op.create_index(
        "uq_prompt_answer_message", "prompt_answer", ["platform", "channel", "message"], unique=True
    )
    op.create_table(
        "prompt_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["prompt_id"],
            ["prompt.id"],
            name=op.f("fk_prompt_post_prompt_id_prompt"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_post")),
    )
    op.create_index("ix_prompt_post_channel", "prompt_post", ["platform", "channel"], unique=False)
    op.create_index(op.f("ix_prompt_post_prompt_id"), "prompt_post", ["prompt_id"], unique=False)
    op.create_index("uq_prompt_post_key", "prompt_post", ["key"], unique=True)
    op.create_table(
        "public_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("solution", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["posted_question.id"],
            name=op.f("fk_public_answer_question_id_posted_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_answer")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_public_answer_account_key"), "public_answer", ["account_key"], unique=False
    )
    op.create_index(
        op.f("ix_public_answer_question_id"), "public_answer", ["question_id"], unique=False
    )
    op.create_index(
        "uq_public_answer_message", "public_answer", ["platform", "channel", "message"], unique=True
    )
    # ### end Alembic commands ###
    op.execute("INSERT INTO news_pass (id, done, target, after) VALUES (1, 0, 0, 0)")


def downgrade() -> None:
    op.drop_table("public_answer")
    op.drop_table("prompt_post")
    op.drop_table("prompt_answer")
    op.drop_table("posting")
    op.drop_table("pairing_member")
    op.drop_table("meeting_choice")
    op.drop_table("introduction")
    op.drop_table("citation")
    op.drop_table("check_in")
    op.drop_table("request")
    op.drop_table("rating")
    op.drop_table("proposal")
    op.drop_table("prompt")
    op.drop_table("posted_question")
    op.drop_table("postcard_part")
    op.drop_table("passage")
    op.drop_table("pairing")
    op.drop_table("news")
    op.drop_table("meeting_slot")
    op.drop_table("match")
    op.drop_table("line")
    op.drop_table("further_source")
    op.drop_table("flag")
    op.drop_table("case_version")
    op.drop_table("case_review")
    op.drop_table("reporting_line")
    op.drop_table("question")
    op.drop_table("prompt_schedule")
    op.drop_table("postcard")
    op.drop_table("participation")
    op.drop_table("participant")
    op.drop_table("offer")
    op.drop_table("need")
    op.drop_table("meeting")
    op.drop_table("exchange_round")
    op.drop_table("contact")
    op.drop_table("consent")
    op.drop_table("claim_code")
    op.drop_table("case_snippet")
    op.drop_table("avoid")
    op.drop_table("assistant")
    op.drop_table("account")
    op.drop_table("vector")
    op.drop_table("programme")
    op.drop_table("news_pass")
    op.drop_table("news_off")
    op.drop_table("never_together")
    op.drop_table("meta")
    op.drop_table("member")
    op.drop_table("library_change")
    op.drop_table("inbox")
    op.drop_table("home")
    op.drop_table("delivery")
    op.drop_table("conversation")
    op.drop_table("channel")
    op.drop_table("case_source")
    op.drop_table("call")
    op.drop_table("audit_entry")
