"""`svar draft`: a reply with the source of every sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.asking import check_choice, question_for
from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from assistant.model import Draft
    from assistant.question import Question

_SOURCE_FIELDS = ("kind", "id", "revision", "start", "end", "quote")


@click.command("draft")
@home_option
@click.option("--ticket", metavar="ID", help="A stored ticket.")
@click.option("--text", metavar="TEXT", help="What a customer asks; - reads it from standard input.")
@click.option("--batch", metavar="IN.jsonl", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A file with one question per line, as for `svar suggest`.")  # fmt: skip
@click.option("--out", metavar="OUT.jsonl", type=click.Path(dir_okay=False, path_type=Path), help="Answers to --batch.")
@click.option("--locale", default="", metavar="LANG", help="Language of the question, if it should not be guessed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(
    place: Place,
    ticket: str | None,
    text: str | None,
    batch: Path | None,
    out: Path | None,
    locale: str,
    *,
    as_json: bool,
) -> None:
    """Draft a reply in which every sentence names the place that it was taken from.

    Where nothing good enough is known the draft is empty. Lines of a batch are as for `svar suggest`; each gives one
    line in OUT.jsonl: "id", "locale", "confident", "text", "sentences" with their "source", and "placeholders".

    Exit code 3 says that lines of the batch were rejected, each reported as IN:LINE: reason; the others were answered.
    """  # fmt: skip
    from assistant.service import Service

    check_choice(ticket, text, batch, out)
    service = Service.open(place.settings())
    if batch is not None and out is not None:
        from ui.commands.batch import run

        def answer(questions: Sequence[Question]) -> list[dict[str, Any]]:
            found = service.suggest_many(questions, limit=5)
            pairs = zip(questions, found, strict=True)
            return [batch_line(service.draft(question, suggestion=suggestion)) for question, suggestion in pairs]

        run(batch, out, answer, store=service.store, locale=locale)
        return
    draft = service.draft(question_for(service.store, ticket, text, locale))
    if as_json:
        from ui.commands.output import print_json

        print_json(draft)
    else:
        from ui.commands.cards import draft_lines

        draft_lines(draft)


def batch_line(draft: Draft) -> dict[str, Any]:
    """The answer to one line of a batch, without its id."""
    from ui.wire import to_json

    whole = to_json(draft)
    return {
        "locale": whole["locale"],
        "confident": whole["confident"],
        "text": whole["text"],
        "sentences": [
            {"text": s["text"], "source": {name: s["source"][name] for name in _SOURCE_FIELDS}}
            for s in whole["sentences"]
        ],
        "placeholders": whole["placeholders"],
    }
