"""`svar suggest`: what the workspace shows beside a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.asking import check_choice, question_for
from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from assistant.model import Suggestion
    from assistant.question import Question

BATCH_LIMIT = 20
"""Articles and tickets per line of a batch."""


@click.command("suggest")
@home_option
@click.option("--ticket", metavar="ID", help="A stored ticket.")
@click.option("--text", metavar="TEXT", help="What a customer asks; - reads it from standard input.")
@click.option("--batch", metavar="IN.jsonl", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A file with one question per line.")  # fmt: skip
@click.option("--out", metavar="OUT.jsonl", type=click.Path(dir_okay=False, path_type=Path), help="Answers to --batch.")
@click.option("--locale", default="", metavar="LANG", help="Language of the question, if it should not be guessed.")
@click.option("-n", "limit", type=click.IntRange(1, 100), help="How many of each at most.  [default: 5; batch: 20]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(
    place: Place,
    ticket: str | None,
    text: str | None,
    batch: Path | None,
    out: Path | None,
    locale: str,
    limit: int | None,
    *,
    as_json: bool,
) -> None:
    """Suggest articles, similar tickets and canned replies.

    A batch has one JSON object per line: "id", and "subject" and "body" or "query"; optional are "locale", "product",
    "topic", "tags" and "created_at". Each gives one line in OUT.jsonl: "id", "confident", "confidence", "articles" and
    "tickets", each with ids and scores. OUT.jsonl appears when all is done.

    Exit code 3 says that lines of the batch were rejected, each reported as IN:LINE: reason; the others were answered.
    """  # fmt: skip
    from assistant.service import Service

    check_choice(ticket, text, batch, out)
    service = Service.open(place.settings())
    if batch is not None and out is not None:
        from ui.commands.batch import run

        def answer(questions: Sequence[Question]) -> list[dict[str, Any]]:
            return [batch_line(found) for found in service.suggest_many(questions, limit=limit or BATCH_LIMIT)]

        run(batch, out, answer, store=service.store, locale=locale)
        return
    question = question_for(service.store, ticket, text, locale)
    found = service.suggest(question, limit=limit or 5)
    if as_json:
        from ui.commands.output import print_json

        print_json(found)
    else:
        from ui.commands.cards import suggestion_cards

        suggestion_cards(found, min_confidence=service.settings.min_confidence)
    # After the answer: a writer may have to wait for another process.
    service.log_miss(question, found)


def batch_line(found: Suggestion) -> dict[str, Any]:
    """The answer to one line of a batch, without its id."""
    return {
        "confident": found.confident,
        "confidence": round(found.confidence, 4),
        "articles": [{"id": hit.id, "score": round(hit.score, 6)} for hit in found.articles],
        "tickets": [{"id": hit.id, "score": round(hit.score, 6)} for hit in found.tickets],
    }
