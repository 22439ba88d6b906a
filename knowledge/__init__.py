"""The ground floor: what the community knows. Plain synchronous functions, no chat, no asyncio."""
