"""Which reply counts as the one that helped."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.evaluation.helpful_reply import LinkedArticle, helpful_reply
from kb.model import Author, Message, Ticket, TicketStatus

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
HUB = LinkedArticle("https://help.example/en-US/kb/hub-is-offline", "The hub is offline")
ASKS = "Which colour does the ring on your hub have now?"
GUESS = "You could try another cable first, that helps many of our customers."
NAMES = "Please follow all the steps in The hub is offline, from the top."
LINKS = "Please follow all of the steps that stand here: https://help.example/en-US/kb/Hub-is-offline#steps"


def asked(*replies: str | tuple[Author, bool, str]) -> Ticket:
    said = [(Author.CUSTOMER, True, "The ring is yellow, see The hub is offline, what now?")]
    said += [reply if isinstance(reply, tuple) else (Author.AGENT, True, reply) for reply in replies]
    messages = tuple(Message(n, who, public, NOW, body) for n, (who, public, body) in enumerate(said))
    return Ticket("t1", "demo", "t1", "Hub", TicketStatus.CLOSED, "en", NOW, messages)


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        (asked(GUESS), GUESS),  # one reply and one link: the link came from it
        (asked(ASKS), ASKS),
        (asked(ASKS, GUESS, NAMES), NAMES),
        (asked(GUESS, LINKS, NAMES), LINKS),
        (asked(ASKS, GUESS), GUESS),  # none names it: the first that does not ask back
        (asked(ASKS, "Could you send us a photo of the label, please?"), None),
        (asked("Thanks, I am on it.", GUESS), GUESS),  # too short to help
        (asked((Author.AGENT, False, NAMES), GUESS), GUESS),  # a note
        (asked((Author.BOT, True, NAMES), GUESS), GUESS),
        (asked((Author.CUSTOMER, True, NAMES), GUESS), GUESS),
        (asked(), None),
    ],
)  # fmt: skip
def test_first_that_helped(ticket: Ticket, expected: str | None) -> None:
    found = helpful_reply(ticket, [HUB])
    assert (found.body if found else None) == expected


def test_without_a_link_nobody_knows() -> None:
    assert helpful_reply(asked(NAMES), []) is None


def test_a_title_of_one_word_is_no_name() -> None:
    sync = LinkedArticle("https://help.example/kb/sync-your-devices", "Sync")
    replies = asked(
        "With sync turned on, this should not happen at all.",
        "See https://help.example/kb/sync-your-devices for all of the steps, please.",
    )
    found = helpful_reply(replies, [sync])
    assert found is not None
    assert found.number == 2


def test_a_link_to_an_article_that_is_not_stored() -> None:
    gone = LinkedArticle("https://elsewhere.example/kb/gone-for-good")
    found = helpful_reply(
        asked(GUESS, "It stands at https://elsewhere.example/kb/gone-for-good in our old base."), [gone]
    )
    assert found is not None
    assert found.number == 2
