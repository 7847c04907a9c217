"""Some chosen tickets: does an article answer them already, or is it worth a new one?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.capture.near import NearArticles
from assistant.capture.proposal import MOST_NEAR, near_articles
from assistant.capture.rejects import rejection_of, rejection_of_all
from assistant.capture.searching import Searched
from assistant.capture.sketch import sketch
from assistant.demand.groups import Group
from assistant.model import Suggestion
from assistant.question import question_in
from assistant.redaction.redact import TeamNumbers
from assistant.service import Service
from indexer.problem import first_burst
from indexer.words import query_stems
from kb import clock
from kb.knowledge.candidate import NearArticle, Proposal, Rejection, Sketch
from kb.model import Article, Ticket

MOST_TICKETS = 50
_SPEAKERS = 5
_SAME_TICKET = 0.85
"""Centred cosine from which two tickets are one that came in twice; other tickets of the demo lie below .58."""
_SAME_WORDS = 0.8
"""Share of the words of both, title or question against the customer's wording, from which they ask the same."""


@dataclass(frozen=True, slots=True)
class SameOrNew:
    """What is known about some tickets before anything is written."""

    proposal: Proposal
    """New or update."""
    confidence: float
    """Of the nearest article, 0..1; 1 where one has the same words."""
    nearest: tuple[NearArticle, ...]
    """At most three, best first."""
    rejected: Rejection | None
    """Why it might be no article; a person has chosen it, so it is only said."""
    sketch: Sketch


def same_or_new(service: Service, tickets: Sequence[Ticket]) -> SameOrNew:
    """Look whether an article answers some tickets, and sketch one.

    Args:
        service: The open data folder.
        tickets: At least one; what most of them ask should be the same.
    """
    team = TeamNumbers.of(service.settings)
    locale = max((t.locale for t in tickets), key=[t.locale for t in tickets].count)
    text = sketch(tickets, locale, team=team, own_template=service.store.article_templates.of(locale))
    now = clock.now()
    # What came in and was linked since counts, too: it is asked what answers them today.
    found = [
        service.suggest(
            replace(question_in(t, first_burst(t.messages), as_of=now), created_at=now),
            limit=MOST_NEAR,
            everything=True,
        )
        for t in tickets[:_SPEAKERS]
    ]
    articles = NearArticles(service.store.articles)
    known = _linked(service, tickets, found)
    families = articles.families({hit.id for each in found for hit in each.articles} | set(known), locale)
    first = next((families[each].family for each in known if each in families), "")
    near = near_articles([Searched.of(each) for each in found], Group((), first), [], families)
    stored = service.store.articles.get_many(each.id for each in near)
    twin = next((each for each in near if each.id in stored and _says_the_same(stored[each.id], text)), None)
    if twin is not None:
        near = (twin, *(each for each in near if each is not twin))
    confidence = 1.0 if twin is not None or first else near[0].confidence if near else 0.0
    is_same = confidence >= service.settings.min_confidence
    reasons = [rejection_of(ticket, answers_expected=True, team=team) for ticket in tickets]
    return SameOrNew(
        proposal=Proposal.UPDATE if is_same else Proposal.NEW, confidence=confidence, nearest=near,
        rejected=rejection_of_all(reasons), sketch=text,
    )  # fmt: skip


def _linked(service: Service, tickets: Sequence[Ticket], found: Sequence[Suggestion]) -> list[str]:
    """Articles that these tickets link, or that one with nearly the same words links; most linked first, ties by id."""
    alike = [hit.id for each in found for hit in each.tickets if hit.score >= _SAME_TICKET]
    links = service.store.tickets.links([*(ticket.id for ticket in tickets), *alike])
    counted = Counter(link.article_id for link in links if link.article_id and link.kind != "reference")
    return sorted(counted, key=lambda each: (-counted[each], each))


def _says_the_same(article: Article, text: Sketch) -> bool:
    """Whether title or a confirmed question of an article has nearly the same words as the customers' wordings."""
    known = list(_stems([article.title, *article.revision.questions], article.locale))
    asked = _stems([text.title, *text.questions], article.locale)
    return any(len(a & k) >= _SAME_WORDS * len(a | k) for a in asked for k in known)


def _stems(texts: Iterable[str], locale: str) -> list[frozenset[str]]:
    found = (frozenset(query_stems(text, locale)) for text in texts)
    return [stems for stems in found if len(stems) > 1]
