"""What a gap is called: a sentence that one of its customers wrote, without personal data. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from assistant.drafts.sentences import texts
from assistant.drafts.ticket import people_of
from assistant.question import question_in
from assistant.redaction.redact import TeamNumbers, redact
from indexer.problem import first_burst
from indexer.words import query_stems
from kb.folds import own_text
from kb.gaps.model import AskedTicket
from kb.model import Ticket

_READ = 12
"""So many tickets are looked at for a sentence."""
_FEWEST_WORDS, _MOST_WORDS, _BEST_WORDS = 3, 24, 9
_MOST_CHARACTERS = 160
_LEAST_EXAMPLES = 5
_FEW_STEMS = 3
"""Added to the number of words that a sentence is divided by: one common word alone says little."""
_QUESTION = 1.25


def label_of(
    tickets: Sequence[AskedTicket],
    locale: str,
    rarity: Mapping[str, float] | None = None,
    *,
    team: TeamNumbers | None = None,
) -> str:
    """The sentence that says best what a gap's customers want.

    A sentence counts by how many other customers use its words and how seldom those are elsewhere, less the further it
    is from nine words, and a fourth more if it is a question; subjects are sentences too. One in which somebody's
    details had to be replaced comes after all others.

    Args:
        tickets: Who speaks for the gap best first; at least one.
        locale: The language that it should be in, if anybody wrote in it.
        rarity: How much each stem says, see `rarity_of`; None: all say the same.
        team: What the team's own numbers look like.

    Returns:
        Part of what one of them wrote, personal data replaced; never empty: a ticket without words gives its id.
    """
    read = [ticket for ticket in tickets if ticket.locale == locale][:_READ] or list(tickets[:_READ])
    used = Counter(stem for ticket in read for stem in query_stems(_said(ticket), ticket.locale))
    best: tuple[bool, float, int, str] | None = None
    for place, ticket in enumerate(read):
        for sentence in _sentences(ticket):
            clean = redact(sentence, people=[ticket.customer_name], locale=ticket.locale, team=team)
            score = _score(sentence, ticket.locale, used, rarity)
            found = (bool(clean.spans), -score, place, clean.text)
            best = found if best is None or found < best else best
    if best is not None:
        return best[3]
    first = tickets[0]
    whole = redact(first.subject.strip() or _said(first), people=[first.customer_name], locale=first.locale, team=team)
    return whole.text.strip()[:_MOST_CHARACTERS] or first.id


def question_line(ticket: Ticket, *, team: TeamNumbers | None = None) -> str:
    """One line of what a ticket asks, for a list, personal data replaced.

    Args:
        ticket: The ticket.
        team: What the team's own numbers look like.
    """
    said = " ".join(question_in(ticket, first_burst(ticket.messages), as_of=ticket.created_at).text.split())
    # Cut afterwards: half an e-mail address would not be known as one.
    clean = redact(said[: 4 * _MOST_CHARACTERS], people=people_of(ticket), locale=ticket.locale, team=team).text
    return clean if len(clean) <= _MOST_CHARACTERS else clean[: _MOST_CHARACTERS - 1].rstrip() + "…"


def rarity_of(tickets: Sequence[AskedTicket]) -> dict[str, float]:
    """How much each stem says: log of all tickets by those that have it (Sparck Jones 1972).

    Args:
        tickets: Some of all that came in.
    """
    found = Counter(stem for ticket in tickets for stem in query_stems(_said(ticket), ticket.locale))
    return {stem: math.log((1 + len(tickets)) / count) for stem, count in found.items()}


def examples_of(tickets: Sequence[AskedTicket], limit: int = _LEAST_EXAMPLES) -> tuple[str, ...]:
    """Ids of tickets to look at: each of another customer as far as that goes.

    Args:
        tickets: Who speaks for the gap best first.
        limit: How many.
    """
    first: dict[str, str] = {}
    for ticket in tickets:
        first.setdefault(ticket.customer_id or ticket.id, ticket.id)
    chosen = list(first.values())[:limit]
    more = [ticket.id for ticket in tickets if ticket.id not in chosen]
    return tuple(chosen + more[: limit - len(chosen)])


def _said(ticket: AskedTicket) -> str:
    return f"{ticket.subject}\n{own_text(ticket.opening)}"


def _sentences(ticket: AskedTicket) -> list[str]:
    found = [ticket.subject.strip(), *texts(own_text(ticket.opening), ticket.locale)]
    lines = [" ".join(each.split()) for each in found]
    fits = [
        each
        for each in lines
        if _FEWEST_WORDS <= len(each.split()) <= _MOST_WORDS and len(each) <= _MOST_CHARACTERS
    ]  # fmt: skip
    return list(dict.fromkeys(fits))


def _score(sentence: str, locale: str, used: Counter[str], rarity: Mapping[str, float] | None) -> float:
    own = query_stems(sentence, locale)
    if not own:
        return 0.0
    most = max(rarity.values(), default=1.0) if rarity else 1.0
    said = sum((used[stem] - 1) * (rarity.get(stem, most) if rarity else 1.0) for stem in own)
    length = 1 + abs(len(sentence.split()) - _BEST_WORDS) / _BEST_WORDS
    return round(said / (len(own) + _FEW_STEMS) / length * (_QUESTION if sentence.endswith("?") else 1.0), 6)
