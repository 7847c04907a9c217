"""From scores to what the agent sees: one article per family, its passage, its evidence; tickets and canned replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from assistant.ballot import SHOWN_TICKETS, Vote
from assistant.customer_form import CustomerForm, for_drafts, hidden_in
from assistant.drafts.sources import ArticleSource, Sources
from assistant.drafts.ticket import people_of
from assistant.engine import Asked, Engine
from assistant.evidence import Neighbour
from assistant.fusion import ranked
from assistant.match import Match
from assistant.model import ArticleHit, CannedHit, Evidence, MatchedPassage, Suggestion, TicketHit
from assistant.procedure import procedure_at
from assistant.question import join
from assistant.redaction.redact import TeamNumbers, redacted
from assistant.resolution import resolution_of
from assistant.ticket_groups import Solved, TicketGroup, group
from indexer.encode import Vectors
from indexer.lexical import matched_terms
from indexer.model import Passage, Query, Shelf
from indexer.problem import first_burst, is_solved
from indexer.words import query_stems
from kb import clock
from kb.articles import Kin
from kb.knowledge.translations import is_outdated
from kb.locales import UI_LOCALES, closeness
from kb.model import Article, Audience, Confidence, Ticket
from kb.store import Store

FAMILIES_AMONG = 50
LANGUAGES = 8
"""So many articles may be one and the same in different languages."""
_SHOWN = frozenset({Audience.PUBLIC, Audience.PARTNER, Audience.INTERNAL})
_SIMILAR_FROM = 0.25
"""Centred cosine below which a ticket is not called similar."""
_FOLDED_AMONG = 40
"""So many of the nearest tickets are compared with each other."""
_CANNED_FROM = 0.25
"""The same for canned replies."""


class Hits:
    """Makes the hits of one question.

    Args:
        engine: The open index.
        asked: The question as it was searched.
        team: What the team's own numbers look like.
    """

    def __init__(self, engine: Engine, asked: Asked, team: TeamNumbers | None = None) -> None:
        self._engine = engine
        self._asked = asked
        self._team = team
        self._form = CustomerForm(engine.store)

    def articles(
        self,
        scores: Mapping[str, float],
        matched: Match,
        votes: Mapping[str, Vote],
        *,
        limit: int,
        query: Query,
    ) -> tuple[ArticleHit, ...]:
        """The best articles, each family of translations once: in the reader's language where it exists.

        Args:
            scores: Final score by article id.
            matched: Where they matched.
            votes: What spoke for them.
            limit: Most hits.
            query: What was asked for; of a family nothing is shown that its filters would not have found.
        """
        best = ranked(scores, limit=max(FAMILIES_AMONG, LANGUAGES * limit))
        kin = [k for k in self._engine.store.articles.families(best) if may_show(k, query)]
        if query.phrases or query.product:
            kin = [k for k in kin if k.id in scores]
        locale = query.locales[0] if query.locales else ""
        families = best_families(kin, scores, limit)
        chosen = [(self._pick(members, scores, locale), members) for members in families]
        shown = [(pick, members) for pick, members in chosen if not locale or pick.locale == locale]
        stored = self._engine.store.articles.get_many(pick.id for pick, _ in shown)
        passages = self._passages([pick.id for pick, _ in shown if pick.id in stored], matched)
        return tuple(
            self._article(stored[pick.id], passages.get(pick.id), members, scores, votes)
            for pick, members in shown
            if pick.id in stored
        )

    def named(self, ids: Sequence[str]) -> tuple[ArticleHit, ...]:
        """Some articles by their ids, in that order, each with its nearest passage; without score and evidence.

        Args:
            ids: What somebody chose; what is archived, or for its author alone, is left out.
        """
        kin = {k.id: k for k in self._engine.store.articles.families(ids)}
        query = Query(self._asked.text, self._asked.locale)
        stored = self._engine.store.articles.get_many(i for i in ids if i in kin and may_show(kin[i], query))
        passages = self._passages(list(stored), Match({}, {}, {}, {}))
        families = {i: [k for k in kin.values() if k.family == kin[i].family] for i in stored}
        return tuple(
            self._article(stored[i], passages.get(i), families[i], {}, {}) for i in dict.fromkeys(ids) if i in stored
        )

    def tickets(self, near: Sequence[Neighbour], *, limit: int) -> tuple[TicketHit, ...]:
        """Similar resolved tickets, each problem once, with what solved it; others' identifiers are taken out."""
        close = [n for n in near if n.cosine >= _SIMILAR_FROM]
        close = sorted(close, key=lambda n: (-n.cosine, n.ticket_id))[:_FOLDED_AMONG]
        stored = self._engine.store.tickets.get_unchanged(n.ticket_id for n in close)
        close = [n for n in close if n.ticket_id in stored]
        solved = [_solved(stored[n.ticket_id], n.cosine) for n in close]
        groups = group(solved, self._vectors(close), product=self._asked.question.product, limit=limit)
        links: dict[str, list[str]] = {}
        as_of = self._asked.question.as_of
        for link in self._engine.store.tickets.links(each.best.id for each in groups):
            if link.kind != "reference" and (as_of is None or link.at <= as_of):
                links.setdefault(link.ticket_id, []).append(link.article_id)
        wanted = frozenset(query_stems(self._asked.text, self._asked.locale))
        return tuple(
            _ticket(stored[each.best.id], each, links.get(each.best.id, []), wanted, self._team) for each in groups
        )

    def canned(self, *, limit: int, product: str = "") -> tuple[CannedHit, ...]:
        """Canned replies in the customer's language, or in one that reads nearly the same; of a product if named."""
        readable = frozenset(other for other in UI_LOCALES if closeness(self._asked.locale, other) > 0)
        matched = self._engine.canned(self._asked, readable, product=product)
        near = [noun for noun, cosine in matched.dense.items() if cosine >= _CANNED_FROM]
        # The same locale first among equals: a Dane should get the Danish wording.
        stored = self._engine.store.canned.get_many(near)
        close = [noun for noun in near if noun in stored]
        close.sort(key=lambda c: (-closeness(self._asked.locale, stored[c].locale), -matched.scores[c], c))
        return tuple(
            CannedHit(
                id=noun,
                revision=stored[noun].revision,
                title=stored[noun].title,
                locale=stored[noun].locale,
                shortcut=stored[noun].shortcut,
                score=round(max(0.0, matched.dense[noun]), 4),
                body=stored[noun].body,
            )
            for noun in close[:limit]
        )

    @staticmethod
    def sources(store: Store, found: Suggestion) -> Sources:
        """The texts that a draft may quote, for what was suggested."""
        articles = store.articles.get_many(hit.id for hit in found.articles)
        tickets = store.tickets.get_many(hit.id for hit in found.tickets)
        canned = store.canned.get_many([hit.id for hit in found.canned])
        return Sources(
            articles=tuple(ArticleSource.of(for_drafts(articles[h.id]), h) for h in found.articles if h.id in articles),
            canned=tuple((canned[hit.id], hit.score) for hit in found.canned if hit.id in canned),
            tickets=tuple((tickets[hit.id], hit) for hit in found.tickets if hit.id in tickets),
        )

    def _pick(self, members: Sequence[Kin], scores: Mapping[str, float], locale: str) -> Kin:
        return nearest_language(members, scores, locale or self._asked.locale)

    def _passages(self, ids: Sequence[str], matched: Match) -> dict[str, Passage]:
        """The passage of each article that answers best, also of a translation that did not match itself."""
        shelves, reader = self._engine.shelves, self._engine.readers[Shelf.ARTICLE]
        known = shelves.passages([matched.passages[i] for i in ids if i in matched.passages])
        # A question that the article answers leads to it; what is shown of it is its text.
        found = {passage.noun_id: passage for passage in known.values() if not passage.is_question}
        for article_id in [i for i in ids if i not in found]:
            own = shelves.passages_of(Shelf.ARTICLE, article_id)
            own = {place: passage for place, passage in own.items() if not passage.is_question}
            best = reader.nearest_of(self._asked.whole, self._asked.locale, list(own))
            if best is not None:
                found[article_id] = own[best]
        return found

    def _vectors(self, near: Sequence[Neighbour]) -> Vectors:
        """(n, d) the questions of tickets, centred."""
        return self._engine.readers[Shelf.TICKET].dense.rows([n.place for n in near])

    def _article(
        self,
        article: Article,
        passage: Passage | None,
        members: Sequence[Kin],
        scores: Mapping[str, float],
        votes: Mapping[str, Vote],
    ) -> ArticleHit:
        master = next((k for k in members if k.id == k.family), None)
        own = next((k for k in members if k.id == article.id), None)
        outdated = own is not None and master is not None and own is not master and is_outdated(
            master_revision=master.revision, made_from=own.master_revision, master_changed_at=master.updated_at,
            translated_at=own.updated_at,
        )  # fmt: skip
        return ArticleHit(
            id=article.id,
            revision=article.revision.number,
            title=article.title,
            locale=article.locale,
            url=article.url,
            score=round(max((scores.get(k.id, 0.0) for k in members), default=0.0), 4),
            state=article.confidence.value,
            verified_at=article.verified_at,
            updated_at=article.updated_at,
            audience=article.audience.value,
            product=article.product,
            passage=self._matched(article, passage),
            evidence=_together([votes[k.id] for k in members if k.id in votes]),
            outdated=outdated,
            verification=article.verification(clock.now()),
            unverified_reason=article.unverified_reason,
            other_locales=tuple(sorted(k.locale for k in members if k.id != article.id)),
        )

    def _matched(self, article: Article, passage: Passage | None) -> MatchedPassage:
        # An index a moment behind the store may know another revision; its offsets do not fit this text.
        if passage is None or passage.revision != article.revision.number:
            return MatchedPassage(text="", start=0, end=0)
        text = article.revision.body[passage.start : passage.end]
        steps = procedure_at(article.revision.body, passage.start, passage.end)
        outgoing = self._form.part(article.revision.body, passage.start, passage.end)
        return MatchedPassage(
            text=text,
            start=passage.start,
            end=passage.end,
            heading=passage.heading,
            terms=matched_terms(self._asked.text, self._asked.locale, text, article.locale),
            steps=steps.count if steps else 0,
            customer_text=None if outgoing == text else outgoing,
            hidden=hidden_in(article.revision.body, passage.start, passage.end),
        )


def may_show(kin: Kin, query: Query) -> bool:
    """Whether a query may find an article."""
    if kin.id in query.without or (query.states and kin.confidence.value not in query.states):
        return False
    return kin.confidence is not Confidence.ARCHIVED and kin.audience in _SHOWN and kin.audience in query.audiences


def nearest_language(members: Sequence[Kin], scores: Mapping[str, float], locale: str) -> Kin:
    """The member of a family that is shown to whom reads a language: the closest, of equals the better, ties by id."""
    return max(members, key=lambda k: (closeness(locale, k.locale), scores.get(k.id, 0.0), k.id))


def best_families(kin: Sequence[Kin], scores: Mapping[str, float], limit: int) -> list[list[Kin]]:
    """The best families of translations, each with all its members: by their best member, ties by family."""
    by_family = sorted(kin, key=lambda k: (k.family, k.id))
    families = [list(members) for _, members in groupby(by_family, key=lambda k: k.family)]
    families.sort(key=lambda members: (-max(scores.get(k.id, 0.0) for k in members), members[0].family))
    return families[:limit]


def _together(parts: Sequence[Vote]) -> Evidence:
    """Evidence of all language versions of one article; a ticket that links two of them counts once."""
    voters = {ticket_id: solved for part in parts for ticket_id, solved in part.voters.items()}
    return Evidence(len(voters), sum(voters.values()), tuple(voters)[:SHOWN_TICKETS])


def _solved(ticket: Ticket, cosine: float) -> Solved:
    return Solved(
        id=ticket.id,
        cosine=cosine,
        locale=ticket.locale,
        product=ticket.product,
        subject=ticket.subject,
        text=join(first_burst(ticket.messages)),
        is_solved=is_solved(ticket),
        closed_at=ticket.closed_at,
    )


def _ticket(
    ticket: Ticket,
    folded: TicketGroup,
    article_ids: Sequence[str],
    wanted: frozenset[str],
    team: TeamNumbers | None,
) -> TicketHit:
    return TicketHit(
        id=ticket.id,
        subject=redacted(ticket.subject, tuple(people_of(ticket)), ticket.locale, team),
        locale=ticket.locale,
        product=ticket.product,
        score=round(max(0.0, folded.cosine), 4),
        solved=is_solved(ticket),
        closed_at=ticket.closed_at,
        resolution=resolution_of(ticket, wanted, team=team),
        article_ids=tuple(dict.fromkeys(article_ids)),
        count=folded.count,
        others=folded.others,
    )
