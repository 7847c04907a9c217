"""What a canned reply says, as people write it, and the check that it can be used. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kb.errors import InvalidRow
from kb.locales import UNDETERMINED, normalise_locale
from kb.model import CannedReply

MAX_TITLE, MAX_BODY, MAX_SHORTCUT, MAX_FOLDER = 200, 20_000, 40, 80
_SHORTCUT = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class CannedText:
    """Everything about a canned reply that people write."""

    title: str
    body: str
    """Markdown with merge fields."""
    locale: str
    shortcut: str = ""
    """What is typed after ";": letters, digits, "-" and "_"."""
    folder: str = ""
    product: str = ""
    tags: tuple[str, ...] = ()

    @staticmethod
    def of(canned: CannedReply) -> CannedText:
        """What a stored canned reply says."""
        return CannedText(
            title=canned.title, body=canned.body, locale=canned.locale, shortcut=canned.shortcut, folder=canned.folder,
            product=canned.product, tags=canned.tags,
        )  # fmt: skip

    def as_data(self) -> Mapping[str, object]:
        """For the audit log and the revision."""
        return {
            "title": self.title, "body": self.body, "locale": self.locale, "shortcut": self.shortcut,
            "folder": self.folder, "product": self.product, "tags": list(self.tags),
        }  # fmt: skip


def check_text(text: CannedText) -> CannedText:
    """The text as it is stored: without white space at its ends, its language under the one spelling.

    Which merge fields there are is not known here; see assistant.drafts.merge_fields.check_fields.

    Raises:
        InvalidRow: Title or body is missing or too long, the shortcut has other signs in it, or the language is none.
    """
    clean = replace(
        text,
        title=" ".join(text.title.split()),
        body="\n".join(text.body.splitlines()).strip(),
        locale=normalise_locale(text.locale),
        shortcut=text.shortcut.strip().lstrip(";/"),
        folder=" ".join(text.folder.split()),
        product=text.product.strip(),
    )
    for name, value, most in (
        ("title", clean.title, MAX_TITLE),
        ("body", clean.body, MAX_BODY),
        ("shortcut", clean.shortcut, MAX_SHORTCUT),
        ("folder", clean.folder, MAX_FOLDER),
    ):
        if len(value) > most:
            raise InvalidRow(f"the {name} has {len(value)} characters; allowed: at most {most}")
        if not value and name in {"title", "body"}:
            raise InvalidRow(f"the {name} is empty; a canned reply needs a title and a text")
    if clean.shortcut and not _SHORTCUT.fullmatch(clean.shortcut):
        raise InvalidRow(
            f"the shortcut {clean.shortcut!r} has signs that it may not have; allowed: letters, digits, - and _"
        )
    if clean.locale == UNDETERMINED:
        raise InvalidRow("the language is missing; a canned reply is offered to customers of its language")
    return clean
