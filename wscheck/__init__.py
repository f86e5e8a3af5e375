"""wscheck: does the WebSocket opening handshake work, and if not, what exactly is wrong?

The public names are loaded when they are first used, so that `import wscheck` costs nothing:

    accept_for(key)         the Sec-WebSocket-Accept for a key
    probe(url, **options)   one handshake, judged: a Report
    audit(url, **options)   the conformance suite: a Report with its cases
    Report                  what both return
    UsageError              what wrong use raises
"""

from __future__ import annotations

import typing

__version__ = "0.1.0"

_HOME = {
    "audit": "wscheck.auditing",
    "accept_for": "wscheck.core.key",
    "probe": "wscheck.probing",
    "Report": "wscheck.core.report",
    "UsageError": "wscheck.errors",
}

__all__ = ["Report", "UsageError", "__version__", "accept_for", "audit", "probe"]

if typing.TYPE_CHECKING:
    from wscheck.auditing import audit as audit
    from wscheck.core.key import accept_for as accept_for
    from wscheck.core.report import Report as Report
    from wscheck.errors import UsageError as UsageError
    from wscheck.probing import probe as probe


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> typing.Any:
    if name not in _HOME:
        raise AttributeError(f"module 'wscheck' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOME[name]), name)
