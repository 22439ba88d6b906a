"""The fixed words that platforms show outside replies. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Surface:
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
    `verbs` maps a verb to what it does in a few words.
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
