"""HTML of any quality -> clean Markdown. Pure."""

from __future__ import annotations

import re

_STARTS_WITH_TAG = re.compile(
    r"\s*<(?:!doctype|!--|html|head|body|p|div|span|table|ul|ol|dl|h[1-6]|br|hr|blockquote|article|section|pre|a|b|i|em"
    r"|strong|font|center|meta|style|img)\b[^<>]*>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def to_markdown(html: str, *, base_url: str = "") -> str:
    """Turn HTML into Markdown that holds no HTML: scripts, frames, trackers and tables of contents are gone.

    Args:
        html: Any markup, also broken or hostile; plain text passes through with its Markdown signs escaped.
        base_url: Absolute URL that relative links start from; without it they stay relative, and links to a place in
            the same page become plain text.

    Returns:
        Markdown with ATX headings, "-" and "1." lists, tables, links, code and emphasis; images become their alt text.
        One blank line between blocks, no blank line at either end; empty if nothing readable is left.
    """
    if not html.strip():
        return ""
    # Here, not at the top: loading beautifulsoup4 and markdownify takes longer than most commands.
    from kb.html_writer import convert

    return convert(html, base_url)


def looks_like_html(text: str) -> bool:
    """Tell whether a message body is HTML: it starts with a tag, or its lines end in <br> rather than line ends."""
    if "<" not in text:
        return False
    if _STARTS_WITH_TAG.match(text):
        return True
    breaks = sum(1 for _ in _BREAK.finditer(text))
    return breaks > 0 and breaks >= text.count("\n")
