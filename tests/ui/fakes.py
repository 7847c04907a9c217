"""A fake Service over the real Store: ranks by shared words, so that the same question always gets the same answer."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.answer_sentence import Answer, answer_in
from assistant.drafts.merge_fields import fill, values_of
from assistant.drafts.style import Style
from assistant.model import (
    ArticleHit,
    CannedHit,
    Draft,
    Evidence,
    MatchedPassage,
    Sentence,
    Source,
    SourceKind,
    Suggestion,
    TicketHit,
)
from assistant.question import Question
from assistant.service import Service
from assistant.spelling import Lexicon, corrected, words_of
from kb.markdown import blocks, plain
from kb.model import RESOLVED, Article, Audience, Author, Confidence, Ticket
from kb.settings import Settings
from kb.store import Store

_WORD = re.compile(r"[^\W_]{3,}(?:-\d+)?")
_STOP = frozenset(
    "och det att som för med den har inte jag till kan men när hej ska vad the and for you not der det ikke jeg".split()
)
_GREETING = {
    "sv": "Hej {{ticket.customer.first_name}}!", "nb": "Hei {{ticket.customer.first_name}}!",
    "da": "Hej {{ticket.customer.first_name}}", "en": "Hi {{ticket.customer.first_name}},",
}  # fmt: skip
_END = {"sv": "Hälsningar", "nb": "Vennlig hilsen", "da": "Venlig hilsen", "en": "Kind regards"}


@dataclass(frozen=True)
class Known:
    """What there is to suggest, read once."""

    articles: list[Article]
    words: dict[str, Counter[str]]
    tickets: list[Ticket]
    said: dict[str, Counter[str]]
    links: dict[str, list[str]]

    @staticmethod
    def read(store: Store) -> Known:
        """Read a database."""
        articles = [article for _, article in store.articles.changed_since(0, limit=100_000)]
        articles = [article for article in articles if article.confidence is not Confidence.ARCHIVED]
        tickets = [t for _, t in store.tickets.changed_since(0, limit=100_000) if t.status in RESOLVED and t.messages]
        links: dict[str, list[str]] = {}
        for link in store.tickets.links(t.id for t in tickets):
            links.setdefault(link.article_id, []).append(link.ticket_id)
        return Known(
            articles=articles, words={a.id: _words(f"{a.title} {a.title} {a.revision.body}") for a in articles},
            tickets=tickets, said={t.id: _words(t.subject + " " + t.messages[0].body) for t in tickets}, links=links,
        )  # fmt: skip


@dataclass
class FakeService(Service):
    """The few verbs, without models."""

    store: Store
    settings: Settings
    known: Known
    calls: list[Question] = field(default_factory=list)
    """Every question that was asked, oldest first."""
    styles: list[Style] = field(default_factory=list)
    """The style of every draft that was asked for, oldest first."""
    slow_s: float = 0.0
    is_warm: bool = True

    def warm(self) -> None:
        """There is nothing to load."""

    def suggest(self, question: Question, *, limit: int = 5, everything: bool = False) -> Suggestion:
        """Rank by shared words."""
        self.calls.append(question)
        started = time.perf_counter()
        if self.slow_s:
            time.sleep(self.slow_s)
        asked = set(_words(question.text))
        locale = question.locale if question.locale != "und" else "sv"
        scored = [(_share(asked, self.known.words[a.id]), a) for a in self.known.articles if a.locale == locale]
        scored += [(0.6 * _share(asked, self.known.words[a.id]), a) for a in self.known.articles if a.locale != locale]
        scored = [(s, a) for s, a in scored if s > 0.02]
        scored.sort(key=lambda pair: (-pair[0], pair[1].id))
        articles = tuple(self._hit(article, score, asked) for score, article in _one_per_subject(scored)[:limit])
        confidence = min(0.97, 2.6 * articles[0].score) if articles else 0.0
        return Suggestion(
            query=question.text, locale=locale, confident=confidence >= 0.5, confidence=confidence, articles=articles,
            tickets=self._similar(asked, locale, question.ticket_id), canned=self._canned(asked, locale),
            took_ms=1000 * (time.perf_counter() - started),
        )  # fmt: skip

    def suggest_many(self, questions: Sequence[Question], *, limit: int = 20) -> list[Suggestion]:
        """One after another."""
        return [self.suggest(question, limit=limit) for question in questions]

    def search(
        self, text: str, *, locale: str = "", product: str = "", limit: int = 10, audiences: Sequence[str] = (),
        states: Sequence[str] = (),
    ) -> list[ArticleHit]:  # fmt: skip
        """Shared words; a quoted phrase must stand in the text."""
        phrases = [phrase.casefold() for phrase in re.findall(r'"([^"]+)"', text)]
        asked = set(_words(text))
        found = [
            (_share(asked, self.known.words[a.id]), a)
            for a in self.known.articles
            if locale in {"", a.locale} and product in {"", a.product}
            and (not audiences or a.audience.value in audiences) and (not states or a.confidence.value in states)
            and all(phrase in a.revision.body.casefold() for phrase in phrases)
        ]  # fmt: skip
        found.sort(key=lambda pair: (-pair[0], pair[1].id))
        return [self._hit(article, score, asked) for score, article in found[:limit] if score > 0]

    def named(self, question: Question, ids: Sequence[str]) -> tuple[ArticleHit, ...]:
        """The articles, without score."""
        by_id = {article.id: article for article in self.known.articles}
        return tuple(self._hit(by_id[i], 0.0, set(_words(question.text))) for i in ids if i in by_id)

    def answer(self, text: str, found: Sequence[ArticleHit], *, trusted: bool = True) -> Answer | None:
        """The first sentence of the best passage that shares most words."""
        return answer_in(found[0], text, "sv", lambda texts: np.zeros(len(texts), np.float32)) if found else None

    def correct(self, text: str, *, locale: str = "und") -> str:
        """Words of the articles instead of what is spelt alike."""
        lexicon = Lexicon.of({word: n for counts in self.known.words.values() for word, n in counts.items()})
        unknown = [word for word in words_of(text) if word not in lexicon.words]
        meant = {word: near[0] for word in unknown if (near := lexicon.nearest(word))}
        return corrected(text, meant) if meant else ""

    def draft(
        self,
        question: Question,
        *,
        agent_name: str = "",
        suggestion: Suggestion | None = None,
        style: Style = Style.STANDARD,
    ) -> Draft:
        """A greeting, the best passage sentence by sentence, and the order number where the shop is meant."""
        found = suggestion or self.suggest(question)
        self.styles.append(style)
        if not found.confident or not found.articles:
            return _silent(found.locale)
        hit = found.articles[0]
        values = values_of(question, agent_name=agent_name)
        parts: list[tuple[str, Source]] = [
            (_GREETING[hit.locale if hit.locale in _GREETING else "en"], Source(SourceKind.TEMPLATE, "greeting"))
        ]
        for line in re.split(r"(?<=[^\d][.!?])\s+(?=[A-ZÅÄÖÆØ])|\n+", hit.passage.text):
            if line.strip():
                at = hit.passage.start + hit.passage.text.index(line)
                source = Source(SourceKind.ARTICLE, hit.id, hit.revision, at, at + len(line), line, hit.title, hit.url)
                parts.append((line.strip(), source))
        if hit.product == "Shop":
            parts.append(("{{order.number}}", Source(SourceKind.TEMPLATE, "order")))
        parts.append(
            (f"{_END.get(hit.locale, 'Kind regards')}\n{{{{agent.name}}}}", Source(SourceKind.TEMPLATE, "closing"))
        )
        sentences = tuple(Sentence(fill(text, values).text, source) for text, source in parts)
        text = sentences[0].text + "\n\n" + "\n".join(s.text for s in sentences[1:-1]) + "\n\n" + sentences[-1].text
        notes: tuple[str, ...] = ("draft.outdated_source",) if hit.outdated else ()
        if hit.locale != found.locale:
            notes += ("draft.other_language",)
        return Draft(hit.locale, True, text, sentences, fill(text, {}).placeholders, notes)

    def _hit(self, article: Article, score: float, asked: set[str]) -> ArticleHit:
        master = self.store.articles.get_many([article.translation_of]).get(article.translation_of)
        others = self.store.articles.translations(article)
        linked = self.known.links.get(article.id, [])
        dates = (article.updated_at, master.updated_at if master else None)
        return ArticleHit(
            id=article.id, revision=article.revision.number, title=article.title, locale=article.locale,
            url=article.url, score=min(1.0, score), state=article.confidence.value, verified_at=article.verified_at,
            updated_at=article.updated_at, audience=article.audience.value, product=article.product,
            passage=_passage(article, asked), evidence=Evidence(len(linked), len(linked) * 2 // 3, tuple(linked[:5])),
            outdated=bool(dates[0] and dates[1] and dates[0] < dates[1]),
            other_locales=tuple(other.locale for other in others if other.audience is not Audience.AUTHOR),
        )  # fmt: skip

    def _similar(self, asked: set[str], locale: str, ticket_id: str) -> tuple[TicketHit, ...]:
        scored = [
            (_share(asked, self.known.said[t.id]), t)
            for t in self.known.tickets
            if t.locale == locale and t.id != ticket_id
        ]
        scored = sorted(((s, t) for s, t in scored if s > 0.08), key=lambda pair: (-pair[0], pair[1].id))[:4]
        return tuple(_ticket_hit(ticket, score) for score, ticket in scored)

    def _canned(self, asked: set[str], locale: str) -> tuple[CannedHit, ...]:
        scored = [(_share(asked, _words(c.title + " " + c.body)), c) for c in self.store.canned.list(locale)]
        scored = sorted(((s, c) for s, c in scored if s > 0.05), key=lambda pair: (-pair[0], pair[1].id))[:3]
        return tuple(CannedHit(c.id, c.revision, c.title, c.locale, c.shortcut, min(1.0, s), c.body) for s, c in scored)


def _silent(locale: str) -> Draft:
    source = Source(SourceKind.TICKET, "sv-1", 1, 0, 23, "Vilken färg har ringen?", "Ringen")
    passed_on = Sentence("Jag lämnar det här vidare.", Source(SourceKind.TEMPLATE, "sv/escalate.informal"))
    asked = (Sentence("Vilken färg har ringen?", source), Sentence("Är det ett gästnät?", source))
    return Draft(locale, False, "", notes=("draft.unconfident",), questions=asked, escalation=passed_on)


def _words(text: str) -> Counter[str]:
    return Counter(word for word in _WORD.findall(text.casefold()) if word not in _STOP)


def _share(asked: set[str], words: Counter[str]) -> float:
    if not asked:
        return 0.0
    return sum(min(3, words[word]) for word in asked) / (3 * min(len(asked), 12))


def _one_per_subject(scored: list[tuple[float, Article]]) -> list[tuple[float, Article]]:
    seen: set[str] = set()
    kept = []
    for score, article in scored:
        subject = article.translation_of or article.id
        if subject not in seen:
            seen.add(subject)
            kept.append((score, article))
    return kept


def _passage(article: Article, asked: set[str]) -> MatchedPassage:
    body = article.revision.body
    candidates = [block for block in blocks(body) if block.kind != "heading"]
    if not candidates:
        return MatchedPassage(text=body[:300], start=0, end=min(300, len(body)))
    best = max(candidates, key=lambda block: len(asked & set(_words(body[block.start : block.end]))))
    text = body[best.start : best.end]
    terms = tuple(dict.fromkeys(w for w in re.findall(r"[^\W_]{3,}(?:-\d+)?", plain(text)) if w.casefold() in asked))
    return MatchedPassage(text=text, start=best.start, end=best.end, heading=best.heading, terms=terms)


def _ticket_hit(ticket: Ticket, score: float) -> TicketHit:
    replies = [m.body for m in ticket.messages if m.public and m.author is Author.AGENT]
    return TicketHit(
        id=ticket.id, subject=ticket.subject, locale=ticket.locale, product=ticket.product, score=min(1.0, score),
        solved=True, closed_at=ticket.closed_at, resolution=replies[-1] if replies else "",
    )  # fmt: skip
