# mypy: ignore-errors
# The library is in a venv of its own, where the type checker does not look.
"""tornado: PORT [CERTIFICATE KEY]. Upgrades /ws."""

import asyncio
import ssl
import sys

from tornado import web, websocket


class Echo(websocket.WebSocketHandler):
    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        return "chat" if "chat" in subprotocols else None

    def get_compression_options(self) -> dict[str, int]:
        """Not None, so permessage-deflate is on; tornado has it off by default."""
        return {}

    def on_message(self, message: str | bytes) -> None:
        self.write_message(message, isinstance(message, bytes))


async def main(port: str, *pair: str) -> None:
    context = None
    if pair:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
    web.Application([("/ws", Echo)]).listen(int(port), "127.0.0.1", ssl_options=context)
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
