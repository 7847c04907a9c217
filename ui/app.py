"""The application: REST, static files and pages behind one guard."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from assistant.learning.nightly import Nightly
from assistant.measures.measures import Measures
from assistant.rewriting.rewriter import Rewriter
from indexer.follow import Follower
from kb.settings import Settings
from ui import auth
from ui.api import (
    article_comments,
    article_drafts,
    article_files,
    article_moves,
    article_rewrite,
    article_writing,
    articles,
    call_notes,
    candidates,
    canned,
    customers,
    draft,
    embed,
    errors,
    escalate,
    events,
    exports,
    flags,
    from_tickets,
    gaps,
    health,
    me,
    measures,
    mentions,
    pins,
    presence,
    queue,
    replies,
    rewrite,
    search,
    suggest,
    tickets,
    upkeep,
    upkeep_pairs,
    upkeep_signals,
    upkeep_translations,
    users,
    views,
)
from ui.api.access import Desk
from ui.api.recent import Recent
from ui.api.turns import Turns
from ui.demo import add_colleagues
from ui.guard import Guard
from ui.index_aside import IndexAside
from ui.nightly_capture import NightlyCapture
from ui.nightly_upkeep import NightlyUpkeep
from ui.notices import NoticeSender
from ui.outbox import PostSender
from ui.pages.joined import joined_files
from ui.pages.shell import Shell
from ui.run_aside import RunAside
from ui.static_files import FOLDER, StaticFiles
from ui.timed_publisher import TimedPublisher
from ui.weekly_gaps import WeeklyGaps

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from assistant.service import Service


def build_app(
    service: Service,
    *,
    demo: bool,
    settings: Settings,
    shell: bool = True,
    follow: bool = True,
    warm: bool | None = None,
    setup_code: str = "",
) -> FastAPI:
    """Put the application together; imports no Gradio.

    Args:
        service: What answers.
        demo: Come in by one click; only from this machine.
        settings: The team's settings.
        shell: Load Gradio in the background once the server runs; False leaves the workspace on its plain page.
        follow: Index what changes while the server runs, so that what was just solved is found a second later, learn
            from it at night, and send what waits in the outbox.
        warm: Make answers quicker in the background; None: if it follows.
        setup_code: What the first admin must know; "" makes one up.
    """
    files, runs = StaticFiles(made=joined_files(FOLDER)), RunAside(settings)
    figures = Measures(service.store, beside=follow)
    desk = Desk(
        service=service, settings=settings, demo=demo, static_version=files.version, attempts=auth.Attempts(),
        recent=Recent(service), turns=Turns(), setup_code=setup_code or secrets.token_urlsafe(12),
        rewriter=Rewriter.open(service.store, settings), aside=runs,
    )  # fmt: skip
    if demo:
        add_colleagues(service.store)
    gradio = Shell(version=files.version, notes=desk.notes)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            if follow if warm is None else warm:
                threading.Thread(target=_warm, args=(service,), name="warm-up", daemon=True).start()
            running.push_async_callback(run_in_threadpool, runs.stop)
            for stop in _beside(service, settings, runs, figures) if follow else ():
                running.push_async_callback(run_in_threadpool, stop)
            if shell:
                await running.enter_async_context(gradio.running())
            yield

    app = FastAPI(title="Svar", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json", lifespan=lifespan)
    app.state.desk, app.state.measures = desk, figures
    errors.install(app)
    for noun in (  # what is asked at every keystroke first: paths are compared one after the other
        suggest, article_drafts, article_comments, article_moves, article_writing, article_files, article_rewrite,
        me, queue, tickets, replies, draft, rewrite, search, articles, canned, events, health, users, views,
        presence, mentions, escalate, customers, pins, flags, call_notes, gaps, measures, exports,
        from_tickets, candidates, upkeep, upkeep_pairs, upkeep_signals, upkeep_translations,
    ):  # fmt: skip
        app.include_router(noun.router, prefix="/api/v1")
    app.include_router(auth.router)
    app.include_router(embed.router, prefix="/api/v1")
    app.include_router(embed.pages)
    app.add_middleware(gradio.around)
    app.add_middleware(files.around)
    app.add_middleware(Guard, desk=desk)
    return app


def _beside(service: Service, settings: Settings, runs: RunAside, figures: Measures) -> Iterator[Callable[[], None]]:
    """Start what runs beside the answers, one after another; each gives what stops it, the last to be called first."""
    aside = IndexAside()
    follower = Follower(service.store, settings, upkeep=aside)
    follower.start()
    yield follower.stop
    yield aside.stop
    posts = PostSender(service.store, settings), NoticeSender(service.store, settings, measures=figures)
    timed = TimedPublisher(service.store), WeeklyGaps(service.store, settings, runs)
    nightly = Nightly(service.store, settings), NightlyCapture(service.store, runs), NightlyUpkeep(service.store, runs)
    for each in (*posts, *timed, *nightly):
        each.start()
        yield each.stop


def _warm(service: Service) -> None:
    try:
        service.warm()
    except Exception:
        # Answers are slower then, and nothing else.
        log.exception("could not make answers quicker")
