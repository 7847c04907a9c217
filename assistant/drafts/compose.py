"""The composer of draft replies: quotes what is known, adds courtesy, invents nothing. Pure.

Every sentence of a draft is either courtesy text from a template or a verbatim span of a source that it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.drafts.answer_blocks import choose_answer
from assistant.drafts.checks import Grounds, SourceKey, check
from assistant.drafts.merge_fields import values_of
from assistant.drafts.page import PARAGRAPH, Page
from assistant.drafts.sources import ArticleSource, Choice, Sources, choose
from assistant.drafts.templates import Template, Templates, Tone, templates_of
from assistant.drafts.ticket import advice, identifiers
from assistant.model import Draft, Source, SourceKind
from assistant.question import Question
from indexer.problem import REOPENED
from kb.locales import UI_LOCALES
from kb.model import CannedReply, Ticket

__all__ = ["ArticleSource", "Sources", "Tone", "compose"]

UNCONFIDENT = "draft.unconfident"
NO_SOURCE = "draft.no_source"
TICKET_SOURCE = "draft.ticket_source"
_HELLO = r"\s*(?:hej|hei|hello|hi|dear|kära|kære|kjære|goddag|god dag)\b"
_FIRST_LINE = re.compile(_HELLO + r"(?:[^\n.!?{]|\{\{[^}\n]*\}\}){0,60}?[!,.]?[ \t]*(?:\n|$)", re.IGNORECASE)
_GREETED = re.compile(_HELLO, re.IGNORECASE)
_SIGN_OFF = re.compile(r"\n[ \t]*\n[^\n]{0,40}\n?\s*\{\{\s*agent\.name\s*\}\}[^\n]{0,40}\s*$")


def compose(
    question: Question,
    sources: Sources,
    *,
    locale: str,
    agent_name: str,
    confident: bool,
    tone: Tone = Tone.INFORMAL,
) -> Draft:
    """Write a draft reply to a question.

    Args:
        question: What the customer asks.
        sources: What was found, with the texts; translations of the articles may stand among them.
        locale: The customer's language; decides greeting and sign-off, and which source is preferred.
        agent_name: Stands under the reply; stays a visible merge field if empty.
        confident: Whether what was found is to be trusted; if not, nothing is written.
        tone: How the team addresses its customers.

    Returns:
        A draft whose sentences, with only white space between them, are its text; an empty one with a note if nothing
        may be quoted. Notes: draft.unconfident, draft.no_source, draft.internal_source, draft.other_language,
        draft.outdated_source, draft.unverified_source, draft.ticket_source (it was written for another customer),
        draft.sentence_removed, draft.check_failed.
    """
    if not confident:
        return Draft(locale, False, "", notes=(UNCONFIDENT,))
    choice = choose(question, sources, locale=locale)
    courtesy = templates_of(_courtesy_locale(locale, choice), tone)
    letter = _Letter(question, courtesy, values_of(question, agent_name=agent_name))
    draft = _written(letter, choice)
    if draft is None:
        return Draft(locale, False, "", notes=choice.notes or (NO_SOURCE,))
    others = [ticket for ticket, _ in sources.tickets if ticket.id != question.ticket_id]
    strangers = [each for ticket in others for each in identifiers(ticket)]
    asked = f"{question.subject}\n{question.body}\n{question.customer_name}"
    return check(draft, Grounds(letter.texts, letter.values, asked, tuple(strangers)))


def _courtesy_locale(locale: str, choice: Choice) -> str:
    """The customer's language; where nobody speaks it, the language of what is quoted."""
    if locale not in UI_LOCALES and choice.article is not None:
        return choice.article.article.locale
    return locale


def _written(letter: _Letter, choice: Choice) -> Draft | None:
    if choice.canned is not None:
        letter.canned(choice.canned)
        return letter.draft(choice.notes)
    if choice.article is not None:
        return letter.draft(choice.notes) if letter.article(choice.article) else None
    if any(letter.ticket(ticket) for ticket in choice.tickets):
        return letter.draft((*choice.notes, TICKET_SOURCE))
    return None


class _Letter:
    """One draft in the making, with a record of every text that it quotes."""

    def __init__(self, question: Question, courtesy: Templates, values: Mapping[str, str]) -> None:
        self.question = question
        self.values = values
        self.texts: dict[SourceKey, str] = {}
        self._courtesy = courtesy
        self._page = Page(values)

    def article(self, chosen: ArticleSource) -> bool:
        """Answer from an article; tells whether there was anything to quote or to link."""
        article = chosen.article
        body = article.revision.body
        passage = (chosen.passage.start, chosen.passage.end) if chosen.passage else None
        answer = choose_answer(body, article.locale, passage=passage, question=self.question.text)
        linked = article.url.startswith(("https://", "http://"))
        if not answer.pieces and not linked:
            return False
        source = Source(SourceKind.ARTICLE, article.id, article.revision.number, title=article.title, url=article.url)
        self.texts[source.kind, source.id, source.revision] = body
        self._open()
        for piece in answer.pieces:
            if piece.heading:
                self._page.heading(body, piece.start, piece.end, source)
            else:
                self._page.quote(body, piece.start, piece.end, source, locale=article.locale)
        if linked:
            self._say(f"link.{answer.rest}", about=source)
        self._close("offer.steps" if answer.steps else "offer.facts")
        return True

    def canned(self, reply: CannedReply) -> None:
        """Answer with a canned reply; its own greeting and sign-off give way to ours, which know what is unknown."""
        source = Source(SourceKind.CANNED, reply.id, reply.revision, title=reply.title)
        self.texts[source.kind, source.id, source.revision] = reply.body
        first = _FIRST_LINE.match(reply.body)
        start = first.end() if first else 0
        last = _SIGN_OFF.search(reply.body, start)
        if not _GREETED.match(reply.body, start):
            self._greet()
        self._page.merged(reply.body, start, last.start() if last else len(reply.body), source, locale=reply.locale)
        self._say("sign_off")

    def ticket(self, ticket: Ticket) -> bool:
        """Answer with what solved another ticket; tells whether its reply holds general advice."""
        found = advice(ticket)
        if found is None:
            return False
        message, spans = found
        source = Source(SourceKind.TICKET, ticket.id, message.number, title=ticket.subject)
        self.texts[source.kind, source.id, source.revision] = message.body
        self._open()
        last = spans[0].start
        for span in spans:
            between = message.body[last : span.start]
            gap = between if last > spans[0].start and between and not between.strip() else PARAGRAPH
            self._page.merged(message.body, span.start, span.end, source, locale=ticket.locale, fields=False, gap=gap)
            last = span.end
        self._close("offer.facts")
        return True

    def draft(self, notes: tuple[str, ...]) -> Draft:
        """The draft as it stands now."""
        return self._page.draft(self._courtesy.locale, notes)

    def _open(self) -> None:
        self._greet()
        self._say("acknowledge.again" if REOPENED in self.question.tags else "acknowledge")

    def _greet(self) -> None:
        field = "first_name" if self._courtesy.tone is Tone.INFORMAL else "name"
        known = self.values.get(f"ticket.customer.{field}")
        self._say("greeting" if known else "greeting.unnamed")

    def _close(self, offer: str) -> None:
        self._say(offer)
        self._say("sign_off")

    def _say(self, key: str, *, about: Source | None = None) -> None:
        template: Template = self._courtesy.get(key)
        self.texts[SourceKind.TEMPLATE, template.name, 0] = template.text
        self._page.courtesy(template, about=about)
