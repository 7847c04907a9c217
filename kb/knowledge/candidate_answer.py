"""An article answers a candidate: its questions become the article's, its tickets are linked with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kb import clock
from kb.database import Database
from kb.errors import InvalidRow
from kb.knowledge.article_draft import DraftText, check_text
from kb.knowledge.article_write import add_revision, require_article, update_article
from kb.knowledge.candidate_moves import answered, require_open
from kb.knowledge.move import ArticleCase, ArticleMove, ArticleWish
from kb.knowledge.moves import check_article_move
from kb.knowledge.publish import link_ticket
from kb.model import User


def answer(
    database: Database,
    candidate_id: str,
    article_id: str,
    user: User,
    *,
    questions: Sequence[str],
    tickets: Sequence[str],
) -> None:
    """Say that an article answers a candidate: its questions become the article's, its tickets are linked with it.

    Args:
        database: The database.
        candidate_id: An open candidate.
        article_id: A published article.
        user: Who says so.
        questions: In customers' words; what the article answers already is passed over.
        tickets: Those that it solved.

    Raises:
        NotFound: No such candidate, or no such article.
        PermissionDenied: The role is too small.
        Conflict: The candidate is not open, or the article's state does not allow it.
        InvalidRow: A question is too long, or there is neither a question nor a ticket.
    """
    if not questions and not tickets:
        raise InvalidRow("neither a question nor a ticket is left; choose at least one")
    at = clock.now()
    detail: dict[str, object] = {}
    with database.write("answer", "candidate", candidate_id, actor=user.id, detail=detail) as connection:
        require_open(connection, candidate_id)
        article = require_article(connection, article_id)
        wish = ArticleWish(question=questions[0] if questions else "")
        check_article_move(ArticleMove.ADD_QUESTION, ArticleCase(article, user, wish))
        old = DraftText.of(article)
        new = check_text(replace(old, questions=(*old.questions, *questions)))
        number = article.revision.number
        if new.questions != old.questions:
            text = replace(old, questions=new.questions)
            number = add_revision(connection, article_id, text, by=user, at=at, note="")
            update_article(connection, article_id, {"revision": number})
        linked = [each for each in tickets if link_ticket(connection, each, article_id, number, user, at)]
        answered(connection, candidate_id, article_id, number, user_id=user.id, at=at)
        detail |= {"article": article_id, "revision": number, "linked": linked}
