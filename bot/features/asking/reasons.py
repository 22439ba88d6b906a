"""Why somebody is named, and in what an asker's circumstances differ from a case's."""

from bot.features.asking.answer import Difference
from knowledge.cases.views import CaseView
from knowledge.database.circumstances import CircumstancesView
from knowledge.members.views import MemberView
from knowledge.search.expert_ranking import RankedExpert, Reason, ReasonKind
from knowledge.vocabulary import Community, PassageKind, Purpose


def reasons(
    expert: RankedExpert, *, community: Community | None = None, own: bool = False
) -> tuple[Reason, ...]:
    """Why somebody is named, nothing where only a language or a community is left to say.

    `community`: where it may be said. `own`: for their own eyes.
    """
    kinds = {
        PassageKind.TITLE: ReasonKind.WROTE,
        PassageKind.OFFER: ReasonKind.OFFERS,
        PassageKind.PROFILE: ReasonKind.WORKS_ON,
        PassageKind.ANSWERED: ReasonKind.ANSWERED,
    }
    # Who did not agree to be named is not given away by a title or a profile, either: only by
    # what they wrote to be shown, their offers.
    told = expert.evidence
    if not own and not expert.member.agreed(Purpose.BE_NAMED):
        told = tuple(piece for piece in told if piece.kind is PassageKind.OFFER)
    told_so = [Reason(kinds[piece.kind], piece.text) for piece in told]
    if not told_so:  # a language or a community is no reason by itself
        return ()
    if expert.speaks:
        told_so.append(Reason(ReasonKind.SPEAKS, expert.speaks))
    theirs = expert.member.community if own else community
    if expert.crosses and theirs:
        told_so.append(Reason(ReasonKind.COMMUNITY, theirs))
    return tuple(dict.fromkeys(told_so))


def kept(why: Reason) -> str:
    """A reason as it is stored beside a match; of a question that somebody else asked no word."""
    return f"{why.kind}:{'' if why.kind is ReasonKind.ANSWERED else why.value}"


def differences(asker: MemberView | None, found: list[CaseView]) -> tuple[Difference, ...]:
    """Structured facts that both sides stated and that are not the same."""
    if asker is None or not found:
        return ()
    differing = []
    for fact in CircumstancesView.__dataclass_fields__:
        yours = getattr(asker.circumstances, fact)
        theirs = getattr(found[0].circumstances, fact)
        if yours and theirs and yours != theirs:
            differing.append(Difference(fact, yours, theirs))
    return tuple(differing)
