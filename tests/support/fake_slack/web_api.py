"""The methods of the Web API that a bot calls, on a workspace in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.support.fake_slack.limits import Json, Refusal, check_message, check_view
from tests.support.fake_slack.workspace import (
    APP,
    BOT,
    BOT_ID,
    TEAM,
    Channel,
    ResponseUrl,
    Workspace,
)

SCOPE_OF = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "conversations.open": "im:write",
    "users.info": "users:read",
    "users.conversations": "channels:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
}
READING = {"conversations.history", "conversations.replies"}
_MESSAGE = {
    "channel", "text", "blocks", "metadata", "thread_ts", "reply_broadcast", "mrkdwn", "parse",
    "link_names", "unfurl_links", "unfurl_media", "username", "icon_emoji", "icon_url", "as_user",
    "attachments",
}  # fmt: skip
ARGUMENTS: dict[str, set[str]] = {
    "auth.test": set(),
    "users.info": {"user", "include_locale"},
    "bots.info": {"bot", "team_id"},
    "team.info": {"team", "domain"},
    "conversations.open": {"users", "channel", "return_im", "prevent_creation"},
    "users.conversations": {"types", "exclude_archived", "limit", "cursor", "user", "team_id"},
    "conversations.info": {"channel", "include_locale", "include_num_members"},
    "conversations.history": {
        "channel", "latest", "oldest", "inclusive", "limit", "cursor", "include_all_metadata",
    },
    "conversations.replies": {
        "channel", "ts", "latest", "oldest", "inclusive", "limit", "cursor", "include_all_metadata",
    },
    "chat.postMessage": _MESSAGE,
    "chat.postEphemeral": (_MESSAGE | {"user"}) - {"metadata", "reply_broadcast"},
    "chat.update": (_MESSAGE | {"ts"}) - {"thread_ts", "username", "icon_emoji", "icon_url"},
    "chat.delete": {"channel", "ts", "as_user"},
    "chat.getPermalink": {"channel", "message_ts"},
    "files.getUploadURLExternal": {"filename", "length", "alt_txt", "snippet_type"},
    "files.completeUploadExternal": {
        "files", "channel_id", "channels", "initial_comment", "thread_ts", "blocks",
    },
    "reactions.add": {"channel", "name", "timestamp"},
    "reactions.remove": {"channel", "name", "timestamp"},
    "views.open": {"trigger_id", "interactivity_pointer", "view"},
    "views.push": {"trigger_id", "interactivity_pointer", "view"},
    "views.update": {"view", "view_id", "external_id", "hash"},
    "views.publish": {"user_id", "view", "hash"},
}  # fmt: skip
_STRUCTURED = {"blocks", "metadata", "view", "attachments", "files"}
_TRUE = {True, "true", "1"}


def parsed(body: bytes, content_type: str, form: Mapping[str, str]) -> Json:
    """The arguments of a call, sent as JSON or as a form with JSON inside."""
    if content_type == "application/json":
        found = json.loads(body or b"{}")
        if not isinstance(found, dict):
            raise Refusal("json_not_object")
        return found
    return {
        name: json.loads(value) if name in _STRUCTURED else value for name, value in form.items()
    }


class WebApi:
    """Carries out methods; `tell` sends an event to the app, as Slack does for what happens."""

    def __init__(
        self,
        workspace: Workspace,
        tell: Callable[[Json], object],
        upload_address: Callable[[str], str],
    ) -> None:
        self._workspace = workspace
        self._address = upload_address
        self._tell = tell
        self._methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "users.info": self._users_info,
            "bots.info": lambda _: {"bot": {"id": BOT_ID, "app_id": APP, "user_id": BOT}},
            "team.info": lambda _: {"team": {"id": TEAM, "name": "City", "domain": "city"}},
            "conversations.open": self._open_conversation,
            "users.conversations": self._own_conversations,
            "conversations.info": lambda a: {"channel": self._channel(a).facts()},
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "chat.postMessage": self._post_message,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.getPermalink": self._permalink,
            "files.getUploadURLExternal": self._upload_address,
            "files.completeUploadExternal": self._share_files,
            "reactions.add": self._add_reaction,
            "reactions.remove": self._remove_reaction,
            "views.open": self._open_view,
            "views.push": self._push_view,
            "views.update": self._update_view,
            "views.publish": self._publish,
        }

    def call(self, method: str, arguments: Json) -> Json:
        """What the method answers. Raises Refusal."""
        if method not in self._methods:
            raise Refusal("unknown_method", method)
        given = {name: value for name, value in arguments.items() if name != "token"}
        unknown = given.keys() - ARGUMENTS[method]
        if unknown:
            raise Refusal("invalid_arguments", f"{method} takes no {', '.join(sorted(unknown))}")
        return self._methods[method](given)

    def respond(self, answer: ResponseUrl, content: Json) -> None:
        """Use a response address. Raises Refusal when it is used up or too old."""
        space = self._workspace
        if space.now() > answer.expires:
            raise Refusal("expired_url")
        if answer.uses <= 0:
            raise Refusal("used_url")
        answer.uses -= 1
        # A slash command has no source message: what was answered before stays
        # (github.com/slackapi/bolt-python/issues/1268).
        if content.get("delete_original") in _TRUE:
            self._replace(answer, None)
            return
        check_message(content)
        kept: Json = {
            key: content[key] for key in ("text", "blocks", "thread_ts") if key in content
        }
        if content.get("replace_original") in _TRUE and (answer.message or answer.shown):
            self._replace(answer, kept)
        elif content.get("response_type") == "in_channel":
            space.post(space.channel(answer.channel), BOT, kept)
        else:
            space.show(answer.user, answer.channel, kept, "response_url")

    def _replace(self, answer: ResponseUrl, content: Json | None) -> None:
        if answer.shown:
            if content is None:
                answer.shown.gone = True
            else:
                answer.shown.content = content
        elif answer.message:
            if content is None:
                self._workspace.channel(answer.channel).messages.remove(answer.message)
            else:
                answer.message.update(content)

    def _auth_test(self, _: Json) -> Json:
        names = {"user": "crosswalk", "team": "City", "url": "https://city.slack.com/"}
        return {**names, "user_id": BOT, "team_id": TEAM, "bot_id": BOT_ID}

    def _users_info(self, given: Json) -> Json:
        user = self._workspace.users.get(str(given.get("user")))
        if user is None:
            raise Refusal("user_not_found", str(given))
        hidden = set() if given.get("include_locale") in _TRUE else {"locale"}
        return {"user": {key: value for key, value in user.items() if key not in hidden}}

    def _open_conversation(self, given: Json) -> Json:
        users = str(given.get("users", "")).split(",")
        if len(users) > 1:
            return {"channel": {"id": self._group(users).id}}
        user = self._workspace.users.get(users[0], {})
        if user.get("deleted"):
            raise Refusal("user_disabled", users[0])
        if user.get("is_bot"):
            raise Refusal("cannot_dm_bot", users[0])
        return {"channel": {"id": self._workspace.direct(users[0]).id}}

    def _own_conversations(self, given: Json) -> Json:
        kinds = str(given.get("types") or "public_channel").split(",")
        unknown = set(kinds) - {"public_channel", "private_channel", "mpim", "im"}
        if unknown:
            raise Refusal("invalid_types", ", ".join(unknown))
        found = [
            channel.facts()
            for channel in self._workspace.channels.values()
            if given.get("user", BOT) in channel.members
            and (BOT in channel.members or not channel.private)
            and ("private_channel" if channel.private else "public_channel") in kinds
            and not channel.direct
            and not (channel.archived and given.get("exclude_archived") in _TRUE)
        ]
        start, limit = int(given.get("cursor") or 0), int(given.get("limit") or 100)
        more = str(start + limit) if start + limit < len(found) else ""
        part = found[start : start + limit]
        return {"channels": part, "response_metadata": {"next_cursor": more}}

    def _group(self, users: list[str]) -> Channel:
        for each in users:
            user = self._workspace.users.get(each)
            if user is None:
                raise Refusal("user_not_found", each)
            if user["is_restricted"] or user["is_stranger"]:
                raise Refusal("restricted_action", "no group messages with people from outside")
        return self._workspace.group(users)

    def _channel(self, given: Json, *, writing: bool = False) -> Channel:
        name = str(given.get("channel", ""))
        if not writing and name in self._workspace.users:
            raise Refusal("channel_not_found", name)
        channel = self._workspace.channel(name)
        if writing and channel.archived:
            raise Refusal("is_archived", channel.id)
        if BOT not in channel.members:
            raise Refusal("not_in_channel", channel.id)
        return channel

    def _history(self, given: Json) -> Json:
        found = [
            message
            for message in self._channel(given).messages
            if message.get("thread_ts", message["ts"]) == message["ts"]
        ]
        return _page(list(reversed(found)), given)

    def _replies(self, given: Json) -> Json:
        channel, ts = self._channel(given), given.get("ts")
        found = [m for m in channel.messages if ts in {m["ts"], m.get("thread_ts")}]
        if not found:
            raise Refusal("thread_not_found", str(ts))
        return _page(found, given)

    def _post_message(self, given: Json) -> Json:
        channel = self._channel(given, writing=True)
        check_message(given)
        thread = given.get("thread_ts")
        if thread and all(message["ts"] != thread for message in channel.messages):
            raise Refusal("thread_not_found", str(thread))
        message = self._workspace.post(channel, BOT, _content(given))
        kind = "im" if channel.direct else "group" if channel.private else "channel"
        self._tell({**message, "channel": channel.id, "channel_type": kind})
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def _post_ephemeral(self, given: Json) -> Json:
        channel = self._channel(given, writing=True)
        check_message(given)
        if given.get("user") not in channel.members:
            raise Refusal("user_not_in_channel", str(given.get("user")))
        shown = self._workspace.show(
            given["user"], channel.id, _content(given), "chat.postEphemeral"
        )
        return {"message_ts": shown.ts}

    def _own(self, given: Json, error: str) -> Json:
        message = self._channel(given, writing=True).find(str(given.get("ts")))
        if message["user"] != BOT:
            raise Refusal(error, str(given.get("ts")))
        return message

    def _update(self, given: Json) -> Json:
        message = self._own(given, "cant_update_message")
        check_message(given)
        message.update(_content(given), edited={"user": BOT, "ts": self._workspace.ts()})
        return {"channel": given["channel"], "ts": message["ts"], "text": message["text"]}

    def _delete(self, given: Json) -> Json:
        message = self._own(given, "cant_delete_message")
        self._channel(given).messages.remove(message)
        return {"channel": given["channel"], "ts": message["ts"]}

    def _permalink(self, given: Json) -> Json:
        message = self._channel(given).find(str(given.get("message_ts")))
        path = f"{given['channel']}/p{message['ts'].replace('.', '')}"
        return {"permalink": f"https://city.slack.com/archives/{path}"}

    def _upload_address(self, given: Json) -> Json:
        if not given.get("filename") or int(given.get("length") or 0) <= 0:
            raise Refusal("invalid_arguments", "a name and a length above nought")
        upload = self._workspace.expect(str(given["filename"]), int(given["length"]))
        upload.alt = str(given.get("alt_txt") or "")
        return {"upload_url": self._address(upload.id), "file_id": upload.id}

    def _share_files(self, given: Json) -> Json:
        uploads = [self._workspace.uploads.get(str(one.get("id"))) for one in given["files"]]
        arrived = [upload for upload in uploads if upload and not upload.shared and upload.data]
        if not uploads or len(arrived) < len(uploads):
            raise Refusal("file_not_found", str(given["files"]))
        if given.get("channel_id"):
            channel = self._channel({"channel": given["channel_id"]}, writing=True)
            thread = given.get("thread_ts")
            if thread and all(message["ts"] != thread for message in channel.messages):
                raise Refusal("thread_not_found", str(thread))
            shared: Json = {
                "text": given.get("initial_comment") or "",
                "files": [upload.facts() for upload in arrived],
                "subtype": "file_share",
            }
            self._workspace.post(channel, BOT, shared | ({"thread_ts": thread} if thread else {}))
        for upload in arrived:
            upload.shared = True
        return {"files": [{"id": upload.id, "title": upload.name} for upload in arrived]}

    def _reactions(self, given: Json) -> set[str]:
        message = self._channel(given).find(str(given.get("timestamp")))
        if not str(given.get("name", "")).replace("_", "").replace("-", "").isalnum():
            raise Refusal("invalid_name", str(given.get("name")))
        found: set[str] = message.setdefault("reactions", set())
        return found

    def _add_reaction(self, given: Json) -> Json:
        reactions = self._reactions(given)
        if given["name"] in reactions:
            raise Refusal("already_reacted")
        reactions.add(given["name"])
        return {}

    def _remove_reaction(self, given: Json) -> Json:
        reactions = self._reactions(given)
        if given["name"] not in reactions:
            raise Refusal("no_reaction")
        reactions.remove(given["name"])
        return {}

    def _open_view(self, given: Json) -> Json:
        check_view(given.get("view"), "modal")
        user = self._workspace.pull(str(given.get("trigger_id")))
        return {"view": self._workspace.stack(user, given["view"], fresh=True)}

    def _push_view(self, given: Json) -> Json:
        check_view(given.get("view"), "modal")
        user = self._workspace.pull(str(given.get("trigger_id")))
        return {"view": self._workspace.stack(user, given["view"], fresh=False)}

    def _update_view(self, given: Json) -> Json:
        view_id = given.get("view_id")
        for known in self._workspace.views.values():
            if view_id is None and known["external_id"] == given.get("external_id") != "":
                view_id = known["id"]
        current = self._workspace.views.get(str(view_id))
        if current and given.get("hash") not in {None, current["hash"]}:
            raise Refusal("hash_conflict")
        return {"view": self._workspace.replace(str(view_id), given["view"])}

    def _publish(self, given: Json) -> Json:
        check_view(given.get("view"), "home")
        user = str(given.get("user_id"))
        if user not in self._workspace.users:
            raise Refusal("user_not_found", user)
        current = self._workspace.homes.get(user)
        if current and given.get("hash") not in {None, current["hash"]}:
            raise Refusal("hash_conflict")
        view = self._workspace.lay(
            given["view"], current["id"] if current else self._workspace.fresh("V")
        )
        self._workspace.homes[user] = view
        return {"view": view}


def _content(given: Json) -> Json:
    kept = {
        "text", "blocks", "metadata", "thread_ts", "unfurl_links", "unfurl_media", "link_names",
    }  # fmt: skip
    return {key: value for key, value in given.items() if key in kept}


def _page(messages: list[Json], given: Json) -> Json:
    oldest, latest = float(given.get("oldest") or 0), float(given.get("latest") or "inf")
    among = [m for m in messages if oldest <= float(m["ts"]) <= latest]
    start, limit = int(given.get("cursor") or 0), int(given.get("limit") or 100)
    with_metadata = given.get("include_all_metadata") in _TRUE
    page = [
        {key: value for key, value in message.items() if with_metadata or key != "metadata"}
        for message in among[start : start + limit]
    ]
    more = start + limit < len(among)
    following: dict[str, Any] = {"next_cursor": str(start + limit) if more else ""}
    return {"messages": page, "has_more": more, "response_metadata": following}
