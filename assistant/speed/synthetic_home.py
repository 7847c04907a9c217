"""A data folder filled with made-up articles and tickets: what a large help desk's folder costs, without one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.datasets import write_rows
from assistant.indexing import bring_up_to_date
from assistant.speed.blended_encoder import BlendedEncoder
from assistant.speed.synthetic import Seeds, made_up_articles, made_up_tickets
from indexer.encode import Encoder
from indexer.encoders import bulk_encoder
from kb.importers.run import import_paths
from kb.model import TicketLink
from kb.settings import Settings
from kb.store import Store, database_path

MADE_OF = "made-up-1"
"""File that says that a folder is complete; named anew whenever other texts are made up."""
_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made up."""

    articles: int
    tickets: int

    def __str__(self) -> str:
        """As it is written on the command line."""
        return f"{self.articles}x{self.tickets}"


def fill_made_up(
    settings: Settings,
    size: Size,
    data: Path,
    *,
    encoder: Encoder | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> bool:
    """Fill a data folder with made-up articles and tickets and index them; what was filled before stays as it is.

    The vectors are blended from those of the real lines with noise; nothing else differs from a real folder.

    Args:
        settings: Names the folder; safe to call again after it was killed.
        size: How many of each.
        data: A folder of real articles and tickets that texts are made of; its canned replies are taken as they are.
        encoder: Encodes the real lines; None: the quickest of the model.
        progress: Told in words what happens.

    Returns:
        Whether there was anything to do.

    Raises:
        KBError: The folder cannot be written, or the model is missing.
        ValueError: `data` holds no articles or no tickets.
    """
    mark = settings.home / MADE_OF
    if mark.exists() and mark.read_text("utf-8") == str(size) and database_path(settings.home).exists():
        return False
    seeds = read_seeds(data)
    with closing(Store.open(settings)) as store, tempfile.TemporaryDirectory(dir=settings.home) as folder:
        files = Path(folder) / "articles.jsonl", Path(folder) / "tickets.jsonl"
        progress(f"making up {size.articles:,} articles and {size.tickets:,} tickets")
        write_rows(made_up_articles(seeds, size.articles), files[0])
        write_rows(made_up_tickets(seeds, size.tickets, articles=size.articles), files[1])
        progress("taking them in")
        import_paths(store, [*files, *(path for path in [data / "canned"] if path.is_dir())], source="made-up")
        passages, questions = seeds.lines
        progress(f"encoding {len(passages) + len(questions):,} lines that they are made of")
        model = encoder or bulk_encoder(settings.model, settings, texts=len(passages) + len(questions))
        blended = BlendedEncoder(model, questions, passages)
        progress("indexing")
        bring_up_to_date(store, settings, encoder=blended)
    mark.write_text(str(size), encoding="utf-8")
    return True


def read_seeds(data: Path) -> Seeds:
    """The articles and tickets of a folder, to make others of.

    Raises:
        ValueError: It holds no articles or no tickets.
    """
    with tempfile.TemporaryDirectory() as home, closing(Store.open(Settings(home=Path(home)))) as store:
        import_paths(store, [data])
        articles = [article for _, article in store.articles.changed_since(0, limit=_MANY)]
        tickets = [ticket for _, ticket in store.tickets.changed_since(0, limit=_MANY)]
        return Seeds.of(articles, tickets, _by_ticket(store.tickets.links(ticket.id for ticket in tickets)))


def _by_ticket(links: Iterable[TicketLink]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in links:
        found.setdefault(link.ticket_id, []).append(link.article_id)
    return found
