"""What is said to new posts in a forum."""

from bot.contract import Audience, Button, ButtonStyle, Reply
from bot.i18n import Words


def offer(say: Words) -> Reply:
    """One line to a post whose words the bot is not shown."""
    button = Button(say.label("Ask Crosswalk"), "forum.ask", style=ButtonStyle.PRIMARY)
    return Reply(
        say(
            "I see the title of this post and not its words. Press the button and I look for "
            "cases on the title; to ask with more words, mention me here."
        ),
        buttons=(button,),
        audience=Audience.CHANNEL,
    )


def answered(say: Words) -> Reply:
    """What whoever pressed the button is told."""
    return Reply(say("The answer comes here in the post, for all to read."))


def asked_before(say: Words) -> Reply:
    """Somebody pressed it before."""
    return Reply(say("This post was asked before; its answer stands here in the post."))
