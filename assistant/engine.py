"""The search over one index: encodes a question once and asks all three shelves. Follows the index as it changes."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.ballot import Ballot, ballot
from assistant.confidence import PRIOR
from assistant.evidence import Likeness, Neighbour, neighbours
from assistant.indexing import load_classifier
from assistant.language import detect
from assistant.learning.parameters import in_force
from assistant.link_table import Links, LinkTable
from assistant.match import Match, match
from assistant.question import Question
from assistant.twins import Twins
from assistant.weighing import Found, Gathered, weigh
from assistant.weights import DEFAULT, Weights
from indexer.encode import Encoder, Vectors
from indexer.encoders import fast_encoder, query_encoder
from indexer.folders import require_folder
from indexer.model import Query, Shelf
from indexer.reader import Filter, ShelfReader
from indexer.shelves import COMMON_MEANS, TAUGHT, Shelves
from kb.errors import KBError
from kb.settings import Settings
from kb.store import Store

ENCODED_CHARACTERS = 260
"""So much of a question is encoded; the words of all of it are searched. People say first what they want: on real
tickets the rest made the ranking no better, and a question of four times the length takes four times as long."""
_COMMON_WEIGHT = 50
"""With so many tickets of its own, a team's questions count as much as the common ones."""

_LANGUAGE_SHARE = 0.5
"""How much of the difference between a language's common questions and all of them is taken out."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question made ready for the search."""

    question: Question
    text: str
    locale: str
    whole: Vectors
    """(d,) the whole question encoded."""
    subject: Vectors | None
    """(d,) its subject alone; None when there is no body beside it."""


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
        self._taught = self.shelves.meta(TAUGHT)
        self.classifier = load_classifier(folder)
        self._known_votable: tuple[Links | None, NDArray[np.bool_]] = (None, np.zeros(0, np.bool_))
        self._known_shown: tuple[Links | None, int, NDArray[np.bool_]] = (None, -1, np.zeros(0, np.bool_))
        self._likeness: tuple[Asked, Likeness] | None = None

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
            taught = self.shelves.meta(TAUGHT)
            if taught != self._taught:
                self.classifier, self._taught = load_classifier(self.folder), taught
            self._take_learned()

    def _take_learned(self) -> None:
        """Use other weights and another calibration once what is in force has changed."""
        found = self.store.learned.in_force(self.model) if self._takes_learned else ()
        if found != self._in_force:
            self.weights, self.calibration = in_force(self.store.learned, self.model)
            self._in_force = found

    def warm(self) -> None:
        """Make later questions quicker: load the fastest encoder and read the commonest words; takes seconds."""
        faster = fast_encoder(self.encoder.name, self._settings)
        if faster is not None:
            faster.queries([""])
            self.encoder = faster
        for reader in self.readers.values():
            reader.warm()

    def _centre_questions(self) -> None:
        """What is subtracted from questions: the mean of the team's tickets, or of common ones, moved by language."""
        stored: dict[str, list[float]] = json.loads(self.shelves.meta(COMMON_MEANS, "{}"))
        if not stored:
            return
        common = {locale: np.array(mean, np.float32) for locale, mean in stored.items()}
        middle = np.mean(list(common.values()), axis=0)
        tickets = self.readers[Shelf.TICKET].dense
        share = len(tickets) / (len(tickets) + _COMMON_WEIGHT)
        mean = (share * tickets.mean + (1 - share) * middle).astype(np.float32)
        moved = {locale: mean + _LANGUAGE_SHARE * (own - middle) for locale, own in common.items()}
        self.readers[Shelf.ARTICLE].query_means = {"": mean, **moved}
        self.readers[Shelf.CANNED].query_means = {"": mean}

    def ask(self, question: Question) -> Asked:
        """Detect the language of a question and encode it."""
        text, subject = question.text, question.subject.strip()
        # One call each: of two texts in one batch the shorter one would cost as much as the longer one.
        return Asked(
            question=question,
            text=text,
            locale=detect(text, prior=question.locale),
            whole=self._encode(text),
            subject=self._encode(subject) if subject and subject != text else None,
        )

    def _encode(self, text: str) -> Vectors:
        vector: Vectors = self.encoder.queries([opening(text)])[0]
        return vector

    def articles(self, asked: Asked, query: Query) -> Found:
        """Rank articles by match and evidence."""
        return weigh(self.gather(asked, query), self.weights, self.calibration)

    def gather(self, asked: Asked, query: Query) -> Gathered:
        """Find out all that articles are ranked by."""
        # Once for a question: another thread may take in new links meanwhile.
        links = self.links.links
        near, voters = self._voters(asked, links)
        cast = self._ballot(near, asked.question, links)
        solved = self.readers[Shelf.TICKET].solved
        return Gathered(
            matched=self.match(asked, query),
            cast=cast,
            solved=tuple(bool(solved[n.place]) for n in cast.near),
            articles=links.articles,
            learned=self._learned(asked),
            voters=voters,
        )

    def match(self, asked: Asked, query: Query) -> Match:
        """Match articles alone, without evidence."""
        shelf = self.readers[Shelf.ARTICLE]
        chosen = Filter.of(query)
        return match(
            shelf,
            asked.text,
            asked.locale,
            asked.whole,
            chosen,
            self.weights,
            phrases=query.phrases,
            twins=self.twins.into(asked.locale),
        )

    def likeness(self, asked: Asked) -> Likeness:
        """How like every ticket is to a question; computed once for a question."""
        last = self._likeness
        if last is None or last[0] is not asked:
            shelf = self.readers[Shelf.TICKET]
            last = asked, Likeness.of(shelf, asked.text, asked.locale, asked.whole, asked.subject)
            self._likeness = last
        return last[1]

    def similar(self, asked: Asked) -> list[Neighbour]:
        """The resolved tickets most like the question, linked or not."""
        chosen = self.readers[Shelf.TICKET].allowed(_earlier(asked.question))
        return neighbours(self.likeness(asked), chosen, self.weights)

    def canned(self, asked: Asked, locales: frozenset[str]) -> Match:
        """Canned replies in some languages."""
        shelf = self.readers[Shelf.CANNED]
        return match(shelf, asked.text, asked.locale, asked.whole, Filter(locales=locales), self.weights)

    def _learned(self, asked: Asked) -> dict[str, float]:
        """What the classifier says, of the articles that can be found today."""
        scores = self.classifier.scores(asked.whole) if self.classifier is not None else {}
        shelf = self.readers[Shelf.ARTICLE]
        return {article_id: score for article_id, score in scores.items() if shelf.place_of(article_id) is not None}

    def _voters(self, asked: Asked, links: Links) -> tuple[list[Neighbour], int]:
        """The tickets most like a question that have links, and how many could vote at all."""
        chosen = self.readers[Shelf.TICKET].allowed(_earlier(asked.question))
        votable = self._votable(links)
        chosen[: len(votable)] &= votable[: len(chosen)]
        chosen[len(votable) :] = False
        return neighbours(self.likeness(asked), chosen, self.weights), int(chosen.sum())

    def _votable(self, links: Links) -> NDArray[np.bool_]:
        """(n,) which tickets of the shelf have a link."""
        nouns = self.readers[Shelf.TICKET].noun
        of, known = self._known_votable
        if of is not links:
            known = np.zeros(0, np.bool_)
        if len(known) < len(nouns):
            more = [noun in links.tickets for noun in nouns[len(known) :]]
            known = np.concatenate([known, np.array(more, np.bool_)])
            self._known_votable = links, known
        return known

    def _ballot(self, near: Sequence[Neighbour], question: Question, links: Links) -> Ballot:
        at_s = self.readers[Shelf.TICKET].at_s
        came_s = np.array([at_s[n.place] for n in near], np.float64)
        now = question.created_at.timestamp() if question.created_at else float(came_s.max(initial=0.0))
        return ballot(
            near,
            links,
            shown=self._shown(links),
            at_s=came_s,
            now_s=now,
            known_until_s=question.as_of.timestamp() if question.as_of else np.inf,
            popular_until_s=question.created_at.timestamp() if question.created_at else np.inf,
        )

    def _shown(self, links: Links) -> NDArray[np.bool_]:
        """(a,) which linked articles can be found today."""
        shelf = self.readers[Shelf.ARTICLE]
        of, generation, shown = self._known_shown
        if of is not links or generation != shelf.generation:
            generation = shelf.generation
            shown = np.array([shelf.place_of(article_id) is not None for article_id in links.articles], np.bool_)
            self._known_shown = links, generation, shown
        return shown


def opening(text: str) -> str:
    """The part of a question that is encoded: its beginning, cut after a word."""
    start = text[:ENCODED_CHARACTERS]
    return start.rsplit(None, 1)[0] if len(text) > ENCODED_CHARACTERS and " " in start else start


def _earlier(question: Question) -> Filter:
    """Which tickets a question may know of: never its own, nor a newer one."""
    own = frozenset({question.ticket_id} if question.ticket_id else ())
    return Filter(before=question.created_at, without=own)


__all__ = ["ENCODED_CHARACTERS", "Asked", "Engine", "Found", "opening"]
