"""What a difference in one field of the reply means: rules as data, the first that fits speaks.

May never enter: a search for differences (`difference` finds them), and a verdict.
"""

from __future__ import annotations

from wscheck.core.sides import Rule, always, lost, one_switches, only, token_lost

_HANDSHAKE = ("upgrade", "sec-websocket-extensions", "sec-websocket-protocol", "sec-websocket-accept", "connection")
_INTERMEDIARY = (
    *("via", "forwarded", "x-forwarded-for", "x-served-by", "x-varnish", "cf-ray", "x-amz-cf-id", "x-amz-cf-pop"),
    *("x-amzn-trace-id", "x-envoy-upstream-service-time", "x-envoy-decorator-operation", "x-azure-ref", "x-proxy"),
    *("fly-request-id", "x-vercel-id", "x-nf-request-id", "x-kong-proxy-latency", "x-kong-upstream-latency"),
)
_CACHE = ("age", "x-cache", "x-cache-status", "x-cache-hits", "cf-cache-status", "x-proxy-cache", "cache-status")


def _fields(*names: str) -> tuple[str, ...]:
    return tuple(f"field {name}" for name in names)


FIELD_RULES: tuple[Rule, ...] = (
    # -- fields of the handshake
    Rule(
        _fields("upgrade"),
        lost,
        "Upgrade is missing in {there}'s reply: a hop between drops it, and no client takes that for a switch.",
    ),
    Rule(
        _fields("connection"),
        token_lost,
        "Connection was rewritten on the way: without the token upgrade every client refuses the 101.",
    ),
    Rule(
        _fields("sec-websocket-accept"),
        lost,
        "Sec-WebSocket-Accept is missing in {there}'s reply: a hop between drops it, and every client refuses that.",
    ),
    Rule(
        _fields("sec-websocket-extensions"),
        lost,
        "The extension is lost at {there}: a hop between drops the offer, or the acceptance on its way back, "
        "and then the frames cannot be read.",
    ),
    Rule(
        _fields("sec-websocket-protocol"),
        lost,
        "The subprotocol is lost at {there}: a hop between drops the offer or the choice, and browsers refuse that.",
    ),
    Rule(_fields(*_HANDSHAKE), one_switches, "It follows from the status line: only one of the two switches."),
    Rule(
        _fields("sec-websocket-accept"),
        always,
        "One of the two does not answer the key it was sent: a cache replays an old reply, or a hop makes a "
        "handshake of its own with another key.",
    ),
    Rule(
        _fields("sec-websocket-extensions"),
        always,
        "They agree on different extensions or parameters: a hop between negotiates for itself.",
    ),
    Rule(
        _fields("sec-websocket-protocol"),
        always,
        "They choose different subprotocols: another program answers, or a hop between reorders the offer.",
    ),
    Rule(_fields("connection", "keep-alive"), always, "Connection belongs to each hop: a hop between wrote its own."),
    Rule(
        _fields("sec-websocket-version"),
        only,
        "{here} lists the versions it speaks, as a server does that refuses one.",
    ),
    # -- who answers
    Rule(_fields("server"), only, "Only {here} names a program: what stands between adds Server, or hides it."),
    Rule(_fields("server", "x-powered-by"), always, "Another program answers, or one between adds its name."),
    Rule(_fields(*_CACHE), only, "A cache stands before {here}: see that it leaves handshakes alone."),
    Rule(_fields(*_CACHE), always, "The cache before one of the two answers otherwise."),
    Rule(_fields(*_INTERMEDIARY), only, "An intermediary stands before {here}: it put this in."),
    Rule(_fields(*_INTERMEDIARY), always, "The two ways lead over different intermediaries."),
    # -- other fields
    Rule(_fields("location"), only, "{here} redirects; clients of WebSocket do not follow."),
    Rule(_fields("location"), always, "They redirect to different places."),
    Rule(_fields("www-authenticate", "proxy-authenticate"), only, "{here} asks for credentials."),
    Rule(_fields("retry-after"), only, "{here} says when to come again."),
    Rule(
        _fields("set-cookie"),
        always,
        "Cookies are set otherwise: by a session of the service, or by a load balancer that marks its server.",
    ),
    Rule(
        _fields("strict-transport-security", "alt-svc"),
        only,
        "{here} ends TLS, or is set up as if it did: it tells clients to come by https.",
    ),
    Rule(
        _fields("content-length", "content-type", "content-encoding", "transfer-encoding", "trailer"),
        always,
        "It tells about the content, which only a refusal has; in a 101 it has no place.",
    ),
)
