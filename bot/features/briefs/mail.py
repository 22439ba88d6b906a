"""The brief as a mail that an assistant can file and a superior can approve."""

from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP

from bot.contract import Attachment
from bot.features.briefs import page_texts
from bot.features.briefs.facts import Brief
from bot.features.briefs.page_texts import Heading
from bot.features.briefs.texts import Texts, texts
from bot.i18n import Words

RULE = "-" * 60


def mail(brief: Brief, files: Sequence[Attachment]) -> bytes:
    """An unsent message (RFC 5322) with the whole brief as text, and `files` attached.

    To and From are empty for the person to fill in; it has no date and no id until it is sent.
    """
    said = texts(brief)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " · ".join(map(page_texts.subject, said.languages))
    message["From"] = ""
    message["To"] = ""
    # Mail programs that know this open the file as a draft.
    message["X-Unsent"] = "1"
    message["Content-Language"] = ", ".join(say.language for say in said.languages)
    message.set_content(
        f"\n\n{RULE}\n\n".join("\n".join(_lines(said, say)) for say in said.languages)
    )
    for file in files:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
        if sub == "calendar":
            part = list(message.iter_attachments())[-1]
            part.set_param("charset", "utf-8")
    return message.as_bytes()


def in_words(brief: Brief, say: Words) -> str:
    """The brief as plain text, in one of the languages of its people or in the first of them."""
    said = texts(brief)
    return "\n".join(_content(said, say if say in said.languages else said.languages[0])).strip()


def _lines(said: Texts, say: Words) -> Iterator[str]:
    yield from page_texts.covering(say)
    yield page_texts.attachments(say, calendar=bool(said.brief.agreed))
    yield from _content(said, say)


def _content(said: Texts, say: Words) -> Iterator[str]:
    brief = said.brief
    at = said.languages.index(say)
    marked = list(zip(page_texts.MARKS, brief.people, strict=False))
    yield from _part(
        page_texts.heading(say, Heading.PEOPLE), (f"{mark}  {one.shown_as}" for mark, one in marked)
    )
    problems = [f"{mark}  {one.problem}" for mark, one in marked if one.problem]
    yield from _part(page_texts.heading(say, Heading.PROBLEMS), problems)
    yield from _part(page_texts.heading(say, Heading.CASES), _cases(said, say))
    yield from _part(page_texts.heading(say, Heading.DIFFERENCES), _bullets(said.differences()[at]))
    asked = said.questions()
    yield from _part(
        page_texts.heading(say, Heading.QUESTIONS), _bullets(asked[at if len(asked) > 1 else 0])
    )
    if brief.agreed:
        yield from _part(page_texts.heading(say, Heading.AGREED), _times(said, said.agreed()))
    elif brief.shared is not None:
        none = [page_texts.no_shared_hours(say)]
        yield from _part(
            page_texts.heading(say, Heading.SHARED), list(_times(said, said.shared())) or none
        )
    yield from _part(page_texts.heading(say, Heading.HANDLING), _bullets(said.handling()[at]))


def _part(heading: str, lines: "Iterator[str] | Sequence[str]") -> Iterator[str]:
    held = list(lines)
    if held:
        yield from ("", heading.upper(), *held)


def _cases(said: Texts, say: Words) -> Iterator[str]:
    for case in said.cases():
        yield case.title
        yield from filter(None, (case.sentence,))
        origin = page_texts.source(say, case.source) if case.source else ""
        yield from filter(None, (" ".join(filter(None, (origin, case.address))),))


def _times(said: Texts, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each time on each clock: the reader may be an assistant of any of them."""
    for row in rows:
        clocks = zip(page_texts.MARKS, row, said.brief.people, strict=False)
        yield " / ".join(f"{mark} {when} ({person.time_zone})" for mark, when, person in clocks)


def _bullets(lines: Sequence[str]) -> Iterator[str]:
    return (f"- {line}" for line in lines)
