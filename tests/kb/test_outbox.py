"""The outbox: nothing is lost, each try is written down, and what cannot be sent is given up in the open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb.desk.outbox import Post, PostKind, insert_post
from kb.desk.replies import OutgoingReply
from kb.desk.sending import CLAIM, MAX_TRIES, PAUSES, PostState
from kb.errors import Conflict, NotFound
from kb.model import Role, TicketStatus
from kb.settings_outgoing import Outgoing
from kb.store import Store
from tests.fakes import a_ticket, an_article, open_store, put

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
DESK = Outgoing(reply_webhook="https://desk.example/in", reply_secret="0123456789abcdef")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    put(opened, a_ticket("t1"))
    yield opened
    opened.close()


def wait(store: Store, text: str = "Hej", *, at: datetime = NOW) -> int:
    with store.database.write("test", "outbox", "") as connection:
        return insert_post(connection, Post(PostKind.MAIL, "t1", "a@b.example", {"text": text}), at=at)


def tries(store: Store) -> list[tuple[int, str]]:
    rows = store.database.rows("SELECT number, outcome FROM outbox_tries ORDER BY outbox_id, number")
    return [(row["number"], row["outcome"]) for row in rows]


def test_a_post_is_claimed_by_one_and_marked_once(store: Store, tmp_path: Path) -> None:
    wait(store)
    other = open_store(tmp_path)

    post = store.outbox.claim(now=NOW)

    assert post is not None
    assert (post.kind, post.target, post.payload, post.tries) == (PostKind.MAIL, "a@b.example", {"text": "Hej"}, 1)
    assert len(post.key) == 32
    assert other.outbox.claim(now=NOW) is None
    store.outbox.sent(post, said="handed in")
    assert store.outbox.claim(now=NOW + timedelta(days=9)) is None
    assert store.outbox.counts() == {"waiting": 0, "sent": 1, "failed": 0}
    assert tries(store) == [(1, "sent")]
    other.close()


def test_who_dies_between_try_and_mark_loses_nothing(store: Store) -> None:
    wait(store)
    first = store.outbox.claim(now=NOW)
    assert first is not None

    assert store.outbox.claim(now=NOW + CLAIM - timedelta(seconds=1)) is None
    again = store.outbox.claim(now=NOW + CLAIM)

    assert again is not None
    assert (again.id, again.key, again.tries) == (first.id, first.key, 2)
    assert tries(store) == [(1, ""), (2, "")]


def test_pauses_grow_and_then_it_is_given_up(store: Store) -> None:
    wait(store)
    at = NOW
    for number in range(1, MAX_TRIES + 1):
        post = store.outbox.claim(now=at)
        assert post is not None
        assert post.tries == number
        state = store.outbox.failed(post, "HTTP 500", now=at)
        if number < MAX_TRIES:
            assert state is PostState.WAITING
            pause = PAUSES[number - 1]
            assert store.outbox.claim(now=at + pause - timedelta(microseconds=1)) is None
            at += pause
    assert list(PAUSES) == sorted(PAUSES)
    assert store.outbox.counts() == {"waiting": 0, "sent": 0, "failed": 1}
    assert store.outbox.claim(now=at + timedelta(days=99)) is None
    assert tries(store) == [(n, "failed") for n in range(1, MAX_TRIES + 1)]
    verbs = [row["verb"] for row in store.database.rows("SELECT verb FROM audit WHERE noun = 'outbox' ORDER BY id")]
    assert verbs == ["test", "give_up"]


def test_what_cannot_help_is_not_tried_again_until_somebody_wants_it(store: Store) -> None:
    post_id = wait(store)
    post = store.outbox.claim(now=NOW)
    assert post is not None
    assert store.outbox.failed(post, "SMTP 550 no such user", final=True, now=NOW) is PostState.FAILED

    store.outbox.retry(post_id, actor="u1")

    again = store.outbox.claim()
    assert again is not None
    assert (again.key, again.tries, again.number) == (post.key, 1, 2)
    store.outbox.sent(again)
    assert tries(store) == [(1, "failed"), (2, "sent")]
    with pytest.raises(Conflict, match="it is sent"):
        store.outbox.retry(post_id, actor="u1")
    with pytest.raises(NotFound, match="No post with id '77'"):
        store.outbox.retry(77, actor="u1")


def test_a_late_failure_does_not_undo_what_was_sent(store: Store) -> None:
    """Two processes try the same post, the first of which was thought dead."""
    wait(store)
    slow = store.outbox.claim(now=NOW)
    quick = store.outbox.claim(now=NOW + CLAIM)
    assert slow is not None
    assert quick is not None
    store.outbox.sent(quick)
    store.outbox.failed(slow, "late", now=NOW)
    store.outbox.failed(slow, "late", final=True, now=NOW)
    assert store.outbox.counts()["sent"] == 1


def test_the_one_that_waited_longest_goes_first(store: Store) -> None:
    wait(store, "second", at=NOW)
    wait(store, "first", at=NOW - timedelta(seconds=1))
    found = [store.outbox.claim(now=NOW) for _ in range(2)]
    assert [post.payload["text"] for post in found if post is not None] == ["first", "second"]


def send(store: Store, body: str, *, version: int = 1, outgoing: Outgoing = DESK, public: bool = True) -> None:
    user = next(iter(store.users.list()), None) or store.users.create(
        name="Anna Berg", email="a@b.example", role=Role.AGENT
    )
    store.replies.send(
        OutgoingReply(
            ticket_id="t1", body=body, author_name=user.name, actor=user.id, status=TicketStatus.SOLVED,
            version=version, public=public, links=(("a1", "resolution"),) if public else (), outgoing=outgoing,
        )
    )  # fmt: skip


def test_a_public_reply_goes_to_the_help_desk_with_all_it_needs(store: Store) -> None:
    put(store, an_article("a1", url="https://help.example/a1"))
    send(store, "Hold the **button**.\nThen wait.")

    post = store.outbox.claim()

    assert post is not None
    message = store.tickets.get("t1").messages[-1]
    assert (post.kind, post.target, post.message_at) == (PostKind.REPLY, "", message.at)
    assert post.payload["ticket"] == {"id": "t1", "source": "files", "source_id": "t1", "status": "solved"}
    sent = post.payload["message"]
    assert isinstance(sent, dict)
    assert sent["markdown"] == "Hold the **button**.\nThen wait."
    assert sent["html"] == "<p>Hold the <strong>button</strong>.<br>\nThen wait.</p>\n"
    assert sent["author"]["name"] == "Anna Berg"
    assert post.payload["articles"] == [
        {"id": "a1", "title": "Title of a1", "url": "https://help.example/a1", "locale": "en"}
    ]
    delivery = store.outbox.deliveries("t1")[message.at]
    assert (delivery.state, delivery.tries, delivery.error) == (PostState.WAITING, 1, "")


@pytest.mark.parametrize(("public", "outgoing"), [(False, DESK), (True, Outgoing())])
def test_notes_stay_and_without_a_webhook_everything_does(store: Store, outgoing: Outgoing, *, public: bool) -> None:
    put(store, an_article("a1"))
    send(store, "@nobody", public=public, outgoing=outgoing)
    assert store.outbox.counts() == {"waiting": 0, "sent": 0, "failed": 0}
    assert store.outbox.deliveries("t1") == {}


def test_a_reply_that_was_not_stored_is_not_sent(store: Store) -> None:
    put(store, an_article("a1"))
    with pytest.raises(Conflict, match="Somebody else changed this ticket"):
        send(store, "late", version=9)
    assert store.outbox.claim() is None


def test_a_ticket_that_goes_takes_its_posts_along(store: Store) -> None:
    wait(store)
    with store.database.write("delete", "ticket", "t1") as connection:
        connection.execute("DELETE FROM tickets WHERE id = 't1'")
    assert store.outbox.claim() is None
