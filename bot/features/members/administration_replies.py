"""What stewards read about members, and about what stewards did."""

from collections.abc import Mapping, Sequence

from bot.contract import Button, ButtonStyle, Card, Fact, Reply
from bot.contract.markup import escape
from bot.core.forms import FormOf, long_text, short_text
from bot.features.members.claim_replies import invitation_code as _code
from bot.features.members.profile_replies import facts
from bot.i18n import Markup, Words, later
from knowledge.members.accounts import AccountView
from knowledge.members.audit import AuditView
from knowledge.members.views import MemberView
from knowledge.vocabulary import MemberStatus

REASON_LIMIT = 300
LISTS: Mapping[str, str] = {
    "pending": later("Waiting for approval: {number}"),
    "invited": later("Invited, not accepted yet: {number}"),
    "all": later("Members, whatever their status: {number}"),
}
ACTS: Mapping[str, str] = {
    "member.approve": later("approved a member"),
    "member.accept": later("accepted an invitation"),
    "member.reject": later("rejected a member"),
    "member.remove": later("removed a member"),
    "member.link": later("linked two members"),
    "member.code": later("made a claim code"),
    "member.erase": later("erased a member's data"),
    "members.import": later("imported members"),
    "database.backup": later("made a backup of the database"),
    "database.restore": later("put a backup in the place of the database"),
    "channel.questions_on": later("named a channel for questions to a community"),
    "channel.questions_off": later("took a channel out of those for questions to a community"),
    "case.approve": later("published a case"),
    "case.reject": later("rejected a case"),
    "case.retire": later("retired a case"),
    "case.edit": later("edited a case"),
    "case.merge": later("merged a case into another"),
    "case.clear": later("took the words out of a former version"),
    "case.confirm": later("said that a case is still true"),
    "case.restore": later("published a retired case again"),
    "case.review": later("changed how often a case comes up for review"),
    "case.lapse": later("retired a case that nobody confirmed"),
    "flag.resolve": later("answered a report on a case"),
    "call.open": later("opened a call for cases"),
    "call.close": later("closed a call for cases"),
    "cases.import": later("imported cases"),
    "prompts.cadence": later("changed when questions are posted between rounds"),
    "prompts.own": later("added a question between rounds"),
    "prompts.front": later("put a question between rounds to the front"),
    "prompts.skip": later("put a question between rounds off"),
    "prompts.drop": later("dropped a question between rounds"),
    "prompts.suggest": later("asked the author of an answer for a case"),
    "question.answered": later("answered a question that looked for a person"),
    "question.nobody": later("said that nobody can be asked about a question at present"),
    "question.propose": later("proposed a person for a question"),
    "question.shared": later("had a question of their own posted in a channel"),
    "question.solved": later("marked a question as answered"),
    "brief.write": later("wrote the brief of a conversation into files"),
    "channel.allow": later("let the bot answer in a channel"),
    "channel.quiet": later("made the bot quiet in a channel"),
    "channel.default": later("let a channel follow the default"),
    "channels.named": later("let the bot answer only in allowed channels"),
    "channels.everywhere": later("let the bot answer in every channel it was invited to"),
    "programme.save": later("set an exchange programme"),
    "programme.pause": later("paused an exchange programme, or let it go on"),
    "programme.here": later("changed where an exchange programme is announced"),
    "programme.resume": later("let an exchange programme go on"),
    "programme.apart": later("changed who is kept apart in the exchange"),
    "programme.reports": later("noted a member's superior"),
    "programme.reports.undo": later("took back a member's superior"),
    "round.swap": later("let two change places in a round"),
    "round.lock": later("put two together in a round"),
    "round.send": later("sent a round"),
    "round.cancel": later("cancelled a round"),
}


def members(
    say: Words,
    which: str,
    found: Sequence[tuple[MemberView, Sequence[AccountView]]],
    total: int,
    offset: int,
) -> Reply:
    """Some members of one list, `offset` of `total` having been shown before."""
    heading = say(LISTS[which], number=total)
    hint = say("Other lists: **members pending**, **members invited**, **members all**.")
    rest = offset + len(found)
    more = Button(say.label("More members"), "member.list", f"{which}:{rest}")
    return Reply(
        f"{heading}\n\n{hint}",
        cards=tuple(_card(say, member, own) for member, own in found),
        buttons=(more,) if rest < total else (),
    )


def approved(say: Words, member: MemberView) -> Reply:
    """Somebody's community was approved."""
    return Reply(say("{name} is a member now.", name=member.name), buttons=(_back(say),))


def rejected(say: Words, member: MemberView) -> Reply:
    """Somebody was turned down."""
    text = say(
        "{name} was not approved. They are told so, with the reason.",
        name=member.name,
    )
    return Reply(text, buttons=(_back(say),))


def removed(say: Words, number: int, name: str) -> Reply:
    """Somebody was sent away."""
    return Reply(say("{name} (member {number}) has been removed.", name=name, number=number))


def linked(say: Words, member: MemberView) -> Reply:
    """Two members became one."""
    text = say("They are one member now: {name} ({number}).", name=member.name, number=member.id)
    return Reply(text)


class RejectedMember(FormOf):
    """The step before rejecting."""

    action, heading = "member.reject", later("Reject member {number}")
    reason = long_text(later("Reason (may stay empty)"), REASON_LIMIT)


class RemovedMember(FormOf):
    """The step before removing."""

    action, heading = "member.remove", later("Remove member {number}")
    reason = long_text(later("Reason (may stay empty)"), REASON_LIMIT)


class LinkedMember(FormOf):
    """The step before linking."""

    action, heading = "member.link", later("Link member {number}")
    other = short_text(
        later("Number of the other member"),
        12,
        required=True,
        hint=later("Accounts, questions and cases of both go together."),
    )


def remove_question(say: Words, member: MemberView) -> Reply:
    """The step before removing."""
    if member.status is MemberStatus.INVITED:
        note = say("Everything that the invitation says about them is deleted.")
    else:
        note = say(
            "Nobody is shown them any more. What they wrote stays stored until they erase it. "
            "The person reads the reason."
        )
    form = RemovedMember.draw(say, member.id, note=note, number=member.id)
    return Reply(say("Remove {name}?", name=member.name), form=form)


def invitation_code(say: Words, member: MemberView, code: str, hours: int) -> Reply:
    """A code that a steward passes on to somebody who was invited."""
    return _code(say, member.id, member.name, code, hours)


def link_preview(
    say: Words,
    stays: tuple[MemberView, Sequence[AccountView]],
    goes: tuple[MemberView, Sequence[AccountView]],
) -> Reply:
    """What linking does, before it is done: it cannot be undone."""
    text = say(
        "Member {goes} ({former}) becomes part of member {stays} ({name}). Accounts, questions, "
        "cases and conversations of both go together, and whoever writes with one of these "
        "accounts reads what the other did. This cannot be undone.",
        goes=goes[0].id,
        former=goes[0].name,
        stays=stays[0].id,
        name=stays[0].name,
    )
    subject = f"{stays[0].id}:{goes[0].id}"
    button = Button(say.label("They are one person"), "member.link", subject, ButtonStyle.DANGER)
    return Reply(text, cards=(_card(say, *stays), _card(say, *goes)), buttons=(button,))


def audit(say: Words, acts: Sequence[AuditView], names: Mapping[str, str]) -> Reply:
    """The last privileged acts; `names`: who is meant by a word such as `member:3`."""
    if not acts:
        return Reply(say("No privileged act is on record yet."))
    lines = "\n".join(f"- {_act(say, act, names)}" for act in acts)
    heading = say("The last privileged acts:")
    return Reply(f"{heading}\n\n{lines}")


def _act(say: Words, act: AuditView, names: Mapping[str, str]) -> str:
    def who(word: str) -> str:
        return f"{names[word]}, {word}" if word in names else word

    done = say.label(ACTS[act.act]) if act.act in ACTS else act.act
    line = say(
        "{{time:{at}}}: {actor} {done} ({subject})",
        at=int(act.at.timestamp()),
        actor=who(act.actor),
        done=done,
        subject=who(act.subject),
    )
    return f"{line}: {escape(who(act.detail))}".replace("\n", " ") if act.detail else line


def _card(say: Words, member: MemberView, own: Sequence[AccountView]) -> Card:
    rows = list(facts(say, member, own=False))
    if own:
        named = (
            say("{name} ({platform}, has left the workspace)", name=one.name, platform=one.platform)
            if one.gone
            else say("{name} ({platform})", name=one.name, platform=one.platform)
            for one in own
        )
        rows.append(Fact(say.label("Accounts"), Markup("; ").join(named)))
    return Card(
        title=say.label("{number}. {name}", number=member.id, name=member.name),
        body=escape(member.profile),
        facts=tuple(rows),
        buttons=tuple(_buttons(say, member)),
    )


def _buttons(say: Words, member: MemberView) -> list[Button]:
    number = str(member.id)
    remove = Button(say.label("Remove"), "member.remove", number, ButtonStyle.DANGER)
    link = Button(say.label("Link"), "member.link", number)
    match member.status:
        case MemberStatus.UNVERIFIED:
            return [
                Button(say.label("Approve"), "member.approve", number, ButtonStyle.PRIMARY),
                Button(say.label("Reject"), "member.reject", number, ButtonStyle.DANGER),
                link,
            ]
        case MemberStatus.INVITED:
            return [Button(say.label("Claim code"), "member.code", number), link, remove]
        case MemberStatus.LEFT:
            return []
        case _:
            return [link, remove]


def _back(say: Words) -> Button:
    return Button(say.label("Back to the list"), "member.list", "pending:0")
