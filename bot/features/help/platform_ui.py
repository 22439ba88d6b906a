"""The fixed words that a platform shows outside replies."""

from bot.contract import PlatformUI
from bot.core.commands import Grammar, Who
from bot.features.help.platform_commands import shortcuts
from bot.i18n import Words


def platform_ui(say: Words, grammar: Grammar, *, steward: bool = False) -> PlatformUI:
    """All of them in one language, for the commands that do something here."""
    return PlatformUI(
        language=say.language,
        title=say.label("Crosswalk"),
        hint=say.label(
            "Ask in your own words. Write help to see what else there is, quit to leave."
        ),
        choose=say.label("type a number"),
        choose_several=say.label("type numbers with commas between them"),
        several_lines=say.label("an empty line ends the text"),
        skip=say.label("Enter leaves it empty"),
        keep=say.label("Enter keeps it"),
        clear=say.label("a single hyphen empties it"),
        required=say.label("Please give an answer here."),
        too_long=say.label("Please use at most {limit} characters.", limit="{limit}"),
        cancel=say.label("cancel"),
        cancelling=say.label("Write cancel to leave this form."),
        cancelled=say.label("Nothing was sent."),
        failed=say.label("Something went wrong on our side. Please try again in a moment."),
        goodbye=say.label("Goodbye."),
        looking=say.label("Looking in the library. This takes a moment."),
        done=say.label("Done. You can close this window."),
        more=say.label("Not everything fits here. Ask more narrowly to see the rest."),
        send=say.label("Send"),
        close=say.label("Close"),
        form_late=say.label(
            "The form could not be opened in time. Press the button to open it, or write what "
            "you need in words; help shows how."
        ),
        saved=say.label("The file was saved as {path}.", path="{path}"),
        unattached=say.label(
            "A file that belongs to this message could not be attached. Please tell a steward."
        ),
        files_apart=say.label("The file is in your direct messages with Crosswalk."),
        verbs={
            each.name: say.label(each.purpose)
            for each in grammar.commands.values()
            if steward or each.who is not Who.STEWARD
        },
        form_next=say.label("Next page"),
        form_more=say.label("This page is kept. The form goes on."),
        form_again=say.label("Correct it"),
        form_lost=say.label(
            "What you wrote on an earlier page is not here any more, and nothing was sent. "
            "Please fill in the form again."
        ),
        no_files=say.label(
            "A file belongs to this message. I cannot attach it: in this channel I lack the "
            "permission Attach Files."
        ),
        ask_about=say.label("Ask Crosswalk"),
        save_as_case=say.label("Save as case"),
        commands=shortcuts(say, grammar),
    )
