"""Markdown of an article as it may stand in a letter: variables filled, our own links made into ones that lead there.

Pure. Text that is for colleagues alone must be taken out before (`kb.internal_blocks.for_customers`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from kb.markdown_view import ARTICLE_SCHEME, VARIABLE, article_target

# The text of a link may hold one pair of brackets; longer ones than this are no text of a link.
_OURS = re.compile(
    r"!?\[(?P<text>(?:[^\[\]\\]|\\.|\[[^\[\]]{0,200}\]){0,300})\]"
    r"\([ \t]*<?(?P<target>svar(?:-file)?:[^\s()<>]*)>?(?:[ \t]+\"[^\"\n]{0,300}\")?[ \t]*\)"
)
_LEFT = re.compile(r"(?<!\w)svar(?:-file)?:[^\s()<>\[\]]+")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_TRAILING = re.compile(r"[ \t]{3,}(?=\n|\Z)")


def customer_markdown(markdown: str, *, variables: Mapping[str, str], article_url: Callable[[str], str]) -> str:
    """Put a part of an article into the form in which it goes out.

    Args:
        markdown: What a customer may read.
        variables: Value by name; unknown ones stay as they are written, and a letter with one is not sent.
        article_url: Where customers find an article; "" where they cannot: then the text of the link is left alone.

    Returns:
        The text, with at most one blank line where parts for colleagues stood. Pictures and files are their names.
    """

    def link(match: re.Match[str]) -> str:
        target = article_target(match["target"]) if match["target"].startswith(ARTICLE_SCHEME) else None
        url = article_url(target.article_id) if target else ""
        return f"[{match['text']}]({url})" if url else match["text"]

    def value(match: re.Match[str]) -> str:
        return variables.get(match["name"]) or match[0]

    linked = _OURS.sub(link, markdown) if "svar" in markdown else markdown
    filled = VARIABLE.sub(value, linked) if "{{" in linked else linked
    return _BLANK_LINES.sub("\n\n", _TRAILING.sub("", filled))


def our_links(text: str) -> tuple[str, ...]:
    """Links that only Svar understands and that are still in a text, each once."""
    return tuple(dict.fromkeys(match[0] for match in _LEFT.finditer(text)))
