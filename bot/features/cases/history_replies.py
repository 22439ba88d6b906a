"""How the versions of a case are told."""

from collections.abc import Mapping, Sequence

from bot.contract import Button, ButtonStyle, Card, Fact, Reply
from bot.i18n import Markup, Words, later
from bot.i18n.labels import topic
from bot.i18n.phrases import cited
from knowledge.cases.versions import VersionView
from knowledge.cases.views import CaseView, SourceView
from knowledge.vocabulary import ChangeKind, EditorKind

DONE: Mapping[tuple[EditorKind, ChangeKind], str] = {
    (EditorKind.STEWARD, ChangeKind.PUBLISHED): later("published"),
    (EditorKind.IMPORT, ChangeKind.PUBLISHED): later("published"),
    (EditorKind.STEWARD, ChangeKind.EDITED): later("changed by a steward"),
    (EditorKind.IMPORT, ChangeKind.EDITED): later("changed by an import"),
    (EditorKind.STEWARD, ChangeKind.MERGED): later("merged with a case that says the same"),
    (EditorKind.IMPORT, ChangeKind.MERGED): later("merged with a case that says the same"),
}


def listed(say: Words, case: CaseView, found: Sequence[VersionView]) -> Reply:
    """Where a case comes from, and each of its versions, the newest first."""
    source = cited(say, case.source) or say("no source is named")
    heading = say("Case {number}: {title}", number=case.id, title=case.title)
    origin = say(
        "Its source: {source}. It was added on {day}.", source=source, day=say.day(case.added_at)
    )
    if not found:
        parts = [heading, origin, say("It has not been changed since it was published.")]
        if case.published_at is None:
            parts = [heading, origin, say("It has not been published yet.")]
        return Reply(Markup("\n\n").join(parts), buttons=_back(say, case))
    count = say.plural("It has one version.", "It has {number} versions.", len(found))
    return Reply(
        Markup("\n\n").join((heading, Markup(" ").join((origin, count)))),
        cards=tuple(_line(say, case, version) for version in found[:10]),
        buttons=_back(say, case),
    )


def one(say: Words, case: CaseView, version: VersionView, *, clearing: bool) -> Reply:
    """One version with all its words; stewards may take them out of a former one."""
    text = say(
        "Version {version} of case {number}, {done} on {day}.",
        version=version.number,
        number=case.id,
        done=_done(say, version),
        day=say.day(version.at),
    )
    if not version.text:
        return Reply(Markup(" ").join((text, say("A steward has taken its words out."))))
    facts = [Fact(say.label("Source"), cited(say, _source(version.facts)) or Markup("–"))]
    topics = say.listed(topic(say, str(value)) for value in version.facts.get("topics", ()))
    if topics:
        facts.append(Fact(say.label("Topics"), say("{topics}", topics=topics)))
    if version.note:
        facts.append(Fact(say.label("What changed"), say("{text}", text=version.note)))
    subject = f"{case.id}:{version.number}"
    take_out = Button(
        say.label("Take its words out"), "case.version_clear", subject, ButtonStyle.DANGER
    )
    card = Card(
        title=version.title,
        body=say("{text}", text=version.text),
        facts=facts,
        buttons=(take_out,) if clearing else (),
    )
    return Reply(text, cards=(card,), buttons=_back(say, case))


def _line(say: Words, case: CaseView, version: VersionView) -> Card:
    body = say("{done} on {day}", done=_done(say, version), day=say.day(version.at))
    if version.note:
        body = Markup(": ").join((body, say("{text}", text=version.note)))
    if not version.text:
        body = Markup(". ").join((body, say("A steward has taken its words out.")))
    read = Button(
        say.label("Read version {number}", number=version.number),
        "case.version",
        f"{case.id}:{version.number}",
    )
    title = version.title or case.title
    return Card(
        title=say.label("Version {number}: {title}", number=version.number, title=title),
        body=body,
        buttons=(read,) if version.text else (),
    )


def _done(say: Words, version: VersionView) -> str:
    return say.label(DONE[version.editor, version.why])


def _source(facts: Mapping[str, object]) -> SourceView:
    source = facts.get("source")
    if not isinstance(source, dict):
        return SourceView("")
    return SourceView(**{name: str(value) for name, value in source.items()})


def _back(say: Words, case: CaseView) -> tuple[Button, ...]:
    return (Button(say.label("Read the whole case"), "case.show", str(case.id)),)
