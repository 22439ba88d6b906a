"""introductions"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REQUEST_STATES = ("DRAFT", "WAITING", "CONNECTED", "ENDED", "WITHDRAWN", "CLOSED")
STATES = ("PROPOSED", "ACCEPTED", "DECLINED", "EXPIRED", "WITHDRAWN", "CONNECTED", "CLOSED")


def word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=32)


def moment(name: str, *, needed: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def child(table: str, column: str, parent: str, gone: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{parent}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete=gone)


def upgrade() -> None:
    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("state", word("requeststate", *REQUEST_STATES), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("urgency", word("urgency", "DAYS", "WEEKS", "OPEN"), nullable=False),
        sa.Column("shown_as", word("askershown", "NAMED", "ROLE", "HIDDEN"), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        moment("due_at"),
        sa.Column("unseen", sa.Boolean(), nullable=False),
        moment("created_at", needed=True),
        moment("sent_at"),
        moment("ended_at"),
        child("request", "id", "question"),
        child("request", "asker_id", "member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index(op.f("ix_request_asker_id"), "request", ["asker_id"])
    op.create_index("ix_request_due", "request", ["state", "due_at"])
    op.create_table(
        "introduction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.Column("state", word("introductionstate", *STATES), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        moment("proposed_at", needed=True),
        moment("remind_at"),
        moment("reminded_at"),
        moment("due_at", needed=True),
        moment("decided_at"),
        child("introduction", "request_id", "request"),
        child("introduction", "expert_id", "member", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_introduction_expert_id"), "introduction", ["expert_id"])
    op.create_index(op.f("ix_introduction_request_id"), "introduction", ["request_id"])
    op.create_index(op.f("ix_introduction_state"), "introduction", ["state"])
    op.create_index(
        "uq_introduction_asked", "introduction", ["request_id", "expert_id"], unique=True
    )
    op.create_index("uq_introduction_turn", "introduction", ["request_id", "ordinal"], unique=True)
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", word("contactkind", "INTRODUCTION", "PAIRING"), nullable=False),
        moment("at", needed=True),
        child("contact", "member_id", "member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_lately", "contact", ["member_id", "at"])

    # Not in a batch: that would make the tables anew, and dropping the old ones takes along what
    # refers to them.
    op.add_column(
        "delivery",
        sa.Column("unsolicited", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("account", moment("used_at"))


def downgrade() -> None:
    op.drop_column("account", "used_at")
    op.drop_column("delivery", "unsolicited")
    op.drop_table("contact")
    op.drop_table("introduction")
    op.drop_table("request")
