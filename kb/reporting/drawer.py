"""All that figures and notices need of one database, as one drawer of the store."""

from __future__ import annotations

from kb.database import Database
from kb.reporting.article_uses import ArticleUses
from kb.reporting.digest_plan import DigestPlans
from kb.reporting.link_audits import LinkAudits
from kb.reporting.misses import Misses
from kb.reporting.notices import Notices
from kb.reporting.ticket_facts import TicketFacts
from kb.reporting.view_rows import ViewRows
from kb.reporting.work_teams import WorkTeams


class Reporting:
    """The parts by name."""

    def __init__(self, database: Database) -> None:
        self.facts = TicketFacts(database)
        self.uses = ArticleUses(database)
        self.misses = Misses(database)
        self.teams = WorkTeams(database)
        self.views = ViewRows(database)
        self.audits = LinkAudits(database)
        self.notices = Notices(database)
        self.digests = DigestPlans(database)
