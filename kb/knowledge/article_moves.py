"""The verbs on published articles: one transaction, one audit row, one step of the change counter each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kb import clock
from kb.article_rows import read_article
from kb.database import Database
from kb.errors import KBError, NotFound
from kb.knowledge.article_steps import STEPS, Deed
from kb.knowledge.article_write import require_article
from kb.knowledge.move import ArticleCase, ArticleMove, ArticleWish
from kb.knowledge.moves import check_article_move
from kb.model import Article, User


@dataclass(frozen=True, slots=True)
class Refusal:
    """An article that a move of many left as it was."""

    id: str
    error: KBError


class ArticleMoves:
    """What becomes of the published articles of one database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def move(self, article_id: str, move: ArticleMove, user: User, wish: ArticleWish | None = None) -> Article:
        """Do what the table of moves allows.

        Args:
            article_id: Which article.
            move: What is done.
            user: Who does it.
            wish: What goes with it; None: nothing.

        Returns:
            The article as it is then.

        Raises:
            NotFound: No such article, or no such revision, user or target.
            PermissionDenied: The role is too small.
            Conflict: The article's state does not allow it.
            InvalidRow: Something that goes with the move is missing or not allowed.
        """
        wanted = wish or ArticleWish()
        detail: dict[str, object] = {"reason": wanted.reason.strip()} if wanted.reason.strip() else {}
        with self._db.write(move.value, "article", article_id, actor=user.id, detail=detail) as connection:
            article = require_article(connection, article_id)
            check_article_move(move, ArticleCase(article, user, wanted))
            STEPS[move](Deed(connection, article, user, wanted, clock.now(), detail))
            after = read_article(connection, article_id)
        if after is None:
            raise NotFound("article", article_id)
        return after

    def move_many(
        self, article_ids: Iterable[str], move: ArticleMove, user: User, wish: ArticleWish | None = None
    ) -> tuple[list[str], list[Refusal]]:
        """Do the same with several articles, each in a transaction of its own.

        Returns:
            The ids that were moved, and those that were not with the reason; both in the given order.
        """
        done: list[str] = []
        refused: list[Refusal] = []
        for article_id in dict.fromkeys(article_ids):
            try:
                self.move(article_id, move, user, wish)
                done.append(article_id)
            except KBError as error:
                refused.append(Refusal(article_id, error))
        return done, refused
