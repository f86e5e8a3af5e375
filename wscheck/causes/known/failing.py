"""An application, or a proxy itself, that fails with an error of its own."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.known.gateway import both_fail
from wscheck.causes.products import Product, own_page, who
from wscheck.causes.sentences import answered, compared
from wscheck.core.evidence import Evidence
from wscheck.core.visible import visible


def app_error(evidence: Evidence) -> Found | None:
    """A 500 of the application for the upgrade."""
    if evidence.status not in (500, 501):
        return _behind_101(evidence)
    page = own_page(evidence.reply)
    if page is not None:
        return _own_error(evidence, page)
    upgrade_only = both_fail(evidence) is False
    return Found(
        0.6 if upgrade_only else 0.65,
        "The application fails with an error of its own" + (" when it gets the upgrade." if upgrade_only else "."),
        (answered(evidence), compared(evidence), who(evidence)),
        (
            "Look into the application's log for this moment: it has the traceback.",
            "Usual: no route for this path in an ASGI router (Channels: URLRouter, often the trailing slash), an "
            "exception before accept, a middleware that does not know WebSocket.",
        ),
    )


def _own_error(evidence: Evidence, page: Product) -> Found | None:
    """A 500 of the proxy for whatever is asked."""
    if evidence.alike is False:
        return None
    return Found(
        0.65,
        f"{page.name} itself fails with {evidence.status}, for a plain GET as well: an error in its configuration.",
        (answered(evidence), compared(evidence), who(evidence)),
        (
            f"Look into {page.name}'s error log for this moment: it names the line or the rule.",
            "Usual: a rewrite that leads back to itself, a check by another service (auth_request) that answers "
            "something else than 2xx, 401 or 403, a module that a rule needs and that is not loaded.",
        ),
    )


def _behind_101(evidence: Evidence) -> Found | None:
    """Close 1011: the server's own word for an error in it."""
    tunnel = evidence.main.tunnel
    if not evidence.switching or tunnel is None or tunnel.ending.by != "server" or tunnel.ending.code != 1011:
        return None
    reason = visible(tunnel.ending.reason, 120)
    return Found(
        0.92,
        "The application fails with an error of its own behind the 101: it closes with code 1011.",
        (
            f"The Close frame came {tunnel.ending.after_s:.1f} s after the 101"
            + (f', with the reason "{reason}".' if reason else ", without a reason."),
            "1011 says that the server met an error; libraries send it when the handler of the connection raises.",
            who(evidence),
        ),
        ("Look into the application's log for this moment: it has the traceback of the connection handler.",),
    )


CAUSES = (
    Cause(
        "app-error",
        "The application fails on the upgrade",
        "app",
        "The application answers 500: an exception before it could accept or refuse.",
        ("500 with a page or a text of the application", "101, then Close 1011"),
        ("Read the application's log for this moment.",),
        ("The log has a traceback.",),
        app_error,
    ),
)
