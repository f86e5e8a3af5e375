"""What audits of real servers found, as data that stays the same from run to run.

A record keeps, of each case that does not simply pass, its status, outcome and words, and of each failing case of what
binds unconditionally the octets that went both ways, also behind the 101 where the case spoke there. Keys, ports, dates
and times are taken out. A case behind which the server fell silent or died is in no record: that belongs to its
maintainers first.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from wscheck.auditing.choosing import TALLY_SECTION
from wscheck.cases import Good, Seen, cases, sections
from wscheck.cases.tally import TALLIES
from wscheck.core.answer import read_answer
from wscheck.core.exchange import Exchange
from wscheck.core.frame import CLOSE
from wscheck.core.plan import Plan
from wscheck.core.report import CaseResult, Report
from wscheck.core.target import parse_target

FOLDER = Path(__file__).resolve().parent / "audits"
LONGEST = 1500  # characters of a request or a reply in a record

Record = dict[str, Any]

_CHANGES = (
    (re.compile(r"127\.0\.0\.1:[0-9]{4,5}|localhost:[0-9]{4,5}"), "127.0.0.1:PORT"),
    # Wherever it stands, but for the one that a case sends as it is printed in the RFC.
    (re.compile(r"(?<![A-Za-z0-9+/])(?!AQIDBAUGBwgJCgsMDQ4PEC==)[A-Za-z0-9+/]{22}=="), "KEY"),
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{27}="), "ACCEPT"),
    (re.compile(r"(?i)((?:date|last-modified|expires): )[^\r\n\\]*"), r"\1DATE"),
    (re.compile(r"(?i)(x-varnish: |etag: |x-request-id: )[^\r\n\\]*"), r"\1…"),
    (re.compile(r"(User-Agent: wscheck/)[0-9.]+"), r"\1VERSION"),
    (re.compile(r"in [0-9]+ pieces"), "in pieces"),
)


def same(text: str) -> str:
    """A text without what changes from run to run."""
    for pattern, put in _CHANGES:
        text = pattern.sub(put, text)
    return text


def hidden(case: CaseResult) -> bool:
    """Whether a case is not shown: the server died of it, hangs on it, or was no longer there."""
    unmade = case.skip_reason or ""
    gone = "stopped answering" in unmade or "no connection" in unmade
    return case.died or gone or (case.outcome == "silent" and case.status in ("fail", "warn", "error"))


def record(name: str, made_of: str, setting: str, report: Report) -> Record:
    """The record of an audit, without policy, which depends on what a server is for."""
    kept = {case.id: _kept(case, report) for case in report.cases if not case.policy and not hidden(case)}
    return {"name": name, "made_of": made_of, "setting": setting, "cases": kept}


def statuses(found: Record) -> dict[str, str]:
    """The status of each case that an audit makes, "not shown" where a record says nothing."""
    kept = found["cases"]
    return {
        name: "not shown" if name not in kept else kept[name] if isinstance(kept[name], str) else kept[name]["status"]
        for name in made_cases()
    }


def _kept(case: CaseResult, report: Report) -> Record | str:
    if case.status == "pass":
        return "pass"
    found: Record = {"status": case.status, "outcome": case.outcome, "observed": same(case.observed)}
    if case.status == "skip":
        return {"status": "skip", "reason": same(case.skip_reason or "")}
    if case.sent:
        found["sent"] = same(case.sent)
    if case.status == "fail" and case.level == "must":
        made = [report.exchanges[number] for number in case.exchanges[:2]] or _example(case, report)
        found["exchanges"] = [_both_ways(one, case.section == "frames") for one in made]
    return found


def _example(found: CaseResult, report: Report) -> list[Exchange]:
    """The first exchange that a tally, which has none of its own, counts."""
    tally = next(tally for tally in TALLIES if tally.id == found.id)
    case = next(iter(cases().values()))
    for number in (number for other in report.cases if not other.policy for number in other.exchanges):
        made = report.exchanges[number]
        answers = (read_answer(made),) if made.response else ()
        if tally.judge([(case, Seen(_NO_GOOD, answers, (), 0.0))]).status == "fail":
            return [made]
    return []


# A tally looks at answers alone.
_NO_GOOD = Good(Plan(b"GET", b"/", b"HTTP/1.1", ()), parse_target("ws://127.0.0.1/"), b"")


def _both_ways(made: Exchange, spoken: bool) -> list[str]:
    """What was sent and what came; and the same behind a 101 where more than our Close was said there."""
    tunnel = made.tunnel
    if tunnel is None:
        return [_octets(made.request), _octets(made.response)]
    head = made.response[: made.response.find(b"\r\n\r\n") + 4]
    pair = [_octets(made.request), _octets(head)]
    if not spoken and tunnel.ping is None:
        return pair
    # Our Close has a fresh mask, and its answer may come or not before the connection ends: both are left out.
    ours = next((one.offset for one in tunnel.sent_frames if one.opcode == CLOSE), None)
    theirs = next((one.offset for one in tunnel.received_frames if one.opcode == CLOSE), None)
    return [
        *pair,
        _octets(tunnel.sent[:ours]),
        _octets(tunnel.received[: theirs if tunnel.ending.by == "wscheck" else None]),
    ]


def _octets(octets: bytes) -> str:
    text = same(octets.decode("latin-1"))
    return text if len(text) <= LONGEST else text[:LONGEST] + f"… ({len(octets)} octets)"


def save(found: Record) -> None:
    """Writes a record into its file."""
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=True, sort_keys=False)
    (FOLDER / f"{found['name']}.json").write_text(text + "\n", encoding="utf-8")


def load() -> list[Record]:
    """All records, in the order of their names."""
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))]


def as_report(found: Record) -> bytes:
    """A record as a saved report, with the words of the cases as they stand in the suite, for the matrix."""
    rows: list[Record] = []
    for section in sections():
        if not section.policy:
            rows += [_row(case, section.name, found["cases"].get(case.id, "absent")) for case in section.cases]
    rows += [_row(tally, TALLY_SECTION, found["cases"].get(tally.id, "absent")) for tally in TALLIES]
    views = [{"name": one.name, "title": one.title, "policy": False} for one in sections() if not one.policy]
    views.append({"name": TALLY_SECTION, "title": "Refusals, over all cases", "policy": False})
    whole = {
        "schema": "wscheck/report/1",
        "kind": "audit",
        "tool": {"name": "wscheck", "version": "recorded"},
        "name": found["name"],
        "target": {"url": f"ws://{found['name']}/"},
        "verdict": "fail",
        "started": "",
        "exchanges": [],
        "cases": [row for row in rows if row["status"] != "absent"],
        "sections": views,
    }
    return json.dumps(whole).encode("ascii")


def _row(case: Any, section: str, kept: Record | str) -> Record:
    """A case of the suite with what a record says of it; "absent" where it says nothing."""
    said: Record = kept if isinstance(kept, dict) else {"status": kept}
    row = case.row
    return {
        "id": case.id,
        "title": case.title,
        "section": section,
        "policy": False,
        "status": said["status"],
        "level": row.level,
        "requirements": list(row.requirements),
        "clause": row.clause,
        "sent": said.get("sent", ""),
        "expected": case.expected,
        "observed": said.get("observed", ""),
        "outcome": said.get("outcome"),
        "why": row.why,
        "fix": row.fix,
        "skip_reason": said.get("reason"),
        "exchanges": [],
        "duration_ms": 0,
        "died": False,
    }


def made_cases() -> tuple[str, ...]:
    """The ids of all cases that a record may have: what an audit makes, without policy."""
    made = [case.id for section in sections() if not section.policy for case in section.cases if not case.intrusive]
    return (*made, *(tally.id for tally in TALLIES))
