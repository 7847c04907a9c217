"""What a draft is compared with: texts that the product found anyway, pasted as they are."""

from __future__ import annotations

from assistant.engine import Engine
from assistant.evaluation.courtesy import without_courtesy
from assistant.evaluation.helpful_reply import LinkedArticle, helpful_reply, telling
from assistant.model import Suggestion
from indexer.model import Shelf
from indexer.problem import last_reply
from kb.model import Ticket
from kb.store import Store

FIRST_PASSAGE = "first passage"
MATCHED_PASSAGE = "matched passage"
WHOLE_ARTICLE = "top article"
NEAREST_REPLY = "nearest reply"
BASELINES = (FIRST_PASSAGE, MATCHED_PASSAGE, WHOLE_ARTICLE, NEAREST_REPLY)


def baselines(engine: Engine, found: Suggestion) -> dict[str, str]:
    """The text of each baseline for one question, in Markdown; empty where nothing was found.

    The article is the first one of the list, whatever its language and audience: its first passage as it is indexed,
    the passage that is shown, and all of it. The ticket is the nearest one: its first helpful reply, or its first one,
    without greeting and signature.
    """
    texts = dict.fromkeys(BASELINES, "")
    if found.articles:
        hit = found.articles[0]
        body = engine.store.articles.get(hit.id, hit.revision).revision.body
        passages = engine.shelves.passages_of(Shelf.ARTICLE, hit.id).values()
        first = min(passages, key=lambda passage: passage.start, default=None)
        texts[FIRST_PASSAGE] = body[first.start : first.end] if first is not None else ""
        texts[MATCHED_PASSAGE] = hit.passage.text
        texts[WHOLE_ARTICLE] = body
    if found.tickets:
        texts[NEAREST_REPLY] = _reply(engine.store, engine.store.tickets.get(found.tickets[0].id))
    return texts


def _reply(store: Store, ticket: Ticket) -> str:
    links = store.tickets.links([ticket.id])
    titles = store.articles.get_many(link.article_id for link in links)
    linked = [LinkedArticle(link.target, titles[link.article_id].title) for link in links if link.article_id in titles]
    reply = helpful_reply(ticket, linked) or next(iter(telling(ticket.messages)), None) or last_reply(ticket.messages)
    return without_courtesy(reply.body) if reply is not None else ""
