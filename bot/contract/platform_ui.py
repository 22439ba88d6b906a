"""The fixed words that platforms show outside replies. Standard library only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class ArgumentKind(StrEnum):
    """What an argument of a command takes. SWITCH: whether others may see the answer."""

    WORDS = "WORDS"
    NUMBER = "NUMBER"
    SWITCH = "SWITCH"


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing that a command takes, in one language; plain text.

    `label` is one word in small letters. `option`: it is written as `option:value`, else as it
    stands. `completed`: the core suggests values for it, as a `Completing` of that field.
    """

    name: str
    label: str
    description: str
    kind: ArgumentKind = ArgumentKind.WORDS
    required: bool = False
    option: str = ""
    completed: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A verb where a platform lists commands by themselves, in one language; plain text.

    An empty `verb` takes the whole grammar in its argument. `trusted`: for stewards.
    """

    name: str
    verb: str
    label: str
    description: str
    arguments: Sequence[Argument] = ()
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class PlatformUI:
    """Fixed words that a platform shows outside replies, in one language; plain text.

    `title`, `hint`: the first two lines of a conversation. In a form, `choose`: type one number;
    `choose_several`: numbers with commas between; `several_lines`: an empty line ends the text;
    `skip`: Enter leaves a field empty; `keep`: Enter keeps what stands there; `clear`: a single
    hyphen empties it; `required`: an answer is needed here; `too_long`: at most `{limit}`
    characters; `cancel`: the word that leaves a form; `cancelling`: a sentence that names that
    word; `cancelled`: said after it. `failed`: something went wrong on our side.
    Where replies come later: `looking`: stands where the answer will; `done`: stands where nothing
    is left to show; `more`: not all of it could be shown. On forms that open in a window: `send`
    and `close`: the buttons; `form_late`: it could not be opened in time, and what to do instead.
    For files: `saved`: it lies at `{path}` now; `unattached`: it could not be given; `files_apart`:
    it comes as a message of its own.
    `form_next`: the button to a long form's next page, after the sentence `form_more`;
    `form_again`: the button to a form that has to be corrected; `form_lost`: what was typed is no
    longer there. `no_files`: files cannot be shown in a channel, and which permission that needs.
    `ask_about`, `save_as_case`: what can be done with somebody's message.
    `verbs` maps a verb to what it does in a few words; `commands` are those that a platform lists.
    """

    language: str
    title: str
    hint: str
    choose: str
    choose_several: str
    several_lines: str
    skip: str
    keep: str
    clear: str
    required: str
    too_long: str
    cancel: str
    cancelling: str
    cancelled: str
    failed: str
    goodbye: str
    looking: str
    done: str
    more: str
    send: str
    close: str
    form_late: str
    saved: str
    unattached: str
    files_apart: str
    verbs: Mapping[str, str] = field(default_factory=dict)
    form_next: str = ""
    form_more: str = ""
    form_again: str = ""
    form_lost: str = ""
    no_files: str = ""
    ask_about: str = ""
    save_as_case: str = ""
    commands: Sequence[Command] = ()
