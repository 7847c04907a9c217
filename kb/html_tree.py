"""Hostile HTML -> a pruned tree of the few elements that Markdown has. Imported only when there is HTML to convert."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag

MAX_DEPTH = 100
"""Tags nested deeper are ignored, their text stays: the writer is recursive."""

_DROPPED = [
    "script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "noscript", "template", "svg",
    "math", "head", "title", "meta", "link", "base", "input", "select", "textarea", "button", "video", "audio",
    "canvas", "source", "map", "nav", "progress", "dialog",
]  # fmt: skip
_DIVS = ["dl", "dd", "details", "figure", "figcaption", "address", "main", "header", "footer", "aside", "center",
         "fieldset", "form", "legend", "hgroup", "menu"]  # fmt: skip
BLOCKS = frozenset(_DIVS) | {
    "p", "div", "section", "article", "ul", "ol", "li", "dt", "table", "caption", "thead", "tbody", "tfoot", "tr",
    "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "hr",
}  # fmt: skip
"""Elements that start a new line."""
# Which open tag a start tag closes (HTML allows leaving out these end tags), and what stops the search for it.
_CLOSES = {
    "li": ({"li"}, {"ul", "ol", "menu"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "tr": ({"tr"}, {"table"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
} | {name: ({"p"}, BLOCKS - {"p"}) for name in BLOCKS - {"li", "dt", "dd", "tr", "td", "th"}}
_SEARCH_DEPTH = 12
_CONTENTS_IDS = {"toc", "table-of-contents"}
_CONTENTS_CLASSES = {"toc", "table-of-contents"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DECLARATION = re.compile(r"<[!?][^>]*>?")
CELL, ROW = "\x1f", "\x1e"
"""Signs that no parsed text has; the writer ends table cells and rows with them."""


def parse(html: str) -> BeautifulSoup:
    """Parse any markup, without what nobody should read or run, and with rare elements turned into common ones."""
    # With a line end in it no text is taken for a file name, which the parser would warn of.
    soup = _Soup(_prepare(html) + "\n", "html.parser")
    for tag in soup.find_all(_DROPPED):
        tag.decompose()
    for tag in soup.find_all(_is_noise):
        if not tag.decomposed:
            tag.decompose()
    _reshape(soup)
    return soup


class _Soup(BeautifulSoup):
    """A tree with the end tags that HTML allows to leave out, and no deeper than the writer can go."""

    def handle_starttag(self, name: str, *args: Any, **kwargs: Any) -> Tag | None:  # noqa: ANN401 - passed on unseen
        closes, boundary = _CLOSES.get(name, (frozenset(), frozenset()))
        tag = self.currentTag if closes else None
        for _ in range(_SEARCH_DEPTH):
            if tag is None or tag.name in boundary:
                break
            if tag.name in closes:
                self.handle_endtag(tag.name)
                break
            tag = tag.parent
        if len(self.tagStack) > MAX_DEPTH and name not in {"br", "hr", "img", "script", "style"}:
            self.handle_data(" ")
            return None
        return super().handle_starttag(name, *args, **kwargs)


def _prepare(html: str) -> str:
    """Take out what makes Python's parser fail or take quadratic time: comments, declarations, tags without end."""
    html = html.replace("\x00", "").replace(CELL, "").replace(ROW, "")
    parts: list[str] = []
    position = 0
    while (start := html.find("<!--", position)) >= 0:
        parts.append(html[position:start])
        end = html.find("-->", start + 4)
        position = len(html) if end < 0 else end + 3
    parts.append(html[position:])
    html = _DECLARATION.sub("", "".join(parts))
    last = html.rfind(">") + 1
    return html[:last] + html[last:].replace("<", "&lt;")


def _is_noise(tag: Tag) -> bool:
    attributes = tag.attrs
    if not attributes:
        return False
    if str(attributes.get("id", "")).lower() in _CONTENTS_IDS or attributes.get("role") == "navigation":
        return True
    if "hidden" in attributes or _HIDDEN.search(str(attributes.get("style", ""))):
        return True
    classes: Any = attributes.get("class") or []
    return not _CONTENTS_CLASSES.isdisjoint(classes)


def _reshape(soup: BeautifulSoup) -> None:
    """Bring rarer elements to those that Markdown has."""
    for table in soup.find_all("table"):
        rows = table.find_all("tr")
        if table.find("table") or all(len(row.find_all(["td", "th"], recursive=False)) < 2 for row in rows):
            _unfold_table(table)
    for term in soup.find_all(["dt", "summary"]):
        follower = term.find_next_sibling()
        is_term = term.name == "summary" or (follower is not None and follower.name == "dd")
        if is_term and term.find(list(BLOCKS)) is None and term.get_text(strip=True):
            bold = soup.new_tag("strong")
            for child in list(term.contents):
                bold.append(child.extract())
            term.append(bold)
        term.name = "div"
    for tag in soup.find_all(_DIVS):
        tag.name = "div"
    # Variants of one sentence for several systems (SUMO) stand side by side without a space.
    for tag in soup.find_all("span", class_="for"):
        tag.append(" ")
    for ordered in soup.find_all("ol"):
        start = str(ordered.get("start", "1"))
        first = int(start) if start.isascii() and start.isdigit() and len(start) < 8 else 1
        for number, entry in enumerate(ordered.find_all("li", recursive=False), start=first):
            entry["value"] = str(number)
    for tag in soup.find_all(["b", "strong", "i", "em", "code"]):
        _join_next(tag)


def _unfold_table(table: Tag) -> None:
    for part in table.find_all(["tr", "td", "th", "thead", "tbody", "tfoot"]):
        if part.find_parent("table") is table:
            part.name = "div"
    table.name = "div"


def _join_next(tag: Tag) -> None:
    """Two bold words side by side would become `**a****b**`, which is not bold."""
    following = tag.next_sibling
    while isinstance(following, Tag) and following.name == tag.name:
        for child in list(following.contents):
            tag.append(child.extract())
        following.decompose()
        following = tag.next_sibling
