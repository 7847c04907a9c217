"""Merge fields: filled once, never guessed, left visible where nothing is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.merge_fields import FIELDS, fields, fill, first_name, full_name, order_number, values_of
from assistant.question import Question


def test_known_fields_are_filled_and_the_others_are_listed() -> None:
    filled = fill(
        "Hej {{ticket.customer.first_name}}! Order {{ order.number }}, {{x}}", {"ticket.customer.first_name": "Åsa"}
    )
    assert filled.text == "Hej Åsa! Order {{ order.number }}, {{x}}"
    assert [hole.field for hole in filled.placeholders] == ["order.number", "x"]
    assert [filled.text[hole.start : hole.end] for hole in filled.placeholders] == ["{{ order.number }}", "{{x}}"]


def test_a_value_is_not_read_for_fields() -> None:
    filled = fill("{{ticket.product}} {{agent.name}}", {"ticket.product": "{{agent.name}}", "agent.name": "Elin"})
    assert filled.text == "{{agent.name}} Elin"
    assert filled.placeholders == ()


@given(
    text=st.lists(st.sampled_from(["{{agent.name}}", "{{ x.y }}", "{{", "}}", "a", "ö ", "{{ticket.id}}"])).map(
        "".join
    ),
    values=st.dictionaries(st.sampled_from(["agent.name", "x.y", "ticket.id"]), st.text(max_size=8)),
)
def test_offsets_hold_for_every_text(text: str, values: dict[str, str]) -> None:
    filled = fill(text, values)
    for hole in filled.placeholders:
        assert fields(filled.text[hole.start : hole.end]) == (hole.field,)
        assert not values.get(hole.field)
    assert fill(text, {}).text == text


@pytest.mark.parametrize(
    ("name", "first", "full"),
    [
        ("Annika Lövsten", "Annika", "Annika Lövsten"),
        ("lövsten, annika", "Annika", "Annika Lövsten"),
        ("ANNA-KARIN ÅS", "Anna-Karin", "Anna-Karin Ås"),
        ("Jean-Luc d'Arc", "Jean-Luc", "Jean-Luc d'Arc"),
        ("Dr. Eva Ek", "Eva", "Dr. Eva Ek"),
        ("T. Hale", "", "T. Hale"),
        ("Bergets VVS AB", "", ""),
        ("BRF Kvarnhöjden", "", ""),
        ("anna@post.example", "", ""),
        ("**[x](https://evil.example)**", "", ""),
        ("{{agent.name}}", "", ""),
        ("Anna 123", "", ""),
        ("Anna\n\n# Hej", "", ""),
        ("A" * 200, "", ""),
        ("  ", "", ""),
    ],
)
def test_names(name: str, first: str, full: str) -> None:
    assert first_name(name) == first
    assert full_name(name) == full


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Var är min order FV-204518?", "FV-204518"),
        ("fv-204518 igen: FV-204518", "FV-204518"),
        ("FV-204518 och FV-204519", ""),
        ("Felkod E-1042, version 4.3.1", ""),
        ("serienummer FH2-2407-118834", ""),
        ("", ""),
    ],
)
def test_an_order_number_is_filled_only_when_it_is_certain(text: str, number: str) -> None:
    assert order_number(text) == number


def test_values_cannot_change_the_markdown_around_them() -> None:
    question = Question(body="FV-204518", product="Hub](x) **a**\n# b", ticket_id="sv-1", customer_name="Åsa Ek")
    values = values_of(question, agent_name="Elin [x](https://evil.example)")
    assert set(values) == set(FIELDS)
    assert values["ticket.product"] == "Hub x a b"
    assert values["agent.name"] == "Elin x https://evil.example"
    assert values["order.number"] == "FV-204518"
