"""Saved audits read back, laid side by side, and shown as a page and as Markdown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.render.audits import WORDS, audit, case, hostile, refused, strict
from tests.render.pages import Page, read
from tests.render.test_markdown import cells, without_code
from wscheck.core.report import Report
from wscheck.errors import UsageError
from wscheck.matrix import page, table
from wscheck.matrix.layout import Matrix, Score, failing, lay_out, score
from wscheck.matrix.saved import SIZE_LIMIT_BYTES, Saved, read_saved
from wscheck.render import View, load


def saved(report: Report, label: str | None = None) -> Saved:
    """The report written out and read back."""
    return read_saved(load("json").render([report], View()).encode("utf-8"), "a.json", label)


def matrix(*reports: Report, public: bool = False) -> Matrix:
    """The matrix of these reports."""
    return lay_out([saved(report) for report in reports], public=public)


# -- reading -----------------------------------------------------------------------------------------------------------


def test_what_was_saved_is_read_back() -> None:
    report = audit(name="alpha")
    found = saved(report)
    assert (found.label, found.url, found.verdict, found.started) == (
        "alpha",
        "ws://127.0.0.1:9/",
        "fail",
        report.started,
    )
    assert found.cases == report.cases
    assert found.sections == report.sections
    assert [wire.request for wire in found.wires] == [made.request for made in report.exchanges]
    assert [wire.response for wire in found.wires] == [made.response for made in report.exchanges]
    assert found.wires[6].ends == ("ended by server: close after 0.2 s",)
    assert found.wires[3].ends == ("ended in read: no reply within 2 s",)
    assert [(frame.by, frame.opcode, frame.length) for frame in found.wires[6].frames] == [
        ("client", 9, 4),
        ("server", 8, 2),
    ]


def test_a_server_is_called_what_the_user_says_or_its_name_or_its_url() -> None:
    assert saved(audit(name="alpha"), "beta").label == "beta"
    assert saved(audit(name="alpha")).label == "alpha"
    assert saved(audit()).label == "ws://127.0.0.1:9/"


@pytest.mark.parametrize(("count", "said"), [(1, "1 server in columns. "), (2, "2 servers in columns. ")])
def test_one_server_is_no_servers(count: int, said: str) -> None:
    assert said in page.render(matrix(*(audit(name=f"n{number}") for number in range(count))))


def _json(**changes: object) -> bytes:
    found: dict[str, Any] = json.loads(load("json").render([audit()], View()))
    return json.dumps(found | changes).encode("utf-8")


def _with(place: str, name: str, value: object) -> bytes:
    found: dict[str, Any] = json.loads(_json())
    found[place][0][name] = value
    return json.dumps(found).encode("utf-8")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is not JSON: save a report with --format json"),
        (b"{", "it is not JSON: save a report with --format json"),
        (b"[" * 100_000, "it is not JSON: save a report with --format json"),
        (b"\xff\xfe{", "it is not UTF-8 (octet 0)"),
        (b"[]", "it is no report of wscheck"),
        (b"{}", "it is no report of wscheck"),
        (b'{"schema": 3}', "it is no report of wscheck"),
        (b'{"schema": "wscheck/scan/1"}', "its schema is 'wscheck/scan/1', and only wscheck/report/1 can be laid out"),
        (
            b'{"schema": "wscheck/report/1"}',
            "it is a report of kind 'unknown', and only audits can be laid side by side",
        ),
        (_json(kind="probe"), "it is a report of kind 'probe', and only audits can be laid side by side"),
        (_json(target=None), "target is no object"),
        (_json(target=[]), "target is no object"),
        (_json(name=3), "name is no text"),
        (_json(cases={}), "cases is no list"),
        (_json(cases=["a"]), "cases[0] is no object"),
        (_json(verdict=None), "verdict is no text"),
        (_with("cases", "policy", 1), "cases[0].policy is no truth value"),
        (_with("cases", "duration_ms", True), "cases[0].duration_ms is no number"),
        (_with("cases", "status", "fine"), "cases[0].status is 'fine', which this version of wscheck does not know"),
        (_with("cases", "outcome", "gone"), "cases[0].outcome is 'gone', which this version of wscheck does not know"),
        (_with("cases", "requirements", [3]), "cases[0].requirements holds what is no text"),
        (_with("cases", "exchanges", [-1]), "cases[0].exchanges holds what is no index"),
        (_with("cases", "exchanges", [True]), "cases[0].exchanges holds what is no index"),
        (_with("exchanges", "request", "\u0100"), "exchanges[0].request holds what is no octet"),
        (b" " * (SIZE_LIMIT_BYTES + 1), "it is larger than 64 MiB"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_is_no_audit_is_told_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_saved(data, "a.json")
    assert str(caught.value) == f"a.json: {said}"


def test_an_exchange_that_is_not_there_is_left_out() -> None:
    found = read_saved(_with("cases", "exchanges", [99]), "a.json")
    assert lay_out([found], public=False).rows[0].cells[0].wires == ()


# -- the layout --------------------------------------------------------------------------------------------------------


def test_rows_are_cases_and_columns_servers() -> None:
    found = matrix(audit(name="alpha"), strict("beta"))
    assert [server.label for server in found.servers] == ["alpha", "beta"]
    assert [(group.section.title, len(group.rows)) for group in found.groups] == [
        ("The request line", 6),
        ("The key", 2),
        ("Frames behind the 101", 4),
        ("Which origins are let in", 2),
    ]
    statuses = {row.case.id: tuple(cell.status for cell in row.cells) for row in found.rows}
    assert statuses["method-post"] == ("pass", "pass")
    assert statuses["method-head"] == ("fail", "absent")
    assert statuses["huge-head"] == ("skip", "skip")


def test_a_case_that_one_report_has_alone_gets_a_row() -> None:
    found = matrix(audit(case("a", "request")), audit(case("b", "request"), case("c", "unlisted")))
    assert [(row.case.id, [cell.status for cell in row.cells]) for row in found.rows] == [
        ("a", ["pass", "absent"]),
        ("b", ["absent", "pass"]),
        ("c", ["absent", "pass"]),
    ]
    assert found.groups[-1].section.title == "unlisted"
    assert [server.label for server in found.servers] == ["ws://127.0.0.1:9/", "ws://127.0.0.1:9/ (2)"]


def test_scores() -> None:
    found = matrix(audit(), refused())
    assert [score(found.rows, 0, level) for level in ("must", "should", "may", "policy")] == [
        Score(3, 6, 2),
        Score(0, 1, 0),
        Score(1, 1, 0),
        Score(0, 1, 1),
    ]
    assert score(found.rows, 1, "must") == Score(0, 0, 0)
    assert score(found.rows, 0, "all") == Score(4, 9, 3)
    assert [one.id for one in failing(found, 0)] == ["method-head", "frame-unmasked"]


def test_in_public_what_killed_a_server_is_not_shown() -> None:
    died = case("later", "key", "skip", skip_reason="the server stopped answering", observed="", outcome=None)
    gone = died._replace(id="gone", skip_reason="no connection could be made any more")
    found = matrix(audit(*audit().cases, died, gone), public=True)
    hidden = [row.case.id for row in found.rows if row.cells[0].status == "hidden"]
    assert hidden == ["http-2.0", "later", "gone", "frame-unmasked"]
    assert found.hidden == 4
    assert [one.id for one in failing(found, 0)] == ["method-head"]
    assert score(found.rows, 0, "must") == Score(3, 5, 1)
    for text in (page.render(found), table.render(found)):
        assert "stopped answering" not in text
        assert "silence for 2 s" not in text
        assert "no reply within 2 s" not in text
    assert matrix(audit()).hidden == 0


# -- the page ----------------------------------------------------------------------------------------------------------


def shown(*reports: Report, public: bool = False) -> Page:
    """The page of a matrix."""
    return read(page.render(matrix(*reports, public=public)))


def test_a_page() -> None:
    found = shown(audit(name="alpha"), strict("beta"), refused())
    assert len(found.all("tr", "row")) == 14
    titles = [cell["title"] for cell in found.all("a") if "title" in cell]
    assert titles[:4] == ["pass: refused", "pass: refused", "skip: skipped", "fail: accepted"]
    assert "alpha2 failed" in found.text
    assert "betanone failed" in found.text
    assert "nothing judged" in found.text
    assert "HEAD / HTTP/1.1\\r\\n" in found.text
    assert "verdictfail" in found.text


def test_a_row_knows_what_is_in_it() -> None:
    rows = shown(audit(name="alpha"), strict("beta"), audit(case("method-post", "request", "fail"))).all("tr", "row")
    assert (rows[0]["data-statuses"], rows[0]["data-level"], "data-differ" in rows[0]) == ("fail pass", "must", True)
    assert (rows[1]["data-statuses"], rows[1]["data-level"], "data-differ" in rows[1]) == ("fail", "must", False)


def test_a_public_page_says_that_something_is_not_shown() -> None:
    found = shown(audit(), public=True)
    assert "not shown" in found.text
    assert "2 cells are not shown: they belong to the maintainers first." in found.text
    assert "verdictfail" not in found.text
    assert "2 failed" not in found.text


@pytest.mark.parametrize("word", WORDS)
def test_hostile_words_are_text(word: bytes) -> None:
    found, plain = shown(hostile(word), audit()), shown(hostile(b"plain"), audit())
    assert [element for element, _ in found.elements] == [element for element, _ in plain.elements]
    assert all(char.isprintable() or char == "\n" for char in found.text)


# -- Markdown ----------------------------------------------------------------------------------------------------------


def test_the_table_written_out() -> None:
    assert table.render(matrix(audit(name="alpha"), strict("beta | x"), refused())).splitlines() == [
        "| | alpha | beta \\| x | ws://127.0.0.1:9/ |",
        "| --- | :---: | :---: | :---: |",
        "| The request line (must · should · may) | **1/2** · 0/1 · 1/1 | 1/1 · – · 1/1 | – · – · – |",
        "| The key (must · should) | 1/1 · – | 1/1 · – | – · – |",
        "| Frames behind the 101 (must · should) | **1/3** · – | 1/1 · – | – · – |",
        "| Which origins are let in (policy) | 0/1 | – | – |",
        "| **all** (must · should · may · policy) | **3/6** · 0/1 · 1/1 · 0/1 | 3/3 · – · 1/1 · – | – · – · – · – |",
        "",
        "Cases that pass, of those in which something was decided, in the order of the levels that a row names; bold",
        "where one fails that binds unconditionally.",
        "",
        "What fails of what binds unconditionally:",
        "",
        "- `alpha`: `method-head`, `frame-unmasked`",
        "- `beta \\| x`: nothing",
        "- `ws://127.0.0.1:9/`: nothing was judged",
    ]


def test_many_servers_stand_in_rows() -> None:
    many = [strict(f"server {number}") for number in range(6)]
    assert table.render(matrix(*many, audit(name="alpha"))).splitlines()[:12] == [
        "| | `request` | `key` | `frames` | all must | all should | all may | all policy |",
        "| --- | :---: | :---: | :---: | :---: | :---: | :---: | :---: |",
        *[f"| server {number} | 1/1 | 1/1 | 1/1 | 3/3 | – | 1/1 | – |" for number in range(6)],
        "| alpha | **1/2** | 1/1 | **1/3** | **3/6** | 0/1 | 1/1 | 0/1 |",
        "",
        "Cases that pass, of those in which something was decided: by section what binds unconditionally, then each",
        "level over all sections. Bold: one fails; a case that only warns does not pass either.",
    ]
    assert "server 5" in table.render(matrix(*many)).splitlines()[0]


def test_a_public_table_names_no_server_beside_what_is_not_shown() -> None:
    lines = table.render(matrix(audit(name="alpha"), strict("beta"), public=True)).splitlines()
    assert "2 cells are not counted: they belong to the maintainers first." in lines
    assert "- `alpha`: `method-head`" in lines
    assert not any("frame-unmasked" in line for line in lines)


@pytest.mark.parametrize("word", WORDS)
def test_a_name_is_no_markup(word: bytes) -> None:
    lines = table.render(matrix(hostile(word), audit())).splitlines()
    assert {len(cells(line)) for line in lines if line.startswith("|")} == {3}
    for line in lines:
        assert "<" not in without_code(line).replace("\\<", "")
        assert line.isprintable() or "\u2060" in line
