"""Asks the product for drafts as it runs, on the evidence as it is and with made-up people sown into it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from assistant.drafts.templates import Tone
from assistant.drafts.wording import templates_for
from assistant.engine import Engine
from assistant.evaluation.courtesy import without_courtesy
from assistant.evaluation.draft_baselines import baselines
from assistant.evaluation.draft_cases import Case
from assistant.evaluation.draft_safety import Audit, Fault, Promise, audit, together
from assistant.evaluation.draft_strangers import Strangers
from assistant.evaluation.made_up_people import Wanted, people
from assistant.evaluation.sown_tickets import SownTickets
from assistant.evaluation.text_overlap import chrf, cut, k_precision, readable, rouge_l_recall, words
from assistant.evaluation.vector_memory import VectorMemory
from assistant.model import Draft, Source, SourceKind, Suggestion
from assistant.question import Question
from assistant.service import Service
from kb.database import Database
from kb.errors import NotFound
from kb.settings import Settings
from kb.store import Store, database_path

AGENT = "Robin"
"""Signs every draft."""
OURS = "draft"
_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of the agent's reply a text says."""

    rouge_l: float
    """Recall of its words in order, 0..1."""
    chrf: float
    """0..1."""
    words: int
    """Length of the text."""


@dataclass(frozen=True, slots=True)
class DraftOutcome:
    """What came of one case."""

    case: Case
    draft: Draft
    confidence: float
    """The chance that was shown for the list."""
    suggested: tuple[str, ...]
    """Articles that were shown beside it, best first."""
    quoted: tuple[str, ...]
    """Articles that the draft quotes, or links where it quotes none, in order."""
    took_ms: float
    """From the suggestions to the draft, without what was searched in between for each of several questions."""
    audit: Audit
    sown: Audit
    """Of the drafts to the same question with made-up people in the evidence."""
    sown_drafts: int
    sown_from_tickets: int
    """How many of those quote a ticket."""
    overlaps: dict[str, Overlap] = field(default_factory=dict)
    """By the name of the text: OURS and the baselines, each no longer than ours. Empty without draft or reply."""
    shortened: dict[str, Overlap] = field(default_factory=dict)
    """Our draft cut to the length of each baseline, by the baseline's name."""
    k_precision: float = 1.0

    @property
    def drafted(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.draft.text)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Broken promises of both drafts."""
        return (*self.audit.faults, *self.sown.faults)


class _Clocked(Service):
    """The product, with a clock on its searches."""

    searched_s = 0.0
    """So long it has searched."""

    def suggest(self, question: Question, *, limit: int = 5, everything: bool = False) -> Suggestion:
        """As ever."""
        began = time.perf_counter()
        try:
            return super().suggest(question, limit=limit, everything=everything)
        finally:
            self.searched_s += time.perf_counter() - began


class DraftRun:
    """The product on one data folder, beside the product on the same folder with made-up people sown in.

    Args:
        engine: An open index.
        settings: Of its data folder.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._service = _Clocked(engine.store, settings, engine)
        self._service.warm()
        # The second service asks what the first one has just asked; the first, which is timed, encodes for itself.
        quick = engine.encoder
        engine.encoder = VectorMemory(lambda _: quick)
        sown = Store(Database(database_path(settings.home), busy_timeout_s=settings.busy_timeout_s))
        made_up = people()
        sown.tickets = SownTickets(sown.database, made_up)
        self._sown = Service(sown, settings, Engine(sown, settings, engine.folder, encoder=engine.encoder))
        self._wanted = Wanted(made_up, published(engine.store))
        self._strangers = Strangers(engine.store)

    def close(self) -> None:
        """Close the second database."""
        self._sown.store.close()

    def outcomes(self, cases: Sequence[Case]) -> list[DraftOutcome]:
        """One outcome per case, in order."""
        if cases:
            # The first draft of a process pays for what is loaded on first use.
            self._service.draft(cases[0].question)
        return [self._outcome(case) for case in cases]

    def _outcome(self, case: Case) -> DraftOutcome:
        found = self._service.suggest(case.question)
        began, searched_s = time.perf_counter(), self._service.searched_s
        draft = self._service.draft(case.question, agent_name=AGENT, suggestion=found)
        took_s = time.perf_counter() - began - (self._service.searched_s - searched_s)
        sown = self._sown_drafts(case)
        known = known_of(case.question)
        looked = audit(draft, lambda source: stored_text(self._service.store, source), known=known)
        sown_looked = [
            _with(
                audit(each, lambda source: stored_text(self._sown.store, source), known=known),
                self._wanted.found_in(each.text),
            )
            for each in sown
        ]
        ours = readable(answer(draft))
        overlaps, shortened = self._overlaps(case, found, ours) if draft.text and case.reply else ({}, {})
        return DraftOutcome(
            case=case,
            draft=draft,
            confidence=found.confidence,
            suggested=tuple(hit.id for hit in found.articles),
            quoted=quoted_articles(draft, self._service.store),
            took_ms=took_s * 1000,
            audit=_with(looked, self._strangers.found_in(draft, known=known)),
            sown=together(sown_looked),
            sown_drafts=sum(bool(each.text) for each in sown),
            sown_from_tickets=sum(quotes_ticket(each) for each in sown),
            overlaps=overlaps,
            shortened=shortened,
            k_precision=k_precision(ours, self._shown(found)) if draft.text else 1.0,
        )

    def _sown_drafts(self, case: Case) -> tuple[Draft, Draft]:
        """What the product writes as it runs, and what it writes if it has nothing but tickets to quote.

        A draft seldom quotes a ticket, so few of them could leak anything: for the second one articles and canned
        replies are taken away, and the similar tickets are said to be as good as identical and solved.
        """
        found = self._sown.suggest(case.question)
        near = tuple(replace(hit, score=1.0, solved=True) for hit in found.tickets)
        only = replace(found, confident=True, confidence=1.0, articles=(), canned=(), tickets=near)
        first, second = (self._sown.draft(case.question, agent_name=AGENT, suggestion=each) for each in (found, only))
        return first, second

    def _overlaps(self, case: Case, found: Suggestion, ours: str) -> tuple[dict[str, Overlap], dict[str, Overlap]]:
        """The draft and the baselines at its length, and the draft at the length of each baseline."""
        reply, length = readable(without_courtesy(case.reply)), len(words(ours))
        texts = {name: cut(readable(text), length) for name, text in baselines(self._engine, found).items()}
        overlaps = {name: overlap(text, reply) for name, text in {OURS: ours, **texts}.items()}
        shortened = {name: overlap(cut(ours, overlaps[name].words), reply) for name in texts}
        return overlaps, shortened

    def _shown(self, found: Suggestion) -> list[str]:
        """The full texts of what was suggested."""
        articles = self._service.store.articles.get_many(hit.id for hit in found.articles)
        tickets = self._service.store.tickets.get_many(hit.id for hit in found.tickets)
        texts = [f"{article.title}\n{article.revision.body}" for article in articles.values()]
        texts += [hit.body for hit in found.canned]
        return texts + [message.body for ticket in tickets.values() for message in ticket.messages]


def known_of(question: Question) -> str:
    """What a draft may say without a source: the question, and what merge fields are filled with."""
    fields = (question.customer_name, question.ticket_id, question.product, AGENT)
    return "\n".join((question.subject, question.body, *fields))


def quotes_ticket(draft: Draft) -> bool:
    """Whether anything in a draft is from a ticket."""
    return any(each.source.kind is SourceKind.TICKET for each in draft.sentences)


def overlap(text: str, reply: str) -> Overlap:
    """How much of a reply a text says; both readable."""
    return Overlap(rouge_l_recall(text, reply), chrf(text, reply), len(words(text)))


def answer(draft: Draft) -> str:
    """The text of a draft without its courtesy: every sentence that is quoted, one per line."""
    return "\n".join(each.text for each in draft.sentences if each.source.kind is not SourceKind.TEMPLATE)


def quoted_articles(draft: Draft, store: Store) -> tuple[str, ...]:
    """Ids of the articles that a draft quotes; where it quotes nothing of one, of those that it links."""
    quoted = [each.source.id for each in draft.sentences if each.source.kind is SourceKind.ARTICLE]
    linked = [store.articles.resolve(each.source.url) for each in draft.sentences if each.source.url]
    return tuple(dict.fromkeys(quoted or [each for each in linked if each]))


def stored_text(store: Store, source: Source) -> str | None:
    """The whole text that a source points into, as it is stored or shipped; None where there is no such thing.

    Courtesy is what the team made of it, since that is what its drafts say.
    """
    try:
        if source.kind is SourceKind.ARTICLE:
            return store.articles.get(source.id, source.revision).revision.body
        if source.kind is SourceKind.CANNED:
            reply = store.canned.get(source.id)
            return reply.body if reply.revision == source.revision else None
        if source.kind is SourceKind.TICKET:
            messages = store.tickets.get(source.id).messages
            return next((m.body for m in messages if m.number == source.revision and m.public), None)
        locale, _, key = source.id.partition("/")
        return dict(templates_for(store, locale, Tone.INFORMAL).texts).get(key)
    except NotFound:
        pass
    return None


def published(store: Store) -> list[str]:
    """Everything that identifies nobody: the articles and the canned replies."""
    texts: list[str] = [f"{reply.title}\n{reply.body}" for reply in store.canned.list()]
    seq = 0
    while page := store.articles.changed_since(seq, limit=_PAGE):
        seq = page[-1][0]
        texts += [f"{article.title}\n{article.revision.body}" for _, article in page]
    return texts


def _with(looked: Audit, leaks: Iterable[str]) -> Audit:
    return replace(looked, faults=(*looked.faults, *(Fault(Promise.PRIVATE, leak) for leak in leaks)))
