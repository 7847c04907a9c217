"""Which of the agents' messages helped first: what a draft is compared with. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.drafts.sentences import texts
from assistant.evaluation.text_overlap import words
from kb.addresses import slug
from kb.model import Author, Message, Ticket

FEWEST_WORDS = 8
"""A shorter reply ("Thanks, I'll look") helped nobody."""
_FEWEST_TITLE_WORDS = 2
"""A title of one word ("Sync") stands in many a reply that does not mean the article."""


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """An article that agents linked to a ticket."""

    target: str
    """As the help desk gave it: URL, slug or id."""
    title: str = ""
    """Its title, where the article is stored."""


def helpful_reply(ticket: Ticket, linked: Sequence[LinkedArticle]) -> Message | None:
    """The first public reply of an agent that is known to have helped.

    Only a ticket with linked articles has one: a link is the only mark of help that every help desk keeps. Replies of
    fewer than FEWEST_WORDS words are passed over. Of the others it is the first that names a linked article, by the
    last part of its address or by its title (some exports lose the address and keep the words). Where none does it is
    the first that is not mainly a question back.

    Returns:
        None where no article is linked, nobody replied, or every reply asks back.
    """
    replies = telling(ticket.messages)
    if not linked or not replies:
        return None
    for reply in replies:
        if any(_names(reply.body, article) for article in linked):
            return reply
    if len(replies) == 1:
        return replies[0]
    return next((reply for reply in replies if not _asks_back(reply.body, ticket.locale)), None)


def telling(messages: Sequence[Message]) -> list[Message]:
    """The agents' public messages of at least FEWEST_WORDS words, in order."""
    public = [message for message in messages if message.public and message.author is Author.AGENT]
    return [message for message in public if len(message.body.split()) >= FEWEST_WORDS]


def _names(body: str, article: LinkedArticle) -> bool:
    address = slug(article.target)
    if address and address in body.casefold():
        return True
    title = words(article.title)
    return len(title) >= _FEWEST_TITLE_WORDS and f" {' '.join(title)} " in f" {' '.join(words(body))} "


def _asks_back(body: str, locale: str) -> bool:
    """Whether at least half of the sentences of more than a greeting's length are questions."""
    sentences = [text for text in texts(body, locale) if len(text.split()) > 2]
    asked = sum(text.rstrip("*_)\"' ").endswith("?") for text in sentences)
    return 2 * asked >= len(sentences)
