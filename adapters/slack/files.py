"""Files of a message, shared once in its thread: looked for before they are shared again."""

from collections.abc import Sequence

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import api_errors
from adapters.slack.render import SharedFile

MOST = 200
# Slack's words for "no files from this app, or not here": trying again does not help.
REFUSING = frozenset(
    {
        "file_type_not_allowed", "file_upload_size_restricted", "file_uploads_disabled",
        "file_uploads_except_images_disabled", "file_uploads_only_in_messages_allowed",
        "invalid_arguments", "missing_scope", "no_permission", "not_allowed_token_type",
        "posting_to_channel_denied", "restricted_action", "storage_limit_reached",
        "slack_connect_file_upload_sharing_blocked", "unknown_method",
    }
)  # fmt: skip


class Files:
    """Shares files in the rooms of one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def attach(
        self,
        channel: str,
        thread: str,
        message: str,
        files: Sequence[SharedFile],
        *,
        in_doubt: bool,
    ) -> bool:
        """Shares all of `files` at once under `message`; False when Slack takes none.

        `thread`: the one that the message stands in, if any. Slack shares them in one act, so
        after a lost answer all of them are there or none. Raises what the SDK raises.
        """
        thread = thread or message
        if in_doubt and await self._shared(channel, thread, message, files):
            return True
        uploads = [
            {
                "file": one.file.data,
                "filename": one.file.name,
                "title": one.file.name,
                "alt_txt": one.alt or None,
            }
            for one in files
        ]
        try:
            await self._client.files_upload_v2(
                file_uploads=uploads, channel=channel, thread_ts=thread
            )
        except SlackApiError as error:
            if api_errors.word(error) in REFUSING:
                return False
            raise
        return True

    async def _shared(
        self, channel: str, thread: str, message: str, files: Sequence[SharedFile]
    ) -> bool:
        """Whether a message after ours, in its thread, holds files of these names and sizes."""
        wanted = sorted((one.file.name, len(one.file.data)) for one in files)
        answer = await self._client.conversations_replies(
            channel=channel, ts=thread, oldest=message, limit=MOST
        )
        for each in answer.get("messages") or ():
            held = each.get("files") or ()
            found = sorted((str(file.get("name")), file.get("size")) for file in held)
            if float(each["ts"]) > float(message) and found == wanted:
                return True
        return False
