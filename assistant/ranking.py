"""The order of the suggested articles: what the article says, and what earlier agents did. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.ballot import Vote
from assistant.weights import Weights


def blend(
    matched: Mapping[str, float],
    votes: Mapping[str, Vote],
    learned: Mapping[str, float],
    belief: float,
    weights: Weights,
) -> dict[str, float]:
    """Weigh match and evidence together.

    Without any evidence the result is the match itself, and it moves smoothly to `weights.evidence` for the evidence
    as belief grows: a young knowledge base has no cliff. The evidence is what the nearest tickets vote for and what a
    classifier learned from all of them.

    Args:
        matched: 0..1 by article id.
        votes: By article id.
        learned: The classifier's scores, 0..1 by article id; empty if there is none yet.
        belief: 0..1, how much the evidence is to be believed.
        weights: The evidence's share at full belief, and the classifier's part of it.

    Returns:
        0..1 by article id, for every article in any of them.
    """
    share = weights.evidence * belief
    most = max((vote.score for vote in votes.values()), default=0.0)
    scores = {article_id: (1 - share) * score for article_id, score in matched.items()}
    if most > 0:
        part = weights.classifier if learned else 0.0
        for article_id, vote in votes.items():
            scores[article_id] = scores.get(article_id, 0.0) + share * (1 - part) * vote.score / most
        for article_id, score in learned.items():
            scores[article_id] = scores.get(article_id, 0.0) + share * part * score
    return scores
