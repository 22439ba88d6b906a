"""The exchange brief: one page, a mail to file or approve, and the times for a calendar. Pure."""

from bot.contract import Attachment
from bot.features.briefs.calendar_file import calendar
from bot.features.briefs.facts import Brief, CitedCase, Handling, Participant
from bot.features.briefs.mail import in_words, mail
from bot.features.briefs.page import page

__all__ = ["Brief", "CitedCase", "Handling", "Participant", "exchange_brief", "in_words"]

NAME = "exchange-brief"


def exchange_brief(brief: Brief) -> tuple[Attachment, ...]:
    """The files of a brief, ready for `Reply.files`: PDF, mail, and once times are agreed .ics.

    Takes some tens of milliseconds of one core: call it in a thread.
    """
    files = [Attachment(f"{NAME}.pdf", "application/pdf", page(brief))]
    if brief.agreed:
        files.append(Attachment(f"{NAME}.ics", "text/calendar", calendar(brief)))
    letter = Attachment(f"{NAME}.eml", "message/rfc822", mail(brief, files))
    return files[0], letter, *files[1:]
