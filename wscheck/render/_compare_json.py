"""Two reports as `wscheck/compare/1`: ASCII only, so nothing needs escaping."""

from __future__ import annotations

import json
from collections.abc import Sequence

from wscheck.core.contract import compare_json
from wscheck.core.difference import compare
from wscheck.core.report import Report
from wscheck.render import View

STREAMS = False


def render(reports: Sequence[Report], view: View) -> str:
    """Both reports whole, and where they differ."""
    a, b = reports
    # "##[" and "##vso[" are commands to CI systems anywhere in a line; in JSON the escape says the same character.
    return json.dumps(compare_json(compare(a, b)), indent=2).replace("##", "\\u0023#") + "\n"
