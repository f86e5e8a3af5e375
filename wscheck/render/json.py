"""`json`: one object: the report, or for several targets a scan of reports. ASCII only, so nothing needs escaping."""

from __future__ import annotations

import json
from collections.abc import Sequence

from wscheck.core.contract import scan_json
from wscheck.core.report import Report
from wscheck.render import View

STREAMS = False


def render(reports: Sequence[Report], view: View) -> str:
    """`wscheck/report/1` for one report, `wscheck/scan/1` for several."""
    shown = reports[0].to_json() if len(reports) == 1 else scan_json(reports)
    # "##[" and "##vso[" are commands to CI systems anywhere in a line; in JSON the escape says the same character.
    return json.dumps(shown, indent=2).replace("##", "\\u0023#") + "\n"
