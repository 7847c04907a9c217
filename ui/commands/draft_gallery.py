"""Drafts chosen by chance, as a Markdown page: the question, the draft with its sources, what the agent answered."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ui.catalogue import text as said

if TYPE_CHECKING:
    from assistant.evaluation.draft_outcomes import DraftOutcome
    from assistant.model import Draft, Source

SHOWN = 20
_FENCE = re.compile(r"`{3,}")


def chosen(outcomes: Sequence[DraftOutcome], *, seed: int, count: int = SHOWN) -> list[DraftOutcome]:
    """Drafts with a reply to compare them with, drawn by chance, equally many of every language where there are.

    Args:
        outcomes: Any; those without draft or reply are passed over.
        seed: The same one draws the same drafts from the same outcomes.
        count: At most so many.

    Returns:
        By language, then as they were asked.
    """
    dice = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    piles: dict[str, list[DraftOutcome]] = {}
    for outcome in outcomes:
        if outcome.overlaps:
            piles.setdefault(outcome.case.locale, []).append(outcome)
    drawn: list[DraftOutcome] = []
    shuffled = [dice.sample(piles[locale], len(piles[locale])) for locale in sorted(piles)]
    while len(drawn) < count and any(shuffled):
        for pile in shuffled:
            if pile and len(drawn) < count:
                drawn.append(pile.pop())
    places = {id(outcome): place for place, outcome in enumerate(outcomes)}
    return sorted(drawn, key=lambda outcome: (outcome.case.locale, places[id(outcome)]))


def gallery(outcomes: Sequence[DraftOutcome], *, seed: int, dataset: str) -> str:
    """The page.

    Args:
        outcomes: Of one measurement.
        seed: Draws what is shown.
        dataset: Its name.
    """
    shown = chosen(outcomes, seed=seed)
    helped = [outcome for outcome in outcomes if outcome.case.reply]
    silent = sum(not outcome.drafted for outcome in helped)
    told = (
        f"{len(shown)} of {len(helped) - silent} drafts on {dataset}, drawn by chance (seed {seed}) and not sorted out."
        f" {silent} more tickets with a helpful reply got no draft. Each draft stands beside what the agent really"
        " answered. ROUGE-L is the share of the agent's words that the draft has in the same order, chrF compares"
        " letters; courtesy is not counted, and the texts to compare with are cut to the draft's length."
    )
    lines = ["# Drafts, good and bad", "", told]
    for number, outcome in enumerate(shown, start=1):
        lines += ["", *_entry(number, outcome)]
    return "\n".join(lines) + "\n"


def _entry(number: int, outcome: DraftOutcome) -> Iterator[str]:
    case = outcome.case
    yield f"## {number}. {case.id}, {case.locale}"
    yield ""
    yield "The customer:"
    yield ""
    yield from _fenced(case.question.text)
    yield ""
    yield "The draft:"
    yield ""
    text, places = numbered(outcome.draft)
    yield from _fenced(text)
    yield ""
    yield from (f"* [{place}] {source}" for place, source in enumerate(places, start=1))
    if outcome.draft.notes:
        yield ""
        yield "For the agent: " + " ".join(said("en", note) for note in outcome.draft.notes)
    yield ""
    yield "The agent:"
    yield ""
    yield from _fenced(case.reply)
    yield ""
    yield "| | words | ROUGE-L recall | chrF |"
    yield "|---|---|---|---|"
    for name, overlap in outcome.overlaps.items():
        yield f"| {name} | {overlap.words} | {overlap.rouge_l:.3f} | {overlap.chrf:.3f} |"


def numbered(draft: Draft) -> tuple[str, list[str]]:
    """The text of a draft with a number behind each quoted paragraph, and the places that the numbers name.

    A paragraph that quotes several texts has a number for each. A place is the smallest span that holds all of its
    sentences.
    """
    text: list[str] = []
    places: list[Source] = []
    at = 0
    going_on = False
    for sentence in draft.sentences:
        start = draft.text.index(sentence.text, at)
        source, gap = sentence.source, draft.text[at:start]
        same = going_on and "\n\n" not in gap and _text_of(places[-1]) == _text_of(source)
        if same:
            first = places[-1]
            places[-1] = replace(first, start=min(first.start, source.start), end=max(first.end, source.end))
        elif going_on:
            text.append(f" [{len(places)}]")
        going_on = source.kind != "template"
        if going_on and not same:
            places.append(source)
        text += [gap, sentence.text]
        at = start + len(sentence.text)
    if going_on:
        text.append(f" [{len(places)}]")
    named = [f"{each.kind} {each.id} r{each.revision}, {each.start}–{each.end}: {each.title}" for each in places]
    return "".join([*text, draft.text[at:]]), named


def _text_of(source: Source) -> tuple[str, str, int]:
    return source.kind, source.id, source.revision


def _fenced(text: str) -> list[str]:
    """A text as it is written, in a fence longer than any in it."""
    longest = max((len(match[0]) for match in _FENCE.finditer(text)), default=2)
    fence = "`" * (longest + 1)
    return [f"{fence}text", text.strip(), fence]
