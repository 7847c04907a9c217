"""Made-up people: that they look real, that they are sown, and that they are found."""

from __future__ import annotations

from pathlib import Path

import pytest
from stdnum import iban
from stdnum.se import personnummer

from assistant.evaluation.made_up_people import PEOPLE, Wanted, people
from assistant.evaluation.sown_tickets import SownTickets, sown
from assistant.redaction.redact import redact
from kb.importers.run import import_paths
from kb.settings import Settings
from kb.store import Store
from tests.assistant.drafts.drafting import ticket
from tests.assistant.evaluation.test_later_tickets import row
from tests.assistant.evaluation.test_measurement import jsonl

EVERYBODY = people()
REPLY = "Hej Bengt!\n\nStarta om hubben och vänta.\n\n1. Dra ur kabeln.\n2. Sätt i den igen.\n\nHälsningar\nElin"


def test_everybody_looks_real_and_is_somebody_else() -> None:
    assert len(EVERYBODY) == PEOPLE
    for field in ("name", "email", "phone", "national_id", "iban", "order"):
        assert len({getattr(person, field) for person in EVERYBODY}) == PEOPLE
    assert all(iban.is_valid(person.iban, check_country=False) for person in EVERYBODY)
    assert all(personnummer.is_valid(person.national_id) for person in EVERYBODY)
    assert people() == EVERYBODY
    with pytest.raises(ValueError, match="count is 381"):
        people(381)


@pytest.mark.parametrize("field", ["email", "phone", "national_id", "iban", "order"])
def test_the_product_takes_each_of_them_for_personal(field: str) -> None:
    """If redaction did not know their kind, looking for them would say nothing about leaks."""
    for person in EVERYBODY[::37]:
        text = f"Det gäller {getattr(person, field)} sedan i maj."
        assert getattr(person, field) not in redact(text, people=(), locale="sv").text


@pytest.mark.parametrize("person", EVERYBODY[::61])
def test_each_identifier_is_found_however_it_is_written(person: object) -> None:
    wanted = Wanted(EVERYBODY)
    assert isinstance(person, type(EVERYBODY[0]))
    for text in (
        f"Hej {person.given}!", f"{person.family.upper()}s hub", f"skriv till {person.email.title()}",
        f"ring {person.phone.replace('-', ' ')}", f"ring {person.phone.replace(' ', '')}", f"personnummer {person.national_id.replace('-', '')}",
        f"konto {' '.join(person.iban[at:at + 4] for at in range(0, 24, 4))}", f"order {person.order.lower()}",
    ):  # fmt: skip
        assert wanted.found_in(text), text
    assert wanted.found_in("Starta om hubben 2 gånger, E-1042, och vänta 30 sekunder till 2026-11-22 kl. 10.15.") == []
    assert wanted.found_in("") == []


def test_what_is_published_identifies_nobody() -> None:
    person = EVERYBODY[0]
    assert Wanted([person], [f"The model {person.given} is new."]).found_in(f"Use {person.given}.") == []


@pytest.mark.parametrize("way", range(4))
def test_every_way_of_sowing_is_found_in_the_reply(way: int) -> None:
    person = EVERYBODY[5]
    found = sown(ticket(REPLY), person, way=way)
    customer, agent = found.messages
    assert found.customer is not None
    assert found.customer.name == person.name
    wanted = Wanted([person])
    assert {person.email, person.family.casefold()} <= set(wanted.found_in(customer.body))
    assert person.given.casefold() in wanted.found_in(agent.body)
    expected = {0: person.phone, 1: person.order, 2: person.iban, 3: person.iban}[way]
    assert expected in agent.body
    if way == 0:
        assert f"hubben och vänta ({person.given}, {person.phone})." in agent.body


def test_whoever_reads_the_store_meets_them_and_the_store_stays_as_it_is(tmp_path: Path) -> None:
    rows = [row(number, 1 + number) for number in range(8)]
    store = Store.open(Settings(home=tmp_path / "home"))
    import_paths(store, [jsonl(tmp_path / "tickets.jsonl", rows)])
    seen = SownTickets(store.database, EVERYBODY)
    ids = [each["id"] for each in rows]
    wanted = Wanted(EVERYBODY)
    every = list(seen.get_many(ids).values()) + [t for _, t in seen.changed_since(0, limit=9)] + [seen.get("t3")]
    assert len(every) == 17
    assert all(wanted.found_in(each.messages[0].body) for each in every)
    assert seen.get("t3") == seen.get_many(["t3"])["t3"]
    assert len({each.customer.name for each in every if each.customer}) > 4
    assert not any(wanted.found_in(each.messages[0].body) for each in store.tickets.get_many(ids).values())
    store.close()
