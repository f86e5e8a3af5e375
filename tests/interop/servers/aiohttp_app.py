# mypy: ignore-errors
# The library is in a venv of its own, where the type checker does not look.
"""aiohttp: PORT [CERTIFICATE KEY]. Upgrades /ws."""

import ssl
import sys

from aiohttp import WSMsgType, web


async def echo(request: web.Request) -> web.WebSocketResponse:
    response = web.WebSocketResponse(protocols=("chat",))
    await response.prepare(request)
    async for message in response:
        if message.type == WSMsgType.TEXT:
            await response.send_str(message.data)
        elif message.type == WSMsgType.BINARY:
            await response.send_bytes(message.data)
    return response


def main(port: str, *pair: str) -> None:
    context = None
    if pair:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
    app = web.Application()
    app.router.add_get("/ws", echo)
    web.run_app(app, host="127.0.0.1", port=int(port), ssl_context=context, print=None)


main(*sys.argv[1:])
