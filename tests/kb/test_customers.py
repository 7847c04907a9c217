"""One person in three systems: who is the same, what each system says, and what was said when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb.customer_intake import put_customer, put_record
from kb.desk.customers import STALE_AFTER, CustomerRecord
from kb.importers.run import import_paths
from kb.model import Customer
from kb.settings import Settings
from kb.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(Settings(home=tmp_path))


def record(source: str, source_id: str, **changes: object) -> CustomerRecord:
    return CustomerRecord(source=source, source_id=source_id, imported_at=NOW, **changes)  # type: ignore[arg-type]


def put(store: Store, *nouns: Customer | CustomerRecord) -> list[str]:
    outcomes = []
    with store.database.write("import", "customer", str(len(nouns))) as connection:
        for noun in nouns:
            is_record = isinstance(noun, CustomerRecord)
            outcomes.append(put_record(connection, noun) if is_record else put_customer(connection, noun))  # type: ignore[arg-type]
    return outcomes


def people(store: Store) -> dict[str, tuple[str, str, str]]:
    rows = store.database.rows("SELECT id, name, email, company FROM customers ORDER BY id")
    return {row["id"]: (row["name"], row["email"], row["company"]) for row in rows}


def test_three_systems_and_a_ticket_know_one_person(store: Store) -> None:
    put(
        store,
        Customer(id="email:asa@k.example", name="Åsa", email="asa@k.example", attributes={"external_id": "X-1"}),
        record("crm", "17", email="asa@k.example", company="Ek AB", products=("Hub",)),
        record("billing", "5", email="asa@k.example", attributes={"pays": "30 days"}),
        record("shop", "884", external_id="X-1", name="Å. Ek"),
    )

    assert people(store) == {"email:asa@k.example": ("Åsa", "asa@k.example", "Ek AB")}
    found = store.customers.records("email:asa@k.example")
    assert [(one.source, one.source_id) for one in found] == [("billing", "5"), ("crm", "17"), ("shop", "884")]
    assert found[1].products == ("Hub",)


def test_two_people_turn_out_to_be_one(store: Store) -> None:
    put(store, record("crm", "1", email="a@k.example", name="Åsa"), record("shop", "2", external_id="X", company="Ek"))
    assert len(people(store)) == 2

    put(store, record("web", "3", email="a@k.example", external_id="X"))

    assert people(store) == {"email:a@k.example": ("Åsa", "a@k.example", "Ek")}
    assert len(store.customers.records("email:a@k.example")) == 3


def test_the_tickets_of_both_are_one_persons_tickets(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(
        '{"id": 1, "subject": "a", "created_at": "2026-01-01", "customer": {"email": "a@k.example"}}\n'
        '{"id": 2, "subject": "b", "created_at": "2026-01-02", "customer": {"name": "Å", "external_id": "X"}}\n'
    )
    import_paths(store, [file])
    put(store, record("crm", "1", email="a@k.example", external_id="X"))

    ticket = store.tickets.get("1")
    assert ticket.customer is not None
    assert [other.id for other in store.tickets.earlier_of(ticket)] == ["2"]
    assert store.customers.count_tickets(ticket.customer.id) == 2
    assert import_paths(store, [file]).ticket.unchanged == 2


def test_nobody_with_another_address_is_the_same(store: Store) -> None:
    put(store, record("crm", "1", email="a@k.example"), record("shop", "1", email="b@k.example"))

    assert len(people(store)) == 2


def test_a_record_that_says_the_same_changes_nothing(store: Store) -> None:
    one = record("crm", "1", email="a@k.example", company="Ek")

    assert put(store, one, one, record("crm", "1", email="a@k.example", company="Ek AB")) == [
        "new",
        "unchanged",
        "changed",
    ]
    assert people(store)["email:a@k.example"][2] == "Ek AB"


@pytest.mark.parametrize(
    ("updated_at", "imported_at", "stale"),
    [
        (NOW, NOW, False),
        (NOW - STALE_AFTER, NOW, False),
        (NOW - STALE_AFTER - timedelta(seconds=1), NOW, True),
        (None, NOW, False),
        (None, NOW - STALE_AFTER - timedelta(seconds=1), True),
    ],
)
def test_old_data_is_called_old(updated_at: datetime | None, imported_at: datetime, *, stale: bool) -> None:
    one = CustomerRecord(source="crm", source_id="1", imported_at=imported_at, updated_at=updated_at)

    assert one.is_stale(NOW) is stale
