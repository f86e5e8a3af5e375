"""What a difference between two ways to one service means: rules as data, the first that fits speaks.

May never enter: a search for differences (`difference` finds them), and a verdict. A sentence names the sides by their
letters: `{here}` has the thing or works, `{there}` lacks it or refuses.
"""

from __future__ import annotations

from wscheck.core.answer import REDIRECTS
from wscheck.core.field_meaning import FIELD_RULES
from wscheck.core.sides import Rule, Seen, always, cut, old_version, one_switches, only, refused, stage, to_login

_RULES: tuple[Rule, ...] = (
    # -- the request
    Rule(
        ("request line",),
        always,
        "The two requests ask for different resources: see that both lead to one service, and that a hop that"
        " rewrites the path does it as meant.",
    ),
    Rule(
        ("request field authorization", "request field cookie"),
        always,
        "The two requests carry different credentials, so the replies may differ for that.",
    ),
    # -- the way there
    Rule(
        ("failure",),
        stage("dns", "tcp", "proxy"),
        "{here} was never reached: its name, port or way is the matter, and not the handshake.",
    ),
    Rule(
        ("failure",),
        stage("tls"),
        "TLS fails at {here} before any request: its certificate or TLS set-up is the matter, and not the handshake.",
    ),
    Rule(
        ("failure",),
        stage("send", "read"),
        "{here} took the connection and ended it without a whole reply: the hop has no working backend, waits"
        " for more, or refuses without words.",
    ),
    Rule(("failure",), always, "Both end early, each in a way of its own."),
    Rule(
        ("tls",),
        only,
        "TLS ends at {here}; {there} is spoken to in the clear. What stands between has to tell the service "
        "that the client used wss, or checks of Origin and redirects see http.",
    ),
    Rule(("tls",), always, "Two programs end TLS, or one with two set-ups."),
    Rule(("certificate",), always, "Two certificates are shown: TLS ends in two places."),
    # -- the status line
    Rule(("status line",), only, "Only {here} brings a reply, so the heads cannot be compared."),
    Rule(
        ("interim replies",),
        only,
        "{here} sends an interim reply before the decisive one: legal, but many clients refuse it before a 101.",
    ),
    Rule(
        ("status line",),
        old_version,
        "{there} wants another version of WebSocket where {here} switches: an older program answers there.",
    ),
    Rule(
        ("status line",),
        refused(426),
        "{there} answers 426 where {here} switches: the server behind {there} saw no upgrade. The hop "
        "between does not pass Upgrade and Connection on.",
    ),
    Rule(
        ("status line",),
        refused(400),
        "{there} answers 400 where {here} switches: what reached the server was no whole handshake any more. "
        "Look for Upgrade, Connection, HTTP/1.0 and Host in the hop between.",
    ),
    Rule(
        ("status line",),
        refused(505),
        "{there} answers 505 where {here} switches: the hop between speaks HTTP/1.0 to the server.",
    ),
    Rule(
        ("status line",),
        to_login,
        "{there} redirects to a login where {here} switches: the hop between wants a session first.",
    ),
    Rule(
        ("status line",),
        refused(*REDIRECTS),
        "{there} redirects where {here} switches: clients do not follow that. Use the URL it names, or exempt"
        " the path in the hop between.",
    ),
    Rule(
        ("status line",),
        refused(401, 407),
        "{there} asks for credentials where {here} switches: the hop between has a lock of its own.",
    ),
    Rule(
        ("status line",),
        refused(403),
        "{there} forbids what {here} allows: a rule of the hop between, or a check of Origin that sees "
        "another Host behind it.",
    ),
    Rule(
        ("status line",),
        refused(404),
        "{there} does not know the path where {here} switches: the hop between routes it elsewhere or "
        "rewrites it, or drops Upgrade, and the server has no page there.",
    ),
    Rule(
        ("status line",),
        refused(429),
        "{there} is rate-limited where {here} switches: the hop between counts handshakes.",
    ),
    Rule(
        ("status line",),
        refused(431, 414),
        "{there} finds the request too large where {here} switches: the hop between has smaller limits.",
    ),
    Rule(
        ("status line",),
        refused(500, 502, 503),
        "{there} fails where {here} switches: the hop between does not reach the server, or speaks HTTP/2 to "
        "it, or does not take its answer.",
    ),
    Rule(
        ("status line",),
        refused(504, 408),
        "{there} gave up waiting where {here} switches: the hop between reaches no server that answers.",
    ),
    Rule(
        ("status line",),
        refused(200, 204, 206),
        "{there} answers with a page where {here} switches: the hop between routes the path to something "
        "else, or drops Upgrade.",
    ),
    Rule(
        ("status line",),
        one_switches,
        "{here} switches and {there} does not: what stands between decides otherwise than the server.",
    ),
    Rule(("status line",), always, "Two programs answer, or one in two ways."),
    Rule(
        ("field names",),
        always,
        "Names are spelt in another case: legal and harmless, and a sign that another program wrote the head.",
    ),
    Rule(
        ("field order",),
        always,
        "The same fields in another order: legal and harmless, and a sign that another program wrote the head.",
    ),
    # -- behind the head
    Rule(("content",), always, "The words of who refuses: an error page often names its program."),
    Rule(
        ("frames",),
        only,
        "Behind the 101 of {there} no frame came: a hop between carries the handshake and not what follows.",
    ),
    Rule(
        ("frames",),
        always,
        "Different frames come behind the 101: another program speaks, or a hop between touches the frames.",
    ),
    Rule(
        ("end",),
        cut,
        "One is cut without a Close: by an idle time-out of a hop between, when that comes after a round number"
        " of seconds.",
    ),
    Rule(("end",), always, "The connections end in different ways: the service, or a hop between, treats them unlike."),
    Rule(("*",), only, "Only {here} has it."),
    Rule(("*",), always, "The two differ here."),
)


def meaning(seen: Seen) -> str:
    """What a difference means, in a sentence or two."""
    here, there = seen.sides
    place = seen.where.lower()
    rule = next(
        rule for rule in (*FIELD_RULES, *_RULES) if (place in rule.places or "*" in rule.places) and rule.fact(seen)
    )
    return rule.says.format(here=here.letter, there=there.letter)
