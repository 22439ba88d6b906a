"""What the methods of a feature answer to, declared above them: words, buttons, and who may."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Protocol, TypedDict, TypeVar, Unpack, runtime_checkable

from bot.contract import Argument, Reply
from bot.core.commands import Command, Grammar, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.error_messages import sentence
from bot.core.errors import InvalidForm

F = TypeVar("F")
M = TypeVar("M", bound=Callable[..., Awaitable[Reply]])
Saying = Callable[[F, Context, Intent], Awaitable[Reply]]
Pressing = Callable[[F, Context, Act], Awaitable[Reply]]
Either = Callable[[F, Context, str], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class _Declared:
    """One line above a method. `subject`: it takes only what the word or the button is about."""

    who: Who
    command: Command | None = None
    actions: tuple[str, ...] = ()
    subject: bool = False


_DECLARED: dict[FunctionType, list[_Declared]] = {}


class _More(TypedDict, total=False):
    """What a command may say besides, as `Command` has it."""

    who: Who
    words: tuple[str, ...]
    examples: str
    label: str
    arguments: Sequence[Argument]
    nearly: str


def said(
    name: str, group: Group, purpose: str, *shapes: str, **more: Unpack[_More]
) -> Callable[[Saying[F]], Saying[F]]:
    """The method carries out this command."""
    command = Command(name, group, purpose, shapes, **more)
    return _declaring(_Declared(command.who, command))


def pressed(*actions: str, who: Who) -> Callable[[Pressing[F]], Pressing[F]]:
    """The method takes the buttons, selects and forms of these actions."""
    return _declaring(_Declared(who, None, actions))


def pressed_on(*actions: str, who: Who) -> Callable[[Either[F]], Either[F]]:
    """The same for a method that takes what the button is about: words may lead to it, too."""
    return _declaring(_Declared(who, None, actions, subject=True))


def said_or_pressed(
    action: str, name: str, group: Group, purpose: str, *shapes: str, **more: Unpack[_More]
) -> Callable[[Either[F]], Either[F]]:
    """A word and a button do the same: the method takes what they are about, such as a number."""
    command = Command(name, group, purpose, shapes, **more)
    return _declaring(_Declared(command.who, command, (action,), subject=True))


def _declaring(declared: _Declared) -> Callable[[M], M]:
    def declare(method: M) -> M:
        if isinstance(method, FunctionType):
            _DECLARED.setdefault(method, []).insert(0, declared)
        return method

    return declare


@dataclass(frozen=True, slots=True)
class Route:
    """From a word or a button to the method that answers it; nobody gets past `who`."""

    declared: _Declared
    method: Callable[..., Awaitable[Reply]]

    @property
    def who(self) -> Who:
        """Who may."""
        return self.declared.who

    async def __call__(self, context: Context, given: Intent | Act) -> Reply:
        """The reply, to a form that cannot be taken the form again. Raises UserFacingError."""
        context.admit(self.who)
        try:
            return await self._answer(context, given)
        except InvalidForm as refused:
            errors = {
                name: sentence(context.say, problem) for name, problem in refused.problems.items()
            }
            return Reply(sentence(context.say, refused.first), form=refused.form, errors=errors)

    async def _answer(self, context: Context, given: Intent | Act) -> Reply:
        if self.declared.subject:
            about = given.object if isinstance(given, Intent) else given.subject
            return await self.method(context, about)
        return await self.method(context, given)


@runtime_checkable
class Composed(Protocol):
    """A feature that has parts with commands and buttons of their own."""

    parts: Sequence[object]


class Routes:
    """All that some features answer to."""

    def __init__(self, features: Iterable[object]) -> None:
        """Raises ValueError for a word or an action that is offered twice."""
        commands: list[Command] = []
        self.words: dict[str, Route] = {}
        self.actions: dict[str, Route] = {}
        for route in (route for feature in features for route in _routes(feature)):
            command = route.declared.command
            if command is not None:
                commands.append(command)
                _offer(self.words, command.name, route)
            for action in route.declared.actions:
                _offer(self.actions, action, route)
        self.grammar = Grammar(commands)


def commands_of(kind: type) -> list[Command]:
    """The commands that the methods of a class carry out."""
    found = (declared.command for _, declared in _declarations(kind))
    return [command for command in found if command is not None]


def _routes(feature: object) -> Iterator[Route]:
    for method, declared in _declarations(type(feature)):
        yield Route(declared, method.__get__(feature))
    for part in feature.parts if isinstance(feature, Composed) else ():
        yield from _routes(part)


def _declarations(kind: type) -> Iterator[tuple[FunctionType, _Declared]]:
    for method in vars(kind).values():
        if isinstance(method, FunctionType):
            for declared in _DECLARED.get(method, ()):
                yield method, declared


def _offer(routes: dict[str, Route], name: str, route: Route) -> None:
    if name in routes:
        raise ValueError(f"offered twice: {name}")
    routes[name] = route
