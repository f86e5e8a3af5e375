# mypy: ignore-errors
# The library is in a venv of its own, where the type checker does not look.
"""sanic: PORT [CERTIFICATE KEY]. Upgrades /ws, but only for a client that offers chat."""

import ssl
import sys

from sanic import Request, Sanic, Websocket

app = Sanic("interop")


@app.websocket("/ws", subprotocols=["chat"])
async def echo(_: Request, socket: Websocket) -> None:
    async for message in socket:
        await socket.send(message)


def main(port: str, *pair: str) -> None:
    context = None
    if pair:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
    # One process: the manager that sanic starts otherwise would leave workers behind when it alone is ended.
    app.run("127.0.0.1", int(port), ssl=context, single_process=True, motd=False, access_log=False)


main(*sys.argv[1:])
