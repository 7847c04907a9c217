"""The demo: one invented colleague per role, who comes in by one click and without a password."""

from __future__ import annotations

from kb.model import Role, User
from kb.store import Store

COLLEAGUES = (
    ("Elin Sandgren", "elin.sandgren@fyrvik.example", Role.AGENT, "sv"),
    ("Marte Solbakk", "marte.solbakk@fyrvik.example", Role.CONTRIBUTOR, "nb"),
    ("Freja Lindholt", "freja.lindholt@fyrvik.example", Role.PUBLISHER, "da"),
    ("Jonas Åkervik", "jonas.akervik@fyrvik.example", Role.LEAD, "sv"),
    ("Priya Nand", "priya.nand@fyrvik.example", Role.ADMIN, "en"),
)
"""Name, e-mail, role and language of each."""


def add_colleagues(store: Store) -> dict[Role, User]:
    """Add the demo colleagues that are missing.

    Returns:
        One user per role.
    """
    known = {user.email: user for user in store.users.list()}
    found: dict[Role, User] = {}
    for name, email, role, locale in COLLEAGUES:
        user = known.get(email)
        if user is None:
            user = store.users.create(name=name, email=email, role=role, locale=locale, actor="demo")
        found[role] = user
    return found
