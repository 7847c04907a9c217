"""From all that was found out about a question to one order of articles and the chance that it is useful. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from assistant.ballot import Ballot, Vote, counted
from assistant.confidence import Calibration, Features, Seen, chance, features
from assistant.evidence import strength
from assistant.fusion import ranked
from assistant.match import Match
from assistant.ranking import FIRST, Lift, Signs, blend
from assistant.trust import Trust
from assistant.weights import Weights

SHOWN = FIRST
"""So many articles are a list that may be useful or not."""
MOST = 60
"""So many articles get something for their votes; the rest have next to none."""


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """What was found out about one question; the same whatever it is going to be weighed by."""

    matched: Match
    cast: Ballot
    solved: tuple[bool, ...]
    """(k,) whether each ticket of `cast.near` ended well."""
    articles: tuple[str, ...]
    """(a,) article ids by code, as the ballot has them."""
    learned: Mapping[str, float] = field(default_factory=dict)
    """The classifier's log probability less that of the likeliest article, 0 or less."""
    foreseen: Mapping[str, float] = field(default_factory=dict)
    """Cosine of the answer that is to be expected with the answers that went with the article."""
    topic: Lift = field(default_factory=Lift)
    recent: Lift = field(default_factory=Lift)
    trust: Trust = field(default_factory=Trust)
    voters: int = 0
    """How many linked tickets could have voted."""
    answered: float = 0.0
    """How much more of the most similar resolved tickets have a link than of all, -1..1."""


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that the search over articles and evidence says."""

    scores: dict[str, float]
    """Final score by article id, 0..1, before translations are folded into one."""
    matched: Match
    votes: dict[str, Vote]
    """What speaks for each article, most votes first: also for those whose votes are too few to count."""
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
    scores = cast.tally(weights, gathered.solved)
    votes = counted(cast, scores, gathered.articles, gathered.solved)
    belief = strength(cast.near, gathered.voters, weights)
    if belief == 0:
        # Nothing like this was ever asked: whoever is nearest by chance must not be shown as a reason.
        votes = {}
    heard = dict(islice(votes.items(), MOST))
    order = blend(_signs(gathered, heard, belief), weights)
    first = ranked(order.scores, limit=SHOWN)
    seen = Seen(gathered.answered, order.decided)
    described = features(gathered.matched, heard, cast.near, belief, first, seen)
    return Found(
        scores=order.scores,
        matched=gathered.matched,
        votes=votes,
        features=described,
        confidence=chance(described, calibration),
    )


def signs_of(gathered: Gathered, weights: Weights) -> Signs:
    """What speaks for articles in one search, as `weigh` sees it."""
    cast = gathered.cast
    belief = strength(cast.near, gathered.voters, weights)
    votes = (
        counted(cast, cast.tally(weights, gathered.solved), gathered.articles, gathered.solved) if belief > 0 else {}
    )
    return _signs(gathered, dict(islice(votes.items(), MOST)), belief)


def _signs(gathered: Gathered, heard: Mapping[str, Vote], belief: float) -> Signs:
    return Signs(
        matched=gathered.matched.scores,
        lexical=gathered.matched.lexical,
        voted={article_id: vote.score for article_id, vote in heard.items()},
        learned=gathered.learned,
        foreseen=gathered.foreseen,
        topic=gathered.topic,
        recent=gathered.recent,
        trust=gathered.trust,
        # Where nobody votes, nothing like it was ever asked; a classifier has an opinion on everything.
        belief=belief if heard else 0.0,
        voters=gathered.voters,
    )
