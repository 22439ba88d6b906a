"""Files of a message, shared once in its thread: looked for before they are shared again."""

from collections.abc import Sequence

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import api_errors
from adapters.slack.render import SharedFile

log = structlog.get_logger(__name__)

MOST = 200


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
            if api_errors.passes(error):
                raise
            # No files from this app, or not here, or not of this sort: trying again does not help.
            log.warning("Slack took no files.", why=api_errors.word(error))
            return False
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
