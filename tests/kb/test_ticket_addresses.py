"""Which ticket an address of another help desk means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.desk.ticket_addresses import names_in


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://acme.zendesk.com/agent/tickets/123", ("123",)),
        ("https://acme.freshdesk.com/a/tickets/77?current_tab=details", ("77",)),
        ("https://desk.acme.se/#ticket/zoom/4711", ("4711",)),
        ("https://acme.atlassian.net/browse/SUP-12", ("SUP-12",)),
        ("https://acme.atlassian.net/jira/servicedesk/projects/SUP/queues/custom/1/SUP-12", ("SUP-12",)),
        ("https://desk.acme.se/scp/tickets.php?id=9", ("9",)),
        ("https://desk.acme.se/index.pl?Action=AgentTicketZoom;TicketID=55", ("55",)),
        ("https://secure.helpscout.net/conversation/123456/789", ("123456", "789")),
        ("https://desk.acme.se/tickets/a%2F1", ("a/1",)),
        ("https://desk.acme.se/tickets/new", ()),
        ("", ()),
        ("//[", ()),
        ("https://desk.acme.se/tickets/1" + "0" * 3000, ()),
    ],
)
def test_names(url: str, names: tuple[str, ...]) -> None:
    assert names_in(url) == names


@given(st.text(max_size=300))
def test_any_text_has_a_few_names_at_most(text: str) -> None:
    assert len(names_in(text)) <= 8
    assert all(names_in(text))
