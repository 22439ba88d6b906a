"""How conversations are opened, carried, listed and closed."""

from collections.abc import Sequence
from dataclasses import replace

from bot.contract import Button, Card, Reply
from bot.features.conversations import enclosure
from bot.i18n import Markup, Words, words
from bot.i18n.links import link
from knowledge.conversations.conversations import KEPT, ConversationView, LineView, ParticipantView
from knowledge.vocabulary import ConversationKind


def without_a_room(say: Words, found: ConversationView, reader: ParticipantView) -> Reply:
    """The first message of those whose room is gone: they go on all the same."""
    gone = say(
        "The room in which you wrote about {topic} is gone, or closed to me. I carry your words "
        "instead.",
        topic=found.topic,
    )
    return replace(bridged(say, found, reader, Reply(gone)), enclosing="")


def bridged(say: Words, found: ConversationView, reader: ParticipantView, greeting: Reply) -> Reply:
    """The first message where somebody has no room in common with the others."""
    names = say.listed(seat.name for seat in found.others(reader))
    how = say(
        "Answer this message, and I bring your words to {names}; what {names} writes comes here. "
        "Write close to end it. What is written is kept for {days} days after the end, for the "
        "people in this conversation alone.",
        names=names,
        days=KEPT.days,
    )
    whole = _opened(say, found, greeting, [greeting.text, how])
    return replace(whole, enclosing=enclosure.mark(found, [say.language]))


def in_a_room(found: ConversationView, greetings: Sequence[Reply], *, heard: bool) -> Reply:
    """The first message in a room of their own, in each language that its people read.

    `heard`: whether the bot reads what they say to each other there.
    """
    parts: list[str] = []
    languages = list(dict.fromkeys(seat.language for seat in found.participants))
    for language in languages:
        say = words(language)
        first = next(
            greeting
            for seat, greeting in zip(found.participants, greetings, strict=True)
            if seat.language == language
        )
        parts += [first.text, _of_the_room(say, heard=heard)]
    cards = tuple(dict.fromkeys(card for greeting in greetings for card in greeting.cards))
    first = replace(greetings[0], cards=cards)
    whole = _opened(words(found.participants[0].language), found, first, parts)
    return replace(whole, enclosing=enclosure.mark(found, languages))


def said_anywhere(say: Words, text: str) -> str:
    """Words that were meant for a room, without what is said of the room itself."""
    about = {_of_the_room(say, heard=heard) for heard in (True, False)}
    return Markup("\n\n").join(part for part in text.split("\n\n") if part not in about)


def _of_the_room(say: Words, *, heard: bool) -> Markup:
    """Who reads what is written in a room of their own."""
    if heard:
        return say(
            "This room is yours. I read along to tell when you close it, and I answer when "
            "I am mentioned. What is written is kept for {days} days after the end, for the "
            "people in this room alone.",
            days=KEPT.days,
        )
    return say(
        "This room is yours. I do not read along and keep nothing of what you write to each "
        "other: I see only what mentions me, and I answer it. Press the button to close the "
        "conversation. Those who moderate this workspace may be able to read the room."
    )


def line(say: Words, name: str, text: str) -> Reply:
    """Somebody's words, carried."""
    return Reply(say("**{name}**: {text}", name=name, text=text))


def file(say: Words, name: str, title: str) -> Reply:
    """Instead of a file that somebody added."""
    return Reply(
        say(
            "_{name} added a file, {title}, which I cannot bring here. Please ask for it in "
            "another way._",
            name=name,
            title=title,
        )
    )


def files_stay(say: Words, files: Sequence[str]) -> Reply:
    """What the sender of files is told."""
    return Reply(
        say(
            "I carry words only: {files} stayed here, and I said so on the other side.",
            files=say.listed(files),
        )
    )


def said(say: Words, found: ConversationView, author: ParticipantView) -> Reply:
    """Words were taken along."""
    names = say.listed(seat.name for seat in found.others(author))
    return Reply(say("Your words are on their way to {names}.", names=names))


def closed(say: Words, found: ConversationView) -> Reply:
    """It ended; who ended it is not said."""
    if found.bridged or found.heard:
        told = say(
            "The conversation about {topic} is closed. What was written is kept for {days} days "
            "for those who took part, then it is forgotten.",
            topic=found.topic,
            days=KEPT.days,
        )
    else:
        told = say(
            "The conversation about {topic} is closed. What you wrote to each other in your room "
            "was never kept here; it stays in the room as long as the room does.",
            topic=found.topic,
        )
    return Reply(told, buttons=_made_of_it(say, found))


def somebody_left(say: Words, found: ConversationView) -> Reply:
    """It ended because somebody went; who it was and what it was about is not said."""
    return Reply(
        say(
            "Somebody can no longer take part in this conversation, so it is closed. It has "
            "nothing to do with you."
        )
    )


def called_off(say: Words) -> Reply:
    """Somebody went before all knew of each other."""
    return Reply(
        say(
            "I wanted to bring you together with somebody over a question, but they cannot "
            "take part. It has nothing to do with you."
        )
    )


def over(say: Words, found: ConversationView) -> Reply:
    """It had ended before."""
    return Reply(
        say(
            "The conversation about {topic} was closed before, so nothing is carried any more.",
            topic=found.topic,
        )
    )


def left(say: Words, found: ConversationView) -> Reply:
    """Somebody writes who had said that they cannot take part."""
    return Reply(
        say(
            "You left the conversation about {topic}, so I carry nothing there any more and bring "
            "you nothing from it. The others go on without you.",
            topic=found.topic,
        )
    )


def citable(found: ConversationView) -> bool:
    """Whether it is one between somebody who asked and an expert, of which a case can be made."""
    return found.kind is ConversationKind.INTRODUCTION and found.subject.isdecimal()


def listed(say: Words, found: Sequence[ConversationView], member_id: int) -> Reply:
    """Somebody's conversations that are open."""
    if not found:
        return Reply(say("You have no open conversation."))
    text = say.plural(
        "You have one open conversation.", "You have {number} open conversations.", len(found)
    )
    return Reply(text, cards=tuple(_card(say, each, member_id) for each in found))


def shown(say: Words, found: ConversationView, lines: Sequence[LineView]) -> Reply:
    """What was said in one."""
    names = {seat.id: seat.name for seat in (*found.participants, *found.gone)}
    title = say("Conversation {number}: {topic}", number=found.id, topic=found.topic)
    if not lines:
        return Reply(
            Markup("\n\n").join((title, say("Nothing has been written yet."))),
            buttons=(*_buttons(say, found), *_made_of_it(say, found)),
        )
    told = [
        say("**{name}**: {text}", name=names.get(each.participant_id, "…"), text=each.text)
        for each in lines
    ]
    how = say("Write say {number} and your words to answer.", number=found.id)
    buttons = (*_buttons(say, found), *_made_of_it(say, found))
    return Reply(Markup("\n\n").join((title, *told, how)), buttons=buttons)


def _opened(say: Words, found: ConversationView, greeting: Reply, parts: Sequence[str]) -> Reply:
    text = Markup("\n\n").join(part for part in parts if part)
    return replace(greeting, text=text, buttons=(*greeting.buttons, *_buttons(say, found)))


def _buttons(say: Words, found: ConversationView) -> tuple[Button, ...]:
    return (
        link(say, "times.propose", found.id),
        Button(say.label("Close the conversation"), "conversation.close", str(found.id)),
    )


def _made_of_it(say: Words, found: ConversationView) -> tuple[Button, ...]:
    """What stays with those who took part: the brief, a postcard, a case."""
    brief = (link(say, "brief.show", found.id),) if enclosure.has_brief(found) else ()
    cited = (link(say, "cite.start", found.id),) if citable(found) else ()
    return (*brief, link(say, "postcard.write", found.id), *cited)


def _card(say: Words, found: ConversationView, member_id: int) -> Card:
    others = [seat.name for seat in found.participants if seat.member_id != member_id]
    return Card(
        title=say.label("{number}. {topic}", number=found.id, topic=found.topic),
        body=say(
            "With {names}, since {day}.",
            names=say.listed(others),
            day=say.day(found.opened_at),
        ),
        buttons=(
            Button(say.label("Read it"), "conversation.show", str(found.id)),
            *_buttons(say, found),
            *_made_of_it(say, found),
        ),
    )
