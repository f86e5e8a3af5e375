"""The servers, as a table: what each needs, how it is started, and what it can do.

A server that only a framework or a proxy hides from view gets a row of its own, because it answers on its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Server:
    """One server, run in the folder servers/.

    `command`, `secured` (what wss adds to it) and `words` (what {tls} means with ws, and with wss) may hold {python},
    {node}, {nginx} and so on, the programs; {port} and, for a proxy, {backend}; {certificate}, {key} and {both}, files
    in PEM; {folder}, which is the server's alone; {config}, where the file named `config` is put, filled in like this.
    In that file the words are written @PORT@, because braces are part of its language.
    """

    name: str
    needs: tuple[str, ...]  # "pypi", "npm", or the name of a program
    command: tuple[str, ...]
    secured: tuple[str, ...] = ()
    words: tuple[str, str] = ("", "")
    config: str | None = None
    deflate: bool = True  # it accepts permessage-deflate
    strict: bool = False  # it refuses a client that offers no subprotocol
    remarked: frozenset[str] = frozenset()  # the essential checks that inform of something odd in its reply


def _app(name: str, source: str, **traits: Any) -> Server:
    """A small program of servers/, which takes the port and, for wss, the certificate and its key."""
    kind, program = ("npm", "{node}") if source.endswith(".cjs") else ("pypi", "{python}")
    return Server(name, (kind,), (program, source, "{port}"), ("{certificate}", "{key}"), **traits)


def _asgi(name: str, *command: str, **traits: Any) -> Server:
    """A server that runs servers/asgi_app.py; the application comes last."""
    return Server(name, ("pypi",), ("{python}", "-m", *command, "asgi_app:app"), **traits)


def _uvicorn(implementation: str) -> Server:
    options = ("--host", "127.0.0.1", "--port", "{port}", "--ws", implementation, "--log-level", "warning")
    secured = ("--ssl-certfile", "{certificate}", "--ssl-keyfile", "{key}")
    return _asgi(f"uvicorn-{implementation}", "uvicorn", *options, secured=secured)


def _proxy(name: str, *command: str, config: str, words: tuple[str, str]) -> Server:
    return Server(name, (command[0].strip("{}"), "pypi"), command, words=words, config=config)


BACKEND = _app("websockets", "websockets_app.py")  # of the proxies, which speak ws to it

SERVERS = (
    BACKEND,
    _app("aiohttp", "aiohttp_app.py"),
    _app("tornado", "tornado_app.py"),
    _app("sanic", "sanic_app.py", deflate=False, strict=True),
    _uvicorn("websockets"),
    _uvicorn("wsproto"),
    _asgi(
        "hypercorn",
        *("hypercorn", "--bind", "127.0.0.1:{port}", "--workers", "0"),  # 0: in this process, so there is one pid
        secured=("--certfile", "{certificate}", "--keyfile", "{key}"),
        remarked=frozenset({"status"}),  # its reason phrase is empty
    ),
    _asgi(
        "daphne",
        *("daphne", "--verbosity", "0", "--endpoint", "{tls}:interface=127.0.0.1"),
        words=("tcp:{port}", "ssl:{port}:certKey={certificate}:privateKey={key}"),
        deflate=False,
    ),
    _app("ws", "ws.cjs"),
    _app("faye-websocket", "faye.cjs"),
    _app("websocket-node", "websocket.cjs", deflate=False),
    _proxy("nginx", "{nginx}", "-e", "stderr", "-c", "{config}", config="nginx.conf", words=("", "ssl")),
    _proxy("haproxy", "{haproxy}", "-db", "-f", "{config}", config="haproxy.cfg", words=("", "ssl crt {both}")),
    _proxy("apache", "{apache2}", "-DFOREGROUND", "-f", "{config}", config="apache.conf", words=("off", "on")),
)
