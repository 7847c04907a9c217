"""Markdown of articles, passages and replies as safe HTML, and short plain previews."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.drafts.merge_fields import fields
from assistant.redaction.redact import PersonalData
from kb.customer_markdown import our_links
from kb.folds import own_text
from kb.markdown import render
from kb.markdown_view import VARIABLE

MAX_RENDERED = 50_000
"""Longer texts are shown as plain text: a pasted log is no prose."""
_REMEMBERED = 4_000
"""Texts up to this length are rendered once and remembered: the same passages are suggested again and again."""
_REDACTED = re.compile(rf"\[({'|'.join(kind.value for kind in PersonalData)})\](?!\()")
_SINGLE_BREAK = re.compile(r"(?<![\n ])\n(?!\n)")
_SPACE = re.compile(r"\s+")


def html_of(markdown: str) -> str:
    """Safe HTML; empty for texts that are better shown plain."""
    if len(markdown) > MAX_RENDERED:
        return ""
    return _remembered(markdown) if len(markdown) <= _REMEMBERED else render(markdown)


@lru_cache(maxsize=2048)
def _remembered(markdown: str) -> str:
    return render(markdown)


def letter_html(body: str) -> str:
    """Safe HTML of a message: like `html_of`, and a line break in a letter stays one."""
    return html_of(_SINGLE_BREAK.sub("  \n", body))


def preview(body: str, *, length: int = 140) -> str:
    """The beginning of a message on one line, without quotes and signature where it has words of its own."""
    start = body[: length * 4]
    line = _SPACE.sub(" ", own_text(start)).strip() or _SPACE.sub(" ", start).strip()
    return line if len(line) <= length else line[:length].rsplit(" ", 1)[0] + " …"


def open_fields(body: str) -> tuple[str, ...]:
    """What keeps a text from a customer, each once: merge fields, variables, what was redacted, links of our own."""
    redacted = (match[1] for match in _REDACTED.finditer(body))
    variables = (match["name"] for match in VARIABLE.finditer(body))
    return tuple(dict.fromkeys([*fields(body), *variables, *redacted, *our_links(body)]))
