"""What answers in front of the application on its own account: caches and filters."""

from __future__ import annotations

import re

from wscheck.causes import Cause, Found
from wscheck.causes.products import application, intermediary, own_page, who
from wscheck.causes.routing import DENY
from wscheck.causes.sentences import answered, brings, compared
from wscheck.core.evidence import Evidence
from wscheck.core.reply import Reply, same_reply

# Fields by which caches say that they answered; the pattern is what a hit reads like.
_HITS = (
    ("X-Cache", r"\bHIT\b"),
    ("X-Cache-Status", r"HIT|STALE|UPDATING|REVALIDATED"),
    ("X-Proxy-Cache", r"HIT"),
    ("X-Nginx-Cache", r"HIT"),
    ("CF-Cache-Status", r"HIT|STALE|REVALIDATED"),
    ("Cache-Status", r";\s*hit"),
    ("X-Drupal-Cache", r"HIT"),
    ("X-Varnish", r"^\s*\d+ \d+"),  # two numbers: the second is the request that filled the cache
    ("Age", r"^[1-9][0-9]*$"),
)


def cache_mark(reply: Reply | None) -> str | None:
    """The field by which a cache says that it answered."""
    for name, pattern in _HITS if reply else ():
        if reply is not None and re.search(pattern, reply.field(name), re.IGNORECASE):
            return f"{name}: {reply.field(name)}"
    return None


def cached(evidence: Evidence) -> Found | None:
    """A refusal out of a cache."""
    mark = cache_mark(evidence.reply)
    fresh = evidence.opens("fresh-query")
    if evidence.status is None or evidence.reply is None or not (mark or fresh):
        return None
    proxy = intermediary(evidence)
    named = proxy.name if proxy else "a cache in the path"
    anew = evidence.replies.get("fresh-query")
    # The server says the same, asked anew: then the stored reply is not what stands in the way.
    same = anew is not None and not fresh and cache_mark(anew) is None and same_reply(evidence.reply, anew)
    return Found(
        0.97 if mark and fresh else 0.93 if fresh else 0.4 if same else 0.86,
        f"The reply comes out of a cache: {named} stored the reply to an ordinary request and gives it to "
        f"the handshake.",
        (
            f"The cache says so itself: {mark}." if mark else "",
            "The same handshake with a fresh query opens (101): only this URL's stored reply stands in the way."
            if fresh
            else brings(evidence, "fresh-query"),
            answered(evidence),
            who(evidence),
        ),
        (
            "Let handshakes pass the cache, and empty what is stored for this URL. nginx:",
            "    proxy_cache_bypass $http_upgrade;",
            "    proxy_no_cache $http_upgrade;",
            "Varnish: in vcl_recv:",
            '    if (req.http.Upgrade ~ "(?i)websocket") { return (pipe); }',
            "A CDN: no caching (bypass) for this path.",
        ),
    )


# How block pages read: their products, and the number that they give for support.
_BLOCKS = (
    r"(?:request|access|you|connection)[^<]{0,30}(?:has been |have been |was |is )?blocked",
    r"blocked by[^<]{0,40}",
    r"(?:incident|support|reference|event|attack) ?(?:id|#|number)[^<]{0,40}",
    r"the requested url was rejected",
    r"mod_?security|web application firewall|\bwaf\b|imperva|incapsula|sucuri|fortiweb|barracuda networks",
    r"errors\.edgesuite\.net|\bf5 (?:networks|big-?ip|asm)\b",  # not the bare names: styles hold #f5f5f5
    r"just a moment\.\.\.|enable javascript and cookies|checking your browser",
    r"^error code: 10(?:05|06|07|08|09|10|12|20)\b",
    r"attention required|security (?:policy|rule|check)|bot (?:detected|protection)|automated (?:request|access)",
    r"request forbidden by administrative rules",
    r"not acceptable!?.{0,80}appropriate representation",
)


_MODSECURITY = (
    "Its log names the rule; the id on the page finds the entry. ModSecurity:",
    '    <Location "/chat">',
    "      SecRuleRemoveById NUMBER",
    "    </Location>",
)


def waf(evidence: Evidence) -> Found | None:
    """A refusal by a filter: it reads like one, or a browser's User-Agent is let in."""
    reply = evidence.reply
    if reply is None or evidence.status not in (400, 403, 405, 406, 418, 444, 493, 501, 503):
        return None
    agent, page = evidence.opens("browser-agent"), own_page(reply)
    marks = [found for pattern in _BLOCKS if (found := reply.says(pattern))] if reply.body else []
    said = marks[0] if marks else None
    if not agent and (not said or application(evidence) is not None):
        return None
    if not agent and evidence.alike is False and evidence.status != 403:
        return None
    return Found(
        # A page with two marks of a block page is one, whatever a plain GET brings.
        0.96 if agent else 0.88 if evidence.alike else 0.8 if len(marks) > 1 else 0.6,
        "A filter (WAF, bot rule) refuses the request before it reaches the application.",
        (
            answered(evidence),
            "The same handshake with a browser's User-Agent opens (101): the rule looks at User-Agent."
            if agent
            else f'The page reads like a block page: "{said}".',
            compared(evidence),
            who(evidence),
        ),
        (
            "Make an exception for this path in the filter (WAF, ModSecurity, CDN rule), or for this client.",
            *DENY.get(page.id if page else "", _MODSECURITY),
            "To try as a browser: wscheck probe -A 'Mozilla/5.0 …'" if not agent else "",
        ),
    )


def method_refused(evidence: Evidence) -> Found | None:
    """405 to a GET."""
    if evidence.status != 405 or evidence.reply is None or evidence.sent.faults:
        return None
    allow = evidence.reply.field("Allow")
    page = own_page(evidence.reply)
    return Found(
        0.55,
        "405: what answers at this path does not take GET, so it is no WebSocket endpoint, or the upgrade was lost.",
        (answered(evidence), f"Allow: {allow}." if allow else "", compared(evidence), who(evidence)),
        (
            f"Check the path: a form or an API ({allow or 'POST only'}) seems to live there.",
            "Where this is the right path, route GET requests with Upgrade to the WebSocket endpoint"
            + (f" in {page.name}." if page else "."),
        ),
    )


CAUSES = (
    Cause(
        "cached-reply",
        "A cache answers in place of the server",
        "proxy",
        "A cache stored the reply to an ordinary GET of this URL, and gives it to the handshake.",
        ("426, 404 or 200 with Age, X-Cache: HIT or the like",),
        (
            "nginx:",
            "    proxy_cache_bypass $http_upgrade;",
            "    proxy_no_cache $http_upgrade;",
            "A CDN: bypass for this path.",
        ),
        ("The same URL with another query opens.",),
        cached,
    ),
    Cause(
        "waf-blocked",
        "A filter (WAF, bot rule) refuses",
        "proxy",
        "A web application firewall or a bot rule refuses before the application sees the request.",
        ("403 or 406 with a block page and an id", "a browser is let in, a tool is not"),
        ("Make an exception for this path, or for this client.",),
        ("With a browser's User-Agent (-A) it opens; the filter's log names the rule.",),
        waf,
    ),
    Cause(
        "method-refused",
        "GET is refused at this path",
        "app",
        "A handshake is a GET. A path that takes only POST answers 405: it is another endpoint, or the "
        "upgrade was lost.",
        ("405 with Allow",),
        ("Check the path and the routes.",),
        ("The application's list of routes.",),
        method_refused,
    ),
)
