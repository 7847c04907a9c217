"""How suggestions look in a terminal."""

from __future__ import annotations

import click

from assistant.model import ArticleHit, CannedHit, Draft, Source, SourceKind, Suggestion, TicketHit
from kb.knowledge.verification import Verification
from kb.locales import UI_LOCALES, is_own
from ui.commands.output import day, lines_of, plain, short, width
from ui.wire import at_least_in_ten, in_ten

_INDENT = "           "


def suggestion_cards(found: Suggestion, *, min_confidence: float) -> None:
    """Everything that the workspace shows beside a ticket.

    Args:
        found: What was suggested.
        min_confidence: The setting that its confidence was compared with.
    """
    click.echo(f"{_verdict(found, min_confidence)} Language {found.locale}, {found.took_ms:.0f} ms.")
    _heading("Articles", len(found.articles))
    for rank, article in enumerate(found.articles, start=1):
        article_card(rank, article, asked=found.locale)
    _heading("Similar resolved tickets", len(found.tickets))
    for rank, ticket in enumerate(found.tickets, start=1):
        _ticket_card(rank, ticket)
    _heading("Canned replies", len(found.canned))
    for rank, canned in enumerate(found.canned, start=1):
        _canned_card(rank, canned)


def _verdict(found: Suggestion, min_confidence: float) -> str:
    """The confidence in words and as the number that is compared with the setting."""
    useful = in_ten(found.confidence)
    few = f"About {useful} in 10 such lists {'is' if useful == 1 else 'are'} useful"
    said = f"{few if useful else 'Fewer than 1 in 10 such lists are useful'} (confidence {found.confidence:g})."
    if found.confident:
        return said
    return f"{said} Suggestions are shown from {at_least_in_ten(min_confidence)} in 10, so no draft will be written."


def article_card(rank: int, hit: ArticleHit, *, asked: str = "") -> None:
    """One article: title, id, why, and the passage that matched.

    Args:
        rank: Its place, from 1.
        hit: The article.
        asked: Language of the question; where the article does not exist in it, the card says so.
    """
    columns = width()
    click.echo(f"{rank:>3}  {hit.score:.2f}  {short(hit.title, columns - len(_INDENT))}")
    marks = [f"{plain(hit.id)} r{hit.revision}", hit.locale, hit.state]
    if hit.verified_at is not None:
        marks.append(f"verified {day(hit.verified_at)}")
    if hit.verification in (Verification.OVERDUE, Verification.UNVERIFIED):
        marks.append("no longer verified")
    if hit.outdated:
        marks.append("older than its original")
    if asked in UI_LOCALES and not any(is_own(asked, each) for each in (hit.locale, *hit.other_locales)):
        marks.append(f"not in {asked}" if hit.other_locales else f"only in {hit.locale}")
    click.echo(_INDENT + " · ".join(mark for mark in marks if mark))
    if hit.evidence.tickets:
        click.echo(f"{_INDENT}linked in {hit.evidence.tickets} similar tickets, {hit.evidence.solved} of them solved")
    if hit.passage.text:
        heading = f"{plain(hit.passage.heading)}: " if hit.passage.heading else ""
        click.echo(_INDENT + short(heading + hit.passage.text, columns - len(_INDENT)))


def draft_lines(draft: Draft) -> None:
    """The reply, then what each sentence stands on."""
    if not draft.text:
        click.echo("No draft: nothing that was found is good enough to answer with.")
        return
    for line in lines_of(draft.text):
        click.echo(line)
    _heading("Sources", len(draft.sentences))
    for number, sentence in enumerate(draft.sentences, start=1):
        click.echo(f"{number:>3}  {short(sentence.text, width() - 5)}")
        click.echo(f"     {_place_of(sentence.source)}")
    if draft.placeholders:
        click.echo("\nTo be filled in by hand: " + ", ".join(plain(p.field) for p in draft.placeholders))


def _place_of(source: Source) -> str:
    if source.kind is SourceKind.TEMPLATE:
        return f"template {plain(source.id)}"
    number = "message " if source.kind is SourceKind.TICKET else "r"
    return f"{source.kind} {plain(source.id)} {number}{source.revision}, characters {source.start}–{source.end}"


def _ticket_card(rank: int, hit: TicketHit) -> None:
    columns = width()
    click.echo(f"{rank:>3}  {hit.score:.2f}  {short(hit.subject, columns - len(_INDENT))}")
    state = "solved" if hit.solved else "not solved"
    more = f" · and {hit.count - 1} more like it" if hit.count > 1 else ""
    click.echo(f"{_INDENT}{plain(hit.id)} · {hit.locale} · {state} · closed {day(hit.closed_at)}{more}")
    if hit.resolution:
        click.echo(_INDENT + short(hit.resolution, columns - len(_INDENT)))


def _canned_card(rank: int, hit: CannedHit) -> None:
    shortcut = f" · {plain(hit.shortcut)}" if hit.shortcut else ""
    click.echo(f"{rank:>3}  {hit.score:.2f}  {short(hit.title, width() - len(_INDENT))}")
    click.echo(f"{_INDENT}{plain(hit.id)} r{hit.revision} · {hit.locale}{shortcut}")


def _heading(title: str, count: int) -> None:
    click.echo(f"\n{title}" + ("" if count else ": none"))
