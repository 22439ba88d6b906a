"""answers below questions to the community and below prompts, in one table

Numbers that buttons carry, and keys of messages that were sent, stay those of the former tables.
"""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

FORMER = {"question_id": ("public answer",), "prompt_id": ("prompt", "answer")}
"""What began the key of an answer's message, by the kind of the post."""


def upgrade() -> None:
    _make_thread_answer()
    op.execute(
        "INSERT INTO thread_answer (question_id, number, key, member_id, account_key, platform, "
        "workspace, channel, message, author, room, text, solution, at) "
        "SELECT question_id, id, '', "
        "(SELECT member_id FROM account WHERE account_key = "
        "account.platform || ':' || account.workspace || ':' || account.user_id), "
        "account_key, platform, "
        "COALESCE((SELECT workspace FROM posting WHERE posting.question_id = "
        "public_answer.question_id AND posting.platform = public_answer.platform "
        "AND posting.channel = public_answer.channel ORDER BY posting.id LIMIT 1), "
        "(SELECT workspace FROM channel WHERE channel.platform = public_answer.platform "
        "AND channel.channel = public_answer.channel ORDER BY channel.id LIMIT 1), ''), "
        "channel, message, author, room, text, solution, at FROM public_answer ORDER BY id"
    )
    op.execute(
        "INSERT INTO thread_answer (prompt_id, number, key, member_id, account_key, platform, "
        "workspace, channel, message, author, room, text, solution, at, suggested_at) "
        "SELECT prompt_id, id, '', member_id, "
        "COALESCE((SELECT platform || ':' || workspace || ':' || user_id FROM account "
        "WHERE account.member_id = prompt_answer.member_id "
        "AND account.platform = prompt_answer.platform ORDER BY account.id LIMIT 1), ''), "
        "platform, workspace, channel, message, '', '', text, 0, at, suggested_at "
        "FROM prompt_answer ORDER BY id"
    )
    for post, before in FORMER.items():
        _put_keys(post, lambda number, before=before: _key(*before, str(number)))
    _begin_numbers("thread_answer", "public_answer", "prompt_answer")
    op.drop_table("public_answer")
    op.drop_table("prompt_answer")


def downgrade() -> None:
    _make_public_answer()
    _make_prompt_answer()
    op.execute(
        "INSERT INTO public_answer (id, question_id, platform, channel, message, account_key, "
        "author, room, text, solution, at) SELECT number, question_id, platform, channel, message, "
        "account_key, author, room, text, solution, at FROM thread_answer "
        "WHERE question_id IS NOT NULL ORDER BY number"
    )
    op.execute(
        "INSERT INTO prompt_answer (id, prompt_id, member_id, platform, workspace, channel, "
        "message, text, at, suggested_at) SELECT number, prompt_id, member_id, platform, "
        "workspace, channel, message, text, at, suggested_at FROM thread_answer "
        "WHERE prompt_id IS NOT NULL AND member_id IS NOT NULL ORDER BY number"
    )
    # The former tables have no key of a message: it is made of the number again.
    connection = op.get_bind()
    for post, before in FORMER.items():
        found = connection.execute(
            sa.text(f"SELECT number, key FROM thread_answer WHERE {post} IS NOT NULL")
        ).all()
        for number, key in found:
            names = {"key": key, "former": _key(*before, str(number))}
            for column in ("key", "target"):
                connection.execute(
                    sa.text(f"UPDATE delivery SET {column} = :former WHERE {column} = :key"), names
                )
    _begin_numbers("public_answer", "thread_answer")
    _begin_numbers("prompt_answer", "thread_answer")
    op.drop_table("thread_answer")


def _put_keys(post: str, key_of) -> None:
    connection = op.get_bind()
    found = connection.execute(
        sa.text(f"SELECT id, number FROM thread_answer WHERE {post} IS NOT NULL")
    ).all()
    for row, number in found:
        connection.execute(
            sa.text("UPDATE thread_answer SET key = :key WHERE id = :id"),
            {"id": row, "key": key_of(number)},
        )


def _key(*cause: str) -> str:
    return blake2b("\0".join(cause).encode("utf-8", "replace"), digest_size=12).hexdigest()


def _begin_numbers(table: str, *former: str) -> None:
    """No number of a former table is given again: the next one is higher than all of them."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    names = ", ".join(f"'{each}'" for each in (table, *former))
    last = connection.execute(
        sa.text(f"SELECT MAX(seq) FROM sqlite_sequence WHERE name IN ({names})")
    ).scalar()
    connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table})
    connection.execute(
        sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"),
        {"table": table, "last": last or 0},
    )


def _make_thread_answer() -> None:
    op.create_table(
        "thread_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("prompt_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("solution", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suggested_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"],
                [f"{table}.id"],
                name=f"fk_thread_answer_{name}_id_{table}",
                ondelete="CASCADE",
            )
            for name, table in (
                ("question", "posted_question"),
                ("prompt", "prompt"),
                ("member", "member"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_thread_answer"),
        sqlite_autoincrement=True,
    )
    for column in ("question_id", "prompt_id", "number", "member_id", "account_key"):
        op.create_index(f"ix_thread_answer_{column}", "thread_answer", [column])
    where = ["platform", "workspace", "channel", "message"]
    op.create_index("uq_thread_answer_message", "thread_answer", where, unique=True)


def _make_public_answer() -> None:
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
            name="fk_public_answer_question_id_posted_question",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_public_answer"),
        sqlite_autoincrement=True,
    )
    for column in ("question_id", "account_key"):
        op.create_index(f"ix_public_answer_{column}", "public_answer", [column])
    where = ["platform", "channel", "message"]
    op.create_index("uq_public_answer_message", "public_answer", where, unique=True)


def _make_prompt_answer() -> None:
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
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"],
                [f"{name}.id"],
                name=f"fk_prompt_answer_{name}_id_{name}",
                ondelete="CASCADE",
            )
            for name in ("prompt", "member")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_prompt_answer"),
        sqlite_autoincrement=True,
    )
    for column in ("prompt_id", "member_id"):
        op.create_index(f"ix_prompt_answer_{column}", "prompt_answer", [column])
    where = ["platform", "channel", "message"]
    op.create_index("uq_prompt_answer_message", "prompt_answer", where, unique=True)
