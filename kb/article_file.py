"""An article as a Markdown file with front matter, which `svar import` reads back to the same article. Pure."""

from __future__ import annotations

import hashlib
import json
import re

from kb import clock
from kb.model import Article

_LONGEST_NAME = 80
_NO_NAME = re.compile(r"[^a-z0-9._-]+")
# In double quotes YAML reads what JSON writes, but for these, which must not stand there as they are.
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def file_name(article: Article) -> str:
    """Where the file belongs: a folder of its language, and its id in letters that any file system takes.

    Ids that would get the same name have a few digits of their hash behind it, so no two articles share one.
    """
    plain = _NO_NAME.sub("-", article.id.casefold()).strip("-.")[:_LONGEST_NAME]
    if plain != article.id:
        plain = f"{plain}-{hashlib.sha256(article.id.encode()).hexdigest()[:8]}".lstrip("-")
    return f"{article.locale}/{plain}.md"


def file_text(article: Article) -> str:
    """The file: front matter with everything that an import can set, then the Markdown of the current revision."""
    revision = article.revision
    fields: dict[str, object] = {
        "id": article.id, "source": article.source, "source_id": article.source_id, "title": revision.title,
        "locale": article.locale, "url": article.url, "product": article.product,
        "audience": article.audience.value, "state": article.confidence.value,
        "translation_of": article.translation_of, "summary": revision.summary, "tags": list(revision.tags),
        "questions": list(revision.questions), "verified_at": clock.to_text(article.verified_at),
        "updated_at": clock.to_text(article.updated_at),
    }  # fmt: skip
    front = "".join(f"{name}: {_yaml(value)}\n" for name, value in fields.items() if value)
    return f"---\n{front}kind: article\n---\n\n{revision.body}"


def _yaml(value: object) -> str:
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
