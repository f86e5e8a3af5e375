"""`refusal`: a reply other than 101 is itself well made, so that the client learns what to do next."""

from __future__ import annotations

from collections.abc import Iterator

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.checks.precondition import needs_whole_head
from wscheck.core.answer import REDIRECTS, Answer, read_body
from wscheck.core.fields import members
from wscheck.core.grammar import same
from wscheck.core.report import Problem
from wscheck.core.visible import visible

NO_CHALLENGE = Rule(
    "no-challenge",
    "error",
    "R-9110-11.6.1-01",
    "RFC 9110 §11.6.1",
    "A 401 says how to authenticate; without a challenge no client knows.",
    'Send WWW-Authenticate, for example: WWW-Authenticate: Basic realm="api".',
)
NO_ALLOW = Rule(
    "no-allow",
    "error",
    "R-9110-15.5.6-01",
    "RFC 9110 §15.5.6",
    "A 405 lists the methods that are allowed.",
    "Send Allow, for example: Allow: GET.",
)
NO_UPGRADE = Rule(
    "no-upgrade",
    "error",
    "R-9110-15.5.22-01",
    "RFC 9110 §15.5.22",
    "A 426 names the protocol that it wants.",
    'Send "Upgrade: websocket" and "Connection: Upgrade" in the 426.',
)
OTHER_UPGRADE = Rule(
    "other-upgrade",
    "info",
    "R-9110-15.5.22-01",
    "RFC 9110 §15.5.22",
    "The 426 wants another protocol than websocket: this is no WebSocket endpoint.",
    "",
)
UNLISTED = Rule(
    "upgrade-not-in-connection",
    "error",
    "R-9110-7.8-03",
    "RFC 9110 §7.8",
    "Who sends Upgrade also lists it in Connection, so that intermediaries drop it instead of passing it on.",
    'Send "Connection: Upgrade" beside Upgrade; "Connection: close, Upgrade" where the connection is closed.',
)
NO_LOCATION = Rule(
    "no-location",
    "warning",
    "R-6455-4.1-24",
    "RFC 9110 §15.4",
    "A redirect without Location leads nowhere.",
    "Send Location, or another status.",
)
REDIRECT = Rule(
    "redirect",
    "info",
    "R-6455-4.1-24",
    "RFC 6455 §4.1 reply step 1",
    "A client may follow a redirect; no browser does, and most libraries do not.",
    "Give clients the final URL.",
)
LOOP = Rule(
    "redirect-loop",
    "error",
    "R-6455-4.1-24",
    "RFC 9110 §15.4",
    "The redirects lead in a circle, so no client ever arrives.",
    "Look at what each hop of the report redirects to; often two layers both insist on their own scheme or slash.",
)
TOO_MANY = Rule(
    "too-many-redirects",
    "error",
    "R-6455-4.1-24",
    "RFC 9110 §15.4",
    "There are more redirects than were to be followed.",
    "Give clients the final URL, or raise --max-redirs.",
)
DOWNGRADE = Rule(
    "redirect-downgrade",
    "error",
    "R-6455-4.1-24",
    "RFC 6455 §10.6; RFC 9110 §15.4",
    "The redirect leads from wss to ws: what was encrypted would go in the clear, so it was not followed.",
    "Redirect to a wss URL; --allow-downgrade follows it all the same.",
)
UNUSABLE = Rule(
    "redirect-unusable",
    "error",
    "R-6455-4.1-24",
    "RFC 9110 §10.2.2, §15.4",
    "Location is no URL that a WebSocket could be opened at.",
    "Send a Location with the scheme http, https, ws or wss, or a relative one.",
)
VERSIONS = Rule(
    "other-version",
    "info",
    "R-6455-11.3.5-01",
    "RFC 6455 §4.4",
    "The refusal lists the protocol versions that the server takes, and 13 is not among them.",
    "Serve version 13, the only one in use.",
)
NO_VERSIONS = Rule(
    "no-version-list",
    "error",
    "R-6455-4.2.2-20",
    "RFC 6455 §4.2.2 /version/, §4.4",
    "Who refuses a version has to list the versions it takes.",
    'Send "Sec-WebSocket-Version: 13" in the refusal.',
)
NO_DATE = Rule(
    "no-date",
    "info",
    "R-9110-6.6.1-01",
    "RFC 9110 §6.6.1",
    "A server with a clock dates its 2xx, 3xx and 4xx replies.",
    "",
)
BAD_FRAMING = Rule(
    "bad-framing",
    "error",
    "R-9112-6-01",
    "RFC 9112 §6, §6.3",
    "Where the content ends cannot be told, so the connection cannot be used again and its text may be cut.",
    "Send either a right Content-Length or Transfer-Encoding: chunked, not both.",
)
SHORT = Rule(
    "short-content",
    "error",
    "R-9112-6-01",
    "RFC 9112 §6.3, §8",
    "The connection ended before the content that was announced had come.",
    "Send as much content as is announced; look for a crash or a time limit in the server.",
)

_BODY_RULES = {"contradictory": BAD_FRAMING, "bad-length": BAD_FRAMING, "bad-chunk": BAD_FRAMING, "short": SHORT}


def judge(answer: Answer) -> Ruling | Skip:
    """The fields and the content that a refusal has to have."""
    if answer.switching:
        return Skip("not a refusal")
    if answer.head is None:
        return Skip("no final reply came")
    if answer.status is None:
        return Skip("the status line cannot be read")
    if skip := needs_whole_head(answer, "all fields"):
        return skip
    problems = [*_stopped(answer), *_fields(answer), *_upgrade(answer), *_versions(answer), *_body(answer)]
    if answer.demands.refusal and answer.demands.status == answer.status:
        # The refusal is what was demanded, and it came: what it lacks is worth a warning, and fails nothing.
        problems = [p._replace(level="warning") if p.level == "error" else p for p in problems]
    told = [problem.message for problem in problems if problem.level != "info"] or [
        problem.message for problem in problems
    ]
    return Ruling("; ".join(told) or f"a {answer.status} with what belongs to it", tuple(problems))


_STOPPED = {"loop": LOOP, "too-many": TOO_MANY, "downgrade": DOWNGRADE, "unusable": UNUSABLE}
_STOPPED_SAID = {
    "loop": "the redirect leads to a URL that was asked before",
    "too-many": "this redirect is one more than are followed",
    "downgrade": "the redirect leads from wss to ws",
    "unusable": "the redirect leads nowhere that can be asked",
}


def _stopped(answer: Answer) -> Iterator[Problem]:
    """Why a redirect was not followed although redirects are."""
    locations = answer.all(b"Location")
    if answer.stopped and locations:
        yield _STOPPED[answer.stopped].broken_by(locations[0], _STOPPED_SAID[answer.stopped])


def _fields(answer: Answer) -> Iterator[Problem]:
    status = answer.status or 0
    if status == 401 and not any(field.value for field in answer.all(b"WWW-Authenticate")):
        yield NO_CHALLENGE.broken("the 401 has no WWW-Authenticate")
    if status == 405 and not answer.all(b"Allow"):
        yield NO_ALLOW.broken("the 405 has no Allow")
    locations = answer.all(b"Location")
    if status in REDIRECTS and not any(field.value for field in locations):
        yield NO_LOCATION.broken(f"the {status} has no Location")
    elif status in REDIRECTS:
        location = next(field for field in locations if field.value)
        yield REDIRECT.broken_by(location, f"redirects to {visible(location.value, 200)}")
    if 200 <= status < 500 and not answer.all(b"Date"):
        yield NO_DATE.broken("no Date")


def _upgrade(answer: Answer) -> Iterator[Problem]:
    fields = answer.all(b"Upgrade")
    protocols = [name for name in members(fields) if name]
    if answer.status == 426 and not protocols:
        yield NO_UPGRADE.broken("the 426 has no Upgrade")
    elif answer.status == 426 and not any(same(name.split(b"/")[0], b"websocket") for name in protocols):
        yield OTHER_UPGRADE.broken_by(fields[0], f"the 426 wants {visible(fields[0].value, 60)}")
    options = members(answer.all(b"Connection"))
    if fields and not any(same(option, b"upgrade") for option in options):
        yield UNLISTED.broken_by(fields[0], "there is Upgrade, and Connection does not list it")


def _versions(answer: Answer) -> Iterator[Problem]:
    lines = answer.all(b"Sec-WebSocket-Version")
    listed = members(lines)
    asked = answer.sent.versions
    # Only 400 and 426 answer the version; a 404 or 401 may have been decided before it was looked at.
    if answer.status in (400, 426) and len(asked) == 1 and asked[0] != b"13" and not lines:
        yield NO_VERSIONS.broken(
            f"version {visible(asked[0], 20)} was refused, and no Sec-WebSocket-Version lists others"
        )
    if lines and b"13" not in listed:
        yield VERSIONS.broken_by(lines[0], f"versions taken: {visible(lines[0].value, 60)}")


def _body(answer: Answer) -> Iterator[Problem]:
    body = read_body(answer)
    rule = _BODY_RULES.get(body.state)
    if rule:
        yield rule.broken(f"the content is malformed: {body.detail}")


CHECK = Check(
    id="refusal",
    title="The refusal is well made",
    order=110,
    clause="RFC 6455 §4.1 reply step 1; RFC 9110 §15",
    expected="the fields that belong to its status, and content that ends",
    why="A refusal is how a client learns what to change: log in, go elsewhere, speak another version.",
    rules=(
        NO_CHALLENGE,
        NO_ALLOW,
        NO_UPGRADE,
        OTHER_UPGRADE,
        UNLISTED,
        NO_LOCATION,
        REDIRECT,
        LOOP,
        TOO_MANY,
        DOWNGRADE,
        UNUSABLE,
        VERSIONS,
        NO_VERSIONS,
        NO_DATE,
        BAD_FRAMING,
        SHORT,
    ),
    judge=judge,
)
