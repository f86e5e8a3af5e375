"""Correct servers and rightly configured proxies pass: wscheck raises no false alarm, and says what was negotiated."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import wscheck

from .running import Certificate, Running

OFFER = "permessage-deflate; client_max_window_bits"  # what the browsers offer
ESSENTIAL = ("status", "http-version", "syntax", "upgrade", "connection", "accept", "subprotocol", "extensions")


def _probe(real: Running, certificate: Certificate, **asked: Any) -> dict[str, Any]:
    if real.server.strict:
        asked.setdefault("subprotocols", ("chat",))
    cacert = str(certificate.authority) if real.url.startswith("wss:") else None
    return wscheck.probe(real.url, cacert=cacert, **asked).to_json()


def _is_clean(real: Running, report: dict[str, Any]) -> None:
    """A pass without a warning, in which every essential check passes, or informs where the catalogue says so."""
    status = {check["id"]: check["status"] for check in report["checks"]}
    problems = [problem for check in report["checks"] for problem in check["problems"]]
    assert (report["verdict"], report["exit_code"]) == ("pass", 0), problems
    assert set(status.values()) <= {"pass", "info", "skip"}, problems
    assert {name for name in ESSENTIAL if status[name] != "pass"} == real.server.remarked, problems


def _observed(report: dict[str, Any], check: str) -> str:
    return next(str(entry["observed"]) for entry in report["checks"] if entry["id"] == check)


def test_the_command_passes_it(real: Running, certificate: Certificate) -> None:
    command = [sys.executable, "-m", "wscheck", "probe", real.url, "--format", "json"]
    if real.server.strict:
        command += ["--subprotocol", "chat"]
    if real.url.startswith("wss:"):
        command += ["--cacert", str(certificate.authority)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    report = json.loads(done.stdout)
    _is_clean(real, report)
    exchange = report["exchanges"][0]
    assert exchange["response"].startswith("HTTP/1.1 101 ")
    if real.url.startswith("wss:"):
        assert exchange["tls"]["verified"] is True
    else:
        assert exchange["tls"] is None


def test_a_subprotocol_is_chosen(real: Running, certificate: Certificate) -> None:
    report = _probe(real, certificate, subprotocols=("superchat", "chat"))
    _is_clean(real, report)
    assert _observed(report, "subprotocol") == "chat"


def test_permessage_deflate_is_negotiated(real: Running, certificate: Certificate) -> None:
    report = _probe(real, certificate, extensions=(OFFER,))
    _is_clean(real, report)
    assert ("permessage-deflate" in _observed(report, "extensions")) is real.server.deflate
