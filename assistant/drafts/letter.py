"""One draft in the making: greeting, answers, links and sign-off, with a record of every text that it quotes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.drafts.answer_blocks import Answer
from assistant.drafts.answer_parts import Piece
from assistant.drafts.checks import SourceKey
from assistant.drafts.merge_fields import spoken
from assistant.drafts.page import PARAGRAPH, Page
from assistant.drafts.sentences import Span
from assistant.drafts.sources import ArticleSource
from assistant.drafts.style import Manner
from assistant.drafts.templates import Template, Templates, Tone
from assistant.drafts.ticket import advice
from assistant.drafts.told import LOST_LINK
from assistant.model import Draft, Source, SourceKind
from assistant.question import Question
from assistant.redaction.redact import TeamNumbers
from indexer.problem import REOPENED
from kb.model import CannedReply, Message, Ticket

_HELLO = r"\s*(?:hej|hei|hello|hi|dear|kära|kære|kjære|goddag|god dag)\b"
_FIRST_LINE = re.compile(_HELLO + r"(?:[^\n.!?{]|\{\{[^}\n]*\}\}){0,60}?[!,.]?[ \t]*(?:\n|$)", re.IGNORECASE)
_GREETED = re.compile(_HELLO, re.IGNORECASE)
_SIGN_OFF = re.compile(r"\n[ \t]*\n[^\n]{0,40}\n?\s*\{\{\s*agent\.name\s*\}\}[^\n]{0,40}\s*$")
_LINE = "\n"


class Letter:
    """Collects a reply from top to bottom.

    Args:
        question: What the customer asks.
        courtesy: Templates in his language.
        values: What merge fields are filled with.
        manner: What kind of reply it is.
        team: What the team's own numbers look like.
    """

    def __init__(
        self,
        question: Question,
        courtesy: Templates,
        values: Mapping[str, str],
        manner: Manner | None = None,
        team: TeamNumbers | None = None,
    ) -> None:
        self.question = question
        self.courtesy = courtesy
        self.manner = manner or Manner()
        self._team = team
        self.texts: dict[SourceKey, str] = {}
        """What the draft may say: every text that it quotes."""
        self.values = values
        """What merge fields were filled with."""
        self._page = Page(values)

    def open(self) -> None:
        """Greet and acknowledge."""
        self._greet()
        self._say("acknowledge.again" if REOPENED in self.question.tags else "acknowledge")

    def close(self, *, steps: bool) -> None:
        """Offer more help and sign."""
        if self.manner.offer:
            self._say("offer.steps" if steps else "offer.facts")
        self.sign()

    def sign(self) -> None:
        """Sign."""
        self._say("sign_off")

    def further(self, question: str) -> None:
        """Lead over to another of the customer's questions."""
        self._say("further", named=spoken(question))

    def unanswered(self, question: str) -> None:
        """Promise to come back to a question."""
        self._say("unanswered", named=spoken(question))

    def article(self, chosen: ArticleSource, answer: Answer) -> None:
        """Quote an article and link it."""
        source = self._source(chosen)
        self._say_tried(chosen, answer.tried, source)
        if answer.pieces and chosen.article.locale != self.courtesy.locale:
            self._mark_language(chosen.article.locale)
        body, locale = chosen.article.revision.body, chosen.article.locale
        for before, piece in zip([None, *answer.pieces], answer.pieces, strict=False):
            gap = _LINE if _in_one_list(body, before, piece) else PARAGRAPH
            if piece.heading:
                self._page.heading(body, piece.start, piece.end, source)
            elif piece.marker:
                self._page.item(body, piece.start, piece.end, source, locale=locale, marker=piece.marker, gap=gap)
            else:
                self._page.quote(body, piece.start, piece.end, source, locale=locale)
        if source.url.startswith(("https://", "http://")):
            self._say(f"link.{answer.rest}", about=source)

    def canned(self, reply: CannedReply) -> None:
        """Answer with a canned reply; its own greeting and sign-off give way to ours, which know what is unknown.

        Ours is not set under it yet: more may follow.
        """
        source = self._canned_source(reply)
        start, end = inner(reply.body)
        if not _GREETED.match(reply.body, start):
            self._greet()
        self._page.merged(reply.body, start, end, source, locale=reply.locale)

    def message(self, ticket: Ticket, message: Message, spans: Sequence[Span]) -> None:
        """Quote parts of what an agent wrote to another customer, as far apart as they stood there."""
        source = self._ticket_source(ticket, message)
        last = spans[0].start
        for span in spans:
            between = message.body[last : span.start]
            between = LOST_LINK.sub("", between) or (" " if between else "")
            gap = between if last > spans[0].start and between and not between.strip() else PARAGRAPH
            self._page.merged(message.body, span.start, span.end, source, locale=ticket.locale, fields=False, gap=gap)
            last = span.end

    def ticket(self, ticket: Ticket) -> bool:
        """Answer with what solved another ticket; tells whether its reply holds general advice."""
        found = advice(ticket, team=self._team)
        if found is None:
            return False
        self.open()
        self.message(ticket, *found)
        self.close(steps=False)
        return True

    @property
    def quotes(self) -> str:
        """All that is quoted so far."""
        sentences = self._page.draft(self.courtesy.locale, ()).sentences
        return "\n".join(each.source.quote for each in sentences)

    def draft(self, notes: tuple[str, ...]) -> Draft:
        """The draft as it stands now."""
        return self._page.draft(self.courtesy.locale, notes)

    def _canned_source(self, reply: CannedReply) -> Source:
        source = Source(SourceKind.CANNED, reply.id, reply.revision, title=reply.title)
        self.texts[source.kind, source.id, source.revision] = reply.body
        return source

    def _ticket_source(self, ticket: Ticket, message: Message) -> Source:
        source = Source(SourceKind.TICKET, ticket.id, message.number, title=ticket.subject)
        self.texts[source.kind, source.id, source.revision] = message.body
        return source

    def _source(self, chosen: ArticleSource) -> Source:
        """The article as a source, with its text among those that may be quoted."""
        article = chosen.article
        source = Source(SourceKind.ARTICLE, article.id, article.revision.number, title=article.title, url=article.url)
        self.texts[source.kind, source.id, source.revision] = article.revision.body
        return source

    def _say_tried(self, chosen: ArticleSource, tried: Sequence[Span], source: Source) -> None:
        """Name the steps that are left out, in their own words."""
        if not tried:
            return
        self._say("tried")
        body, locale = chosen.article.revision.body, chosen.article.locale
        for number, span in enumerate(tried):
            gap = _LINE if number else PARAGRAPH
            self._page.item(body, span.start, span.end, source, locale=locale, marker="- ", gap=gap)

    def _mark_language(self, locale: str) -> None:
        """Say in the reply that what follows is in another language, where the reader could take it for a slip."""
        name = dict(self.courtesy.texts).get(f"language.{locale}", "")
        if name and {locale, self.courtesy.locale} != {"nb", "nn"}:
            self._say("foreign", named=name)

    def _greet(self) -> None:
        field = "first_name" if self.courtesy.tone is Tone.INFORMAL else "name"
        known = self.values.get(f"ticket.customer.{field}")
        self._say("greeting" if known else "greeting.unnamed")

    def _say(self, key: str, *, about: Source | None = None, named: str = "") -> None:
        template: Template = self.courtesy.get(key)
        self.texts[SourceKind.TEMPLATE, template.name, 0] = template.text
        self._page.courtesy(template, about=about, named=named)


def inner(body: str) -> tuple[int, int]:
    """Where a canned reply begins and ends without its own greeting and sign-off."""
    first = _FIRST_LINE.match(body)
    start = first.end() if first else 0
    last = _SIGN_OFF.search(body, start)
    return start, last.start() if last else len(body)


def _in_one_list(body: str, before: Piece | None, piece: Piece) -> bool:
    if before is None or not (before.marker and piece.marker):
        return False
    return "\n#" not in body[before.end : piece.start]
