"""From all that was found out about a question to one order of articles and the chance that it is useful. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.ballot import Ballot, Vote, counted
from assistant.confidence import Calibration, Features, chance, features
from assistant.evidence import strength
from assistant.fusion import ranked
from assistant.match import Match
from assistant.ranking import blend
from assistant.weights import Weights

SHOWN = 5
"""So many articles are a list that may be useful or not."""


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """What was found out about one question; the same whatever it is going to be weighed by."""

    matched: Match
    cast: Ballot
    solved: tuple[bool, ...]
    """(k,) whether each ticket of `cast.near` ended well."""
    articles: tuple[str, ...]
    """(a,) article ids by code, as the ballot has them."""
    learned: Mapping[str, float]
    """The classifier's scores by article id."""
    voters: int
    """How many linked tickets could have voted."""


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that the search over articles and evidence says."""

    scores: dict[str, float]
    """Final score by article id, 0..1, before translations are folded into one."""
    matched: Match
    votes: dict[str, Vote]
    features: Features
    confidence: float


def weigh(gathered: Gathered, weights: Weights, calibration: Calibration) -> Found:
    """Rank articles by match and evidence.

    Args:
        gathered: What was found out.
        weights: What each part of it counts.
        calibration: Turns what speaks for the first five into a chance.
    """
    cast = gathered.cast
    scores = cast.tally(weights)
    votes = counted(cast, scores, gathered.articles, gathered.solved)
    belief = strength(cast.near, gathered.voters, weights)
    if belief == 0:
        # Nothing like this was ever asked: whoever is nearest by chance must not be shown as a reason.
        votes = {}
    # A classifier of few tickets knows little that their votes do not say.
    part = weights.classifier * gathered.voters / (gathered.voters + weights.schooling)
    found = blend(gathered.matched.scores, votes, gathered.learned, belief, replace(weights, classifier=part))
    described = features(gathered.matched, votes, cast.near, belief, ranked(found, limit=SHOWN))
    return Found(
        scores=found,
        matched=gathered.matched,
        votes=votes,
        features=described,
        confidence=chance(described, calibration),
    )
