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
    {node}, {nginx} and so on, the programs, and {built}, the folder of those that are built here; {port} and, for a
    proxy, {backend}; {certificate}, {key} and {both}, files in PEM; {folder}, which is the server's alone; {config},
    where the file named `config` is put, filled in like this.
    In that file the words are written @PORT@, because braces are part of its language.
    """

    name: str
    needs: tuple[str, ...]  # "pypi", "npm", "go", "rust", "wscheck", or the name of a program
    command: tuple[str, ...]
    secured: tuple[str, ...] = ()
    words: tuple[str, str] = ("", "")
    config: str | None = None
    deflate: bool = True  # it accepts permessage-deflate
    strict: bool = False  # it refuses a client that offers no subprotocol
    remarked: frozenset[str] = frozenset()  # the essential checks that inform of something odd in its reply
    made_of: tuple[str, ...] = ()  # the packages that make its handshake; the name of the server where there are none
    setting: str = ""  # what is to be known of its configuration, a sentence; in an audit


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
    made_of = ("uvicorn", "httptools", implementation)
    return _asgi(f"uvicorn-{implementation}", "uvicorn", *options, secured=secured, made_of=made_of)


def _proxy(name: str, *command: str, config: str, words: tuple[str, str], **traits: Any) -> Server:
    return Server(name, (command[0].strip("{}"), "pypi"), command, words=words, config=config, **traits)


def _built(language: str, name: str, program: str, **traits: Any) -> Server:
    """A small program that `setup.build` makes."""
    return Server(name, (language,), ("{built}/" + program, "{port}"), **traits)


BACKEND = _app("websockets", "websockets_app.py")  # of the proxies, which speak ws to it

# Of the proxies in an audit: it passes every case, so that whatever fails behind a proxy is the proxy's doing.
STRICT = Server("wscheck lab", ("wscheck",), ("{here}", "-m", "wscheck", "lab", "--listen", "127.0.0.1:{port}"))

SERVERS = (
    BACKEND,
    _app("aiohttp", "aiohttp_app.py"),
    _app("tornado", "tornado_app.py"),
    _app("sanic", "sanic_app.py", deflate=False, strict=True, made_of=("sanic", "httptools", "websockets")),
    _uvicorn("websockets"),
    _uvicorn("wsproto"),
    _asgi(
        "hypercorn",
        *("hypercorn", "--bind", "127.0.0.1:{port}", "--workers", "0"),  # 0: in this process, so there is one pid
        secured=("--certfile", "{certificate}", "--keyfile", "{key}"),
        remarked=frozenset({"status"}),  # its reason phrase is empty
        made_of=("hypercorn", "h11", "wsproto"),
    ),
    _asgi(
        "daphne",
        *("daphne", "--verbosity", "0", "--endpoint", "{tls}:interface=127.0.0.1"),
        words=("tcp:{port}", "ssl:{port}:certKey={certificate}:privateKey={key}"),
        deflate=False,
        made_of=("daphne", "autobahn", "twisted"),
    ),
    _app("ws", "ws.cjs"),
    _app("faye-websocket", "faye.cjs", made_of=("faye-websocket", "websocket-driver", "permessage-deflate")),
    _app("websocket-node", "websocket.cjs", deflate=False, made_of=("websocket",)),
    _proxy(
        "nginx",
        *("{nginx}", "-e", "stderr", "-c", "{config}"),
        config="nginx.conf",
        words=("", "ssl"),
        setting="It passes Upgrade on and makes Connection from it with a map, as its documentation advises.",
    ),
    _proxy("haproxy", "{haproxy}", "-db", "-f", "{config}", config="haproxy.cfg", words=("", "ssl crt {both}")),
    _proxy(
        "apache",
        *("{apache2}", "-DFOREGROUND", "-f", "{config}"),
        config="apache.conf",
        words=("off", "on"),
        setting="mod_proxy_http passes the request on with upgrade=websocket.",
    ),
)

# Only audited, over ws, and passed over where they are not.
MORE = (
    _built("go", "gorilla", "go/gorilla", made_of=("github.com/gorilla/websocket",), setting="Compression is on."),
    _built("go", "coder", "go/coder", made_of=("github.com/coder/websocket",), setting="Compression is on."),
    _built("rust", "tokio-tungstenite", "rust/debug/tungstenite", made_of=("tokio-tungstenite", "tungstenite")),
    _built("rust", "axum", "rust/debug/axum", made_of=("axum", "hyper")),
    _proxy("lighttpd", "{lighttpd}", "-D", "-f", "{config}", config="lighttpd.conf", words=("", "")),
    _proxy(
        "caddy", "{caddy}", "run", "--adapter", "caddyfile", "--config", "{config}", config="Caddyfile", words=("", "")
    ),
)
