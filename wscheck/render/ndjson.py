"""`ndjson`: one report per line, as they come."""

from __future__ import annotations

import json
from collections.abc import Sequence

from wscheck.core.report import Report
from wscheck.render import View

STREAMS = True


def render(reports: Sequence[Report], view: View) -> str:
    """Each report as `wscheck/report/1` on a line of its own."""
    # "##[" and "##vso[" are commands to CI systems anywhere in a line; in JSON the escape says the same character.
    lines = [json.dumps(report.to_json(), separators=(",", ":")).replace("##", "\\u0023#") for report in reports]
    return "".join(line + "\n" for line in lines)
