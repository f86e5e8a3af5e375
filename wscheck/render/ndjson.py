"""`ndjson`: one report per line, as they come."""

from __future__ import annotations

import json
from collections.abc import Sequence

from wscheck.core.report import Report
from wscheck.render import View

STREAMS = True


def render(reports: Sequence[Report], view: View) -> str:
    """Each report as `wscheck/report/1` on a line of its own."""
    return "".join(json.dumps(report.to_json(), separators=(",", ":")) + "\n" for report in reports)
