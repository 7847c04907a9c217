"""A pruned HTML tree -> Markdown. Imported only when there is HTML to convert."""

# ruff: noqa: ARG002 - markdownify calls every convert_* with the same three arguments.
from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4.element import NavigableString, Tag
from markdownify import MarkdownConverter

from kb.html_tree import BLOCKS, CELL, ROW, parse

MAX_COLSPAN = 20

# Alt texts that name a picture file, not what is on it: "Fx89menuButton", "IMG_2041.png".
_FILE_NAME_ALT = re.compile(r"(?=\S*\d)(?=\S+[A-Z_])\S{6,}|\S+\.(?:png|jpe?g|gif|svg|webp)", re.ASCII)
_MISSING_IMAGE = re.compile(r'The image "[^"]{0,200}" does not exist\.')
# Entities can smuggle in what the text itself was cleaned of.
_CONTROLS = dict.fromkeys((*range(9), *range(14, 32), *range(127, 160)), "")
_INVISIBLE: dict[int, str] = _CONTROLS | dict.fromkeys(map(ord, "\u200b\u200c\u2060\ufeff\u00ad"), "") | {0xA0: " "}
_SPECIAL = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)|[*`]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|\](?=[(\[:]|$)|&(?=#?\w+;)"
)
_LINE_START = re.compile(r"\s*(?=#{1,6}(?:\s|$)|[-=]+\s*$|-{2,}|~{3}|\|)")
_SAFE_SCHEMES = {"http", "https", "mailto"}
_URL_ESCAPES = {ord(c): f"%{ord(c):02X}" for c in ' ()<>"\\`|^{}'}
_SPACES = re.compile(r"(?<=\S) {2,}(?=\S)")
_SPACE_BEFORE_STOP = re.compile(r"(?<=\w) +(?=[.,](?:\s|$))")
_PUNCTUATION_EDGE = re.compile(r"[^\w\s]")
_SAME = {"**": {"b", "strong"}, "*": {"i", "em"}}


def convert(html: str, base_url: str) -> str:
    """Turn HTML into Markdown; see `kb.html.to_markdown`."""
    return _tidy(str(_Writer(base_url).convert_soup(parse(html))))


class _Writer(MarkdownConverter):
    """Markdown as this product likes it."""

    def __init__(self, base_url: str) -> None:
        super().__init__(heading_style="ATX", bullets="-", wrap=True, wrap_width=None, autolinks=False)
        self._base_url = base_url

    def escape(self, text: str, parent_tags: set[str]) -> str:
        return _SPECIAL.sub(r"\\\g<0>", _MISSING_IMAGE.sub("", text))

    def process_text(self, el: NavigableString, parent_tags: set[str] | None = None) -> str:
        written = str(el)
        plain = written.translate(_INVISIBLE)
        if plain != written:
            changed = NavigableString(plain)
            el.replace_with(changed)
            el = changed
        text = str(super().process_text(el, parent_tags=parent_tags))  # type: ignore[misc]
        if isinstance(el.previous_sibling, Tag) and el.previous_sibling.name == "br":
            text = text.lstrip(" ")
        if "_noformat" not in (parent_tags or ()) and (match := _LINE_START.match(text)) and _starts_line(el):
            return f"{match.group()}\\{text[match.end() :]}"
        return text

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        href = self._address(str(el.get("href") or ""))
        words = " ".join(text.split())
        if not href or not words or "_noformat" in parent_tags or "a" in parent_tags:
            return text
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{before}[{words}]({href}){after}"

    def _address(self, href: str) -> str:
        href = "".join(c for c in href.strip() if c >= " " and c != "\x7f")
        try:
            if self._base_url:
                href = urljoin(self._base_url, href)
            scheme = urlsplit(href).scheme
        except ValueError:
            return ""
        path = href.split("/", 1)[0].split("?", 1)[0]
        if scheme not in _SAFE_SCHEMES and (scheme or ":" in path):
            return ""
        return "" if href.startswith("#") else href.translate(_URL_ESCAPES)

    def _emphasise(self, mark: str, el: Tag, text: str, parent_tags: set[str]) -> str:
        words = text.strip()
        if not words or "\n" in words or "_noformat" in parent_tags or not parent_tags.isdisjoint(_SAME[mark]):
            return text
        before = " " if text[0].isspace() else ""
        after = " " if text[-1].isspace() else ""
        # Beside a letter, a mark next to punctuation does not count as emphasis: **Note:**text.
        if _PUNCTUATION_EDGE.match(words) and _word_beside(el.previous_sibling, -1):
            before = " "
        if _PUNCTUATION_EDGE.match(words[-1]) and _word_beside(el.next_sibling, 0):
            after = " "
        return f"{before}{mark}{words}{mark}{after}"

    def convert_b(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._emphasise("**", el, text, parent_tags)

    def convert_em(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._emphasise("*", el, text, parent_tags)

    convert_strong = convert_b
    convert_i = convert_em

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        alt = " ".join(str(el.get("alt") or "").translate(_INVISIBLE).split())
        is_dot = str(el.get("width", "")) in {"0", "1"} or str(el.get("height", "")) in {"0", "1"}
        return "" if is_dot or _FILE_NAME_ALT.fullmatch(alt) else self.escape(alt, parent_tags)

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip()
        if not text:
            return "\n"
        mark = f"{el['value']}. " if el.parent is not None and el.parent.name == "ol" else "- "
        indented = "\n".join(" " * len(mark) + line if line.strip() else "" for line in text.split("\n"))
        return f"{mark}{indented[len(mark) :]}\n"

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if not text.strip():
            return ""
        longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        code = text.strip("\r\n")
        return f"\n\n{fence}\n{code}\n{fence}\n\n"

    def convert_code(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "\n" in text.strip() and parent_tags.isdisjoint({"_noformat", "_inline"}):
            return self.convert_pre(el, "\n".join(line.strip() for line in text.strip().split("\n")), parent_tags)
        return str(super().convert_code(el, text, parent_tags))  # type: ignore[misc]

    convert_kbd = convert_code
    convert_samp = convert_code

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if el.find_parent("table") is None:
            return f"{text} "
        span = str(el.get("colspan", ""))
        width = min(int(span), MAX_COLSPAN) if span.isascii() and span.isdigit() and len(span) < 5 else 1
        words = re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))
        return words + CELL * max(width, 1)

    convert_th = convert_td

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        cells = el.find_all(["td", "th"], recursive=False)
        heads = all(cell.name == "th" for cell in cells) or (el.parent is not None and el.parent.name == "thead")
        return text.replace("\n", " ") + ("h" if heads else "") + ROW

    def convert_caption(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return " ".join(text.split()) + ROW

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        lines = [line.split(CELL) for line in text.split(ROW)]
        before = " ".join(line[0].strip() for line in lines if len(line) == 1).strip()
        lines = [line for line in lines if any(cell.strip() for cell in line[:-1])]
        if not lines:
            return f"\n\n{before}\n\n" if before else ""
        rows = [[cell.strip() for cell in line[:-1]] for line in lines]
        width = max(map(len, rows))
        rows = [row + [""] * (width - len(row)) for row in rows]
        if lines[0][-1] != "h":
            rows.insert(0, [""] * width)
        rows.insert(1, ["---"] * width)
        written = "\n".join("| " + " | ".join(row) + " |" for row in rows)
        return f"\n\n{before}\n\n{written}\n\n"


def _starts_line(el: NavigableString) -> bool:
    node: Any = el
    while node is not None:
        previous = node.previous_sibling
        while isinstance(previous, NavigableString) and not previous.strip():
            previous = previous.previous_sibling
        if previous is not None:
            return isinstance(previous, Tag) and (previous.name == "br" or previous.name in BLOCKS)
        node = node.parent
        if node is None or node.name in BLOCKS:
            return True
    return True


def _word_beside(sibling: object, index: int) -> bool:
    return isinstance(sibling, NavigableString) and bool(sibling) and str(sibling)[index].isalnum()


def _tidy(text: str) -> str:
    """One blank line between blocks, no blanks at line ends but the two of a line break; code stays as it is."""
    out: list[str] = []
    fence = ""
    lines = text.split("\n")
    for index, raw in enumerate(lines):
        line = raw
        stripped = line.strip()
        if fence:
            fence = "" if stripped.lstrip("> ") == fence else fence
            out.append(line)
            continue
        opening = re.match(r"(?:[->\s]|\d+\.)*(`{3,})$", line)
        if opening:
            fence = opening.group(1)
        if not stripped:
            if out and out[-1]:
                out.append("")
            continue
        breaks = line.endswith("  ") and index + 1 < len(lines) and lines[index + 1].strip(" >")
        line = line.rstrip() if "`" in line else _SPACE_BEFORE_STOP.sub("", _SPACES.sub(" ", line.rstrip()))
        out.append(line + ("  " if breaks else ""))
    return "\n".join(out).strip("\n").lstrip(" ")
