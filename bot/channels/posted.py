"""What is posted to a route of ours."""

from starlette.requests import Request


async def body_of(request: Request, most: int) -> bytes | None:
    """Return what was posted; None where it is more than `most` bytes. Raises ClientDisconnect."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
