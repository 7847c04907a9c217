"""What an agent says next in a phone call: a draft of nothing but bullets. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.drafts.answer_blocks import Answer
from assistant.drafts.answer_parts import Piece
from assistant.drafts.bullets import Bullet, Rank, bullets_of, chosen
from assistant.drafts.letter import Letter, inner
from assistant.drafts.sentences import Span
from assistant.drafts.sources import ArticleSource
from assistant.drafts.style import Manner
from assistant.drafts.templates import Templates
from assistant.model import Draft, Source
from assistant.question import Question
from assistant.redaction.redact import TeamNumbers
from kb.model import CannedReply, Message, Ticket

SHORTENED = "draft.call_shortened"


@dataclass(frozen=True, slots=True)
class _Said:
    """One bullet with the text that it stands in."""

    bullet: Bullet
    body: str
    source: Source
    fields: bool
    """The text is a template with merge fields."""


class CallSheet(Letter):
    """A letter without courtesy: what would be quoted becomes bullets, of which the most urgent are written."""

    def __init__(
        self,
        question: Question,
        courtesy: Templates,
        values: Mapping[str, str],
        manner: Manner | None = None,
        team: TeamNumbers | None = None,
    ) -> None:
        super().__init__(question, courtesy, values, manner, team)
        self._said: list[_Said] = []

    def open(self) -> None:
        """Who is on the line has been greeted."""

    def close(self, *, steps: bool) -> None:
        """Who is on the line needs no signature."""

    def sign(self) -> None:
        """Nor does he here."""

    def further(self, question: str) -> None:
        """The bullets of a further question simply follow."""

    def unanswered(self, question: str) -> None:
        """What is not answered is for the agent to say in his own words; the draft names it to him."""

    def article(self, chosen: ArticleSource, answer: Answer) -> None:
        """Say what of an article answers; name its address where nothing of it can be said."""
        source = self._source(chosen)
        body = chosen.article.revision.body
        if not self._add(body, answer.pieces, source, locale=chosen.article.locale):
            super().article(chosen, answer)

    def canned(self, reply: CannedReply) -> None:
        """Say what a canned reply says between its greeting and its sign-off."""
        whole = Piece(*inner(reply.body))
        self._add(reply.body, [whole], self._canned_source(reply), locale=reply.locale, fields=True)

    def message(self, ticket: Ticket, message: Message, spans: Sequence[Span]) -> None:
        """Say parts of what an agent wrote to another customer."""
        pieces: list[Piece] = []
        for span in spans:
            # Neighbouring sentences are said together; where one was left out, what follows stands by itself.
            together = bool(pieces) and not message.body[pieces[-1].end : span.start].strip()
            start = pieces.pop().start if together else span.start
            pieces.append(Piece(start, span.end))
        self._add(message.body, pieces, self._ticket_source(ticket, message), locale=ticket.locale)

    @property
    def quotes(self) -> str:
        """All that could be said so far."""
        spans = [(each.body, span) for each in self._said for span in each.bullet.spans]
        return "\n".join(body[span.start : span.end] for body, span in spans)

    def draft(self, notes: tuple[str, ...]) -> Draft:
        """The most urgent bullets; a note tells where not even all steps and warnings are among them."""
        kept = chosen([each.bullet.rank for each in self._said], self.manner.bullets)
        for number in kept:
            each = self._said[number]
            self._page.bullet(each.body, each.bullet.spans, each.source, fields=each.fields)
        left = [each for number, each in enumerate(self._said) if number not in kept]
        cut = any(each.bullet.rank is not Rank.TEXT for each in left)
        return super().draft((*notes, SHORTENED) if cut else notes)

    def _add(self, body: str, pieces: Sequence[Piece], source: Source, *, locale: str, fields: bool = False) -> bool:
        found = bullets_of(body, pieces, locale)
        self._said += [_Said(bullet, body, source, fields) for bullet in found]
        return bool(found)
