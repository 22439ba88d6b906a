"""Lines typed at a terminal, by prompt_toolkit: imported only where somebody types."""

from collections.abc import Iterable, Mapping

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completion, WordCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import InMemoryHistory

from adapters.console.lines import EndOfInput, Interrupted, whole


class TypedLines:
    """Lines typed at a terminal, with editing, history and completion of verbs."""

    typed = True

    def __init__(self, verbs: Mapping[str, str]) -> None:
        self._completing = False
        # History stays in memory: questions are nobody else's business on a shared machine.
        self._session: PromptSession[str] = PromptSession(
            history=InMemoryHistory(),
            completer=_Verbs(verbs),
            complete_while_typing=Condition(lambda: self._completing),
            enable_history_search=False,
        )
        self._form: PromptSession[str] = PromptSession()

    async def line(self, prompt: str, *, remember: bool = False) -> str:
        """The next line; `remember`: at the prompt itself, with history and completion."""
        self._completing = remember
        session = self._session if remember else self._form
        try:
            return whole(await session.prompt_async(prompt))
        except EOFError:
            raise EndOfInput from None
        except KeyboardInterrupt:
            raise Interrupted from None

    def close(self) -> None:
        """Ends a waiting prompt."""
        for session in (self._session, self._form):
            if session.app.is_running:
                session.app.exit(exception=EOFError())


class _Verbs(WordCompleter):
    """Completes the first word of a line only: the rest is a person's own words."""

    def __init__(self, verbs: Mapping[str, str]) -> None:
        super().__init__(list(verbs), meta_dict=dict(verbs), ignore_case=True)

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        before = document.text_before_cursor
        if before and " " not in before:
            yield from super().get_completions(document, complete_event)
