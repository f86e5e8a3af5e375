"""Keys, masking keys and payloads are drawn here, from the operating system and nothing else."""

from __future__ import annotations

import binascii
import os

from wscheck.core.key import KEY_OCTETS


def new_key() -> bytes:
    """A fresh Sec-WebSocket-Key: base64 of 16 random octets (RFC 6455 §4.1 request step 7)."""
    return binascii.b2a_base64(os.urandom(KEY_OCTETS), newline=False)


def new_mask() -> bytes:
    """A fresh masking key (RFC 6455 §5.3: it has to be unpredictable)."""
    return os.urandom(4)


def new_payload() -> bytes:
    """A fresh payload of eight octets for a Ping, so that its Pong is known from any other."""
    return os.urandom(8)
