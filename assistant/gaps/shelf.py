"""The articles as gaps see them: families, who may read them in which language, and what speaks against their text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assistant.gaps.causes import readable
from assistant.gaps.model import NearArticle
from kb.knowledge.verification import Verification
from kb.model import Article, Audience, Confidence
from kb.store import Store

SENDABLE = frozenset({Audience.PUBLIC, Audience.PARTNER})
"""What a customer may be given."""
_AT_ONCE = 1000
_DOUBTED = frozenset({"unverified", "older_than_original"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One article."""

    article: Article
    family: str
    doubt: str
    """See `NearArticle.doubt`."""
    flags: frozenset[str]


class ArticleShelf:
    """All articles that are not archived."""

    def __init__(self, leaves: Mapping[str, Leaf]) -> None:
        self.leaves = leaves
        self._of: dict[str, list[Leaf]] = {}
        for article_id in sorted(leaves):
            self._of.setdefault(leaves[article_id].family, []).append(leaves[article_id])

    @staticmethod
    def read(store: Store, now: datetime) -> ArticleShelf:
        """Read all of them.

        Args:
            store: The open data folder.
            now: For what is overdue.
        """
        found: dict[str, Article] = {}
        seq = 0
        while page := store.articles.changed_since(seq, limit=_AT_ONCE):
            found.update((a.id, a) for _, a in page if a.confidence is not Confidence.ARCHIVED)
            seq = page[-1][0]
        flags = store.gaps.asked.flagged()
        return ArticleShelf(
            {
                each.id: Leaf(each, _family(each, found), _doubt(each, found, now), frozenset(flags.get(each.id, ())))
                for each in found.values()
            }
        )

    def family(self, article_id: str) -> str:
        """The family of an article; "" for one that is not there."""
        leaf = self.leaves.get(article_id)
        return leaf.family if leaf else ""

    def families(self) -> dict[str, str]:
        """Family by article."""
        return {article_id: leaf.family for article_id, leaf in self.leaves.items()}

    def version(self, family: str, locale: str) -> Leaf | None:
        """The version for readers of a language: theirs, else the original, else the first; None for no such family."""
        own = self._of.get(family, [])
        return min(
            own,
            key=lambda leaf: (
                leaf.article.locale != locale, leaf.article.audience not in SENDABLE, leaf.article.id != family,
                leaf.article.id,
            ),
            default=None,
        )  # fmt: skip

    def near(self, family: str, locale: str) -> NearArticle | None:
        """What is known about a family for readers of a language, without anything about a gap."""
        leaf = self.version(family, locale)
        if leaf is None:
            return None
        sendable = frozenset(each.article.locale for each in self._of[family] if each.article.audience in SENDABLE)
        article = leaf.article
        return NearArticle(
            article.id, family, article.title, article.locale, article.audience.value, locales=sendable,
            is_hidden=not sendable, flags=leaf.flags, doubt=leaf.doubt,
        )  # fmt: skip

    def serves(self, article_id: str, locale: str) -> bool:
        """Whether a customer who writes in a language may be given an article, and its text is not in doubt."""
        near = self.near(self.family(article_id), locale)
        return (
            near is not None
            and not near.is_hidden
            and readable(locale, near.locales)
            and near.doubt not in _DOUBTED
            and not near.flags & {"wrong", "outdated"}
        )

    def unseen(self) -> list[Article]:
        """What no agent is ever shown: articles for their author alone, by id."""
        return [leaf.article for _, leaf in sorted(self.leaves.items()) if leaf.article.audience is Audience.AUTHOR]


def _family(article: Article, all_of_them: Mapping[str, Article]) -> str:
    return article.translation_of if article.translation_of in all_of_them else article.id


def _doubt(article: Article, all_of_them: Mapping[str, Article], now: datetime) -> str:
    state = article.verification(now)
    if state is Verification.UNVERIFIED:
        return "unverified"
    master = all_of_them.get(article.translation_of)
    if master is not None and master.updated_at and article.updated_at and article.updated_at < master.updated_at:
        return "older_than_original"
    return "overdue" if state is Verification.OVERDUE else ""
