"""Why a gap is one: one question per cause, asked in an order in which what people said comes before guesses. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.gaps.model import Cause, NearArticle

ONE_CROWD = 0.25
"""Mixing from which a gap's tickets and those of an article ask the same; see `assistant/capture/proposal.py`."""
FEW_TICKETS = 5
"""An article that fewer tickets link has no crowd to compare with: there its text alone decides."""
_NEARLY = 0.7
_MANY_TICKETS, _SURELY_ONE, _OTHER_ADVICE = 10, 0.5, 0.05
_SHARE, _LEAST = 0.2, 2
"""What a fifth of a gap's tickets say, and at least two of them, is no accident."""
_OUTDATED, _WRONG_LANGUAGE, _DOES_NOT_WORK = "outdated", "wrong_language", "does_not_work"
_TOLD = frozenset({_OUTDATED, _WRONG_LANGUAGE, _DOES_NOT_WORK})
"""Reasons that name another cause."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one gap when its cause is asked for."""

    tickets: int
    locale: str
    """The language of most of its customers."""
    near: tuple[NearArticle, ...]
    """Articles that may have to do with it, best first."""
    confident: float
    """The team's threshold."""


def is_near(article: NearArticle, facts: Facts) -> bool:
    """Whether an article is about what a gap asks.

    A search puts it first with a chance a little below the threshold, above which the tickets would be covered; and
    where enough tickets link it, those lie among the gap's. Neither is enough by itself: of a few tickets some always
    lie among others by chance, and something always stands first.

    Args:
        article: One of its near articles.
        facts: The gap.
    """
    is_one_crowd = article.linked_tickets < FEW_TICKETS or article.mixing >= ONE_CROWD
    return is_one_crowd and article.confidence >= _NEARLY * facts.confident


def contradicted(facts: Facts) -> NearArticle | None:
    """The article that is contradicted: it did not work, is flagged as wrong, or agents say otherwise."""
    for each in facts.near:
        failed = each.unsolved + each.dismissed.get(_DOES_NOT_WORK, 0)
        crowd = each.linked_tickets >= _MANY_TICKETS and each.mixing >= _SURELY_ONE
        differs = crowd and each.answers_mixing is not None and each.answers_mixing < _OTHER_ADVICE
        if _enough(failed, facts) or (is_near(each, facts) and ("wrong" in each.flags or differs)):
            return each
    return None


def outdated(facts: Facts) -> NearArticle | None:
    """The article that people call outdated, or whose text nobody vouches for any more."""
    for each in facts.near:
        told = _enough(each.dismissed.get(_OUTDATED, 0), facts)
        if told or (is_near(each, facts) and not each.is_hidden and (_OUTDATED in each.flags or each.doubt)):
            return each
    return None


def dismissed(facts: Facts) -> NearArticle | None:
    """The article that was found and set aside."""
    for each in facts.near:
        if _enough(sum(n for reason, n in each.dismissed.items() if reason not in _TOLD), facts):
            return each
    return None


def hidden_by_audience(facts: Facts) -> NearArticle | None:
    """The article that customers may not be given, if the best one that is about the gap is such."""
    near = [each for each in facts.near if is_near(each, facts)]
    return near[0] if near and near[0].is_hidden else None


def other_language(facts: Facts) -> NearArticle | None:
    """The article that is there, but not in the customers' language."""
    for each in facts.near:
        told = _enough(each.dismissed.get(_WRONG_LANGUAGE, 0), facts)
        if told or (is_near(each, facts) and each.locales and not readable(facts.locale, each.locales)):
            return each
    return None


def not_found(facts: Facts) -> NearArticle | None:
    """The article that is about the gap and was not suggested, or that agents linked by hand."""
    for each in facts.near:
        if _enough(each.by_hand, facts) or is_near(each, facts):
            return each
    return None


CAUSES: tuple[tuple[Cause, Callable[[Facts], NearArticle | None]], ...] = (
    (Cause.CONTRADICTED, contradicted),
    (Cause.OUTDATED, outdated),
    (Cause.DISMISSED, dismissed),
    (Cause.HIDDEN_BY_AUDIENCE, hidden_by_audience),
    (Cause.OTHER_LANGUAGE, other_language),
    (Cause.NOT_FOUND, not_found),
)
"""In the order in which they are asked; where none holds there is no article."""


def cause_of(facts: Facts) -> tuple[Cause, NearArticle | None]:
    """The cause of a gap and the article that it is about; none for "no article".

    Args:
        facts: The gap.
    """
    for cause, asks in CAUSES:
        article = asks(facts)
        if article is not None:
            return cause, article
    return Cause.NO_ARTICLE, None


def readable(locale: str, locales: frozenset[str]) -> bool:
    """Whether somebody who writes in a language is served by a text in one of some; both forms of Norwegian are.

    Args:
        locale: The customer's; an unknown one is served by anything.
        locales: The article's.
    """
    norwegian = {"nb", "nn"}
    return locale in {"", "und"} or locale in locales or (locale in norwegian and bool(norwegian & locales))


def missing_words(
    questions: Sequence[Sequence[str]], article: frozenset[str], common: frozenset[str], limit: int = 8
) -> tuple[str, ...]:
    """What customers say that an article does not.

    Args:
        questions: The stems of each question, whatever their order.
        article: All stems of the article.
        common: Stems that say nothing about the topic.
        limit: Most words.

    Returns:
        Stems that at least a fifth of the questions have, and two of them, the commonest first, ties by alphabet.
    """
    counted: dict[str, int] = {}
    for stems in questions:
        for stem in sorted(set(stems) - article - common):
            counted[stem] = counted.get(stem, 0) + 1
    least = max(_LEAST, _SHARE * len(questions))
    return tuple(sorted((s for s, n in counted.items() if n >= least), key=lambda s: (-counted[s], s))[:limit])


def _enough(count: int, facts: Facts) -> bool:
    return count >= min(_LEAST, facts.tickets) and count >= _SHARE * facts.tickets
