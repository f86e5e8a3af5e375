"""`json`: one object: the report, or for several targets a scan of reports. ASCII only, so nothing needs escaping."""

from __future__ import annotations

import json
from collections.abc import Sequence

from wscheck.core.report import Report, scan_json
from wscheck.render import View

STREAMS = False


def render(reports: Sequence[Report], view: View) -> str:
    """`wscheck/report/1` for one report, `wscheck/scan/1` for several."""
    shown = reports[0].to_json() if len(reports) == 1 else scan_json(reports)
    return json.dumps(shown, indent=2) + "\n"
