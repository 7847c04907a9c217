"""The composer of draft replies: quotes what is known, adds courtesy, invents nothing. Pure.

Every sentence of a draft is either courtesy text from a template or a verbatim span of a source that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.drafts.answer_blocks import Answer
from assistant.drafts.answer_parts import Piece
from assistant.drafts.asked import meaning, read
from assistant.drafts.call import CallSheet
from assistant.drafts.checks import Grounds, check
from assistant.drafts.choice import UNCONFIDENT, Choice, Reading, best_article, choose, remarks
from assistant.drafts.letter import Letter
from assistant.drafts.merge_fields import values_of
from assistant.drafts.precedents import doubt, vocabulary
from assistant.drafts.silence import with_way_out
from assistant.drafts.sources import ArticleSource, Further, Sources
from assistant.drafts.standing import Standing, best_standing
from assistant.drafts.style import Manner, Style, manner_of
from assistant.drafts.templates import Templates, Tone, templates_of
from assistant.drafts.ticket import identifiers
from assistant.drafts.verdict import settle
from assistant.model import Conflict, Draft
from assistant.question import Question
from assistant.redaction.redact import TeamNumbers
from indexer.words import query_stems
from kb.locales import UI_LOCALES
from kb.model import Ticket

__all__ = ["ArticleSource", "Further", "Sources", "Style", "Tone", "compose"]

NO_SOURCE = "draft.no_source"
TICKET_SOURCE = "draft.ticket_source"
STANDING_SOURCE = "draft.standing_source"
UNANSWERED = "draft.question_unanswered"
CONFLICT = "draft.conflict"
FEWEST_ARTICLE_WORDS = 30
"""So much of an article is quoted beside standing advice, however long that is."""
_ANSWERED = 0.5
"""Share of a question's words that must stand in what is quoted for it to count as answered by that."""
_FEWEST_PROMISED = 2
"""A question of fewer words with a meaning ("Why so slow?") is too vague to promise an answer to."""


def compose(
    question: Question,
    sources: Sources,
    *,
    locale: str,
    agent_name: str,
    confident: bool,
    further: Sequence[Further] = (),
    tone: Tone = Tone.INFORMAL,
    courtesy: Callable[[str, Tone], Templates] = templates_of,
    style: Style = Style.STANDARD,
    team: TeamNumbers | None = None,
) -> Draft:
    """Write a draft reply to a question.

    Args:
        question: What the customer asks.
        sources: What was found, with the texts; translations of the articles may stand among them.
        locale: The customer's language; decides greeting and sign-off, and which source is preferred.
        agent_name: Stands under the reply; stays a visible merge field if empty.
        confident: Whether what was found is to be trusted; if not, nothing is written.
        further: Questions of the same burst that were searched by themselves; each is answered from its own source.
        tone: How the team addresses its customers.
        courtesy: The templates of a language in a tone.
        style: What kind of reply is wanted.
        team: What the team's own order and customer numbers look like.

    Returns:
        A draft whose sentences, with only white space between them, are its text; an empty one with a note if nothing
        may be quoted, then with questions to ask back and the sentence that passes the customer on. Notes:
        draft.unconfident, draft.no_source, draft.internal_source, draft.other_language, draft.outdated_source,
        draft.unverified_source, draft.doubted_source (it is verified no longer), draft.ticket_source (it was written
        for another customer), draft.standing_source (part of it is what agents wrote to several others),
        draft.conflict (see `conflicts`),
        draft.question_unanswered (see `unanswered`), draft.call_shortened (there are more steps),
        draft.sentence_removed, draft.check_failed.
    """
    manner = manner_of(style)
    if confident:
        writer = _Writer(question, sources, locale, tuple(further), manner, team)
        writer.begin(courtesy, tone, agent_name)
        draft = writer.checked()
    else:
        draft = Draft(locale, False, "", notes=(UNCONFIDENT,))
    # Who asked for a canned reply that there is not has other styles left to ask for.
    if draft.text or (confident and manner.any_canned):
        return draft
    return with_way_out(draft, question, sources.precedents, courtesy(locale, tone), team=team)


class _Writer:
    """Decides what goes into one draft, and writes it."""

    def __init__(
        self,
        question: Question,
        sources: Sources,
        locale: str,
        further: Sequence[Further],
        manner: Manner,
        team: TeamNumbers | None,
    ) -> None:
        asked = replace(question, locale=locale)
        self._sources, self._further, self._manner, self._team = sources, further, manner, team
        self.quoted: list[Ticket] = []
        """Tickets of other customers that the draft quotes."""
        self._standing = self._usually_said(asked) if manner.standing else ()
        room = manner.words - sum(each.words for each in self._standing)
        words = vocabulary(sources.precedents, locale)
        target = max(FEWEST_ARTICLE_WORDS, room)
        said = meaning("\n".join(each.text for each in self._standing), locale)
        self._reading = Reading(asked, locale, read(asked), words, doubt(sources.precedents), said, target, manner)
        self.choice = choose(self._reading, sources)
        self._conflicts: list[Conflict] = []
        self._unanswered: list[str] = []
        self._quoted: dict[str, set[Piece]] = {}
        self._notes = dict.fromkeys(self.choice.notes)

    def begin(self, courtesy: Callable[[str, Tone], Templates], tone: Tone, agent_name: str) -> None:
        """Take an empty sheet."""
        locale = _courtesy_locale(self._reading.locale, self.choice)
        question = self._reading.question
        values = values_of(question, agent_name=agent_name)
        sheet = CallSheet if self._manner.bullets else Letter
        self.letter = sheet(question, courtesy(locale, tone), values, self._manner, self._team)

    def checked(self) -> Draft:
        """The draft with all that its sources do not support taken out; an empty one if nothing may be quoted."""
        draft = self._written()
        if draft is None:
            return Draft(self._reading.locale, False, "", notes=self.choice.notes or (NO_SOURCE,))
        # Articles and canned replies are published: only a message to another customer can name one.
        strangers = [each for ticket in self.quoted for each in identifiers(ticket, team=self._team)]
        question = self._reading.question
        asked = f"{question.subject}\n{question.body}\n{question.customer_name}"
        return check(draft, Grounds(self.letter.texts, self.letter.values, asked, tuple(strangers)))

    def _written(self) -> Draft | None:
        choice, letter = self.choice, self.letter
        if choice.canned is not None:
            letter.canned(choice.canned)
            for each in self._further:
                if not self._is_answered(each.text):
                    self._answer_further(each)
            letter.sign()
        elif choice.article is not None:
            letter.open()
            for standing in self._standing:
                self._quote_standing(standing)
            steps = self._quote_article(self._reading, self._sources, choice.article, choice.answer)
            steps = any([steps, *(self._answer_further(each) for each in self._further)])
            letter.close(steps=steps)
        elif not self._quote_ticket():
            return None
        draft = letter.draft(tuple(self._notes))
        return replace(draft, conflicts=tuple(self._conflicts), unanswered=tuple(self._unanswered))

    def _usually_said(self, asked: Question) -> tuple[Standing, ...]:
        precedents, without = self._sources.precedents, asked.ticket_id
        return best_standing(precedents, locale=asked.locale, without=without, team=self._team)

    def _quote_standing(self, standing: Standing) -> None:
        self.letter.message(standing.ticket, standing.message, standing.parts)
        self.quoted.append(standing.ticket)
        self._notes[STANDING_SOURCE] = None

    def _quote_article(self, reading: Reading, sources: Sources, chosen: ArticleSource, answer: Answer) -> bool:
        """Quote an article, or the one that is to be trusted more; tells whether there are steps to follow."""
        source, followed, conflicts = settle(reading, chosen, answer, sources)
        self._conflicts += conflicts
        self._notes |= dict.fromkeys([*([CONFLICT] if conflicts else []), *remarks(source, reading.locale)])
        said = self._quoted.setdefault(source.article.id, set())
        said |= set(followed.pieces)
        self.letter.article(source, followed)
        return followed.steps

    def _answer_further(self, further: Further) -> bool:
        """Answer one more question; one to which nothing was found is promised an answer, unless it has one already."""
        reading = replace(self._reading, question=replace(self._reading.question, subject="", body=further.text))
        found = best_article(reading, further.sources.quotable) if further.confident else None
        if found is not None:
            source, answer = found
            new = tuple(piece for piece in answer.pieces if piece not in self._quoted.get(source.article.id, ()))
            if source.article.id in self._quoted and not any(not piece.heading for piece in new):
                return False
            self.letter.further(further.text)
            return self._quote_article(reading, further.sources, source, replace(answer, pieces=new))
        if len(meaning(further.text, self._reading.locale)) >= _FEWEST_PROMISED and not self._is_answered(further.text):
            self.letter.unanswered(further.text)
            self._unanswered.append(further.text)
            self._notes[UNANSWERED] = None
        return False

    def _is_answered(self, question: str) -> bool:
        """Whether most words of a question stand in what is quoted, or in its subject, which was searched with it."""
        locale = self._reading.locale
        said = frozenset(query_stems(f"{self._reading.question.subject}\n{self.letter.quotes}", locale))
        wanted = meaning(question, locale)
        return len(wanted & said) >= _ANSWERED * len(wanted)

    def _quote_ticket(self) -> bool:
        for ticket in self.choice.tickets:
            if self.letter.ticket(ticket):
                self.quoted.append(ticket)
                self._notes[TICKET_SOURCE] = None
                return True
        return False


def _courtesy_locale(locale: str, choice: Choice) -> str:
    """The customer's language; where nobody speaks it, the language of what is quoted."""
    if locale not in UI_LOCALES and choice.article is not None:
        return choice.article.article.locale
    return locale
