"""The store: one data folder's database with a drawer per noun."""

from __future__ import annotations

from pathlib import Path

from kb.articles import Articles
from kb.canned import CannedReplies
from kb.database import FILE_NAME, Database
from kb.errors import KBError
from kb.events import Events
from kb.learned import LearnedLog
from kb.reply_drafts import ReplyDrafts
from kb.reply_templates import ReplyTemplates
from kb.settings import Settings
from kb.tickets import Tickets
from kb.users import Users


class Store:
    """All that is known; the only way to the database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.articles = Articles(database)
        self.tickets = Tickets(database)
        self.canned = CannedReplies(database)
        self.users = Users(database)
        self.events = Events(database)
        self.reply_drafts = ReplyDrafts(database)
        self.reply_templates = ReplyTemplates(database)
        self.learned = LearnedLog(database)

    @staticmethod
    def open(settings: Settings, *, must_exist: bool = False) -> Store:
        """Open the data folder's database, creating it if need be.

        Raises:
            KBError: `must_exist` and there is none; or see Database.
        """
        path = database_path(settings.home)
        if must_exist and not path.exists():
            raise KBError(
                f"There is nothing in {settings.home} yet.",
                hint="Run `svar import PATH` first, or name another folder with --home or SVAR_HOME.",
            )
        return Store(Database(path, busy_timeout_s=settings.busy_timeout_s))

    def seq(self) -> int:
        """The change counter: grows with every change of an article, ticket or canned reply."""
        row = self.database.row("SELECT value FROM counters WHERE name = 'seq'")
        return 0 if row is None else int(row["value"])

    def counts(self) -> dict[str, int]:
        """How many rows each noun has."""
        nouns = ("articles", "revisions", "canned_replies", "tickets", "messages", "ticket_links", "customers", "users")
        counted = ", ".join(f"(SELECT count(*) FROM {noun}) AS {noun}" for noun in nouns)
        row = self.database.row(f"SELECT {counted}")
        return {noun: int(row[noun]) for noun in nouns} if row is not None else {}

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def database_path(home: Path) -> Path:
    """Where the database of a data folder is."""
    return home / FILE_NAME
