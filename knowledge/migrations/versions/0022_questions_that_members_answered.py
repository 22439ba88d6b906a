"""a member can be found by a question in public that their answer solved"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEPT = {"sqlite_autoincrement": True}


def upgrade() -> None:
    with op.batch_alter_table("passage", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("question_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            "fk_passage_question_id_question",
            "question",
            ["question_id"],
            ["id"],
            ondelete="CASCADE",
        )
        table.create_index("ix_passage_question_id", ["question_id"])


def downgrade() -> None:
    op.execute("DELETE FROM passage WHERE question_id IS NOT NULL")
    with op.batch_alter_table("passage", table_kwargs=KEPT) as table:
        table.drop_index("ix_passage_question_id")
        table.drop_constraint("fk_passage_question_id_question", type_="foreignkey")
        table.drop_column("question_id")
