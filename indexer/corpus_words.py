"""The words that articles use, as they stand there: what a misspelt word is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.shelves import Shelves, index_errors

_MOST_TEXTS = 20


def word_counts(shelves: Shelves) -> dict[str, int]:
    """How many passages each folded word of the articles stands in; of tickets nothing, since they hold names."""
    with index_errors(shelves.path):
        # A view on the index that belongs to this connection alone; the file stays as it is.
        shelves.connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.article_spelt USING fts5vocab ('main', 'article_exact', 'row')"
        )
        return {row[0]: int(row[1]) for row in shelves.connection.execute("SELECT term, doc FROM temp.article_spelt")}


def stands_in(shelves: Shelves, stems: Sequence[str], locales: Sequence[str]) -> bool:
    """Whether an article in one of some languages holds a word of one of these stems.

    Args:
        shelves: The index.
        stems: Letters and digits only.
        locales: Empty means any language.
    """
    if not stems:
        return False
    wanted = " OR ".join(f'"{stem}"' for stem in stems)
    within = f" AND p.locale IN ({','.join('?' * len(locales))})" if locales else ""
    with index_errors(shelves.path):
        found = shelves.connection.execute(
            "SELECT 1 FROM article_words w JOIN passages p ON p.id = w.rowid"
            f" WHERE article_words MATCH ?{within} LIMIT 1",
            (wanted, *locales),
        ).fetchone()
    return found is not None


def texts_with(shelves: Shelves, word: str) -> list[str]:
    """Titles and texts of some passages that hold a folded word; at most twenty.

    Args:
        shelves: The index.
        word: One word of `word_counts`.
    """
    with index_errors(shelves.path):
        rows = shelves.connection.execute(
            "SELECT p.title, p.heading, p.text FROM article_exact e JOIN passages p ON p.id = e.rowid"
            " WHERE article_exact MATCH ? LIMIT ?",
            (f'"{word}"', _MOST_TEXTS),
        )
        return ["\n".join(row) for row in rows]
