"""Links that nobody made: an unlinked ticket whose agents answered as in linked ones stands for the same articles.

On real tickets two thirds of the answers retell an article without linking it. The answer says which one far better
than the question does: a softmax regression on the words of answers, learned where an article was linked beside them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from assistant.language import detect
from assistant.softmax import fit_softmax
from assistant.vocabulary import Vocabulary
from indexer.shelves import Shelves
from indexer.solution import answer_of
from indexer.words import stems
from kb.model import LinkedTicket
from kb.store import Store

_KEPT = 5
_AT_ONCE = 1024
_SCALE = 5.0
"""Rows of unit length are stretched by this, which sets how strongly the penalty holds the weights back."""
_LEAST_ANSWERS = 2
_MOST_LINKED, _MOST_ARTICLES = 20_000, 1_000
"""The newest linked answers are learned from, and the articles that most of them link."""
_MOST_WEIGHTS = 2_500_000
"""So many weights are fitted at most, then the rarest words are left out; each takes 140 bytes of memory."""
_LEAST = 0.0001
"""What weighs less is not worth a row."""


def imply(
    answers: Sequence[Sequence[str]], linked: Sequence[Sequence[str]], links: Sequence[Mapping[str, float]]
) -> list[list[tuple[str, float]]]:
    """Which articles some answers stand for.

    Args:
        answers: (u,) stems of answers without links.
        linked: (l,) stems of answers with links.
        links: (l,) the articles of each of those with their shares, which add up to 1.

    Returns:
        (u,) at most five (article id, probability) each, likeliest first, ties by id; they add up to 1 at most. Empty
        for an answer that shares no word with any other.
    """
    articles = sorted({article_id for each in links for article_id in each})
    found: list[list[tuple[str, float]]] = [[] for _ in answers]
    if not articles or not answers:
        return found
    size = _MOST_WEIGHTS // len(articles)
    words = Vocabulary.of([*linked, *answers], least=_LEAST_ANSWERS, kinds=len(articles), size=size)
    code = {article_id: i for i, article_id in enumerate(articles)}
    targets = np.zeros((len(links), len(articles)), np.float32)
    for row, each in enumerate(links):
        for article_id, share in each.items():
            targets[row, code[article_id]] = share
    ones = np.ones((len(linked), 1), np.float32)
    intercept, weights = fit_softmax(ones, _SCALE * words.rows(linked), targets)
    for start in range(0, len(answers), _AT_ONCE):
        rows = words.rows(answers[start : start + _AT_ONCE])
        logits = _SCALE * (rows @ weights) + intercept
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        best = np.argsort(-chances, axis=1, kind="stable")[:, :_KEPT]
        for row in np.flatnonzero(np.diff(rows.indptr)).tolist():
            found[start + row] = [(articles[column], float(chances[row, column])) for column in best[row].tolist()]
    return found


def write(linked: Mapping[str, LinkedTicket], store: Store, shelves: Shelves) -> None:
    """Make the implied links of an index anew.

    Args:
        linked: By ticket id.
        store: Has what agents answered.
        shelves: The index.
    """
    said = _said(shelves.solutions(dimension=int(shelves.meta("dimension")))[0], store)
    known = sorted((key for key in said if key in linked), key=lambda key: (linked[key].created_at, key))
    known = known[-_MOST_LINKED:]
    shares = _shares([[article_id for article_id, _ in linked[key].links] for key in known])
    unlinked = [key for key in said if key not in linked]
    found = imply([said[key] for key in unlinked], [said[key] for key in known], shares)
    kept = {
        ticket_id: [(ticket_id, article_id, round(weight, 4)) for article_id, weight in articles if weight >= _LEAST]
        for ticket_id, articles in zip(unlinked, found, strict=True)
    }
    tickets = sorted({*kept, *(ticket_id for ticket_id, _, _ in shelves.implied_links())})
    # In parts: whoever takes in a change waits for one of them at most. Readers look when all is noted as learned.
    for start in range(0, max(len(tickets), 1), _AT_ONCE):
        part = tickets[start : start + _AT_ONCE]
        with shelves.write() as writer:
            writer.set_implied_links([row for ticket_id in part for row in kept.get(ticket_id, ())], tickets=part)


def _said(ids: Sequence[str], store: Store) -> dict[str, list[str]]:
    """Stems of what was answered to each ticket that is still there, in the order of their ids."""
    known: dict[str, str] = {}
    said: dict[str, list[str]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        tickets = store.tickets.get_many(ids[start : start + _AT_ONCE])
        for ticket_id in sorted(tickets):
            answer = answer_of(tickets[ticket_id])
            found = stems(answer, detect(answer, prior=tickets[ticket_id].locale))
            # Each stem once in memory, of millions of words.
            said[ticket_id] = [known.setdefault(stem, stem) for stem in found]
    return said


def _shares(links: Sequence[Sequence[str]]) -> list[Mapping[str, float]]:
    """Each ticket's articles with an equal share, as far as they are among those that most tickets link."""
    counted = Counter(article_id for each in links for article_id in each)
    chosen = set(sorted(counted, key=lambda each: (-counted[each], each))[:_MOST_ARTICLES])
    kept = [[article_id for article_id in each if article_id in chosen] for each in links]
    return [{article_id: 1 / len(each) for article_id in each} for each in kept]
