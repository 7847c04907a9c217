"""What is asked: the customer's newest words, and nothing of what surrounds them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import FEW_WORDS, MAX_CHARACTERS, Question, join, question_of
from kb.model import Customer
from tests.fakes import DAY, a_message, a_ticket, conversation

BURSTS = {
    "the only message": ([("customer", "one")], "one"),
    "two in a row": ([("customer", "one"), ("customer", "two")], "one\n\ntwo"),
    "answered, not asked again": ([("customer", "one"), ("agent", "X")], "one"),
    "asked again": ([("customer", "one"), ("agent", "X"), ("customer", "two")], "two"),
    "asked again twice": (
        [("customer", "one"), ("agent", "X"), ("customer", "two"), ("customer", "three")],
        "two\n\nthree",
    ),
    "a note is no answer": ([("customer", "one"), ("note", "X"), ("customer", "two")], "one\n\ntwo"),
    "a bot is no answer": ([("customer", "one"), ("bot", "X"), ("customer", "two")], "one\n\ntwo"),
    "the agent began": ([("agent", "X"), ("customer", "one")], "one"),
    "only an agent": ([("agent", "X")], ""),
    "nobody": ([], ""),
    "an empty message": ([("customer", "  "), ("customer", "two")], "two"),
}
TEXTS = {
    "both": ("Gul lampa", "Den blinkar.", "Gul lampa\nDen blinkar."),
    "no body": ("Gul lampa", "", "Gul lampa"),
    "no subject": ("", "Den blinkar.", "Den blinkar."),
    "neither": ("", " \n ", ""),
    "subject again in the body": ("Gul lampa", "gul LAMPA sedan igår", "gul LAMPA sedan igår"),
    "signature": ("", "Den blinkar.\n-- \nAnna\n070-1740605", "Den blinkar."),
    "signature without a space": ("", "Den blinkar.\n--\nAnna", "Den blinkar."),
    "signature from Windows": ("", "Den blinkar.\r\n-- \r\nAnna", "Den blinkar."),
    "phone's signature": ("", "It blinks.\n\nSent from my iPhone", "It blinks."),
    "Swedish phone": ("", "Den blinkar.\n\nSkickat från min iPad", "Den blinkar."),
    "Danish phone": ("", "Den blinker.\n\nSendt fra min iPhone", "Den blinker."),
    "Outlook": ("", "Den blinkar.\n\nHämta Outlook för iOS", "Den blinkar."),
    "Outlook's rule": ("", "Den blinkar.\n________________\nFrån: Stöd", "Den blinkar."),
    "quoted lines": ("", "> Vad ser du?\nGult.\n> Och nu?\nGrönt.", "Gult.\nGrönt."),
    "only quoted": ("Gult", "> Vad ser du?", "Gult"),
    "an option is no signature": ("", "This fails:\n--verbose\nwith E-1042", "This fails:\n--verbose\nwith E-1042"),
    "a rule is no signature": ("", "Hej!\n---\nDen blinkar.", "Hej!\n---\nDen blinkar."),
    "greater than within a line": ("", "Temperatur > 25 grader", "Temperatur > 25 grader"),
}


SHORT = {
    "asked again in few words": ([("customer", "one"), ("agent", "X"), ("customer", "two")], "one\n\ntwo"),
    "the first burst and the last": (
        [
            ("customer", "one"),
            ("customer", "two"),
            ("agent", "X"),
            ("customer", "no"),
            ("agent", "X"),
            ("customer", "still"),
        ],
        "one\n\ntwo\n\nstill",
    ),
    "never answered": ([("customer", "one"), ("customer", "two")], "one\n\ntwo"),
    "thanks after a private note": ([("customer", "one"), ("note", "X"), ("customer", "thanks")], "one\n\nthanks"),
}


def enough(text: str) -> str:
    """So many words that a message asks something by itself."""
    return text.strip() and f"{text} " + "w " * (FEW_WORDS - 2) + "w"


@pytest.mark.parametrize(("turns", "body"), BURSTS.values(), ids=BURSTS.keys())
def test_the_customers_latest_burst(turns: list[tuple[str, str]], body: str) -> None:
    ticket = a_ticket("t1", subject="", messages=conversation(*((author, enough(text)) for author, text in turns)))
    assert question_of(ticket).body == "\n\n".join(enough(each) for each in body.split("\n\n"))


@pytest.mark.parametrize(("turns", "body"), SHORT.values(), ids=SHORT.keys())
def test_a_few_words_stand_behind_the_first_question(turns: list[tuple[str, str]], body: str) -> None:
    asked = question_of(a_ticket("t1", subject="", messages=conversation(*turns)))
    assert asked.body == body


@pytest.mark.parametrize(("subject", "body", "text"), TEXTS.values(), ids=TEXTS.keys())
def test_text(subject: str, body: str, text: str) -> None:
    assert Question(subject=subject, body=body).text == text


def test_what_is_known_of_the_ticket_goes_along() -> None:
    ticket = a_ticket(
        "t7", ("customer", "one"), ("agent", "X"), ("customer", enough("two")),
        subject="S", locale="da", product="Hub", topic="light", tags=("e-1042",), customer=Customer("c1", "Anna Berg"),
    )  # fmt: skip
    assert question_of(ticket) == Question(
        "S", enough("two"), "da", "Hub", "light", ("e-1042",), "t7", DAY, DAY + timedelta(minutes=2), "Anna Berg"
    )


def test_a_ticket_without_a_question_is_as_old_as_itself() -> None:
    asked = question_of(a_ticket("t1", ("agent", "X")))
    assert asked.as_of == asked.created_at == DAY


def test_a_private_message_of_the_customers_side_is_not_used() -> None:
    hidden = (a_message("customer", "seen"), a_message("customer", "hidden", number=1, public=False, minutes=1))
    assert question_of(a_ticket("t1", messages=hidden)).body == "seen"


@given(st.lists(st.sampled_from(["customer", "agent", "note", "bot"]), max_size=12))
def test_only_customers_words_are_ever_in_it(authors: list[str]) -> None:
    turns = [(author, enough(f"{author}{number}")) for number, author in enumerate(authors)]
    asked = question_of(a_ticket("t1", subject="", messages=conversation(*turns)))
    # By hand: from the end, everything up to the newest agent's answer that stands before a customer's message.
    visible = [author for author in authors if author in {"customer", "agent"}]
    size = len("".join("a" if author == "agent" else "c" for author in visible).rstrip("a").rpartition("a")[2])
    customers = [body for author, body in turns if author == "customer"]
    assert asked.text == "\n\n".join(customers[len(customers) - size :])


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_cut_and_clean(subject: str, body: str) -> None:
    text = Question(subject=subject, body=body).text
    assert text == text.strip()
    assert len(text) <= MAX_CHARACTERS


@pytest.mark.parametrize("piece", ["a", "a b ", "> x\n", "-- x\n", "\n", "____", "Sent from ", "é\u0301"])
def test_a_megabyte_is_cut(piece: str) -> None:
    asked = Question(subject="Log", body=piece * (1_000_000 // len(piece)))
    assert len(asked.text) <= MAX_CHARACTERS
    assert asked.text.startswith("Log")


def test_join_leaves_empty_ones_out() -> None:
    assert join([a_message(body=" one\n"), a_message(body=""), a_message(body="two")]) == "one\n\ntwo"
    assert join([]) == ""
