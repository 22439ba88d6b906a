"""What an import says about the files that it read."""

from pathlib import Path

from rich.markup import escape

from bot.cli.session import errors
from knowledge.readers.problems import Notice, Problem

_MOST = 200
"""Lines of one kind; the rest is counted."""


class ImportReport:
    """Collects what was left out and what is good to know, and says it on stderr."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._notices: dict[str, list[Notice]] = {}

    def notice(self, notice: Notice) -> None:
        """Take a notice; what is said of several files or rows is shown once."""
        self._notices.setdefault(notice.text, []).append(notice)

    def passed_over(self, files: list[Path]) -> None:
        """Files of a folder that are of no kind that is read."""
        for file in files:
            kind = file.suffix.casefold() or "without an ending"
            self.notice(Notice(str(file), None, f"Files of this kind ({kind}) are not read."))

    def show(self) -> None:
        """Say everything, the notices first."""
        for text, notices in list(self._notices.items())[:_MOST]:
            more = f" (and {len(notices) - 1} more)" if len(notices) > 1 else ""
            first = notices[0]
            where = first.file if first.line is None else f"{first.file}, line {first.line}"
            errors.print(f"[cyan]note[/] {escape(f'{where}{more}: {text}')}", soft_wrap=True)
        for problem in self.problems[:_MOST]:
            errors.print(f"[yellow]left out[/] {escape(str(problem))}", soft_wrap=True)
        for kind, count in (("notes", len(self._notices)), ("rows", len(self.problems))):
            if count > _MOST:
                errors.print(f"{count - _MOST:,} more {kind} of this sort are not shown.")
