"""A message in the parts that the page shows: what was written for this occasion, and what is folded away."""

from __future__ import annotations

from typing import Any

from kb.folds import FoldKind, folds
from kb.model import Author, Message
from ui.api.prose import letter_html

SHORT_QUOTE_LINES = 3
"""A quote of fewer lines is shown: it is what the sentence below it answers."""


def parts_of(message: Message) -> list[dict[str, Any]]:
    """Cut a message into its parts; together they are the whole body.

    Args:
        message: Any.

    Returns:
        {kind, start, end, html} in their order; kind is "text", "quote" or "signature"; start and end are offsets into
        the body in UTF-16 units, as a browser counts, half-open; html is safe, and empty where the part is shown as
        plain text. Empty for an empty body.
    """
    # A customer's letter is plain text; ours are Markdown, and are shown as the customer sees them.
    ours = message.author is not Author.CUSTOMER
    body = message.body
    cut: list[tuple[str, str]] = []
    at = 0
    for fold in folds(body):
        folded = body[fold.start : fold.end]
        if fold.kind is FoldKind.QUOTE and folded.count("\n") < SHORT_QUOTE_LINES and fold.end < len(body.rstrip()):
            continue
        cut += [("text", body[at : fold.start]), (fold.kind.value, folded)]
        at = fold.end
    cut.append(("text", body[at:]))
    parts: list[dict[str, Any]] = []
    start = 0
    for kind, text in cut:
        end = start + len(text.encode("utf-16-le", "surrogatepass")) // 2
        # Where only blank lines are left beside a fold there is nothing to show.
        if text.strip() or (len(cut) == 1 and text):
            parts.append({"kind": kind, "start": start, "end": end, "html": letter_html(text) if ours else ""})
        start = end
    return parts
