"""How much of one text another one says: ROUGE-L, chrF, K-precision, and cutting to equal length. Pure.

Texts are compared as a customer reads them: of a link its words count, not its address, and Markdown's marks do not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

CHRF_ORDER = 6
CHRF_BETA = 2.0
"""Recall counts so many times as much as precision; order and beta as in the source."""
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_URL = re.compile(r"<?\bhttps?://[^\s<>]+>?")
_LINE_MARK = re.compile(r"(?m)^[ \t]*(?:>[ \t]?)*(?:(?:#{1,6}|[-*+]|\d{1,9}[.)])[ \t]+)?")
_MARK = re.compile(r"\*\*|__|[*`|]|\\(?=[^\w\s])")
_WORD = re.compile(r"\w+")


def readable(markdown: str) -> str:
    """A Markdown text as it reads: no marks, no addresses, links by their words, white space in single spaces."""
    bare = _URL.sub(" ", _LINK.sub(r"\1", markdown))
    return " ".join(_MARK.sub("", _LINE_MARK.sub("", bare)).split())


def words(text: str) -> list[str]:
    """Runs of letters and digits, case folded, in order."""
    return _WORD.findall(text.casefold())


def cut(text: str, count: int) -> str:
    """The beginning of a text up to the end of a word; all of a text that has no more words than that.

    Args:
        text: Readable text.
        count: How many words, at least 0.

    Raises:
        ValueError: The count is negative.
    """
    if count < 0:
        raise ValueError(f"count is {count}; allowed: 0 and more")
    end = 0
    for number, match in enumerate(_WORD.finditer(text)):
        if number == count:
            return text[:end]
        end = match.end()
    return text


def rouge_l_recall(candidate: str, reference: str) -> float:
    """Share of the reference's words that the candidate has in the same order (longest common subsequence).

    Words are not stemmed. 0.0 if the reference has no words.

    Source: Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004, aclanthology.org/W04-1013.
    """
    said, wanted = words(candidate), words(reference)
    return _common(said, wanted) / len(wanted) if wanted else 0.0


def chrf(candidate: str, reference: str) -> float:
    """Character n-gram F-score of one candidate against one reference, 0..1; white space does not count.

    Precision and recall are averaged over the orders that both texts are long enough for. 0.0 if there is none.

    Source: Popović, "chrF: character n-gram F-score for automatic MT evaluation", 2015, aclanthology.org/W15-3049;
    one score per text as sacreBLEU has it by default.
    """
    said, wanted = "".join(candidate.split()), "".join(reference.split())
    precision = recall = 0.0
    orders = min(CHRF_ORDER, len(said), len(wanted))
    for order in range(1, orders + 1):
        ours, theirs = _grams(said, order), _grams(wanted, order)
        common = (ours & theirs).total()
        precision += common / ours.total()
        recall += common / theirs.total()
    weighted = CHRF_BETA**2 * precision + recall
    return (1 + CHRF_BETA**2) * precision * recall / weighted / orders if weighted else 0.0


def k_precision(text: str, knowledge: Sequence[str]) -> float:
    """Share of a text's words that the knowledge has, each counted as often as it is there; 1.0 for no words.

    Args:
        text: What was written.
        knowledge: What it may be written from; a word must be often enough in any one of these or in all together.

    Source: Adlakha and others, "Evaluating Correctness and Faithfulness of Instruction-Following Models for Question
    Answering", TACL 2024, arxiv.org/abs/2307.16877.
    """
    said = Counter(words(text))
    known = Counter(word for each in knowledge for word in words(each))
    return (said & known).total() / said.total() if said else 1.0


def _grams(text: str, order: int) -> Counter[str]:
    return Counter(text[start : start + order] for start in range(len(text) - order + 1))


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(second) + 1)
    for word in first:
        diagonal = 0
        for place, other in enumerate(second, start=1):
            above = row[place]
            row[place] = diagonal + 1 if word == other else max(above, row[place - 1])
            diagonal = above
    return row[-1]
