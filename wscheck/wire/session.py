"""What is ordinary HTTP is carried by httpx; this is the only file that imports it, and it is loaded when needed.

May never enter: the handshake itself; its octets are ours.
"""

from __future__ import annotations

import httpx


def basic_authorization(user: str, password: str) -> bytes:
    """The value of Authorization for Basic credentials (RFC 7617), as httpx makes it."""
    request = httpx.Request("GET", "http://target.invalid/")
    signed = next(httpx.BasicAuth(user, password).sync_auth_flow(request))
    return signed.headers["Authorization"].encode("ascii")
