"""The fake Discord keeps Discord's own rules, seen with a bare HTTP client."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.support.fake_discord import BOT, Channel, FakeDiscord, Json, Member
from tests.support.fake_discord.rooms import SEND, VIEW

INTENTS = 1 | 1 << 9 | 1 << 12
PRIVATE = 64


class Client:
    """A bot without a library."""

    def __init__(self, fake: FakeDiscord, session: aiohttp.ClientSession) -> None:
        self._fake = fake
        self._session = session
        self.socket: aiohttp.ClientWebSocketResponse
        self.session_id = ""
        self.number = 0

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the body of an answer."""
        headers = {"Authorization": f"Bot {self._fake.token}"}
        url = self._fake.base_url + path
        async with self._session.request(method, url, json=body, headers=headers) as answer:
            raw = await answer.read()
            return answer.status, json.loads(raw) if raw else None

    async def code(self, method: str, path: str, body: Any = None) -> int:
        """Discord's code for a refusal."""
        _, told = await self.call(method, path, body)
        return int(told["code"])

    async def post(self, channel: Channel, **body: Any) -> Json:
        status, told = await self.call("POST", f"/channels/{channel.id}/messages", body)
        assert status == 200, told
        return dict(told)

    async def connect(self, query: str = "?v=10&encoding=json") -> Json:
        """HELLO."""
        address = self._fake.base_url.replace("http", "ws").removesuffix("/api/v10")
        self.socket = await self._session.ws_connect(address + query)
        return await self.hear()

    async def hear(self) -> Json:
        told: Json = await self.socket.receive_json(timeout=2)
        self.number = told.get("s") or self.number
        return told

    async def tell(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def identify(self, intents: int = INTENTS) -> Json:
        """READY, after HELLO; the guild follows it."""
        await self.connect()
        await self.tell(2, {"token": self._fake.token, "intents": intents})
        ready = await self.hear()
        self.session_id = ready["d"]["session_id"]
        assert (await self.hear())["t"] == "GUILD_CREATE"
        return ready

    async def resume(self) -> None:
        await self.connect()
        token = self._fake.token
        await self.tell(6, {"token": token, "session_id": self.session_id, "seq": self.number})

    async def events(self, count: int) -> list[tuple[str, Json]]:
        told = [await self.hear() for _ in range(count)]
        return [(each["t"], each["d"]) for each in told]


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    started = FakeDiscord()
    await started.start()
    yield started
    await started.aclose()


@pytest.fixture
async def client(fake: FakeDiscord) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(fake, session)


@pytest.fixture
def ana(fake: FakeDiscord) -> Member:
    return fake.member("400000000000000004", "ana")


@pytest.fixture
def room(fake: FakeDiscord) -> Channel:
    return fake.channel("data")


async def test_a_nonce_makes_a_retry_return_the_first_message_until_it_is_forgotten(
    fake: FakeDiscord, client: Client, room: Channel
) -> None:
    first = await client.post(room, content="a", nonce="n", enforce_nonce=True)
    again = await client.post(room, content="b", nonce="n", enforce_nonce=True)
    assert (again["id"], again["content"]) == (first["id"], "a")
    assert (await client.post(room, content="b", nonce="n"))["id"] != first["id"]
    fake.world.forward(600)
    assert (await client.post(room, content="c", nonce="n", enforce_nonce=True))["content"] == "c"
    fake.world.forget_nonces()
    await client.post(room, content="d", nonce="n", enforce_nonce=True)
    assert [message["content"] for message in room.messages] == ["a", "b", "c", "d"]


async def test_history_is_read_before_after_and_around(
    client: Client, room: Channel, ana: Member
) -> None:
    ids = [ana.mention(room, str(n))["id"] for n in range(10)]
    path = f"/channels/{room.id}/messages?limit=3"
    for query, expected in (
        ("", [9, 8, 7]),
        (f"&after={ids[2]}", [5, 4, 3]),
        (f"&before={ids[2]}", [1, 0]),
        (f"&around={ids[5]}", [6, 5, 4]),
    ):
        _, found = await client.call("GET", path + query)
        assert [ids.index(message["id"]) for message in found] == expected
    assert await client.code("GET", f"/channels/{room.id}/messages?limit=101") == 50035


async def test_content_is_withheld_from_what_is_not_for_the_bot(
    client: Client, room: Channel, ana: Member
) -> None:
    own = await client.post(room, content="from the bot")
    ana.say(room, "to the others")
    ana.mention(room, "to the bot")
    ana.say(room, "a reply", own)
    ana.say(room, "a reply that pings nobody", own, ping=False)
    ana.write("in private")
    _, found = await client.call("GET", f"/channels/{room.id}/messages")
    texts = [message["content"] for message in reversed(found)]
    assert texts == ["from the bot", "", f"<@{BOT}> to the bot", "a reply", ""]
    _, found = await client.call("GET", f"/channels/{ana.direct.id}/messages")
    assert [message["content"] for message in found] == ["in private"]


async def test_an_operator_with_the_privileged_intent_reads_all(
    fake: FakeDiscord, client: Client, room: Channel, ana: Member
) -> None:
    await client.connect()
    await client.tell(2, {"token": fake.token, "intents": INTENTS | 1 << 15})
    assert (await client.socket.receive()).data == 4014
    fake.world.message_content = True
    await client.identify(INTENTS | 1 << 15)
    ana.say(room, "to the others")
    assert (await client.hear())["d"]["content"] == "to the others"


async def test_what_the_bot_may_not_do_has_its_code(
    fake: FakeDiscord, client: Client, room: Channel, ana: Member
) -> None:
    path, body = f"/channels/{room.id}/messages", {"content": "a"}
    room.denied = SEND
    assert await client.code("POST", path, body) == 50013
    room.denied = VIEW
    assert await client.code("GET", path) == 50001
    ana.direct.closed = True
    assert await client.code("POST", f"/channels/{ana.direct.id}/messages", body) == 50007
    assert await client.code("POST", "/channels/7/messages", body) == 10003
    assert await client.code("POST", "/users/@me/channels", {"recipient_id": BOT}) == 50033
    room.denied = 0
    said = ana.say(room, "mine")
    assert await client.code("PATCH", f"{path}/{said['id']}", body) == 50005
    assert await client.code("POST", path, {}) == 50006
    fake.faults.revoked = True
    assert (await client.call("GET", "/users/@me"))[0] == 401


async def test_threads_and_posts(fake: FakeDiscord, client: Client, room: Channel) -> None:
    message = await client.post(room, content="a")
    begin = f"/channels/{room.id}/messages/{message['id']}/threads"
    status, thread = await client.call("POST", begin, {"name": "t"})
    assert (status, thread["id"], thread["type"]) == (200, message["id"], 11)
    assert await client.code("POST", begin, {"name": "t"}) == 160004
    path = f"/channels/{room.id}/threads"
    _, private = await client.call("POST", path, {"name": "p", "type": 12})
    assert private["type"] == 12
    assert await client.code("POST", path, {"name": ""}) == 50035
    forum = fake.forum("questions", ["legal", "solved"])
    (legal, solved) = forum.tags
    asked = {"name": "q", "message": {"content": "a"}, "applied_tags": [legal]}
    _, post = await client.call("POST", f"/channels/{forum.id}/threads", asked)
    assert post["applied_tags"] == [legal]
    assert await client.code("POST", f"/channels/{forum.id}/messages", {"content": "a"}) == 50008
    change = {"applied_tags": [legal, solved]}
    _, edited = await client.call("PATCH", f"/channels/{post['id']}", change)
    assert edited["applied_tags"] == [legal, solved]
    edit = f"/channels/{post['id']}"
    assert await client.code("PATCH", edit, {"applied_tags": ["7"]}) == 10087


async def test_limits_faults_and_lost_answers_come_as_planned(
    fake: FakeDiscord, client: Client, room: Channel
) -> None:
    fake.faults.rate_limit("message.create", seconds=0.5, everywhere=True)
    fake.faults.fail("message.create", status=502)
    fake.faults.lose_answer("message.create")
    path, body = f"/channels/{room.id}/messages", {"content": "a"}
    status, told = await client.call("POST", path, body)
    assert (status, told["retry_after"], told["global"]) == (429, 0.5, True)
    with pytest.raises(json.JSONDecodeError):
        await client.call("POST", path, body)
    assert room.messages == []
    with pytest.raises(aiohttp.ClientError):
        await client.call("POST", path, body)
    assert len(room.messages) == 1
    assert (await client.call("POST", path, body))[0] == 200


async def test_a_session_is_resumed_with_what_it_missed(
    fake: FakeDiscord, client: Client, room: Channel, ana: Member
) -> None:
    await client.identify()
    await fake.gateway.drop()
    ana.mention(room, "missed")
    await client.resume()
    (message, resumed) = await client.events(2)
    assert (message[0], message[1]["content"]) == ("MESSAGE_CREATE", f"<@{BOT}> missed")
    assert resumed[0] == "RESUMED"


@pytest.mark.parametrize("how", ["lost", "goodbye"])
async def test_a_lost_session_is_invalid(
    fake: FakeDiscord, client: Client, room: Channel, ana: Member, how: str
) -> None:
    await client.identify()
    if how == "lost":
        await fake.gateway.drop(resume=False)
    else:
        await client.socket.close(code=1000)
        await fake.until(lambda: not fake.gateway.lines)
    ana.mention(room, "never seen")
    await client.resume()
    assert await client.hear() == {"op": 9, "d": False}


async def test_events_come_twice_again_or_never_when_told(
    fake: FakeDiscord, client: Client, room: Channel, ana: Member
) -> None:
    await client.identify()
    fake.faults.twice, fake.faults.dropped = 1, 1
    ana.mention(room, "never")
    ana.mention(room, "twice")
    first, second = await client.hear(), await client.hear()
    assert first["d"] == second["d"]
    assert second["s"] == first["s"] + 1
    fake.gateway.replay(1)
    assert await client.hear() == second


async def test_a_heartbeat_is_answered_unless_the_gateway_is_silent(
    fake: FakeDiscord, client: Client, room: Channel, ana: Member
) -> None:
    await client.identify()
    await client.tell(1, client.number)
    assert await client.hear() == {"op": 11}
    fake.faults.silent = True
    ana.mention(room, "unheard")
    await client.tell(1, client.number)
    with pytest.raises(TimeoutError):
        await client.socket.receive(timeout=0.2)
    assert fake.gateway.beats == 1


async def test_connections_are_refused_as_often_as_told(fake: FakeDiscord, client: Client) -> None:
    fake.faults.refused = 1
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await client.connect()
    assert (await client.connect())["op"] == 10
    await client.tell(2, {"token": "wrong", "intents": INTENTS})
    assert (await client.socket.receive()).data == 4004


async def test_the_stream_is_compressed_when_asked(fake: FakeDiscord, client: Client) -> None:
    address = fake.base_url.replace("http", "ws").removesuffix("/api/v10")
    query = "?v=10&encoding=json&compress=zlib-stream"
    async with aiohttp.ClientSession() as session, session.ws_connect(address + query) as socket:
        inflate = zlib.decompressobj()
        packed = await socket.receive_bytes(timeout=2)
        assert packed.endswith(b"\x00\x00\xff\xff")
        assert json.loads(inflate.decompress(packed))["op"] == 10


async def _acted(client: Client, ana: Member, room: Channel) -> tuple[Json, str]:
    """A pressed button: the interaction as it arrives, and where its answer goes."""
    await client.identify()
    row = {"type": 1, "components": [
        {"type": 2, "style": 2, "label": "Read", "custom_id": "read"}]}  # fmt: skip
    await client.post(room, content="a", components=[row])
    await client.hear()
    ana.press(room.messages[-1], "Read")
    told = (await client.hear())["d"]
    return told, f"/interactions/{told['id']}/{told['token']}/callback"


async def test_an_interaction_is_answered_once_and_within_three_seconds(
    fake: FakeDiscord, client: Client, room: Channel, ana: Member
) -> None:
    told, path = await _acted(client, ana, room)
    assert told["data"]["custom_id"] == "read"
    hook = f"/webhooks/{BOT}/{told['token']}"
    assert await client.code("POST", hook, {"content": "too soon"}) == 10015
    body = {"type": 4, "data": {"content": "only you", "flags": PRIVATE}}
    assert (await client.call("POST", path, body))[0] == 204
    assert await client.code("POST", path, body) == 40060
    assert [shown.message["content"] for shown in ana.shown] == ["only you"]
    assert len(fake.by_bot(room)) == 1
    late = ana.press(room.messages[-1], "Read")
    fake.world.forward(4)
    path = f"/interactions/{late.id}/{late.token}/callback"
    assert await client.code("POST", path, body) == 10062
    assert (late.answered, late.refused[0].code) == (0, 10062)


async def test_a_deferral_fixes_who_sees_the_answer(
    fake: FakeDiscord, client: Client, room: Channel, ana: Member
) -> None:
    told, path = await _acted(client, ana, room)
    await client.call("POST", path, {"type": 5, "data": {"flags": PRIVATE}})
    hook = f"/webhooks/{BOT}/{told['token']}"
    original = hook + "/messages/@original"
    assert await client.code("GET", original) == 10008
    _, filled = await client.call("PATCH", original, {"content": "done"})
    assert filled["flags"] & PRIVATE
    await client.call("POST", hook, {"content": "to all"})
    await client.call("PATCH", original, {"content": "done twice"})
    assert [shown.message["content"] for shown in ana.shown] == ["done twice"]
    assert [m["content"] for m in fake.by_bot(room)] == ["a", "to all"]
    await client.call("DELETE", original)
    assert ana.shown == []
    fake.world.forward(1000)
    assert await client.code("POST", hook, {"content": "a"}) == 50027


async def test_a_button_may_change_its_message_and_a_form_opens_once(
    client: Client, room: Channel, ana: Member
) -> None:
    _, path = await _acted(client, ana, room)
    await client.call("POST", path, {"type": 7, "data": {"content": "changed"}})
    assert room.messages[-1]["content"] == "changed"
    act = ana.press(room.messages[-1], "Read")
    path = f"/interactions/{act.id}/{act.token}/callback"
    asked = {"type": 18, "label": "Name", "component": {"type": 4, "custom_id": "n", "style": 1}}
    form = {"custom_id": "f", "title": "Form", "components": [asked]}
    assert await client.code("POST", path, {"type": 8, "data": {"choices": []}}) == 50035
    assert (await client.call("POST", path, {"type": 9, "data": form}))[0] == 204
    sent = ana.submit({"Name": "Ana"})
    assert sent.data["components"][0]["component"]["value"] == "Ana"
    path = f"/interactions/{sent.id}/{sent.token}/callback"
    assert await client.code("POST", path, {"type": 9, "data": form}) == 50035
    with pytest.raises(LookupError, match="Nome"):
        ana.submit({"Nome": "Ana"})


async def test_a_command_is_typed_as_it_was_announced(
    fake: FakeDiscord, client: Client, room: Channel, ana: Member
) -> None:
    boss = fake.member("400000000000000005", "boss", admin=True)
    question = {"name": "question", "description": "What", "type": 3, "required": True}
    commands: list[Json] = [
        {"name": "ask", "description": "Ask", "options": [question]},
        {"name": "pair", "description": "Pair", "options": [
            {"name": "join", "description": "Join", "type": 1, "options": []}]},
        {"name": "queue", "description": "Queue", "default_member_permissions": "32"},
        {"name": "Save", "type": 3},
    ]  # fmt: skip
    status, _ = await client.call("PUT", f"/applications/{BOT}/commands", commands)
    assert status == 200
    await client.identify()
    ana.slash("ask", room, question="why?")
    _, told = (await client.events(1))[0]
    (given,) = told["data"]["options"]
    assert (given["name"], given["value"], told["member"]["user"]["id"]) == (
        "question", "why?", ana.id,
    )  # fmt: skip
    assert ana.slash("pair join").data["options"][0]["name"] == "join"
    boss.slash("queue")
    for wrong in ("queue", "nothing", "pair", "ask", "pair leave"):
        with pytest.raises(LookupError):
            ana.slash(wrong)
    with pytest.raises(LookupError):
        ana.slash("ask", question=7)
    said = ana.say(room, "withheld elsewhere")
    resolved = ana.menu("Save", said).data["resolved"]["messages"][said["id"]]
    assert resolved["content"] == "withheld elsewhere"
