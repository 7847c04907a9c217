"""`svar status`: what is stored, what is indexed, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb.errors import KBError
from kb.settings import Settings
from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.store import Store

IMPORT = "Run `svar import PATH` to take in articles and tickets."
INDEX = "Run `svar index`."
READY = "Ready: `svar serve` starts the product."


@dataclass(slots=True)
class Status:
    """The state of a data folder; the names stand in the JSON."""

    home: str
    model: str
    """The model that is set."""
    database: str = ""
    """Path of the database; empty if there is none."""
    stored: dict[str, int] = field(default_factory=dict)
    """Rows per noun."""
    index: dict[str, Any] | None = None
    """Folder, format, model, dimension, passages per shelf, when it was brought up to date; None if there is none."""
    pending: int = 0
    """Articles, tickets and canned replies that changed since then."""
    stale: bool = True
    """Whether `svar index` has anything to do."""
    sizes: dict[str, int] = field(default_factory=dict)
    """Bytes of database, index and unpacked models."""
    language_model: dict[str, Any] | None = None
    """Model, address and what it has used so far; None if none is set and none was ever used."""
    outbox: dict[str, int] = field(default_factory=dict)
    """How many posts to mail and webhooks wait, were sent, and were given up."""
    problem: str = ""
    """What is wrong with the index."""
    next: str = IMPORT


@click.command("status")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(place: Place, *, as_json: bool) -> None:
    """Say what is stored and indexed, and what to do next."""
    from ui.commands.output import print_json

    found = status_of(place.settings())
    if as_json:
        print_json(found)
    else:
        _print(found)


def status_of(settings: Settings) -> Status:
    """Look at a data folder without changing anything in it.

    Raises:
        KBError: The database cannot be used.
    """
    from indexer.folders import current_folder, index_root
    from kb.store import Store, database_path

    path = database_path(settings.home)
    found = Status(home=str(settings.home), model=settings.model)
    if not path.exists():
        return found
    store = Store.open(settings, must_exist=True)
    found.database, found.stored = str(path), store.counts()
    found.language_model = _language_model(store, settings)
    found.outbox = store.outbox.counts()
    folder = current_folder(settings.home)
    if folder is not None:
        try:
            found.index, found.pending = _index(store, folder, settings)
        except KBError as error:
            found.problem, found.next = error.message, error.hint
    store.close()
    found.sizes = {
        "database": sum(_size(file) for file in path.parent.glob(path.name + "*")),
        "index": _size(index_root(settings.home)),
        "models": _size(settings.models_folder),
    }
    if found.problem or not any(found.stored.get(noun) for noun in ("articles", "tickets", "canned_replies")):
        return found
    found.stale = found.index is None or found.pending > 0 or found.index["model"] != settings.model
    found.next = INDEX if found.stale else READY
    return found


def _index(store: Store, folder: Path, settings: Settings) -> tuple[dict[str, Any], int]:
    from indexer.build import pending
    from indexer.model import Shelf
    from indexer.shelves import FILE_NAME, Shelves
    from kb.errors import StorageDamaged

    if not (folder / FILE_NAME).exists():
        raise StorageDamaged(f"The index folder {folder} has no {FILE_NAME}.", hint="Run `svar index --full`.")
    shelves = Shelves(folder, busy_timeout_s=settings.busy_timeout_s)
    named = folder.parent / "CURRENT"
    facts = {
        "folder": str(folder),
        "format": int(shelves.meta("format", "0")),
        "model": shelves.meta("model", settings.model),
        "dimension": int(shelves.meta("dimension", "0")),
        "passages": {shelf.value: len(shelves.keys(shelf)) for shelf in Shelf},
        "indexed_at": datetime.fromtimestamp(named.stat().st_mtime, UTC),
    }
    return facts, pending(store, shelves)


def _language_model(store: Store, settings: Settings) -> dict[str, Any] | None:
    from dataclasses import asdict
    from urllib.parse import urlsplit

    from kb.model_usage import usage_of

    model, used = settings.language_model, usage_of(store.database)
    if model is None and not used.calls:
        return None
    # The host alone: an address may have a password in it.
    place = {"model": model.model, "host": urlsplit(model.url).hostname} if model else {"model": "", "host": ""}
    return {**place, **asdict(used)}


def _print(found: Status) -> None:
    from ui.commands.output import facts, size

    stored = ", ".join(f"{n:,} {noun.replace('_', ' ')}" for noun, n in found.stored.items())
    rows = [("Data folder", found.home), ("Stored", stored or "nothing yet"), ("Model", found.model)]
    if found.index is not None:
        passages = ", ".join(f"{n:,} {shelf}" for shelf, n in found.index["passages"].items())
        when = found.index["indexed_at"].isoformat(sep=" ", timespec="minutes")[:16] + " UTC"
        other = "" if found.index["model"] == found.model else f", of the model {found.index['model']}"
        state = f"{found.pending:,} changes are not in it yet" if found.pending else "up to date"
        rows += [
            ("Index", f"{Path(found.index['folder']).name} (format {found.index['format']}), {state}{other}"),
            ("Passages", passages),
            ("Indexed", when),
        ]
    elif found.database:
        rows.append(("Index", found.problem or "none yet"))
    if found.language_model is not None:
        rows.append(("Language model", _used(found.language_model)))
    if any(found.outbox.values()):
        failed = " (look for the mark in the tickets)" if found.outbox["failed"] else ""
        counted = ", ".join(f"{count:,} {state}" for state, count in found.outbox.items() if count)
        rows.append(("Outbox", counted + failed))
    sizes = ", ".join(f"{name} {size(count)}" for name, count in found.sizes.items() if count)
    facts([*rows, ("On disk", sizes), ("Next", found.next)])


def _used(model: dict[str, Any]) -> str:
    place = f"{model['model']} at {model['host']}" if model["model"] else "none set"
    failed = f" ({model['failed']:,} failed)" if model["failed"] else ""
    tokens = f"{model['tokens_in']:,} tokens in, {model['tokens_out']:,} out, cost {model['cost']:.4f}"
    return f"{place}; {model['calls']:,} calls{failed}, {tokens}"


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            return sum(_size(child) for child in path.iterdir())
        return path.stat().st_size
    except OSError:
        # It went away, or may not be looked into.
        return 0
