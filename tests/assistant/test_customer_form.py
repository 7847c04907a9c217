"""What colleagues alone may read reaches no customer: not by a passage, not by steps, not by a draft, not by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.customer_form import CustomerForm, for_drafts, hidden_in
from assistant.drafts.style import Style
from assistant.question import Question, question_of
from assistant.replies.check import check_reply
from assistant.replies.inside import Leak
from assistant.service import Service
from kb.internal_blocks import for_customers
from kb.model import Audience
from kb.reply_drafts import Origin
from tests.assistant.worlds import World, ticket_at
from tests.fakes import an_article

BODY = """The hub shines yellow when it has no internet. Call {{support_phone}} if it stays yellow.

## Restart the hub

1. Pull the plug of the yellow hub.
   ::: internal
   Ask for the mastercode 4711 of the warehouse first.
   :::
2. Wait a whole minute. See [the light](svar:money) or [the list](svar:internal).
3. Put the plug in again.

::: internal
Never tell that the yellow hub was recalled in March by the factory.
:::

## More about the yellow hub

The yellow light goes out by itself after ten minutes.
"""
SECRETS = ("mastercode", "4711", "warehouse", "recalled", "factory", "::: internal")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path / "home", monkeypatch)
    made.put(
        an_article("light", BODY, title="Yellow hub", url="https://help.example/light"),
        an_article("money", "A refund takes five days.", url="https://help.example/money"),
        an_article("internal", "A list of the factory.", url="https://help.example/list", audience=Audience.INTERNAL),
        ticket_at(0, "t0", "My hub shines yellow, what now?"),
    )
    made.store.article_variables.put("support_phone", "08-123 456 78")
    return made


@pytest.mark.parametrize("style", [Style.STANDARD, Style.SHORT, Style.STEPS, Style.CALL])
@pytest.mark.parametrize(
    "asked",
    ["hub shines yellow", "pull the plug of the yellow hub", "recalled mastercode warehouse factory yellow hub"],
)
def test_no_draft_holds_it(world: World, style: Style, asked: str) -> None:
    service = world.service(min_confidence=0.0)
    draft = service.draft(Question(body=asked, locale="en"), agent_name="Eva", style=style)
    text = "\n".join([draft.text, *(sentence.text for sentence in draft.sentences)])
    assert not [secret for secret in SECRETS if secret in text]
    assert "svar:" not in text
    assert "{{support_phone}}" not in text


def test_a_draft_has_the_steps_with_links_and_variables(world: World) -> None:
    draft = world.service(min_confidence=0.0).draft(Question(body="hub shines yellow", locale="en"), style=Style.STEPS)
    assert "Pull the plug" in draft.text
    assert "[the light](https://help.example/money) or the list" in draft.text
    assert all(sentence.text in draft.text for sentence in draft.sentences)


def test_passages_say_what_of_them_may_go_out(world: World) -> None:
    service = world.service()
    hits = [hit for asked in ("hub no internet", "pull the plug mastercode", "recalled in March", "light goes out") for hit in
            service.search(asked) if hit.id == "light"]  # fmt: skip
    assert hits
    for hit in hits:
        passage = hit.passage
        outgoing = passage.text if passage.customer_text is None else passage.customer_text
        assert not [secret for secret in SECRETS if secret in outgoing]
        assert "{{" not in outgoing
        assert "svar:" not in outgoing
        assert passage.text == BODY[passage.start : passage.end]
        hidden = "".join(passage.text[start:end] for start, end in passage.hidden)
        assert all(secret in hidden for secret in SECRETS if secret in passage.text)


def test_the_answering_sentence_is_none_of_it(world: World) -> None:
    service = world.service()
    asked = "recalled in March by the factory, mastercode of the warehouse"
    answer = service.answer(asked, [hit for hit in service.search(asked) if hit.id == "light"])
    assert answer is None or not [secret for secret in SECRETS if secret in answer.text]


def test_what_is_copied_by_hand_is_found_before_it_is_sent(world: World) -> None:
    service = world.service()
    ticket = world.store.tickets.get("t0")
    leaked = "Hi! Never tell that the yellow hub was recalled in March by the factory. Bye"
    found = check(service, ticket.id, leaked)
    assert [(leak.id, leak.audience) for leak in found] == [("light", "internal")]
    assert check(service, ticket.id, "Hi! The yellow light goes out by itself after ten minutes. Bye") == ()


def check(service: Service, ticket_id: str, body: str) -> tuple[Leak, ...]:
    ticket = service.store.tickets.get(ticket_id)
    assert question_of(ticket).text
    return check_reply(service, ticket, body, user_id="u", origins=[Origin("article", "light", 1)]).internal


def test_links_follow_mergers_and_stop_at_what_customers_cannot_read(world: World) -> None:
    form = CustomerForm(world.store)
    assert (form.url("money"), form.url("internal"), form.url("nobody")) == ("https://help.example/money", "", "")
    with world.store.database.write("merge", "article", "money") as connection:
        connection.execute("UPDATE articles SET merged_into = 'light' WHERE id = 'money'")
    assert CustomerForm(world.store).url("money") == "https://help.example/light"


@given(st.integers(0, len(BODY)), st.integers(0, len(BODY)))
def test_any_part_keeps_only_what_customers_read(one: int, other: int) -> None:
    start, end = min(one, other), max(one, other)
    hidden = hidden_in(BODY, start, end)
    part = BODY[start:end]
    kept = "".join(" " if any(s <= n < e for s, e in hidden) and c != "\n" else c for n, c in enumerate(part))
    assert kept == for_customers(BODY)[start:end]


def test_articles_without_it_are_the_same_for_drafts() -> None:
    article = an_article("a", "Plain text.")
    assert for_drafts(article) is article
    assert for_drafts(an_article("b", BODY)).revision.body == for_customers(BODY)
