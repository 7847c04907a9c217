"""The order of the suggested articles: what the article says, and what earlier agents did. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.evidence import Vote
from assistant.weights import Weights


def blend(matched: Mapping[str, float], votes: Mapping[str, Vote], belief: float, weights: Weights) -> dict[str, float]:
    """Weigh match and evidence together.

    Without any evidence the result is the match itself, and it moves smoothly to `weights.evidence` for the votes as
    belief grows: a young knowledge base has no cliff.

    Args:
        matched: 0..1 by article id.
        votes: By article id.
        belief: 0..1, how much the evidence is to be believed.
        weights: The evidence's share at full belief.

    Returns:
        0..1 by article id, for every article in either.
    """
    share = weights.evidence * belief
    most = max((vote.score for vote in votes.values()), default=0.0)
    scores = {article_id: (1 - share) * score for article_id, score in matched.items()}
    if most > 0:
        for article_id, vote in votes.items():
            scores[article_id] = scores.get(article_id, 0.0) + share * vote.score / most
    return scores
