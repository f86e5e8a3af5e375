# mypy: ignore-errors
# The library is in a venv of its own, where the type checker does not look.
"""websockets: PORT [CERTIFICATE KEY]. Every path upgrades; also the backend of the proxies."""

import asyncio
import ssl
import sys

from websockets.asyncio.server import ServerConnection, serve


def choose(_: ServerConnection, offered: list[str]) -> str | None:
    """Replaces the library's own choice, which refuses a client that offers no subprotocol."""
    return "chat" if "chat" in offered else None


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


async def main(port: str, *pair: str) -> None:
    context = None
    if pair:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
    async with serve(
        echo, "127.0.0.1", int(port), ssl=context, subprotocols=["chat"], select_subprotocol=choose
    ) as server:
        await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
