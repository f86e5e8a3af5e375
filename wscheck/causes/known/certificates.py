"""Certificates of the server's that are not accepted."""

from __future__ import annotations

import re

from wscheck.causes import Cause, Found
from wscheck.causes.sentences import probe_line
from wscheck.core.evidence import Evidence
from wscheck.core.exchange import Tls
from wscheck.core.visible import printable

_HOST_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
_MOST, _LONGEST = 8, 100  # names of a certificate in a sentence, and characters of one


def _rejected(evidence: Evidence) -> str:
    """OpenSSL's words for the first rule that the certificate breaks, empty when it was accepted."""
    failure = evidence.failure
    return printable(failure.detail) if evidence.failed("tls", "certificate") and failure else ""


def _facts(evidence: Evidence) -> tuple[str, ...]:
    tls = evidence.main.tls
    if tls is None or tls.not_after is None:
        return ()
    sent = f" {tls.chain_length} sent in the chain." if tls.chain_length is not None else ""
    return (
        printable(
            f"Certificate of {_short(tls.subject)}, for {_names(tls) or 'no names'}, issued by "
            f"{_short(tls.issuer)}.{sent}"
        ),
        f"It holds from {tls.not_before} until {tls.not_after}.",
    )


def _short(name: str | None) -> str:
    if not name:
        return "no name"
    return printable(name if len(name) <= _LONGEST else name[:_LONGEST] + "...")


def _names(tls: Tls) -> str:
    """The first names of a certificate that nobody has verified, and how many more there are."""
    more = f" and {len(tls.names) - _MOST} more" if len(tls.names) > _MOST else ""
    return ", ".join(_short(name) for name in tls.names[:_MOST]) + more


def _self_issued(tls: Tls | None) -> bool:
    return tls is not None and tls.subject is not None and tls.subject == tls.issuer


def self_signed(evidence: Evidence) -> Found | None:
    """Signed by itself, or by an authority that was sent along and nobody knows."""
    said = _rejected(evidence)
    chain = (
        "self-signed certificate in certificate chain" in said or "self signed certificate in certificate chain" in said
    )
    alone = re.search(r"self[- ]signed certificate", said) is not None
    if not alone:
        return None
    return Found(
        0.96 if not chain else 0.85,
        "The certificate is self-signed: no authority that clients trust stands behind it."
        if not chain
        else "The certificate comes from an authority of its own (self-signed), which clients do not know.",
        (f"TLS: {said}.", *_facts(evidence), "A browser page shows only 1006 for it, without asking anyone."),
        (
            "Trust its CA (authority) in the client, or get a certificate from a public one (Let's Encrypt):",
            "    wscheck probe --cacert ca.pem …     # what a client that trusts it would see",
            "    wscheck probe --insecure …          # once, to see whether anything else is wrong",
            "    mkcert localhost                    # for development: a CA of your own, trusted by your browsers",
        ),
    )


def expired(evidence: Evidence) -> Found | None:
    """Out of its dates."""
    said = _rejected(evidence)
    tls = evidence.main.tls
    over = "expired" in said
    early = "not yet valid" in said
    behind = bool(said) and tls is not None and tls.days_left is not None and tls.days_left < 0
    if not (over or early or behind):
        return None
    return Found(
        0.97 if over or early else 0.55,
        "The certificate has expired: its dates are over."
        if not early
        else "The certificate is not yet valid: its dates have not begun.",
        (f"TLS: {said}.", *_facts(evidence)),
        (
            "Renew it and let the server reload it: a renewed file that nobody reloads is the usual reason."
            if not early
            else "Check the clock of this machine and of the one that made the certificate.",
            "    certbot renew && nginx -s reload",
            "    openssl x509 -enddate -noout -in fullchain.pem",
        ),
    )


def other_name(evidence: Evidence) -> Found | None:
    """For another host."""
    said = _rejected(evidence)
    if "mismatch" not in said.lower():
        return None
    tls = evidence.main.tls
    names = _names(tls) if tls and tls.names else "no name at all"
    host, port = evidence.target.host, evidence.target.port
    # A name of a certificate that nobody has verified goes into a command only when it is a host name.
    first = tls.names[0] if tls and tls.names and _HOST_NAME.fullmatch(tls.names[0]) else "NAME"
    return Found(
        0.97,
        f"The certificate is for another host name: for {names}, and not for {host}.",
        (f"TLS: {said}.", *_facts(evidence)),
        (
            f"Use a name that is in the certificate ({names}), or reissue the certificate with {host} among its "
            f"subject "
            "alternative names (SAN). An address needs an IP entry there.",
            probe_line(f"--resolve {first}:{port}:ADDRESS", f"wss://{first}:{port}{evidence.path}"),
            "A default certificate comes where the server does not know the name (SNI): check server_name and "
            "ssl_certificate.",
        ),
    )


def incomplete(evidence: Evidence) -> Found | None:
    """The intermediate certificate was not sent."""
    said = _rejected(evidence)
    tls = evidence.main.tls
    unknown = re.search(r"unable to get (?:local )?issuer certificate|unable to verify the first certificate", said)
    if not unknown or _self_issued(tls):
        return None
    alone = tls is None or tls.chain_length in (None, 1)
    return Found(
        0.85 if alone else 0.4,
        "The chain is incomplete: the server sends its certificate without the intermediate one that signed it.",
        (
            f"TLS: {said}.",
            *_facts(evidence),
            "One certificate was sent, and its issuer is another." if alone and tls and tls.chain_length == 1 else "",
            "Chrome may fetch the missing one by itself or have it from before: that it works there proves nothing.",
        ),
        (
            "Let the server send the full chain, its own certificate first, then the intermediate:",
            "    ssl_certificate /etc/letsencrypt/live/HOST/fullchain.pem;     # nginx: fullchain.pem, not cert.pem",
            "    cat cert.pem intermediate.pem > fullchain.pem",
            "    openssl s_client -connect HOST:443 -showcerts </dev/null",
        ),
        ("An authority that this machine does not know looks the same: --cacert FILE with it settles it.",),
    )


def unknown_authority(evidence: Evidence) -> Found | None:
    """Nobody here knows who signed it."""
    said = _rejected(evidence)
    tls = evidence.main.tls
    if not re.search(r"unable to get (?:local )?issuer certificate|unable to verify the first certificate", said):
        return None
    whole = tls is not None and tls.chain_length is not None and tls.chain_length > 1
    return Found(
        0.8 if whole or _self_issued(tls) else 0.5,
        "The certificate's authority is unknown here: a private CA, or one that this trust store lacks.",
        (f"TLS: {said}.", *_facts(evidence)),
        ("Give the authority, or add it to the system's store:", "    wscheck probe --cacert ca.pem …"),
        ("openssl s_client -showcerts shows whether the intermediate certificate is sent.",),
    )


CAUSES = (
    Cause(
        "self-signed-certificate",
        "The certificate is self-signed",
        "tls",
        "No authority that clients trust stands behind the certificate. Browsers show a page's visitor "
        "nothing but 1006.",
        ("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT", "ERR_CERT_AUTHORITY_INVALID"),
        ("Trust its CA (--cacert), or use a certificate from a public one.",),
        ("With --cacert, or once with -k, the handshake opens.",),
        self_signed,
    ),
    Cause(
        "expired-certificate",
        "The certificate is out of its dates",
        "tls",
        "It was not renewed, or renewed and not reloaded.",
        ("certificate has expired", "CERT_HAS_EXPIRED", "ERR_CERT_DATE_INVALID"),
        ("Renew and reload:", "    certbot renew && nginx -s reload"),
        ("The dates in the report.",),
        expired,
    ),
    Cause(
        "hostname-mismatch",
        "The certificate is for another name",
        "tls",
        "The host of the URL is not among the certificate's names; often it is the default certificate, or an address.",
        ("Hostname mismatch", "ERR_TLS_CERT_ALTNAME_INVALID", "ERR_CERT_COMMON_NAME_INVALID"),
        ("Use a name of the certificate, or reissue it with this one.",),
        ("The names in the report.",),
        other_name,
    ),
    Cause(
        "incomplete-chain",
        "The intermediate certificate is missing",
        "tls",
        "The server sends its certificate alone. Browsers often know the intermediate one, libraries do not.",
        ("unable to verify the first certificate", "unable to get local issuer certificate", "it works in Chrome"),
        ("Send the full chain:", "    ssl_certificate fullchain.pem;"),
        ("The report's chain length is 1, and the issuer is another than the subject.",),
        incomplete,
    ),
    Cause(
        "unknown-authority",
        "The certificate's authority is unknown here",
        "tls",
        "A private CA, an inspecting proxy of a company, or an old trust store.",
        ("unable to get local issuer certificate",),
        ("Give the authority with --cacert, or add it to the system's store.",),
        ("With --cacert it opens.",),
        unknown_authority,
    ),
)
