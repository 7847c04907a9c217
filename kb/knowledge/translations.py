"""Which languages articles exist in, and which translations their master has left behind."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from kb import clock
from kb.database import Database
from kb.markdown import blocks


class TranslationState(StrEnum):
    """How one language version of an article stands to its master."""

    MASTER = "master"
    CURRENT = "current"
    OUTDATED = "outdated"
    """The master has changed since the translation was made."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Cell:
    """One language version of one article."""

    article_id: str
    locale: str
    title: str
    state: TranslationState
    revision: int
    master_revision: int
    """The master's revision that it was made from; 0 where nobody knows. On the master its own."""
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Family:
    """One article in all its languages."""

    id: str
    """Of the master."""
    title: str
    locale: str
    product: str
    cells: tuple[Cell, ...]
    """By locale, the master first."""


class ChangeKind(StrEnum):
    """What became of a paragraph."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """One paragraph of the master that is not what it was when the translation was made."""

    kind: ChangeKind
    heading: str
    """The heading that it stands under, as it reads now; before, if it is gone."""
    before: str
    """Markdown; empty for what was added."""
    after: str
    """Markdown; empty for what was removed."""


def is_outdated(
    *, master_revision: int, made_from: int, master_changed_at: datetime | None, translated_at: datetime | None
) -> bool:  # fmt: skip
    """Whether a translation's master has changed since the translation was made. Pure.

    Where it is known which revision it was made from, that decides; for imported ones, the sources' dates do.

    Args:
        master_revision: The master's revision now.
        made_from: The one that the translation was made from; 0: nobody knows.
        master_changed_at: When the master was changed last.
        translated_at: When the translation was.
    """
    if made_from:
        return made_from < master_revision
    if master_changed_at is None or translated_at is None:
        return False
    return translated_at < master_changed_at


def paragraph_changes(before: str, after: str) -> list[ParagraphChange]:
    """What changed between two texts, paragraph by paragraph in the order of the later one; moves count as changes.

    Args:
        before: Markdown.
        after: Markdown.
    """
    old, new = ([(b.heading, text[b.start : b.end]) for b in blocks(text)] for text in (before, after))
    found = []
    matcher = SequenceMatcher(None, [" ".join(t.split()) for _, t in old], [" ".join(t.split()) for _, t in new], False)
    for tag, i, j, m, n in matcher.get_opcodes():
        if tag == "equal":
            continue
        for place in range(max(j - i, n - m)):
            was = old[i + place] if i + place < j else None
            now = new[m + place] if m + place < n else None
            if was and now:
                found.append(ParagraphChange(ChangeKind.CHANGED, now[0], was[1], now[1]))
            elif now:
                found.append(ParagraphChange(ChangeKind.ADDED, now[0], "", now[1]))
            elif was:
                found.append(ParagraphChange(ChangeKind.REMOVED, was[0], was[1], ""))
    return found


class Translations:
    """The families of articles in one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def families(self) -> list[Family]:
        """All articles that are not archived, each with its translations, by title of the master.

        A translation whose master is archived or gone is a master of its own.
        """
        rows = self._db.rows(
            "SELECT a.id, a.locale, a.product, a.translation_of, a.revision, a.master_revision, a.updated_at, r.title,"
            " coalesce(r.created_at, a.updated_at) AS revised_at FROM articles a JOIN revisions r"
            " ON r.article_id = a.id AND r.number = a.revision WHERE a.confidence <> 'archived' ORDER BY a.locale, a.id"
        )
        by_id = {row["id"]: row for row in rows}
        members: dict[str, list[sqlite3.Row]] = {}
        for row in rows:
            master = row["translation_of"] if row["translation_of"] in by_id else row["id"]
            members.setdefault(master, []).append(row)
        found = [_family(by_id[master], group) for master, group in members.items()]
        return sorted(found, key=lambda family: (family.title.casefold(), family.id))

    def is_outdated(self, article_id: str) -> bool:
        """Whether a translation's master has changed since it was made; False for what is no translation."""
        row = self._db.row(
            "SELECT a.master_revision, a.updated_at, m.revision, m.updated_at AS changed_at FROM articles a"
            " JOIN articles m ON m.id = a.translation_of WHERE a.id = ?",
            (article_id,),
        )
        return row is not None and is_outdated(
            master_revision=row["revision"], made_from=row["master_revision"],
            master_changed_at=clock.from_text(row["changed_at"]), translated_at=clock.from_text(row["updated_at"]),
        )  # fmt: skip

    def made_from(self, article_id: str) -> int:
        """The master's revision that a translation was made from; 0 if it is none or its master is not stored.

        Where nobody noted it, the newest one that is not younger than the translation, or the first.
        """
        row = self._db.row(
            "SELECT a.master_revision, a.translation_of, coalesce(r.created_at, a.updated_at) AS at FROM articles a"
            " JOIN revisions r ON r.article_id = a.id AND r.number = a.revision WHERE a.id = ?",
            (article_id,),
        )
        if row is None or not row["translation_of"]:
            return 0
        if row["master_revision"]:
            return int(row["master_revision"])
        found = self._db.row(
            "SELECT max(CASE WHEN created_at IS NULL OR created_at <= ?2 THEN number END) AS made,"
            " min(number) AS first FROM revisions WHERE article_id = ?1",
            (row["translation_of"], row["at"]),
        )
        return 0 if found is None or found["first"] is None else int(found["made"] or found["first"])


def coverage_of(families: Sequence[Family], locales: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many families are current, outdated and missing in each language. Pure; a master counts as current.

    Args:
        families: All of them.
        locales: The languages that count.
    """
    found: dict[str, Counter[str]] = {locale: Counter() for locale in locales}
    for family in families:
        states = states_of(family)
        for locale in locales:
            state = states.get(locale, TranslationState.MISSING)
            found[locale][TranslationState.CURRENT if state is TranslationState.MASTER else state] += 1
    keys = (TranslationState.CURRENT, TranslationState.OUTDATED, TranslationState.MISSING)
    return {locale: {key.value: counted[key] for key in keys} for locale, counted in found.items()}


def states_of(family: Family) -> Mapping[str, TranslationState]:
    """The state of each language that a family has; the master's where two are in one language."""
    return {cell.locale: cell.state for cell in reversed(family.cells)}


def _family(master: sqlite3.Row, group: Sequence[sqlite3.Row]) -> Family:
    cells = [_cell(row, master) for row in sorted(group, key=lambda row: (row["id"] != master["id"], row["locale"]))]
    return Family(master["id"], master["title"], master["locale"], master["product"], tuple(cells))


def _cell(row: sqlite3.Row, master: sqlite3.Row) -> Cell:
    updated = clock.from_text(row["updated_at"])
    state, made_from = TranslationState.MASTER, int(row["revision"])
    if row["id"] != master["id"]:
        made_from = int(row["master_revision"])
        outdated = is_outdated(
            master_revision=master["revision"], made_from=made_from,
            master_changed_at=clock.from_text(master["updated_at"]), translated_at=updated,
        )  # fmt: skip
        state = TranslationState.OUTDATED if outdated else TranslationState.CURRENT
    return Cell(row["id"], row["locale"], row["title"], state, int(row["revision"]), made_from, updated)
