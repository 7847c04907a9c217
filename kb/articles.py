"""Articles in the database: rows <-> model, and the verbs that change them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from kb import clock
from kb.addresses import host_of
from kb.article_rows import SELECT_ARTICLE, article_from, revision_from
from kb.database import Database
from kb.errors import NotFound
from kb.knowledge.article_moves import ArticleMoves
from kb.knowledge.move import SYSTEM, ArticleMove
from kb.links import article_at
from kb.model import Article, Audience, Confidence, Revision


@dataclass(frozen=True, slots=True)
class Kin:
    """An article as a member of its family: the versions of one article in several languages."""

    id: str
    family: str
    """Id of the master."""
    locale: str
    audience: Audience
    confidence: Confidence
    updated_at: datetime | None
    revision: int = 0
    master_revision: int = 0
    """The master's revision that it was made from; 0 where nobody knows."""


class Articles:
    """The articles of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, article_id: str, revision: int | None = None) -> Article:
        """Read one article, with its current revision or the one that is asked for.

        Raises:
            NotFound: No such article, or no such revision of it.
        """
        row = self._db.row(SELECT_ARTICLE + " WHERE a.id = ?", (article_id,))
        if row is None:
            raise NotFound("article", article_id, hint="`svar search WORDS` lists ids.")
        article = article_from(row)
        if revision is None or revision == article.revision.number:
            return article
        return replace(article, revision=self._revision(article_id, revision))

    def get_many(self, ids: Iterable[str]) -> dict[str, Article]:
        """Read several articles at once; ids that are not stored are left out."""
        rows = self._db.rows_of(SELECT_ARTICLE + " WHERE a.id IN ({ids})", ids)
        return {row["id"]: article_from(row) for row in rows}

    def changed_since(self, seq: int, *, limit: int) -> list[tuple[int, Article]]:
        """Articles written after a number of the change counter, oldest change first, at most `limit`."""
        rows = self._db.rows(SELECT_ARTICLE + " WHERE a.seq > ? ORDER BY a.seq LIMIT ?", (seq, limit))
        return [(int(row["seq"]), article_from(row)) for row in rows]

    def translations(self, article: Article) -> list[Article]:
        """The other language versions of an article, by locale; the master is one of them."""
        master = article.translation_of or article.id
        rows = self._db.rows(
            SELECT_ARTICLE + " WHERE (a.id = ? OR a.translation_of = ?) AND a.id <> ? ORDER BY a.locale",
            (master, master, article.id),
        )
        return [article_from(row) for row in rows]

    def families(self, ids: Iterable[str]) -> list[Kin]:
        """The given articles and all their translations, light: what is needed to pick one of each family."""
        family = "CASE translation_of WHEN '' THEN id ELSE translation_of END"
        named = self._db.rows_of(f"SELECT {family} AS family FROM articles WHERE id IN ({{ids}})", ids)
        rows = self._db.rows_of(
            f"SELECT id, {family} AS family, locale, audience, confidence, updated_at, revision,"
            " master_revision FROM articles"
            f" WHERE {family} IN ({{ids}})",
            [row["family"] for row in named],
        )
        return [
            Kin(
                row["id"],
                row["family"],
                row["locale"],
                Audience(row["audience"]),
                Confidence(row["confidence"]),
                clock.from_text(row["updated_at"]),
                row["revision"],
                row["master_revision"],
            )
            for row in rows
        ]

    def choices(self) -> tuple[list[str], list[str]]:
        """The products and the languages of all articles that are not archived, each by alphabet."""
        found = []
        for column in ("product", "locale"):
            rows = self._db.rows(
                f"SELECT DISTINCT {column} AS name FROM articles WHERE confidence <> ? AND {column} <> ''"
                f" ORDER BY {column}",
                (Confidence.ARCHIVED.value,),
            )
            found.append([str(row["name"]) for row in rows])
        return found[0], found[1]

    def resolve(self, target: str, *, any_host: bool = True) -> str:
        """The id of the article that a URL, slug, redirect or old id means; empty if none does."""
        hosts = frozenset() if any_host else self.hosts()
        return article_at(self._db.connection, target, hosts, any_host=any_host)

    def hosts(self) -> frozenset[str]:
        """The web hosts that the articles live on."""
        rows = self._db.rows("SELECT DISTINCT url FROM articles WHERE url <> ''")
        return frozenset(host_of(row["url"]) for row in rows)

    def archive(self, article_id: str, *, actor: str) -> None:
        """Take an article out of every search, whoever asks; its revisions stay.

        Raises:
            NotFound: No such article.
            MoveRefused: It is archived already.
        """
        ArticleMoves(self._db).move(article_id, ArticleMove.ARCHIVE, replace(SYSTEM, id=actor))

    def final(self, article_id: str) -> Article:
        """The article that an id means today: where it was merged into another one, that one, however many times.

        Raises:
            NotFound: No such article.
        """
        article = self.get(article_id)
        while article.merged_into:
            article = self.get(article.merged_into)
        return article

    def _revision(self, article_id: str, number: int) -> Revision:
        row = self._db.row("SELECT * FROM revisions WHERE article_id = ? AND number = ?", (article_id, number))
        if row is None:
            last = self._db.row("SELECT max(number) FROM revisions WHERE article_id = ?", (article_id,))
            raise NotFound(
                "revision", f"{article_id} {number}", hint=f"Its revisions are 1 to {last[0] if last else 0}."
            )
        return revision_from(row, article_id, number, at=row["created_at"])
