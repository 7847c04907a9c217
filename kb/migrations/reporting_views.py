"""The views that Tableau, Power BI and Excel read, as SQL; what each column means stands in docs/measures.md.

No view says who did something: figures are about teams and texts. A team has a name here only if at least five people
are in it.
"""

from __future__ import annotations

_TEAM = (
    "(SELECT w.team FROM work_teams w WHERE w.agent = f.agent"
    " AND (SELECT count(*) FROM work_teams m WHERE m.team = w.team) >= 5)"
)

_TICKETS = f"""
CREATE VIEW v_tickets AS SELECT
    f.ticket_id, t.status, f.locale, f.product, f.channel, f.priority, coalesce({_TEAM}, '') AS team,
    t.created_at, f.created_on, f.created_week, f.resolved_at, f.resolved_on, f.resolved_week,
    f.first_response_s / 60.0 AS first_response_minutes,
    f.first_response_work_s / 60.0 AS first_response_working_minutes,
    f.resolution_s / 60.0 AS resolution_minutes, f.resolution_work_s / 60.0 AS resolution_working_minutes,
    f.replies, CASE WHEN f.resolved_on IS NULL OR f.replies = 0 THEN NULL
        ELSE f.replies = 1 AND f.reopened = 0 END AS first_contact_resolved,
    f.reopened, f.satisfied, f.nps, f.worked, f.linked AS articles_linked, f.known AS known_linked,
    f.made AS new_linked, f.assisted, f.shown, f.opened, f.used, f.sent, f.solved
FROM ticket_facts f JOIN tickets t ON t.id = f.ticket_id
"""

_ARTICLES = """
CREATE VIEW v_articles AS SELECT
    a.id AS article_id, r.title, a.locale, a.product, a.audience, a.confidence, a.governance,
    CASE a.translation_of WHEN '' THEN a.id ELSE a.translation_of END AS family, a.revision, a.url,
    coalesce(a.published_at, (SELECT min(f.created_at) FROM revisions f WHERE f.article_id = a.id)) AS published_at,
    a.updated_at, a.verified_at, a.verify_due_at, a.unverified_reason, a.merged_into, a.deleted_at,
    (SELECT count(DISTINCT l.ticket_id) FROM ticket_links l WHERE l.article_id = a.id AND l.kind <> 'reference')
        AS tickets_linked
FROM articles a JOIN revisions r ON r.article_id = a.id AND r.number = a.revision
"""

_ARTICLE_USE = """
CREATE VIEW v_article_use AS SELECT
    u.article_id, u.ticket_id, u.first_on, f.resolved_on, f.resolved_week, u.rank AS best_rank,
    u.stage >= 1 AS shown, u.stage >= 2 AS opened, u.stage >= 3 AS used, u.stage >= 4 AS sent, u.linked,
    (u.stage >= 4 OR u.linked) AND f.resolved_on IS NOT NULL AND coalesce(f.worked, 1) = 1 AS solved,
    u.dismissed <> '' AS dismissed, u.dismissed AS dismissed_because,
    (u.stage >= 4 OR u.linked) AND f.reopened AS reopened,
    CASE WHEN u.stage >= 4 OR u.linked THEN f.satisfied END AS satisfied
FROM article_uses u JOIN ticket_facts f ON f.ticket_id = u.ticket_id
"""

_LINKS = """
CREATE VIEW v_links AS SELECT l.ticket_id, l.article_id, l.kind, l.at AS linked_at, l.outcome
FROM ticket_links l WHERE l.article_id <> ''
"""

_MISSES = """
CREATE VIEW v_misses AS SELECT
    e.id AS miss_id, e.at, e.kind, e.ticket_id, json_extract(e.detail, '$.query') AS question,
    json_extract(e.detail, '$.locale') AS locale, json_extract(e.detail, '$.product') AS product,
    e.article_id AS nearest_article_id, e.confidence
FROM events e WHERE e.kind IN ('missed', 'wanted')
"""

_WEEKLY = """
CREATE VIEW v_weekly AS SELECT
    resolved_week AS week, locale, product, team, count(*) AS handled,
    count(first_response_minutes) AS first_responses, sum(first_response_minutes) AS first_response_minutes,
    sum(first_response_working_minutes) AS first_response_working_minutes,
    count(resolution_minutes) AS resolutions, sum(resolution_minutes) AS resolution_minutes,
    sum(resolution_working_minutes) AS resolution_working_minutes,
    count(first_contact_resolved) AS answered, sum(first_contact_resolved) AS first_contact_resolved,
    sum(reopened) AS reopened, count(satisfied) AS rated, sum(satisfied) AS satisfied,
    count(nps) AS nps_answers, sum(nps >= 9) AS promoters, sum(nps <= 6) AS detractors,
    sum(articles_linked > 0) AS linked, sum(known_linked > 0) AS known, sum(new_linked > 0) AS new,
    sum(assisted) AS assisted, sum(shown) AS shown, sum(opened) AS opened, sum(used) AS used, sum(sent) AS sent,
    sum(solved) AS solved
FROM v_tickets WHERE resolved_week IS NOT NULL GROUP BY resolved_week, locale, product, team
"""

_GAPS = """
CREATE VIEW v_gaps AS SELECT
    g.id AS gap_id, f.place, json_extract(f.figures, '$.label') AS label, json_extract(f.figures, '$.locale') AS locale,
    json_extract(f.figures, '$.cause') AS cause, json_extract(f.figures, '$.remedy') AS remedy, g.status,
    json_extract(f.figures, '$.article_id') AS article_id, json_extract(f.figures, '$.asked') AS asked,
    json_array_length(f.figures, '$.tickets') AS tickets, json_extract(f.figures, '$.customers') AS customers,
    json_extract(f.figures, '$.minutes') AS minutes, json_extract(f.figures, '$.trend') AS trend,
    g.shipped_article_id, g.shipped_at, r.finished_at AS found_at
FROM gap_figures f JOIN gaps g ON g.id = f.gap_id JOIN gap_runs r ON r.id = f.run_id
WHERE f.run_id = (SELECT max(id) FROM gap_runs WHERE state = 'done')
"""

VIEWS = (_TICKETS, _ARTICLES, _ARTICLE_USE, _LINKS, _MISSES, _WEEKLY, _GAPS)
"""In the order in which they are made: one reads another."""
