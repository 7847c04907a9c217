"""The search over one index: encodes a question once and asks all three shelves. Follows the index as it changes."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from assistant.confidence import Features, chance, features
from assistant.evidence import Likeness, Neighbour, Vote, neighbours, strength, vote
from assistant.language import detect
from assistant.match import Match, match
from assistant.question import Question
from assistant.ranking import blend
from assistant.weights import DEFAULT, Weights
from indexer.encode import Encoder, Vectors
from indexer.encoders import fast_encoder, query_encoder
from indexer.folders import require_folder
from indexer.model import Query, Shelf
from indexer.reader import Filter, ShelfReader
from indexer.shelves import COMMON_MEAN, Shelves
from kb import clock
from kb.errors import KBError
from kb.settings import Settings
from kb.store import Store

ENCODED_CHARACTERS = 420
"""So much of a question is encoded; the words of all of it are searched. People say first what they want: on real
tickets the rest made the ranking no better, and a question of four times the length takes four times as long."""
_COMMON_WEIGHT = 50
"""With so many tickets of its own, a team's questions count as much as the common ones."""


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


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that the search over articles and evidence says."""

    scores: dict[str, float]
    """Final score by article id, 0..1, before translations are folded into one."""
    matched: Match
    votes: dict[str, Vote]
    features: Features
    confidence: float


class Engine:
    """One open index. Safe to use from several threads."""

    def __init__(
        self, store: Store, settings: Settings, folder: Path, weights: Weights = DEFAULT, encoder: Encoder | None = None
    ) -> None:
        """Open an index folder.

        Args:
            store: What is known.
            settings: Where models are.
            folder: The index.
            weights: The numbers that ranking uses.
            encoder: Use this one if it is of the index's model; by default the one that loads quickest.
        """
        self.store, self.folder, self.weights = store, folder, weights
        self._settings = settings
        self.shelves = Shelves(folder, busy_timeout_s=settings.busy_timeout_s)
        model = self.shelves.meta("model")
        dimension = int(self.shelves.meta("dimension", "0"))
        if not model or not dimension:
            raise KBError(f"The index in {folder} is empty.", hint="Run `svar import PATH` and then `svar index`.")
        self.encoder: Encoder = encoder if encoder and encoder.name == model else query_encoder(model, settings)
        self.readers = {shelf: ShelfReader(self.shelves, shelf, dimension) for shelf in Shelf}
        self._centre_questions()
        self._refreshing = threading.Lock()
        self._popularity: tuple[int, dict[str, int]] = (-1, {})
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

    def warm(self) -> None:
        """Make later questions quicker: load the fastest encoder and read the commonest words; takes seconds."""
        faster = fast_encoder(self.encoder.name, self._settings)
        if faster is not None:
            faster.queries([""])
            self.encoder = faster
        for reader in self.readers.values():
            reader.warm()

    def _centre_questions(self) -> None:
        """What is subtracted from questions to articles: the mean of the team's tickets, or of common questions."""
        common = self.shelves.meta(COMMON_MEAN)
        tickets = self.readers[Shelf.TICKET].dense
        if not common:
            return
        mean = np.array(json.loads(common), np.float32)
        share = len(tickets) / (len(tickets) + _COMMON_WEIGHT)
        mean = share * tickets.mean + (1 - share) * mean
        for shelf in (Shelf.ARTICLE, Shelf.CANNED):
            self.readers[shelf].query_mean = mean.astype(np.float32)

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
        """(d,) the beginning of a text, cut after a word."""
        start = text[:ENCODED_CHARACTERS]
        if len(text) > ENCODED_CHARACTERS and " " in start:
            start = start.rsplit(None, 1)[0]
        vector: Vectors = self.encoder.queries([start])[0]
        return vector

    def articles(self, asked: Asked, query: Query) -> Found:
        """Rank articles by match and evidence."""
        matched = self.match(asked, query)
        chosen = self.readers[Shelf.TICKET].allowed(_earlier(asked.question, linked_only=True))
        near = neighbours(self.likeness(asked), chosen, self.weights)
        links = self._links(near, asked.question)
        near = [neighbour for neighbour in near if neighbour.ticket_id in links]
        votes = self._votes(near, links, asked.question)
        belief = strength(near, int(chosen.sum()), self.weights)
        if belief == 0:
            # Nothing like this was ever asked: whoever is nearest by chance must not be shown as a reason.
            votes = {}
        described = features(matched, votes)
        return Found(
            scores=blend(matched.scores, votes, belief, self.weights),
            matched=matched,
            votes=votes,
            features=described,
            confidence=chance(described),
        )

    def match(self, asked: Asked, query: Query) -> Match:
        """Match articles alone, without evidence."""
        shelf = self.readers[Shelf.ARTICLE]
        chosen = Filter.of(query)
        return match(shelf, asked.text, asked.locale, asked.whole, chosen, self.weights, phrases=query.phrases)

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
        chosen = self.readers[Shelf.TICKET].allowed(_earlier(asked.question, linked_only=False))
        return neighbours(self.likeness(asked), chosen, self.weights)

    def canned(self, asked: Asked, locales: frozenset[str]) -> Match:
        """Canned replies in some languages."""
        shelf = self.readers[Shelf.CANNED]
        return match(shelf, asked.text, asked.locale, asked.whole, Filter(locales=locales), self.weights)

    def _links(self, near: list[Neighbour], question: Question) -> dict[str, list[str]]:
        """Articles by ticket: what was linked when the question was asked, as far as it can be found today."""
        shelf = self.readers[Shelf.ARTICLE]
        links: dict[str, list[str]] = {}
        for link in self.store.tickets.links(n.ticket_id for n in near):
            # A vote for what nobody is shown, such as an archived article, would make all the rest look weak.
            timely = question.as_of is None or link.at <= question.as_of
            if timely and shelf.place_of(link.article_id) is not None:
                links.setdefault(link.ticket_id, []).append(link.article_id)
        return links

    def _votes(self, near: list[Neighbour], links: dict[str, list[str]], question: Question) -> dict[str, Vote]:
        shelf = self.readers[Shelf.TICKET]
        created: dict[str, datetime] = {}
        solved: dict[str, bool] = {}
        for neighbour in near:
            place = shelf.place_of(neighbour.ticket_id)
            if place is not None:
                created[neighbour.ticket_id] = datetime.fromtimestamp(float(shelf.at_s[place]), UTC)
                solved[neighbour.ticket_id] = bool(shelf.solved[place])
        return vote(
            [n for n in near if n.ticket_id in created],
            links,
            solved=solved,
            created=created,
            popularity=self._link_counts(question.created_at),
            now=question.created_at or max(created.values(), default=clock.now()),
            weights=self.weights,
        )

    def _link_counts(self, before: datetime | None) -> dict[str, int]:
        if before is not None:
            return dict(self.store.tickets.link_counts(before=before))
        seq = self.store.seq()
        if self._popularity[0] != seq:
            self._popularity = (seq, dict(self.store.tickets.link_counts()))
        return self._popularity[1]


def _earlier(question: Question, *, linked_only: bool) -> Filter:
    """Which tickets a question may know of: never its own, nor a newer one."""
    own = frozenset({question.ticket_id} if question.ticket_id else ())
    return Filter(linked_only=linked_only, before=question.created_at, without=own)
