"""The few verbs that the user interface may call; wires store, index, ranking and drafts together."""

from __future__ import annotations

import gc
import re
import threading
import time
from collections.abc import Sequence
from functools import partial

from assistant.answer_sentence import Answer, answer_in
from assistant.corrections import Corrections
from assistant.customer_form import CustomerForm
from assistant.doubt import lowered
from assistant.drafts.compose import compose
from assistant.drafts.material import Material, gather
from assistant.drafts.style import Style
from assistant.drafts.templates import Tone
from assistant.drafts.wording import templates_for
from assistant.engine import Engine, opening
from assistant.hits import Hits
from assistant.language import detect
from assistant.miss_log import log_once
from assistant.model import ArticleHit, Draft, Suggestion
from assistant.question import Question
from assistant.redaction.redact import TeamNumbers
from indexer.folders import current_folder
from indexer.model import Query
from kb.locales import UNDETERMINED
from kb.model import EventKind
from kb.settings import Settings
from kb.store import Store

_PHRASE = re.compile(r'"([^"]+)"')
_COLLEAGUES = ("public", "partner", "internal")
"""What an agent may read; a text for the author alone is never indexed."""


class Service:
    """Suggestions, search and drafts over one data folder; may be called from several threads at once."""

    def __init__(self, store: Store, settings: Settings, engine: Engine) -> None:
        self.store = store
        self.settings = settings
        self._engine = engine
        self._switching = threading.Lock()
        self._corrections = Corrections()
        self.is_warm = False
        """Whether questions are answered as quickly as they can be."""

    @staticmethod
    def open(settings: Settings) -> Service:
        """Open the data folder.

        Raises:
            KBError: There is no database or no index, or one of them cannot be used; the hint names the command to run.
        """
        store = Store.open(settings, must_exist=True)
        return Service(store, settings, Engine.open(store, settings))

    @property
    def engine(self) -> Engine:
        """The open index with all that was indexed by now."""
        self.refresh()
        return self._engine

    @property
    def _team(self) -> TeamNumbers:
        return TeamNumbers.of(self.settings)

    def refresh(self) -> None:
        """Take in what other processes indexed, including a whole new index."""
        folder = current_folder(self.settings.home)
        if folder is not None and folder != self._engine.folder:
            with self._switching:
                if folder != self._engine.folder:
                    self._engine = engine = Engine(self.store, self.settings, folder, encoder=self._engine.encoder)
                    if self.is_warm:
                        threading.Thread(target=engine.read_ahead, name="warm-up", daemon=True).start()
        self._engine.refresh()

    def warm(self) -> None:
        """Make later questions quicker; takes seconds, so a server does it beside its work."""
        self._engine.warm()
        # What is there by now stays: the collector need not look through all of it while somebody waits for an answer.
        gc.freeze()
        self.is_warm = True

    def suggest(self, question: Question, *, limit: int = 5, everything: bool = False) -> Suggestion:
        """Articles, similar resolved tickets and canned replies for a question, with the chance that they are useful.

        Args:
            question: What is asked; an empty one finds nothing.
            limit: Most articles; of tickets and canned replies at most five.
            everything: Also what the team does not want to be shown because nobody vouches for it: for whoever asks
                what there is, not what to answer.
        """
        began = time.perf_counter()
        self.refresh()
        if not question.text:
            return Suggestion(query="", locale=question.locale, confident=False, confidence=0.0)
        engine = self._engine
        asked = engine.ask(question)
        scope = question.product if self.settings.scope == "product" else ""
        marks = self.store.verification.marks()
        hidden = frozenset[str]() if everything else marks.hidden
        query = Query(asked.text, asked.locale, audiences=_COLLEAGUES, product=scope, without=hidden)
        found = engine.articles(asked, query)
        confidence = round(found.confidence, 4)
        hits = Hits(engine, asked, self._team)
        return Suggestion(
            query=asked.text,
            locale=asked.locale,
            confident=confidence >= self.settings.min_confidence,
            confidence=confidence,
            articles=hits.articles(
                lowered(found.scores, marks.doubted), found.matched, found.votes, limit=limit, query=query
            ),
            tickets=hits.tickets(engine.similar(asked), limit=min(limit, 5)),
            canned=hits.canned(limit=min(limit, 5), product=scope),
            took_ms=round((time.perf_counter() - began) * 1000, 1),
        )

    def log_miss(self, question: Question, found: Suggestion, *, user_id: str = "") -> bool:
        """Write down that nothing good was found, once a day for the same words of the same ticket.

        Args:
            question: What was asked.
            found: What was suggested for it.
            user_id: Who asked; "" for the command line.

        Returns:
            Whether it was written: not if the suggestion is confident, nothing was asked, it is known, or the
            database could not be written just now, which must not cost anybody his answer.
        """
        return not found.confident and log_once(
            self.store, EventKind.MISSED, question, found, user_id=user_id, team=self._team
        )

    def log_wanted(self, question: Question, found: Suggestion, *, user_id: str) -> bool:
        """Write down that an article is missing, as `log_miss` does it, whatever was found.

        Args:
            question: What was asked.
            found: What was suggested for it.
            user_id: Who says so.

        Returns:
            Whether it was written.
        """
        return log_once(self.store, EventKind.WANTED, question, found, user_id=user_id, team=self._team)

    def suggest_many(self, questions: Sequence[Question], *, limit: int = 20) -> list[Suggestion]:
        """The same for many questions, in their order."""
        return [self.suggest(question, limit=limit) for question in questions]

    def search(
        self, text: str, *, locale: str = "", product: str = "", limit: int = 10, audiences: Sequence[str] = (),
        states: Sequence[str] = (),
    ) -> list[ArticleHit]:  # fmt: skip
        """Articles by words and meaning; "quoted phrases" must stand in the article word for word.

        Args:
            text: What to search for.
            locale: Only articles in this language; empty means all, each article in the language that fits the text.
            product: Only articles about this product or about none.
            limit: Most hits.
            audiences: Only these; empty means all that a colleague may read.
            states: Only articles in these states; empty means all but archived ones.
        """
        self.refresh()
        phrases = tuple(phrase.strip() for phrase in _PHRASE.findall(text) if phrase.strip())
        bare = text.replace('"', " ").strip()
        if not bare:
            return []
        engine = self._engine
        # As a subject: what looks like a signature or a quoted line in a message was meant here.
        asked = engine.ask(Question(subject=bare, locale=locale or UNDETERMINED))
        marks = self.store.verification.marks()
        query = Query(
            asked.text,
            asked.locale,
            phrases=phrases,
            locales=(locale,) if locale else (),
            product=product,
            audiences=tuple(audiences) or _COLLEAGUES,
            states=tuple(states),
            without=marks.hidden,
        )
        matched = engine.match(asked, query)
        scores = lowered(matched.scores, marks.doubted)
        return list(Hits(engine, asked, self._team).articles(scores, matched, {}, limit=limit, query=query))

    def named(self, question: Question, ids: Sequence[str]) -> tuple[ArticleHit, ...]:
        """Articles that somebody chose for a question, each with its nearest passage; what is hidden is left out.

        Args:
            question: What is asked.
            ids: Of articles.
        """
        self.refresh()
        hidden = self.store.verification.marks().hidden
        if hidden.issuperset(ids):
            return ()
        engine = self._engine
        return Hits(engine, engine.ask(question), self._team).named([each for each in ids if each not in hidden])

    def answer(self, text: str, found: Sequence[ArticleHit], *, trusted: bool = True) -> Answer | None:
        """The sentence that answers a question, of the passage of what was found best; None if nothing was found.

        Args:
            text: The question.
            found: Articles, best first.
            trusted: They are good enough to be shown; else a sentence must have enough of the question's words.
        """
        best = next((hit for hit in found if hit.passage.text), None)
        if best is None or not text.strip():
            return None
        encoder = self._engine.encoder
        asked = encoder.queries([opening(text)])[0]
        return answer_in(
            best,
            text,
            detect(text, prior=best.locale),
            lambda texts: encoder.passages(list(texts)) @ asked,
            trusted=trusted,
        )

    def correct(self, text: str, *, locale: str = UNDETERMINED) -> str:
        """What was probably meant, where words are spelt as no article spells them; "" if nothing is to be put right.

        Args:
            text: What somebody typed.
            locale: Its language, as far as it is known.
        """
        self.refresh()
        return self._corrections.correct(self._engine.shelves, text, detect(text, prior=locale))

    def draft(
        self,
        question: Question,
        *,
        agent_name: str = "",
        suggestion: Suggestion | None = None,
        style: Style = Style.STANDARD,
    ) -> Draft:
        """A cited reply, or an empty one when the suggestions are not to be trusted.

        Args:
            question: What the customer asks.
            agent_name: Who signs.
            suggestion: What was suggested for this very question; None: it is searched now.
            style: What kind of reply is wanted.
        """
        found = suggestion if suggestion is not None else self.suggest(question)
        return self.write(self.gather(question, found), agent_name=agent_name, style=style)

    def gather(self, question: Question, found: Suggestion) -> Material:
        """Fetch what a draft is written from; a burst of several questions is searched for each of them.

        Args:
            question: What the customer asks.
            found: What was suggested for it.
        """
        return gather(self._engine, question, found, lambda part: self.suggest(part, limit=3))

    def write(self, material: Material, *, agent_name: str = "", style: Style = Style.STANDARD) -> Draft:
        """Write a draft from what was gathered; nothing is searched any more.

        Args:
            material: What to write from.
            agent_name: Who signs.
            style: What kind of reply is wanted.
        """
        composed = compose(
            material.question,
            material.sources,
            locale=material.question.locale,
            agent_name=agent_name,
            confident=material.confident,
            further=material.further,
            tone=Tone(self.settings.tone),
            courtesy=partial(templates_for, self.store),
            style=style,
            team=self._team,
        )
        return CustomerForm(self.store).draft(composed)
