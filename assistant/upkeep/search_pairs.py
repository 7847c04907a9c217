"""Searches the whole base for duplicates and contradictions and stores what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant.upkeep.near import Near, near_pairs
from assistant.upkeep.pairs import READING, PairText, are_apart, likeness
from indexer.folders import require_folder
from indexer.model import Shelf
from indexer.shelves import Shelves
from kb import clock
from kb.errors import KBError
from kb.knowledge.article_pair import ArticlePair
from kb.model import Article, Confidence
from kb.run_heart import RunHeart
from kb.runs import Run
from kb.settings import Settings
from kb.store import Store

LEAST_COSINE = 0.4
"""Articles whose middles lie further apart are not compared: of 180 copies one did, and it was shuffled beyond use."""
_AT_ONCE = 500
"""So many pairs are read between two notes of what was compared: a search that is killed goes on there."""


def search_pairs(
    store: Store,
    settings: Settings,
    *,
    run: Run | None = None,
    actor: str = "system",
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Search all articles that are not archived, and take in what was found.

    The first time takes seconds for each thousand articles, nearly all of it for reading the texts of near pairs; after
    that only texts that changed are read.

    Args:
        store: The database.
        settings: Where the index is.
        run: Begun before (`Runs.begin`); None: begun here.
        actor: Who wants it.
        progress: Called with (done, all) near pairs.

    Returns:
        How many pairs are open now that were not before.

    Raises:
        Conflict: Somebody is searching already.
        KBError: There is no index.
    """
    runs = store.pair_runs
    mine = run if run is not None else runs.begin(actor=actor)
    try:
        with RunHeart(runs, mine.id) as heart:

            def move(done: int, total: int) -> None:
                heart.place = done, total
                if progress is not None:
                    progress(done, total)

            found = found_pairs(store, settings, progress=move)
        return store.article_pairs.replace(found, actor=actor, run_id=mine.id)
    except BaseException as error:
        runs.fail(mine.id, error.message if isinstance(error, KBError) else type(error).__name__)
        raise


def found_pairs(
    store: Store, settings: Settings, *, progress: Callable[[int, int], None] | None = None
) -> list[ArticlePair]:
    """All pairs of the base, surest first, ties by ids; of it all only what is no pair is written down.

    Args:
        store: The database.
        settings: Where the index is.
        progress: Called with (done, all) near pairs.

    Raises:
        KBError: There is no index.
    """
    articles, near = _near(store, settings)
    texts = {each: PairText(each, a.title, a.revision.body, a.locale) for each, a in articles.items()}
    apart, found, now = store.pairs_apart.known(), [], clock.now()
    for start in range(0, len(near), _AT_ONCE):
        compared = {}
        for pair in near[start : start + _AT_ONCE]:
            one, other = texts[pair.one], texts[pair.other]
            which = _which(articles[pair.one], articles[pair.other])
            if apart.get((pair.one, pair.other)) == which:
                continue
            if are_apart(one, other):
                compared[pair.one, pair.other] = which
                continue
            like = likeness(one, other, pair.cosine)
            if like is not None:
                revisions = articles[pair.one].revision.number, articles[pair.other].revision.number
                found.append(ArticlePair(pair.one, pair.other, like.kind, like.score, like.places, revisions, now))
        if compared:
            store.pairs_apart.add(compared)
        if progress is not None:
            progress(min(start + _AT_ONCE, len(near)), len(near))
    gone = apart.keys() - {(pair.one, pair.other) for pair in near}
    if gone:
        store.pairs_apart.forget(gone)
    return sorted(found, key=lambda each: (-each.score, each.one_id, each.other_id))


def _near(store: Store, settings: Settings) -> tuple[dict[str, Article], Sequence[Near]]:
    """The articles that may be half of a pair, by id, and which of them lie near each other."""
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
    return articles, [pair for pair in near if _may_meet(articles, pair.one, pair.other)]


def _which(one: Article, other: Article) -> str:
    """Names the two texts and how they are read: both revisions, and the language whose stems are compared."""
    return f"{READING}:{one.locale}:{one.revision.number}:{other.revision.number}"


def _may_meet(articles: Mapping[str, Article], one: str, other: str) -> bool:
    """Two products may each have their own article about one thing."""
    products = {articles[each].product for each in (one, other)} - {""}
    return len(products) <= 1
