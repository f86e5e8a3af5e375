"""Reads a page as a browser does, and says what it is made of."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import NamedTuple

# All that a page may be made of. There is no element that loads anything, and no attribute that runs anything.
_ELEMENTS = """
    a article b body button caption code dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4 head header
    html i input label legend li link meta nav ol option output p pre rect script section select small span style
    summary svg table tbody td th thead title tr ul
"""
_ATTRIBUTES = """
    aria-hidden aria-label aria-live autocomplete charset checked class colspan content data-differ data-filter
    data-filter-count data-filter-differ data-filter-level data-filter-status data-filter-text data-fold data-level
    data-matrix data-open data-status data-statuses height href http-equiv id lang name preserveaspectratio rel role
    scope spellcheck tabindex title type value viewbox width x y
"""
ELEMENTS, ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
VALUES = re.compile(r"[A-Za-z0-9 _:;,.#/%=+()&'-]*")
VOID = frozenset({"input", "link", "meta", "rect"})


class Page(NamedTuple):
    """What was found: the text, the elements in order with their attributes, and style and script."""

    text: str
    elements: tuple[tuple[str, dict[str, str]], ...]
    style: str
    script: str

    def all(self, name: str, class_: str | None = None) -> list[dict[str, str]]:
        """The attributes of the elements of that name, and of that class."""
        found = [attributes for element, attributes in self.elements if element == name]
        return [one for one in found if class_ is None or class_ in one.get("class", "").split()]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.inside = {"style": "", "script": ""}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS, tag
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), attrs
        for name, value in given.items():
            assert name in ATTRIBUTES, (tag, name)
            assert VALUES.fullmatch(value), (tag, name, value)
        self.elements.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.inside:
            self.inside[self.open[-1]] += data
        else:
            self.parts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def read(document: str) -> Page:
    """The page. Asserts that each element ends, that nothing in it is unknown, and that its policy names its parts."""
    reader = _Reader()
    reader.feed(document)
    reader.close()
    assert reader.open == []
    page = Page("".join(reader.parts), tuple(reader.elements), reader.inside["style"], reader.inside["script"])
    _alone(page)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        assert link["href"].startswith("#")
        assert link["href"][1:] in {*ids, "_"}, link
    return page


def _alone(page: Page) -> None:
    """Nothing is loaded from anywhere, and only these two parts may be used and run."""
    policies = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    digests = {
        part: base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (page.style, page.script)
    }
    assert policies == [
        f"default-src 'none'; style-src 'sha256-{digests[page.style]}'; script-src 'sha256-{digests[page.script]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    ]
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert not re.search(r"url\(|@import|@font-face|https?:", page.style)
    assert not re.search(r"https?:|fetch|XMLHttp|WebSocket|innerHTML|eval|import\b|src\b", page.script)
