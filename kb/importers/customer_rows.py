"""What a register of customers says about one person. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb import clock
from kb.desk.customers import CustomerRecord
from kb.errors import InvalidRow
from kb.importers.fields import Row, id_of, line_of, list_of, locale_of, shown, time_of
from kb.locales import UNDETERMINED

CUSTOMER_FIELDS = frozenset({
    "kind", "source", "id", "external_id", "email", "name", "company", "locale", "products", "updated_at",
})  # fmt: skip
"""What has a place of its own; every other column is an attribute."""
MAX_ATTRIBUTES = 50
MAX_PRODUCTS = 50
_CONTENT = frozenset({"title", "body", "html", "subject", "messages", "description", "reply", "shortcut"})
"""No register of people has one of these."""
_ALIASES = {
    "customer_id": "id", "contact_id": "id", "user_id": "id", "kundnummer": "id", "kundenummer": "id", "kund_id": "id",
    "kunde_id": "id", "e_mail": "email", "mail": "email", "email_address": "email", "e_post": "email", "epost": "email",
    "e_postadress": "email", "e_postadresse": "email", "full_name": "name", "contact_name": "name", "namn": "name",
    "navn": "name", "organization": "company", "organisation": "company", "account": "company",
    "account_name": "company", "företag": "company",
    "firma": "company", "bedrift": "company", "virksomhed": "company", "language": "locale",
    "språk": "locale", "sprog": "locale", "product": "products", "produkter": "products", "produkt": "products",
    "modified_at": "updated_at", "last_modified": "updated_at", "uppdaterad": "updated_at", "oppdatert": "updated_at",
    "opdateret": "updated_at",
}  # fmt: skip


def customer_fields(names: Sequence[str]) -> list[str] | None:
    """The fields of a register's columns.

    Args:
        names: The first row, in lower case with "_" for blanks.

    Returns:
        One name per column; None where this is no register of people: there is neither e-mail nor external id, or
        there is a column that only texts have.
    """
    fields: list[str] = []
    for name in names:
        meant = _ALIASES.get(name, name)
        # The first column of a meaning has it; another one keeps its own name, as an attribute.
        fields.append(name if meant in fields else meant)
    return fields if is_register(fields) else None


def is_register(fields: Sequence[str]) -> bool:
    """Whether fields are those of a person."""
    has = set(fields)
    return bool(has & {"email", "external_id"}) and not has & (_CONTENT | {"ticket_id", "status", "created_at"})


def parse_customer(row: Row, source: str) -> CustomerRecord:
    """Turn a row into what it says about a person.

    Args:
        row: Values by field; the fields of `CUSTOMER_FIELDS`, and any attribute.
        source: Name of the system.

    Raises:
        InvalidRow: The reason names the field, the value and what is allowed.
    """
    row = {_ALIASES.get(name, name): value for name, value in row.items() if _ALIASES.get(name) not in row}
    email, external_id = line_of(row, "email").lower(), id_of(row, "external_id")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise InvalidRow(f"email is {shown(email)}; allowed: an address with one @")
    source_id = id_of(row, "id") or external_id or email
    if not source_id:
        raise InvalidRow("id, email and external_id are empty; allowed: at least one of them")
    locale = locale_of(row)
    extra = [name for name in row if name not in CUSTOMER_FIELDS and isinstance(row[name], str | int | float)]
    attributes = {name: line_of(row, name) for name in extra if not isinstance(row[name], bool)}
    return CustomerRecord(
        source=source,
        source_id=source_id,
        imported_at=clock.now(),
        name=line_of(row, "name"),
        email=email,
        external_id=external_id,
        company=line_of(row, "company"),
        locale="" if locale == UNDETERMINED else locale,
        products=list_of(row, "products", "[;,\n]", MAX_PRODUCTS),
        attributes=dict(list({name: value for name, value in attributes.items() if value}.items())[:MAX_ATTRIBUTES]),
        updated_at=time_of(row, "updated_at"),
    )
