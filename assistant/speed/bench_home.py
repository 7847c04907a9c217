"""The data folder that is measured: the demo's, made-up texts, or a copy of a team's own, which stays untouched."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from assistant.evaluation.datasets import question_at_arrival
from assistant.indexing import bring_up_to_date
from assistant.question import Question
from assistant.speed.synthetic import Seeds
from indexer.folders import make_current, require_folder
from indexer.passages import passages_of
from indexer.shelves import Shelves, index_errors
from kb.importers.run import import_paths
from kb.settings import Settings
from kb.store import Store, database_path

_ARTICLES = 200


def copied_home(settings: Settings, target: Path) -> Settings:
    """Copy the database and the index that serves, whole also while others write to them.

    Args:
        settings: Name the data folder; its models are used where they are.
        target: An empty folder.

    Returns:
        The same settings for the copy.

    Raises:
        KBError: There is no database or no index, or the disk is full.
    """
    with closing(Store.open(settings, must_exist=True)) as store:
        serving = require_folder(settings.home)
        store.database.rows("VACUUM INTO ?", (str(database_path(target)),))
    folder = target / serving.relative_to(settings.home)
    folder.mkdir(parents=True)
    # The vectors first: what the index file has beyond them is added to them, and what it lacks is left out.
    for file in serving.glob("*.faiss"):
        shutil.copy(file, folder)
    shelves = Shelves(serving, busy_timeout_s=settings.busy_timeout_s)
    with index_errors(shelves.path):
        shelves.connection.execute("VACUUM INTO ?", (str(folder / shelves.path.name),))
    make_current(folder)
    return replace(settings, home=target, models=settings.models_folder)


def filled_home(settings: Settings, data: Path) -> None:
    """Import a folder of articles, tickets and canned replies and index it; again, only what changed.

    Raises:
        KBError: There is no such folder, or the model is missing.
    """
    with closing(Store.open(settings)) as store:
        import_paths(store, [data], source="demo", actor="bench")
        bring_up_to_date(store, settings)


def stored_questions(store: Store, limit: int) -> list[Question]:
    """What the newest tickets asked when they came in, as if nobody knew the tickets.

    Args:
        store: What is known.
        limit: Most questions.
    """
    newest = [row.id for row in store.tickets.page(limit=limit)]
    tickets = store.tickets.get_many(newest)
    asked = [question_at_arrival(tickets[ticket_id]) for ticket_id in newest if ticket_id in tickets]
    return [Question(subject=q.subject, body=q.body) for q in asked if q.text]


def seed_questions(seeds: Seeds, limit: int) -> list[Question]:
    """The real questions that made-up tickets were made of, spread evenly over them.

    Args:
        seeds: Where they are.
        limit: Most questions.
    """
    chosen = seeds.tickets[:: max(1, len(seeds.tickets) // limit)][:limit]
    return [Question(subject=seed.title, body="\n".join(seed.sentences)) for seed in chosen]


def some_passages(store: Store, limit: int) -> list[str]:
    """Passages of the articles that were written first, as they are encoded.

    Args:
        store: What is known.
        limit: Most passages.
    """
    articles = [article for _, article in store.articles.changed_since(0, limit=_ARTICLES)]
    return [passage.embedded for article in articles for passage in passages_of(article)][:limit]
