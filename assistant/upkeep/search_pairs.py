"""Searches the whole base for duplicates and contradictions and stores what it finds."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.upkeep.near import near_pairs
from assistant.upkeep.pairs import PairText, likeness
from indexer.folders import require_folder
from indexer.model import Shelf
from indexer.shelves import Shelves
from kb import clock
from kb.knowledge.article_pair import ArticlePair
from kb.model import Article, Confidence
from kb.settings import Settings
from kb.store import Store

LEAST_COSINE = 0.4
"""Articles whose middles lie further apart are not compared: of 180 copies one did, and it was shuffled beyond use."""


def search_pairs(store: Store, settings: Settings, *, actor: str = "system") -> int:
    """Search all articles that are not archived, and take in what was found.

    Takes seconds for a thousand articles; most of it is reading the texts of the few thousand nearest pairs.

    Args:
        store: The database.
        settings: Where the index is.
        actor: Who wants it.

    Returns:
        How many pairs are open now that were not before.

    Raises:
        KBError: There is no index.
    """
    return store.article_pairs.replace(found_pairs(store, settings), actor=actor)


def found_pairs(store: Store, settings: Settings) -> list[ArticlePair]:
    """All pairs of the base, surest first, ties by ids; nothing is written.

    Args:
        store: The database.
        settings: Where the index is.

    Raises:
        KBError: There is no index.
    """
    shelves = Shelves(require_folder(settings.home), busy_timeout_s=settings.busy_timeout_s)
    owner = {key[0]: key[1] for key in shelves.keys(Shelf.ARTICLE)}
    ids, vectors = shelves.vectors(shelf=Shelf.ARTICLE, dimension=int(shelves.meta("dimension", "0")))
    kept = [i for i, passage_id in enumerate(ids) if passage_id in owner]
    owners = [owner[ids[i]] for i in kept]
    stored = store.articles.get_many(owners)
    articles = {i: a for i, a in stored.items() if a.confidence is not Confidence.ARCHIVED}
    near = near_pairs(
        owners,
        {each: article.locale for each, article in articles.items()},
        {each: article.translation_of or each for each, article in articles.items()},
        vectors[kept],
        least=LEAST_COSINE,
    )
    texts = {each: PairText(each, a.title, a.revision.body, a.locale) for each, a in articles.items()}
    found, now = [], clock.now()
    for pair in near:
        if not _may_meet(articles, pair.one, pair.other):
            continue
        like = likeness(texts[pair.one], texts[pair.other], pair.cosine)
        if like is not None:
            revisions = articles[pair.one].revision.number, articles[pair.other].revision.number
            found.append(ArticlePair(pair.one, pair.other, like.kind, like.score, like.places, revisions, now))
    return sorted(found, key=lambda each: (-each.score, each.one_id, each.other_id))


def _may_meet(articles: Mapping[str, Article], one: str, other: str) -> bool:
    """Two products may each have their own article about one thing."""
    products = {articles[each].product for each in (one, other)} - {""}
    return len(products) <= 1
