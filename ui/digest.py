"""The weekly digest in the reader's language, and who gets it when."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from assistant.measures.digest import Digest, digest_of
from assistant.measures.measures import Measures
from kb import clock
from kb.desk.hours import WEEKDAYS
from kb.reporting.digest_plan import DigestPlan
from kb.reporting.notices import MAIL, WEBHOOK, Notice
from ui.catalogue import day_text, percent_text, text
from ui.wire import to_json

LATE = timedelta(days=3)
"""A server that was off when the digest was due makes up for it so long afterwards."""


def digest_text(digest: Digest, locale: str) -> tuple[str, str]:
    """Subject and text of a digest.

    Args:
        digest: The facts.
        locale: The reader's language.
    """

    def say(key: str, **values: object) -> str:
        return text(locale, f"digest.{key}", **values)

    last = digest.until - timedelta(days=1)
    days = {"since": day_text(locale, digest.since), "until": day_text(locale, last)}
    lines = [say("greeting", week=digest.week.partition("W")[2].lstrip("0"), **days), ""]
    lines.append(_compared(locale, "handled", str(digest.handled), _text(digest.handled_before)))
    if digest.link_rate is not None:
        before = "" if digest.link_rate_before is None else percent_text(locale, digest.link_rate_before)
        lines.append(_compared(locale, "link_rate", percent_text(locale, digest.link_rate), before))
    if digest.coverage is not None:
        lines.append(say("coverage", value=percent_text(locale, digest.coverage)))
    lines += [say("searches", n=digest.searches), ""]
    if digest.gaps:
        lines.append(say("gaps"))
        for number, gap in enumerate(digest.gaps, start=1):
            why = text(locale, f"cause.{gap.cause}").lower() if gap.cause else ""
            lines.append(
                f"{number}. {_short(gap.label)} ({say(_tickets(gap.tickets), n=gap.tickets)}{': ' if why else ''}{why})"
            )
    else:
        lines.append(say("no_gaps"))
    if digest.closures:
        lines += ["", say("closures"), *(f"- {_short(gap.label)}" for gap in digest.closures)]
    lines += ["", say("verification", due=digest.due, overdue=digest.overdue, unverified=digest.unverified)]
    lines += ["", say("where")]
    return say("subject", week=digest.week.partition("W")[2].lstrip("0")), "\n".join(lines) + "\n"


def notices_for(measures: Measures, plan: DigestPlan, digest: Digest) -> list[Notice]:
    """One notice per receiver: users in their own language, others in the plan's.

    Args:
        measures: Whose users.
        plan: The receivers.
        digest: The facts.
    """
    users = {user.email.casefold(): user.locale for user in measures.store.users.list() if user.active}
    at, about = clock.to_text(clock.now()), f"digest:{digest.week}"
    found = []
    for address in plan.to:
        subject, body = digest_text(digest, users.get(address.casefold(), plan.locale))
        payload: dict[str, object] = {"subject": subject, "text": body, "at": at}
        found.append(Notice(f"{about}:{address}", about, MAIL, address, payload))
    if plan.webhook:
        subject, body = digest_text(digest, plan.locale)
        payload = {"type": "digest", "subject": subject, "text": body, "digest": _plain(digest)}
        found.append(Notice(f"{about}:webhook", about, WEBHOOK, "", payload))
    return found


def queue_planned(measures: Measures, *, now: datetime) -> bool:
    """Queue the digest of the last whole week if the plan says that it is time; once per week, whoever looks.

    Args:
        measures: The figures' store.
        now: Aware.

    Returns:
        Whether it was queued now.
    """
    plan = measures.store.reporting.digests.get()
    if not plan.active or not due(plan, now, measures):
        return False
    local = now.astimezone(measures.zone).date()
    monday = local - timedelta(days=local.weekday() + 7)
    year, week, _ = monday.isocalendar()
    if measures.store.reporting.digests.queued(f"{year}-W{week:02d}"):
        return False
    digest = digest_of(measures, now=now)
    queued = measures.store.reporting.digests.queue(
        digest.week, notices_for(measures, plan, digest), planned=True, at=now
    )
    return queued > 0


def due(plan: DigestPlan, now: datetime, measures: Measures) -> bool:
    """Whether the plan's time of this week has come, and not longer than LATE ago.

    Args:
        plan: When.
        now: Aware.
        measures: Whose zone.
    """
    local = now.astimezone(measures.zone)
    monday = local.date() - timedelta(days=local.weekday())
    day = monday + timedelta(days=WEEKDAYS.index(plan.weekday))
    moment = datetime.combine(day, time(plan.hour), measures.zone).astimezone(UTC)
    return moment <= now < moment + LATE


def _plain(digest: Digest) -> dict[str, object]:
    known = {name: getattr(digest, name) for name in Digest.__slots__ if name not in {"since", "until"}}
    plain: dict[str, object] = to_json(known)
    return plain | {"since": digest.since.isoformat(), "until": digest.until.isoformat()}


def _compared(locale: str, key: str, value: str, before: str) -> str:
    if not before:
        return text(locale, f"digest.{key}", value=value)
    return text(locale, f"digest.{key}_before", value=value, before=before)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _tickets(n: int) -> str:
    return "tickets.one" if n == 1 else "tickets.other"


def _short(label: str) -> str:
    return label if len(label) <= 120 else label[:119].rstrip() + "…"
