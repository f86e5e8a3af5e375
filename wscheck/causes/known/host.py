"""Sites that are chosen by name, and a name that none of them has."""

from __future__ import annotations

import re

from wscheck.causes import Cause, Found
from wscheck.causes.products import intermediary, who
from wscheck.causes.sentences import answered, probe_line
from wscheck.core.evidence import Evidence
from wscheck.core.reply import same_reply


def wrong_host(evidence: Evidence) -> Found | None:
    """No site under this name."""
    judged = _host_unknown(evidence)
    if judged is None:
        return None
    confidence, why = judged
    host, port = evidence.asked("Host") or evidence.target.authority, evidence.target.port
    literal = re.fullmatch(r"[0-9.]+|.*:.*:.*", evidence.target.host) is not None
    return Found(
        round(min(confidence + (0.04 if literal else 0), 0.97), 2),
        f'The server has no site for the Host "{host}": the name in the URL is not the one it is configured for.',
        (
            why,
            f"{evidence.target.host} is an address: sites are chosen by name." if literal else "",
            answered(evidence),
            who(evidence),
        ),
        (
            "Use the site's own name; to reach this very machine by that name:",
            probe_line(f"--resolve NAME:{port}:ADDRESS", f"{evidence.target.scheme}://NAME:{port}{evidence.path}"),
            "Or add the name to the server: nginx server_name, Apache ServerName, a Caddy site address, a "
            "Traefik Host() "
            "rule, a Kubernetes ingress host. For example:",
            *_SITES.get(_product(evidence), _SITES["nginx"]),
            *(
                ("Caddy, where the name is right and the path is not:", "    reverse_proxy /ws* 127.0.0.1:8080")
                if evidence.status == 200
                else ()
            ),
        ),
        ("The names that the server knows: its configuration, or the certificate's names of its TLS port.",),
    )


_SITES = {
    "nginx": ("    server_name app.example.com;   # nginx",),
    "apache": ("    # Apache httpd", "    ServerAlias app.example.com"),
    "caddy": ("    app.example.com {   # Caddy", "      reverse_proxy 127.0.0.1:8080", "    }"),
    "traefik": ("    rule: Host(`app.example.com`)   # Traefik",),
    "ingress-nginx": ("    rules: [{host: app.example.com, …}]   # Kubernetes ingress",),
}


def _product(evidence: Evidence) -> str:
    if evidence.reply is not None and evidence.reply.body.strip() == b"404 page not found":
        return "traefik"
    proxy = intermediary(evidence)
    return proxy.id if proxy else ""


def _host_unknown(evidence: Evidence) -> tuple[float, str] | None:
    reply, status = evidence.reply, evidence.status
    proxy = intermediary(evidence)
    if reply is None:
        return _unrecognised(evidence) or _dropped(evidence)
    if status == 421:
        return 0.95, "421 Misdirected Request: the server does not serve this name over this connection."
    body = reply.body.strip()
    if proxy and proxy.id == "caddy" and status == 200 and not body and evidence.alike is not False:
        if evidence.opens("usual-path"):
            return None
        return 0.85, (
            "Caddy answers 200 with an empty page when no site of its configuration has this host, or nothing in the "
            "site takes this path."
        )
    if status == 404 and body == b"404 page not found" and evidence.alike:
        beside = evidence.replies.get("beside")
        elsewhere = beside is not None and same_reply(beside, reply)
        return (
            0.74 if elsewhere else 0.5
        ), '"404 page not found" is what Go servers say where no route fits: Traefik, when no router takes the host.'
    said = reply.says(
        r"(?:no such (?:app|site|host)|unknown (?:host|site|domain)|there isn't a github pages|default backend - 404"
        r"|^error code: 1003\b|direct ip access not allowed"
        r"|tunnel \S+ not found|invalid host(?:name| header)?|blocked host|disallowedhost|host (?:is )?not "
        r"(?:allowed|found|recognised|recognized)"
        r"|invalid http_host header|domain not found|this host is not allowed)[^<]{0,40}"
    )
    if said and status in (400, 403, 404, 421, 503):
        return 0.9, f'The server says "{said}".'
    return None


def _unrecognised(evidence: Evidence) -> tuple[float, str] | None:
    """TLS ended by the alert unrecognized_name (RFC 6066 §3)."""
    failure = evidence.failure
    if not evidence.failed("tls", "alert", "protocol") or failure is None or "unrecognized name" not in failure.detail:
        return None
    return 0.95, (
        "The server ended TLS with the alert unrecognized_name: it has no certificate for the name in the hello (SNI)."
    )


def _dropped(evidence: Evidence) -> tuple[float, str] | None:
    """Closed without a word for this Host, while a request without Host is answered: nginx's 444, or the like."""
    hostless = evidence.replies.get("without-host")
    if not evidence.failed("read", "closed") or hostless is None or hostless.status is None:
        return None
    if not evidence.silent("plain-get") or "beside" in evidence.replies:
        return None  # or it is this path alone that is dropped
    return 0.9, (
        f"The server closes the connection without a word, to a plain GET as well, but a request without Host brings "
        f"{hostless.line}: it speaks HTTP, and drops what has this Host (nginx: return 444; Caddy: abort)."
    )


CAUSES = (
    Cause(
        "wrong-host",
        "The server has no site under this name",
        "proxy",
        "One address serves many sites, chosen by Host. An unknown name gets a default page, 421, or a "
        "closed connection.",
        (
            "404 page not found (Traefik)",
            "200 without content (Caddy)",
            "421",
            "TLS alert unrecognized_name",
            "closed without a reply (nginx return 444)",
        ),
        ("Use the site's name, or add it: nginx server_name, Caddy's site address, a Traefik Host() rule.",),
        ("With the right name at the same address (--resolve) it opens.",),
        wrong_host,
    ),
)
