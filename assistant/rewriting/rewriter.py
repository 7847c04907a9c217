"""The rewriting of one draft: ask, check line by line while the answer comes, put together, count."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager, nullcontext
from dataclasses import dataclass, field

from assistant.drafts.sentences import texts
from assistant.model import Draft, SourceKind
from assistant.question import Question
from assistant.redaction.redact import TeamNumbers, redact
from assistant.rewriting.endpoint import Endpoint, OpenAIEndpoint, Piece
from assistant.rewriting.gates import Asked, Likeness, fault, loss
from assistant.rewriting.lines import SourceId, Wish, dressed, lines_of, rebuilt
from assistant.rewriting.message import messages_for
from assistant.rewriting.model import Checked, Line, Reason, Removed, RewriteFailed, Rewritten, Style, Tokens, Trouble
from assistant.rewriting.opaque import Vault
from assistant.rewriting.reply import Reply, Said
from indexer.encode import Encoder
from indexer.encoders import query_encoder
from kb import clock
from kb.errors import DatabaseBusy, StorageFull
from kb.model import Event, EventKind, Ticket
from kb.settings import DEFAULT_MODEL, LanguageModel, Settings
from kb.store import Store

_log = logging.getLogger(__name__)

AT_ONCE = 2
"""Calls that may run at the same time; more would only make all of them slow."""
_CHARACTERS_PER_TOKEN = 3
"""For Nordic text, where the endpoint does not count."""
_LONGEST = 4
"""An answer of so many times the length of what was sent is none."""


@dataclass(slots=True)
class _Call:
    """One call under way."""

    wish: Wish
    lines: list[Line]
    vault: Vault
    kept: dict[int, tuple[str, ...]] = field(default_factory=dict)
    removed: list[Removed] = field(default_factory=list)
    sent: int = 0
    received: int = 0
    estimated: bool = True
    failed: str = "cancelled"
    """Until it is known to have ended otherwise."""

    def count(self, piece: Piece) -> None:
        """Take the endpoint's own count where it gives one; else every piece counts as a token."""
        if piece.sent is not None and piece.received is not None:
            self.sent, self.received, self.estimated = piece.sent, piece.received, False
        elif self.estimated and piece.text:
            self.received += 1


class Rewriter:
    """Rewords and translates drafts by a language model; safe to share between the requests of one server.

    Args:
        store: Where sources are, and where calls are counted.
        model: The settings of the endpoint.
        endpoint: What answers.
        encoder: Gives the encoder that the checks compare meanings with; called once, when it is first needed.
        team: What the team's own numbers look like.
    """

    def __init__(
        self,
        store: Store,
        model: LanguageModel,
        endpoint: Endpoint,
        encoder: Callable[[], Encoder],
        team: TeamNumbers | None = None,
    ) -> None:
        self.model = model
        self.team = team or TeamNumbers()
        self._store = store
        self._endpoint = endpoint
        self._load = encoder
        self._encoder: Encoder | None = None
        self._loading = threading.Lock()
        self._free = threading.BoundedSemaphore(AT_ONCE)

    @staticmethod
    def open(store: Store, settings: Settings) -> Rewriter | None:
        """The rewriter of the settings; None if no model is set. Opens no connection and loads nothing yet.

        Meanings are compared by the default model whatever the index was made with: the thresholds are its own.
        """
        if settings.language_model is None:
            return None
        endpoint = OpenAIEndpoint(settings.language_model)
        team = TeamNumbers.of(settings)
        return Rewriter(store, settings.language_model, endpoint, lambda: query_encoder(DEFAULT_MODEL, settings), team)

    async def stream(
        self, question: Question, draft: Draft, style: Style, *, target: str, agent_name: str = "", user_id: str = ""
    ) -> AsyncGenerator[Checked | Rewritten, None]:
        """Rewrite a draft: the checked lines as they come, then the whole.

        A draft in which nothing is to be edited comes back at once, without a call. Closing the iterator early ends
        the request to the endpoint.

        Args:
            question: What the customer asks; sent without personal data.
            draft: As it was composed.
            style: What is asked for.
            target: Language of the reply.
            agent_name: Who signs; never sent.
            user_id: Who asked, for the log.

        Raises:
            RewriteFailed: There is no usable answer; the composer's draft stays.
        """
        wish = await asyncio.to_thread(self._wish, question, draft, style, target, agent_name)
        async with aclosing(self.answers(question, draft, wish, user_id=user_id)) as answers:
            async for answer in answers:
                yield answer

    async def answers(
        self, question: Question, draft: Draft, wish: Wish, *, user_id: str = "", has_turn: bool = False
    ) -> AsyncGenerator[Checked | Rewritten, None]:
        """The same for a wish that the caller has put together.

        Args:
            question: What the draft is about; sent without personal data.
            draft: What is to be edited.
            wish: What is asked for, with the languages and the names that belong to the draft's sources.
            user_id: Who asked, for the log.
            has_turn: The caller holds a turn already.

        Raises:
            RewriteFailed: There is no usable answer.
        """
        vault = Vault()
        call = _Call(wish, lines_of(draft, wish, vault), vault)
        if not call.lines:
            yield Rewritten(draft)
            return
        with nullcontext() if has_turn else self.turn():
            try:
                async with aclosing(self._checked(question, call)) as answers:
                    async for checked in answers:
                        yield checked
                call.failed = ""
            except RewriteFailed as error:
                call.failed = error.trouble.value
                _log.warning("the language model gave no draft: %s %s", error.trouble.value, error.detail)
                raise
            finally:
                # Not awaited: whoever went away must not be waited for, and neither must the log.
                noting = asyncio.get_running_loop().run_in_executor(None, self._note, call, question, user_id)
            await noting
        draft = rebuilt(draft, call.lines, call.kept, style=wish.style)
        yield Rewritten(draft, tuple(call.removed), self._tokens(call), len(call.kept))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold one of the AT_ONCE places for as long as the block runs.

        Raises:
            RewriteFailed: All are taken.
        """
        if not self._free.acquire(blocking=False):
            raise RewriteFailed(Trouble.BUSY)
        try:
            yield
        finally:
            self._free.release()

    async def _checked(self, question: Question, call: _Call) -> AsyncGenerator[Checked, None]:
        people = call.wish.people[SourceKind.TEMPLATE, ""]
        asked = redact(question.text, people=people, locale=question.locale, team=self.team).text
        messages = messages_for(
            call.lines, asked, call.wish.style, target=call.wish.target, is_article=bool(call.wish.article_id)
        )
        size = sum(len(message["content"]) for message in messages)
        call.sent = size // _CHARACTERS_PER_TOKEN
        longest = _LONGEST * sum(len(line.text) for line in call.lines) + 1000
        likeness = await asyncio.to_thread(lambda: Likeness(self._encode(), call.lines))
        reply = Reply()
        async with aclosing(self._endpoint.pieces(messages, most_tokens=longest // 2)) as pieces:
            async for piece in pieces:
                call.count(piece)
                for said in reply.feed(piece.text):
                    yield await asyncio.to_thread(_judge, said, call, likeness)
                if reply.characters > longest:
                    raise RewriteFailed(Trouble.TOO_LONG)
        for said in reply.end():
            yield await asyncio.to_thread(_judge, said, call, likeness)
        if not call.kept and not call.removed:
            raise RewriteFailed(Trouble.EMPTY)

    def _encode(self) -> Encoder:
        with self._loading:
            if self._encoder is None:
                self._encoder = self._load()
            return self._encoder

    def _wish(self, question: Question, draft: Draft, style: Style, target: str, agent_name: str) -> Wish:
        """What is asked for, with the language of every source and the names that nobody else may read."""
        ids: dict[SourceKind, list[str]] = {kind: [] for kind in SourceKind}
        for sentence in draft.sentences:
            ids[sentence.source.kind].append(sentence.source.id)
        tickets = self._store.tickets.get_many([*ids[SourceKind.TICKET], *filter(None, [question.ticket_id])])
        articles = self._store.articles.get_many(ids[SourceKind.ARTICLE])
        canned = self._store.canned.get_many(ids[SourceKind.CANNED])
        locales: dict[SourceId, str] = {(SourceKind.ARTICLE, i): article.locale for i, article in articles.items()}
        locales |= {(SourceKind.CANNED, i): reply.locale for i, reply in canned.items()}
        locales |= {(SourceKind.TICKET, i): ticket.locale for i, ticket in tickets.items()}
        own = [question.customer_name, agent_name]
        own += _names(tickets[question.ticket_id]) if question.ticket_id in tickets else []
        everybody = [name for ticket in tickets.values() for name in _names(ticket)]
        people: dict[SourceId, Sequence[str]] = {
            (s.source.kind, s.source.id): [*own, *everybody] if s.source.kind is SourceKind.TICKET else own
            for s in draft.sentences
        }
        return Wish(style, target, locales, people | {(SourceKind.TEMPLATE, ""): own}, self.team)

    def _tokens(self, call: _Call) -> Tokens:
        model = self.model
        cost = (call.sent * model.price_per_million_input + call.received * model.price_per_million_output) / 1e6
        return Tokens(call.sent, call.received, call.estimated, cost)

    def _note(self, call: _Call, question: Question, user_id: str) -> None:
        """Write down what the call used; a log that cannot be written costs nobody his draft."""
        tokens = self._tokens(call)
        detail: Mapping[str, object] = {
            "model": self.model.model, "style": call.wish.style.value, "target": call.wish.target,
            "tokens_in": tokens.sent, "tokens_out": tokens.received, "estimated": tokens.estimated,
            "cost": tokens.cost, "kept": sum(map(len, call.kept.values())), "removed": len(call.removed),
            "failed": call.failed, "article_id": call.wish.article_id,
        }  # fmt: skip
        event = Event(EventKind.REWRITTEN, clock.now(), user_id, question.ticket_id, detail=detail)
        try:
            self._store.events.append([event])
        except (DatabaseBusy, StorageFull) as error:
            _log.warning("A call of the language model was not counted: %s", error)


def _names(ticket: Ticket) -> list[str]:
    names = [ticket.customer.name] if ticket.customer else []
    return list(dict.fromkeys(name for name in [*names, *(message.name for message in ticket.messages)] if name))


def _judge(said: Said, call: _Call, likeness: Likeness) -> Checked:
    """Check one line of an answer and take what its source supports."""
    line = _meant(said, call, likeness)
    if line is None:
        return _gone(said, call)
    asked = Asked(line, call.wish.target if call.wish.style is Style.TRANSLATE else line.locale)
    removed: list[Removed] = []
    kept: list[str] = []
    for text in texts(said.text, asked.locale):
        reason = fault(text, asked, likeness)
        if reason is None:
            kept.append(text)
        else:
            removed.append(Removed(call.vault.restore(text), reason, line.index))
    lacking = loss(kept, asked) if kept and not removed else None
    if lacking is not None:
        removed += [Removed(call.vault.restore(text), lacking, line.index) for text in kept]
    if removed:
        # A line is taken whole or not at all: half of it is worse than all of the composer's.
        kept = []
    if not kept and not said.number:
        return _gone(said, call)
    restored = dressed(line, [call.vault.restore(text) for text in kept])
    if restored:
        call.kept[line.index] = restored
    call.removed += removed
    return Checked(line.index, restored, tuple(removed))


def _gone(said: Said, call: _Call) -> Checked:
    gone = Removed(call.vault.restore(said.text), Reason.NO_SOURCE)
    call.removed.append(gone)
    return Checked(-1, removed=(gone,))


def _meant(said: Said, call: _Call, likeness: Likeness) -> Line | None:
    """The line that an answer is meant for: the one that it names, or, where it names none, the nearest.

    None if there is no such line, or an answer for it was taken already.
    """
    if said.number:
        named = [line for line in call.lines if line.number == said.number]
    else:
        cosines = likeness.of(said.text)
        named = [call.lines[max(range(len(cosines)), key=cosines.__getitem__)]]
    return named[0] if named and named[0].index not in call.kept else None
