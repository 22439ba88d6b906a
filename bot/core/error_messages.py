"""What is refused, and what to do about it: one sentence for each code of a UserFacingError."""

from collections.abc import Mapping
from enum import Enum, StrEnum

from bot.contract import markup
from bot.core.errors import UserFacingError
from bot.i18n import Markup, Words, later, words
from bot.i18n.labels import word

UNKNOWN = later("That is not possible as it was said. Write **help** to see what is.")

SENTENCES: Mapping[str, str] = {
    # Who may do what.
    "not_a_member": later(
        "This is for members. Write **join** to become one: it takes about three minutes."
    ),
    "stewards_only": later(
        "Only the stewards of this community can do that. Please ask one of them."
    ),
    "permission_needed": later(
        "In a server, commands of stewards also need the permission to manage that server, and "
        "you do not have it here. In a direct message to me your role as a steward is enough."
    ),
    "accept_first": later(
        "You have been invited and have not accepted yet. Write **profile** to read what the "
        "invitation says about you, and to accept it or to have it erased."
    ),
    "pairing_not_agreed": later(
        "To take part in a programme, please also agree to be paired, or leave it out."
    ),
    "not_approved": later(
        "This is for members whom a steward has approved. Write **profile** to see how your "
        "membership stands."
    ),
    "quiet_channel": later("I do not answer in this channel. Please ask me in a direct message."),
    "quiet_in_public": later(
        "Nothing of mine may be posted in this channel. What only you see works here as everywhere."
    ),
    "cannot_write_there": later(
        "You cannot write in that channel yourself, so I post nothing there for you. What only you "
        "see works everywhere."
    ),
    "post_unreadable": later(
        "I could not read what this post is called. Please mention me in it with your question."
    ),
    "no_forum": later(
        "This is said in a post of the forum that it is about: mention me there with the same "
        "words."
    ),
    "no_post_in_forum": later(
        "Questions are posted in text channels, and this is a forum. Please say it in a text "
        "channel."
    ),
    "no_channel": later(
        "This is said in the channel that it is about. From here, write **channels** and use the "
        "buttons."
    ),
    "channel_not_found": later(
        "That channel is not known any more. Write **channels** to see them."
    ),
    "export_too_large": later(
        "Your data is more than fits into a message. Please ask the people who run this service "
        "to hand it to you."
    ),
    "not_yours": later("That belongs to somebody else, so it stays as it is."),
    # Asking.
    "case_not_found": later("There is no case {number} to show. Write **cases** to see the list."),
    "question_not_found": later(
        "There is no question {number} of yours. Write **questions** to see them."
    ),
    "not_yours_to_rate": later("Only those who can read an answer can say whether it helped them."),
    "only_the_asker": later(
        "Only whoever asked can say that the question is answered. You can still say whether the "
        "answer helped you."
    ),
    "question_withdrawn": later(
        "Question {number} was withdrawn, so nothing more can be done with its answer."
    ),
    "nothing_to_share": later(
        "The cases of this answer are not in the library any more, so there is nothing to share."
    ),
    "conversation_not_found": later(
        "There is no conversation {number} of yours. Write **conversation** to see them."
    ),
    "conversation_left": later(
        "You left the conversation about {topic}, so I carry nothing there any more and bring "
        "you nothing from it. The others go on without you."
    ),
    "unsent_gone": later(
        "I do not have these words any more: they were brought or asked already, or you wrote "
        "others since. Please write them again."
    ),
    "no_brief": later(
        "There is no brief of a conversation {number} of yours. Write **brief** to see which there "
        "are."
    ),
    "no_brief_here": later(
        "Conversation {number} has no brief: it is not there, came of no question and no round, or "
        "somebody who took part has left."
    ),
    "no_postcard": later(
        "That postcard is not there any more. Write **postcard** to see those you have."
    ),
    "nobody_for_a_postcard": later(
        "Those you talked with take no part in this community any more, so nobody could agree to a "
        "postcard."
    ),
    "unknown_topic": later("The topic “{value}” is not known. Please use one of: {allowed}."),
    "unknown_community": later(
        "The community “{value}” is not known. Please use one of: {allowed}."
    ),
    "unknown_level": later(
        "The level of government “{value}” is not known. Please use one of: {allowed}."
    ),
    "unknown_country": later(
        "The country “{value}” is not known. Please write its name, or a code of two letters such "
        "as MX."
    ),
    "unknown_since": later("The year “{value}” is not understood. Please write one such as 2019."),
    "empty_question": later("There was no question in it. Please write it in a sentence."),
    "too_many_questions": later(
        "You have asked {limit} questions within an hour, which is the most. Please ask again in "
        "{minutes} minutes."
    ),
    "question_too_long": later(
        "The question is too long. Please say it in at most {limit} characters."
    ),
    # From a question to a person.
    "question_closed": later("Question {number} is closed, so nobody can be asked about it."),
    "already_handed_over": later(
        "Question {number} has been handed over already. Write **questions {number}** to see how "
        "it stands."
    ),
    "already_sought": later(
        "The stewards have question {number} already. Write **questions {number}** to see how it "
        "stands."
    ),
    "cannot_be_proposed": later(
        "This member cannot be asked about it at present. Please propose somebody else."
    ),
    "nobody_to_ask": later(
        "There is nobody whom I could ask about this at present. You can ask it again when the "
        "community has grown, or ask it in other words."
    ),
    "too_many_requests": later(
        "You have {limit} requests open, which is the most. Please wait for an answer, or take one "
        "back with **withdraw**."
    ),
    "already_posted": later(
        "Question {number} has been posted to the community already. Write **community {number}** "
        "to see how it stands."
    ),
    "too_many_posts": later(
        "You have {limit} questions open with the community, which is the most. Please mark one as "
        "answered, or take one down with **community**."
    ),
    "answer_not_found": later(
        "There is no answer {number} to a question of yours. Write **community** to see them."
    ),
    "request_not_found": later(
        "There is no request {number} for you. Write **requests** to see what waits for you."
    ),
    "several_members": later(
        "More than one member has that name. Please add a comma and the organisation."
    ),
    "not_to_be_asked": later(
        "I find no member with that name whom I may ask. It has to be a member who agreed to be "
        "asked and to be shown by name."
    ),
    "cannot_be_asked_now": later(
        "This member cannot be asked about it at present. Please name somebody else, or choose Not "
        "now in the request."
    ),
    # Forms and values.
    "invalid_form": later("Some answers need another look; nothing was saved yet."),
    "missing": later("Please fill this in."),
    "too_long": later("Please use at most {limit} characters."),
    "unknown_choice": later("Please choose one of the answers offered."),
    "name_mixed": later(
        "This name mixes letters of several scripts that look alike. Please write each word of it "
        "in one script, so that others can read and find it."
    ),
    "name_of_office": later(
        "“{value}” is what I or those who run the community are called, so nobody else can have it "
        "as a name. Please write your own."
    ),
    "unknown_language": later(
        "The language “{value}” is not known. Please write codes such as es, fr."
    ),
    "unknown_bot_language": later(
        "I cannot speak “{value}” yet. Please choose one of: {allowed}, or auto."
    ),
    "unknown_zone": later(
        "The time zone “{value}” is not known. Please write one such as America/Mexico_City."
    ),
    "unknown_hours": later(
        "The hours “{value}” are not understood. Please write whole hours of one day, such as 9-17."
    ),
    "unknown_address": later("“{value}” is not a web address. It begins with https:// or http://."),
    "unknown_date": later("The date “{value}” is not understood. Please write 2019 or 2019-03."),
    "unknown_day": later(
        "The day “{value}” is not understood. Please write it as in 2027-01-10, or write off."
    ),
    "day_over": later("That day is over. Please write one from tomorrow on, as in {example}."),
    "day_too_far": later(
        "That is more than a year ahead. Please write {latest} at the latest; you can say it again "
        "then."
    ),
    "not_summarised": later(
        "These are still the words of the message. Please tell it in your own, or choose that its "
        "author agreed."
    ),
    "unknown_capacity": later(
        "Please write how many people a week may contact you: a number from 0 to {limit}."
    ),
    "unknown_purpose": later(
        "“{value}” is nothing you can agree to here. Please use one of: {allowed}."
    ),
    "unknown_topics": later("These topics are not known: {value}. Please use some of: {allowed}."),
    "too_many_lines": later(
        "There can be at most {limit} of them. Please remove one before you add another."
    ),
    "no_such_line": later("There is no number {number} in your list."),
    # The exchange.
    "no_programme": later(
        "There is no such exchange programme of yours. Write **pair** to see them all."
    ),
    "unknown_programme": later(
        "There is no exchange programme of that name. Write **programme** to see them all, or "
        "**programme create** to make one."
    ),
    "which_programme": later(
        "There are several programmes. Please add the name, as in pair join Bridges."
    ),
    "no_pairing": later("You are in no group just now to which this would belong."),
    "nobody_so_called": later(
        "Nobody, or more than one member, is called “{value}”. Please write the full name."
    ),
    "assistant_unknown": later(
        "I cannot tell whom you mean. Please mention somebody of this platform, as in pair "
        "assistant @name. In a terminal nobody can be asked."
    ),
    "assistant_is_you": later("That is you. Please name somebody else."),
    "unknown_side": later(
        "“{value}” is no member, organisation or country of this community. Please write a name "
        "as in the profile, a number such as #12, or a country."
    ),
    "programme_place": later(
        "This is said in the channel in which rounds are to be announced: programme here, with "
        "the programme's name."
    ),
    "nobody_reads_reports": later(
        "There is no steward outside your group who could read it, so nothing was sent. Please "
        "turn to the people who run this service."
    ),
    "programme_name_taken": later("Another programme has that name already."),
    "not_understood": later("“{value}” is not understood here."),
    "no_round": later("There is no round to come: the programme is over, or has no date."),
    "no_prompt": later("There is no question {number} to show. Write **prompts** to see them."),
    "prompt_used": later("That question waits already, or was posted within a year."),
    "lock_refused": later(
        "That cannot be done: a rule keeps them apart, or they are not in the round."
    ),
    # Accounts and stewards.
    "claim_refused": later(
        "That code does not work. It may be mistyped, used or expired: please ask for a new one."
    ),
    "claim_throttled": later(
        "Too many codes that did not work. Please wait an hour, or ask a steward for a new one."
    ),
    "two_profiles": later(
        "Both accounts have an approved profile of their own. A steward can join the two: please "
        "give one the numbers {one} and {other}."
    ),
    "invented_apart": later(
        "One of the two is an invented member of the sample community, so they cannot be joined."
    ),
    "same_member": later("That is the same member. Please give the number of the other one."),
    "member_not_found": later(
        "There is no member {number}. Write **members all** to see the list."
    ),
    "member_decided": later(
        "Nothing was changed: member {number} is no longer waiting. Their status: {status}."
    ),
    "member_gone": later("Nothing was changed: member {number} is not in the community any more."),
    "only_invited": later(
        "A claim code is for people who were invited and have not accepted yet. Member {number} is "
        "not one of them."
    ),
    "case_decided": later(
        "Nothing was changed: case {number} is already {state}. Another steward may have been "
        "quicker."
    ),
    "author_reads_first": later(
        "Case {number} has changed words that wait for their author. Publish it once they agree, "
        "or save it with the words that it has to take the change back."
    ),
    "no_author_to_ask": later(
        "The words of case {number} were released by somebody who cannot be asked any more, so "
        "they stay as they are. You can change the rest of it, or reject or retire it."
    ),
    "names_other": later(
        "This names {name}. Please take the name out: each of you chooses how you are quoted."
    ),
    "change_gone": later("This change is not open any more. The case reads as it stands now."),
    "same_case": later("That is the same case. Please merge it into another one."),
    "not_published_any_more": later(
        "Nothing was changed: case {number} is not published. Its state: {state}."
    ),
    "already_confirmed": later(
        "Nothing was changed: case {number} was confirmed meanwhile and is not up for review."
    ),
    "unknown_days": later("Please write a number of days from {fewest} to {most}."),
    "no_such_version": later("There is no version {version} of case {number} to show or change."),
    "members_flag": later(
        "Only approved members can report a problem with a case. Write **join** to become one."
    ),
    "already_flagged": later(
        "You have reported case {number} before, and a steward has not answered yet."
    ),
    "flag_decided": later(
        "Nothing was changed: that report is answered already. Another steward may have been "
        "quicker."
    ),
    "not_to_cite": later(
        "Conversation {number} is not one between somebody who asked and an expert who answered, "
        "so no case can be made of it. Write **save** to make one of what you know."
    ),
    "not_the_author": later("Only whoever wrote these words can change or release them."),
    "nothing_to_cite": later(
        "There is nothing to decide about conversation {number} at the moment. Write **cite "
        "{number}** to see how it stands."
    ),
    "call_not_found": later("There is no open call {number}. Write **calls** to see them."),
    "case_not_published": later("Only a published case can be retired. Case {number} is {state}."),
    "changed_meanwhile": later(
        "Somebody else has changed this meanwhile, so nothing was saved. Please open it again."
    ),
    "reason_needed": later("Please give a reason in a sentence, for those who come after you."),
    "unknown_action": later(
        "That button is from an earlier version and does nothing any more. Please ask again."
    ),
    "busy": later("I could not finish that just now. Please try again in a moment."),
}


def apology(say: Words | None, reference: str) -> Markup:
    """What is said when something failed that nobody foresaw; the reference is in the log."""
    say = say or words(None)
    return say(
        "Something went wrong on our side, and nothing was changed. Please try again, and give a "
        "steward this reference if it happens again: {reference}",
        reference=reference,
    )


def in_plain_text(say: Words, error: UserFacingError) -> str:
    """The same for a place that shows no markup, such as a command's last line."""
    return markup.plain(sentence(say, error))


def sentence(say: Words, error: UserFacingError) -> Markup:
    """What a refusal says in the reader's language. Never raises: an unknown code is worded too."""
    facts = {name: _fact(say, value) for name, value in error.facts.items()}
    try:
        return say(SENTENCES.get(error.code, UNKNOWN), **facts)
    except (KeyError, IndexError):
        return say(UNKNOWN)


def _fact(say: Words, value: object) -> object:
    if isinstance(value, StrEnum):
        try:
            return word(say, value)
        except KeyError:
            return value.value
    if isinstance(value, Enum | str | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        parts = sorted(value) if isinstance(value, set | frozenset) else value
        return ", ".join(part.value if isinstance(part, StrEnum) else str(part) for part in parts)
    return str(value)
