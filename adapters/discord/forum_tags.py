"""The tags of a post in a forum: those that the forum has, and nothing else."""

from collections.abc import Sequence

import discord
import structlog

from adapters.discord.api_errors import FAILURES, code

log = structlog.get_logger(__name__)

MOST = 5


async def tag(client: discord.Client, thread: int, labels: Sequence[str]) -> None:
    """Puts those tags on a post whose names match `labels`. Never raises: a tag is no answer."""
    if not labels:
        return
    post: object = client.get_channel(thread)
    if post is None:  # a post that was put away is not remembered
        try:
            post = await client.fetch_channel(thread)
        except FAILURES:
            return
    if not isinstance(post, discord.Thread):
        return
    forum = post.parent
    if not isinstance(forum, discord.ForumChannel):
        return
    wanted = {label.strip().casefold() for label in labels}
    standing = post.applied_tags
    known = {one.id for one in standing}
    new = [
        one
        for one in forum.available_tags
        if one.name.strip().casefold() in wanted and one.id not in known
    ]
    if not new:
        return
    try:
        await post.edit(applied_tags=[*standing, *new][:MOST])
    except FAILURES as error:
        log.warning("Discord took no tag.", why=code(error) or type(error).__name__)
