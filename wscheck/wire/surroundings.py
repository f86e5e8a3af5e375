"""The proxy variables of the environment, as curl reads them.

Which hold: for ws `ws_proxy`, then `http_proxy`; for wss `wss_proxy`, then `https_proxy`; for both, last, `all_proxy`;
and `no_proxy` excepts hosts. Each in lower case or upper case, but `http_proxy` in lower case only: a web server's CGI
sets HTTP_PROXY from a request's Proxy field.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from wscheck.core.route import Proxy, parse_proxy

_NAMES = {"ws": ("ws_proxy", "http_proxy", "all_proxy"), "wss": ("wss_proxy", "https_proxy", "all_proxy")}


def proxy_from_environment(scheme: str, environment: Mapping[str, str] = os.environ) -> Proxy | None:
    """The proxy that the environment names for ws or wss. UsageError when it cannot be read."""
    for name in _NAMES[scheme]:
        spellings = (name,) if name == "http_proxy" else (name, name.upper())
        for spelling in spellings:
            if environment.get(spelling):
                return parse_proxy(environment[spelling], spelling)
    return None


def no_proxy_from_environment(environment: Mapping[str, str] = os.environ) -> str:
    """The exceptions that the environment names."""
    return environment.get("no_proxy") or environment.get("NO_PROXY") or ""
