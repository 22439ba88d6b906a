"""One HTTP request over a plain socket: no client library stands between test and server."""

import asyncio


async def get(
    port: int, path: str, body: bytes | None = None, declared: int | None = None
) -> tuple[int, str]:
    """Status and text of a GET, or of a POST when there is a body; `declared`: its length."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    verb = "GET" if body is None else "POST"
    head = (
        f"{verb} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Length: {len(body or b'') if declared is None else declared}\r\n\r\n"
    )
    writer.write(head.encode() + (body or b""))
    await writer.drain()
    answer = (await asyncio.wait_for(reader.read(), 30)).decode()
    writer.close()
    await writer.wait_closed()
    start, _, text = answer.partition("\r\n\r\n")
    return int(start.split()[1]), text
