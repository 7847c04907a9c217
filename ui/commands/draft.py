"""`svar draft`: a reply with the source of every sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
@click.option(
    "--style",
    type=click.Choice(["standard", "short", "steps", "canned", "call"]),
    default="standard",
    show_default=True,
    help="Shorter, with all steps, from a canned reply, or as bullets for a phone call.",
)
@click.option("--rewrite", "reword", is_flag=True, help="Let the language model reword it, if one is set.")
@click.option("--translate", metavar="LANG", default="", help="Let the language model translate it.")
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
    style: str,
    reword: bool,
    translate: str,
    as_json: bool,
) -> None:
    """Draft a reply in which every sentence names its source.

    Where nothing good enough is known the draft is empty, and what agents asked back in similar tickets is shown.

    Lines of a batch are as for `svar suggest`; each gives one line in OUT.jsonl: "id", "locale", "confident", "text",
    "sentences" with their "source", and "placeholders".

    With --rewrite or --translate the language model of SVAR_LLM_URL works on it, and what the sources do not support
    of its sentences is left out and listed.

    Exit code 3 says that lines of the batch were rejected, each reported as IN:LINE: reason; the others were answered;
    or that the language model gave nothing, and the draft is as it was composed.
    """  # fmt: skip
    from assistant.drafts.style import Style
    from assistant.service import Service

    check_choice(ticket, text, batch, out)
    wanted = Style(style)
    if (reword or translate) and wanted is not Style.STANDARD:
        raise click.UsageError("--style does not go with --rewrite and --translate.")
    if (reword or translate) and (batch is not None or (reword and translate)):
        raise click.UsageError("Name one of --rewrite and --translate LANG, and no --batch with it.")
    service = Service.open(place.settings())
    if batch is not None and out is not None:
        from ui.commands.batch import run

        def answer(questions: Sequence[Question]) -> list[dict[str, Any]]:
            found = service.suggest_many(questions, limit=5)
            pairs = zip(questions, found, strict=True)
            return [batch_line(service.draft(asked, suggestion=hits, style=wanted)) for asked, hits in pairs]

        run(batch, out, answer, store=service.store, locale=locale)
        return
    if reword or translate:
        from ui.commands.rewrite import show

        raise SystemExit(show(service, question_for(service.store, ticket, text, locale), translate, as_json=as_json))
    draft = service.draft(question_for(service.store, ticket, text, locale), style=wanted)
    if as_json:
        from ui.commands.output import print_json

        print_json(draft)
    else:
        from ui.commands.cards import draft_lines

        draft_lines(draft)
        for line in remark_lines(draft):
            click.echo(line)


def remark_lines(draft: Draft) -> Iterator[str]:
    """What an agent should know before he sends it: contradictions among the sources, and what is left unanswered."""
    from ui.commands.output import plain, short

    for conflict in draft.conflicts:
        used, other = (f'"{short(each.quote, 160)}" ({plain(each.id)})' for each in (conflict.used, conflict.other))
        yield f"\nSources contradict each other ({conflict.kind}): {used} is followed, {other} says something else."
    for question in draft.unanswered:
        yield f"\nNothing good was found for: {plain(question)}"
    if draft.questions:
        yield "\nAgents asked such customers:"
    for asked in draft.questions:
        yield f"  - {plain(asked.text)} ({plain(asked.source.id)})"
    if draft.escalation is not None:
        yield f"\nTo pass it on: {plain(draft.escalation.text)}"


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
