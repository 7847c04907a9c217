"""The verbs on published articles: one transaction, one audit row, one step of the change counter each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from kb import clock
from kb.article_rows import read_article
from kb.database import Database
from kb.errors import KBError, NotFound
from kb.knowledge.article_steps import STEPS, Deed
from kb.knowledge.article_write import require_article
from kb.knowledge.last_move import columns_of, last_move, merge_of, notice_of, remember
from kb.knowledge.move import ArticleCase, ArticleMove, ArticleWish, LastMove
from kb.knowledge.moves import check_article_move
from kb.model import Article, User


@dataclass(frozen=True, slots=True)
class Refusal:
    """An article that a move of many left as it was."""

    id: str
    error: KBError


def move_article(
    connection: sqlite3.Connection,
    article_id: str,
    move: ArticleMove,
    user: User,
    wish: ArticleWish,
    *,
    detail: dict[str, object],
) -> None:
    """Do what the table of moves allows, as a part of somebody's write.

    Args:
        connection: Inside a transaction.
        article_id: Which article.
        move: What is done.
        user: Who does it.
        wish: What goes with it.
        detail: Of the audit row; the move adds to it.

    Raises:
        NotFound: No such article, or no such revision, user or target.
        PermissionDenied: The role is too small.
        Conflict: The article's state does not allow it.
        InvalidRow: Something that goes with the move is missing or not allowed.
    """
    article, at, last = require_article(connection, article_id), clock.now(), last_move(connection, article_id)
    check_article_move(move, ArticleCase(article, user, wish, last))
    before, merged = columns_of(connection, article_id), merge_of(connection, article_id)
    noticed_at = notice_of(connection, article_id)
    STEPS[move](Deed(connection, article, user, wish, at, detail, last))
    taken_back = merged if not merge_of(connection, article_id) else {}
    after = columns_of(connection, article_id)
    remember(connection, article_id, LastMove(move, at, user.id, before, after, noticed_at, taken_back))


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
            move_article(connection, article_id, move, user, wanted, detail=detail)
            after = read_article(connection, article_id)
        if after is None:
            raise NotFound("article", article_id)
        return after

    def last(self, article_id: str) -> LastMove | None:
        """The newest move of an article that can be taken back; None if there is none."""
        return last_move(self._db.connection, article_id)

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
