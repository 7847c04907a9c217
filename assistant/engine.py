"""The search over one index: encodes a question once and asks all three shelves. Follows the index as it changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.asked import Asked
from assistant.ballot import Ballot, ballot
from assistant.centring import question_means
from assistant.confidence import PRIOR
from assistant.electorate import Electorate
from assistant.evidence import Likeness, Neighbour, neighbours
from assistant.indexing import load_taught
from assistant.language import detect
from assistant.learning.parameters import in_force
from assistant.link_table import Links, LinkTable
from assistant.match import Match, match
from assistant.question import Question
from assistant.twins import Twins
from assistant.weighing import Found, Gathered, weigh
from assistant.weights import DEFAULT, Weights
from indexer.encode import EarlyEncoder, Encoder, Vectors
from indexer.encoders import fast_encoder, query_encoder
from indexer.folders import require_folder
from indexer.model import Query, Shelf
from indexer.reader import Filter, ShelfReader
from indexer.shelves import TAUGHT, Shelves
from indexer.words import stems
from kb.errors import KBError
from kb.settings import Settings
from kb.store import Store

ENCODED_CHARACTERS = 260
"""So much of a question is encoded; the words of all of it are searched. People say first what they want: on real
tickets the rest made the ranking no better, and a question of four times the length takes four times as long."""
_REMEMBERED = 8
"""So many lists of articles are remembered with what of them can be found: those in use, and some before them."""


class Engine:
    """One open index. Safe to use from several threads."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        folder: Path,
        weights: Weights | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        """Open an index folder.

        Args:
            store: What is known.
            settings: Where models are.
            folder: The index.
            weights: The numbers that ranking uses; by default what was learned from the team's links and is in force.
            encoder: Use this one if it is of the index's model; by default the one that loads quickest.
        """
        self.store, self.folder = store, folder
        self.weights, self.calibration = weights or DEFAULT, PRIOR
        self._takes_learned, self._in_force = weights is None, tuple[int, ...]()
        self._settings = settings
        self.shelves = Shelves(folder, busy_timeout_s=settings.busy_timeout_s)
        model = self.shelves.meta("model")
        dimension = int(self.shelves.meta("dimension", "0"))
        if not model or not dimension:
            raise KBError(f"The index in {folder} is empty.", hint="Run `svar import PATH` and then `svar index`.")
        self.model = model
        self._take_learned()
        self.encoder: Encoder = encoder if encoder and encoder.name == model else query_encoder(model, settings)
        self.readers = {shelf: ShelfReader(self.shelves, shelf, dimension) for shelf in Shelf}
        self._centre_questions()
        self._refreshing = threading.Lock()
        self.links = LinkTable(store, self.shelves)
        self.twins = Twins(self.shelves)
        self._lesson = self.shelves.meta(TAUGHT)
        self.taught = load_taught(folder)
        self._electorate = Electorate()
        self._known_shown: dict[int, tuple[tuple[str, ...], int, NDArray[np.bool_]]] = {}
        # A process that answers once does not; it would take longer than it saves.
        self._reads_ahead = False
        self._hastening: Future[None] | None = None
        self._beside = ThreadPoolExecutor(2, thread_name_prefix="beside")

    @staticmethod
    def open(store: Store, settings: Settings) -> Engine:
        """Open the index that serves.

        Raises:
            KBError: There is none, or it cannot be used.
        """
        return Engine(store, settings, require_folder(settings.home))

    def refresh(self) -> None:
        """Take in what was indexed since; microseconds when nothing was."""
        with self._refreshing:
            for reader in self.readers.values():
                reader.refresh()
            self.links.refresh()
            self.twins.refresh()
            lesson = self.shelves.meta(TAUGHT)
            if lesson != self._lesson:
                self.taught, self._lesson = load_taught(self.folder), lesson
            self._take_learned()
            is_free = self._hastening is None or self._hastening.done()
            if self._reads_ahead and is_free and any(reader.lags for reader in self.readers.values()):
                self._hastening = self._beside.submit(self._hasten)

    def _hasten(self) -> None:
        for reader in self.readers.values():
            reader.hasten()

    def _take_learned(self) -> None:
        """Use other weights and another calibration once what is in force has changed."""
        found = self.store.learned.in_force(self.model) if self._takes_learned else ()
        if found != self._in_force:
            self.weights, self.calibration = in_force(self.store.learned, self.model)
            self._in_force = found

    def warm(self) -> None:
        """Make later questions quicker: load the fastest encoder and read ahead; takes seconds."""
        faster = fast_encoder(self.encoder.name, self._settings)
        if faster is not None:
            faster.queries([""])
            self.encoder = faster
        self.read_ahead()

    def read_ahead(self) -> None:
        """Read the commonest words and arrange the vectors, and keep them arranged as they become more."""
        for reader in self.readers.values():
            reader.warm()
        self._reads_ahead = True

    def _centre_questions(self) -> None:
        """Canned replies are found across languages, so their questions are not moved by language."""
        tickets = self.readers[Shelf.TICKET].dense
        means = question_means(self.shelves, tickets.mean, len(tickets))
        self.readers[Shelf.ARTICLE].query_means = means
        self.readers[Shelf.CANNED].query_means = {"": means[""]} if means else {}

    def ask(self, question: Question) -> Asked:
        """Detect the language of a question and encode it."""
        text, subject = question.text, question.subject.strip()
        # One call each: of two texts in one batch the shorter one would cost as much as the longer one. Meanwhile the
        # words are looked up.
        whole = self._begin(text)
        coming = self._begin(subject) if subject and subject != text else None
        return Asked(question, text, detect(text, prior=question.locale), whole, coming)

    def _begin(self, text: str) -> Callable[[], Vectors]:
        if isinstance(self.encoder, EarlyEncoder):
            return self.encoder.begin(opening(text))
        return self._beside.submit(self._encode, text).result

    def _encode(self, text: str) -> Vectors:
        vector: Vectors = self.encoder.queries([opening(text)])[0]
        return vector

    def articles(self, asked: Asked, query: Query) -> Found:
        """Rank articles by match and evidence."""
        return weigh(self.gather(asked, query), self.weights, self.calibration)

    def gather(self, asked: Asked, query: Query) -> Gathered:
        """Find out all that articles are ranked by."""
        # First all words, while the question is being encoded.
        known = asked.compared.done()
        words = None if known else self.readers[Shelf.TICKET].words(asked.text, asked.locale)
        matched = self.match(asked, query)
        self.likeness(asked, words)
        # Once for a question: another thread may take in new links, or what was learned, meanwhile.
        links, taught = self.links.links, self.taught
        near, voters = self._voters(asked, links)
        cast = self._ballot(near, asked.question, links, query)
        solved = self.readers[Shelf.TICKET].solved
        topic = asked.question.topic
        learned = taught.classifier.scores(asked.whole, stems(asked.text, asked.locale), topic)
        return Gathered(
            matched=matched,
            cast=cast,
            solved=tuple(bool(solved[n.place]) for n in cast.near),
            articles=links.articles,
            learned=self._findable(learned, taught.classifier.articles, query),
            foreseen=self._findable(taught.foreseen.cosines(asked.whole), taught.foreseen.articles, query),
            topic=taught.lifts.topic(topic),
            recent=taught.lifts.recent(),
            trust=taught.trust,
            voters=voters,
            answered=self._answered(asked, links),
        )

    def match(self, asked: Asked, query: Query) -> Match:
        """Match articles alone, without evidence."""
        shelf = self.readers[Shelf.ARTICLE]
        chosen = Filter.of(query)
        return match(
            shelf,
            asked.text,
            asked.locale,
            lambda: asked.whole,
            chosen,
            self.weights,
            phrases=query.phrases,
            twins=self.twins.into(asked.locale),
        )

    def likeness(self, asked: Asked, words: NDArray[np.float32] | None = None) -> Likeness:
        """How like every ticket is to a question; computed once for a question, from its words if they are known."""
        if not asked.compared.done():
            shelf = self.readers[Shelf.TICKET]
            words = shelf.words(asked.text, asked.locale) if words is None else words
            asked.compared.set_result(Likeness.of(shelf, asked.views, words))
        return asked.compared.result()

    def similar(self, asked: Asked) -> list[Neighbour]:
        """The resolved tickets most like the question, linked or not."""
        chosen = self.readers[Shelf.TICKET].allowed(_earlier(asked.question))
        return neighbours(self.likeness(asked), chosen, self.weights)

    def canned(self, asked: Asked, locales: frozenset[str], *, product: str = "") -> Match:
        """Canned replies in some languages, about a product or about none where one is named."""
        shelf = self.readers[Shelf.CANNED]
        chosen = Filter(locales=locales, products=frozenset({product} if product else ()))
        return match(shelf, asked.text, asked.locale, lambda: asked.whole, chosen, self.weights)

    def _voters(self, asked: Asked, links: Links) -> tuple[list[Neighbour], int]:
        """The tickets most like a question that have links, and how many that agents linked it could know of."""
        earlier, electorate = self._earlier(asked, links)
        near = neighbours(self.likeness(asked), earlier & electorate.votable, self.weights)
        return near, int((earlier & (electorate.linked_s < np.inf)).sum())

    def _answered(self, asked: Asked, links: Links) -> float:
        """How much more of the tickets most like a question have a link than of all."""
        earlier, electorate = self._earlier(asked, links)
        known_until_s = asked.question.as_of.timestamp() if asked.question.as_of else np.inf
        return electorate.answered(self.likeness(asked).cosines, earlier, known_until_s=known_until_s)

    def _earlier(self, asked: Asked, links: Links) -> tuple[NDArray[np.bool_], Electorate]:
        """(n,) which tickets a question may know of, and what links say of them: columns of one length."""
        shelf = self.readers[Shelf.TICKET]
        earlier = shelf.allowed(_earlier(asked.question))
        self._electorate = electorate = self._electorate.of(links, shelf.noun)
        return earlier, electorate.first(len(earlier))

    def _findable(self, scores: Mapping[str, float], articles: tuple[str, ...], query: Query) -> dict[str, float]:
        """The scores of those articles that can be found today."""
        shown = self._shown(articles, query).tolist()
        return {article_id: scores[article_id] for article_id, found in zip(articles, shown, strict=True) if found}

    def _ballot(self, near: Sequence[Neighbour], question: Question, links: Links, query: Query) -> Ballot:
        at_s = self.readers[Shelf.TICKET].at_s
        came_s = np.array([at_s[n.place] for n in near], np.float64)
        now = question.created_at.timestamp() if question.created_at else float(came_s.max(initial=0.0))
        return ballot(
            near,
            links,
            shown=self._shown(links.articles, query),
            at_s=came_s,
            now_s=now,
            known_until_s=question.as_of.timestamp() if question.as_of else np.inf,
            popular_until_s=question.created_at.timestamp() if question.created_at else np.inf,
        )

    def _shown(self, articles: tuple[str, ...], query: Query) -> NDArray[np.bool_]:
        """(a,) which of some articles can be found today, of those of a product where the query names one."""
        shelf = self.readers[Shelf.ARTICLE]
        of, generation, shown = self._known_shown.get(id(articles), ((), -1, np.zeros(0, np.bool_)))
        if of is not articles or generation != shelf.generation:
            generation = shelf.generation
            shown = np.array([shelf.place_of(article_id) is not None for article_id in articles], np.bool_)
            kept = list(self._known_shown.items())[-_REMEMBERED:]
            self._known_shown = {**dict(kept), id(articles): (articles, generation, shown)}
        if not (query.product or query.without):
            return shown
        allowed = shelf.allowed(Filter.of(query))
        places = [shelf.place_of(article_id) for article_id in articles]
        within = [place is not None and place < len(allowed) and bool(allowed[place]) for place in places]
        return shown & np.array(within, np.bool_)


def opening(text: str) -> str:
    """The part of a question that is encoded: its beginning, cut after a word."""
    start = text[:ENCODED_CHARACTERS]
    return start.rsplit(None, 1)[0] if len(text) > ENCODED_CHARACTERS and " " in start else start


def _earlier(question: Question) -> Filter:
    """Which tickets a question may know of: never its own, nor a newer one."""
    own = frozenset({question.ticket_id} if question.ticket_id else ())
    return Filter(before=question.created_at, without=own)


__all__ = ["ENCODED_CHARACTERS", "Asked", "Engine", "Found", "opening"]
