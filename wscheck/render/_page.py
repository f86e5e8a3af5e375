"""A page that stands alone: style and script are in it, and nothing else may be loaded or run.

May never enter: a reference to another file or host. The policy names the style and the script by their digests, so
that a browser runs these and no others, whatever else should come to stand in the page.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from wscheck.render._markup import Safe, el, text

# What a status looks like: (symbol, word). The word is always there, so neither colour nor symbol has to be known.
MARKS = {
    "pass": ("✓", "pass"),
    "fail": ("✗", "fail"),
    "warn": ("!", "warn"),
    "info": ("·", "info"),
    "skip": ("–", "skip"),
    "error": ("✗", "error"),
}
STATUSES = tuple(MARKS)
LEVELS = ("must", "should", "may", "policy")


def resource(package: str, name: str) -> str:
    """A style or a script that lies beside the modules."""
    return resources.files(package).joinpath(name).read_text("utf-8")


def page(title: str, body: Safe, styles: str, script: str) -> str:
    """The whole document. `title` may hold anything."""
    policy = (
        f"default-src 'none'; style-src {_digest(styles)}; script-src {_digest(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        # An empty icon: without one a browser asks the host that serves the page for its own.
        '<link rel="icon" href="data:,">',
        f"<title>{text(title)}</title>",
        f"<style>{styles}</style>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n'
        + "\n".join(head)
        + f"\n</head>\n<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode('utf-8')).digest()).decode('ascii')}'"


def mark(status: str, word: str | None = None) -> Safe:
    """A status as symbol and word."""
    symbol, name = MARKS[status]
    return el("span", el("span", symbol, aria_hidden="true"), f" {word or name}", class_=f"mark {status}")


def filters(number: int, statuses: tuple[str, ...], counts: dict[str, int], extra: Safe | None = None) -> Safe:
    """The controls that narrow a table down; the script shows them, as without it they do nothing."""
    boxes = [
        el(
            "label",
            el("input", type="checkbox", data_filter_status=status, checked=True),
            mark(status),
            f" {counts[status]}",
            class_="box",
        )
        for status in statuses
        if counts[status]
    ]
    levels = [el("option", "any level", value=""), *(el("option", level, value=level) for level in LEVELS)]
    find = el(
        "input", type="search", id=f"find-{number}", data_filter_text=True, autocomplete="off", spellcheck="false"
    )
    return el(
        "div",
        el("label", "Find ", find, class_="find"),
        el("fieldset", el("legend", "Status"), *boxes),
        el("label", "Level ", el("select", *levels, data_filter_level=True)),
        extra,
        el("output", data_filter_count=True, aria_live="polite"),
        class_="filters",
        role="search",
    )
