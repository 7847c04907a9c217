"""The store: one data folder's database with a drawer per noun."""

from __future__ import annotations

from pathlib import Path

from kb.articles import Articles
from kb.canned import CannedReplies
from kb.database import FILE_NAME, Database
from kb.desk.article_links import ArticleLinks
from kb.desk.call_notes import CallNotes
from kb.desk.changes import Changes
from kb.desk.customers import Customers
from kb.desk.dismissals import Dismissals
from kb.desk.embed_tokens import EmbedTokens
from kb.desk.escalations import Escalations
from kb.desk.flags import Flags
from kb.desk.mentions import Mentions
from kb.desk.outbox import Outbox
from kb.desk.pins import Pins
from kb.desk.presence import PresenceBoard
from kb.desk.queue import Queue
from kb.desk.reads import Reads
from kb.desk.replies import Replies
from kb.desk.satisfaction import SatisfactionLog
from kb.desk.searches import Searches
from kb.desk.teams import Teams
from kb.desk.ticket_addresses import TicketAddresses
from kb.desk.views import Views
from kb.desk.wishes import Wishes
from kb.desk.working_hours import WorkingHours
from kb.errors import KBError
from kb.events import Events
from kb.gaps.drawer import Gaps
from kb.knowledge.article_comments import ArticleComments
from kb.knowledge.article_drafts import ArticleDrafts
from kb.knowledge.article_editors import ArticleEditors
from kb.knowledge.article_exports import ArticleExports
from kb.knowledge.article_files import ArticleFiles
from kb.knowledge.article_history import ArticleHistory
from kb.knowledge.article_list import ArticleList
from kb.knowledge.article_moves import ArticleMoves
from kb.knowledge.article_pairs import ArticlePairs
from kb.knowledge.article_templates import ArticleTemplates
from kb.knowledge.article_use import ArticleUses
from kb.knowledge.article_variables import ArticleVariables
from kb.knowledge.candidate_memory import CandidateMemory
from kb.knowledge.candidate_runs import CandidateRuns
from kb.knowledge.candidates import Candidates
from kb.knowledge.pairs_apart import PairsApart
from kb.knowledge.team_rules import TeamRuleBook
from kb.knowledge.timed_publishing import TimedPublishing
from kb.knowledge.translations import Translations
from kb.knowledge.trust_signals import TrustSignals
from kb.knowledge.unused import UnusedArticles
from kb.knowledge.upkeep_queue import UpkeepQueue
from kb.knowledge.verification_marks import VerificationBoard
from kb.learned import LearnedLog
from kb.reply_drafts import ReplyDrafts
from kb.reply_templates import ReplyTemplates
from kb.reporting.drawer import Reporting
from kb.settings import Settings
from kb.tickets import Tickets
from kb.users import Users


class Store:
    """All that is known; the only way to the database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.articles = Articles(database)
        self.tickets = Tickets(database)
        self.queue = Queue(database)
        self.changes = Changes(database)
        self.views = Views(database)
        self.reads = Reads(database)
        self.hours = WorkingHours(database)
        self.replies = Replies(database)
        self.canned = CannedReplies(database)
        self.users = Users(database)
        self.events = Events(database)
        self.gaps = Gaps(database)
        self.reporting = Reporting(database)
        self.reply_drafts = ReplyDrafts(database)
        self.reply_templates = ReplyTemplates(database)
        self.learned = LearnedLog(database)
        self.presence = PresenceBoard(database)
        self.mentions = Mentions(database)
        self.teams = Teams(database)
        self.escalations = Escalations(database)
        self.outbox = Outbox(database)
        self.customers = Customers(database)
        self.satisfaction = SatisfactionLog(database)
        self.wishes = Wishes(database)
        self.pins = Pins(database)
        self.dismissals = Dismissals(database)
        self.flags = Flags(database)
        self.article_links = ArticleLinks(database)
        self.call_notes = CallNotes(database)
        self.searches = Searches(database)
        self.embed_tokens = EmbedTokens(database)
        self.ticket_addresses = TicketAddresses(database)
        self._open_knowledge(database)

    def _open_knowledge(self, database: Database) -> None:
        # What knowledge owners work with.
        self.article_drafts = ArticleDrafts(database)
        self.article_moves = ArticleMoves(database)
        self.article_comments = ArticleComments(database)
        self.article_editors = ArticleEditors(database)
        self.article_history = ArticleHistory(database)
        self.article_list = ArticleList(database)
        self.timed_publishing = TimedPublishing(database)
        self.candidates = Candidates(database)
        self.candidate_runs = CandidateRuns(database)
        self.candidate_memory = CandidateMemory(database)
        self.article_files = ArticleFiles(database)
        self.article_exports = ArticleExports(database)
        self.article_variables = ArticleVariables(database)
        self.article_templates = ArticleTemplates(database)
        self.team_rules = TeamRuleBook(database)
        self.trust_signals = TrustSignals(database)
        self.verification = VerificationBoard(database)
        self.article_pairs = ArticlePairs(database)
        self.pair_runs = self.article_pairs.runs
        self.pairs_apart = PairsApart(database)
        self.article_uses = ArticleUses(database)
        self.unused = UnusedArticles(database)
        self.upkeep = UpkeepQueue(database)
        self.translations = Translations(database)

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
        store = Store(Database(path, busy_timeout_s=settings.busy_timeout_s))
        store.queue.catch_up()
        return store

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
