"""Keys are drawn here, from the operating system and nothing else."""

from __future__ import annotations

import binascii
import os

from wscheck.core.key import KEY_OCTETS


def new_key() -> bytes:
    """A fresh Sec-WebSocket-Key: base64 of 16 random octets (RFC 6455 §4.1 request step 7)."""
    return binascii.b2a_base64(os.urandom(KEY_OCTETS), newline=False)
