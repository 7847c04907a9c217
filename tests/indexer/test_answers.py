"""What agents answered, in the index: a vector for each ticket, which goes when the answer does."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from indexer.build import bring_up_to_date
from indexer.folders import current_folder, require_folder
from indexer.model import Shelf
from indexer.shelves import Shelves
from kb.model import TicketStatus
from kb.settings import Settings
from kb.store import Store
from tests.fakes import HashEncoder, a_ticket, put
from tests.indexer.building import ANSWER, content, opened, stock


def test_answers_are_kept_as_vectors_of_their_tickets(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store)
    bring_up_to_date(store, settings, encoder=encoder)
    ids, vectors = opened(settings).solutions(dimension=encoder.dimension)
    assert ids == [f"t{i}" for i in range(10) if i % 5]
    expected = HashEncoder().queries([f"{ANSWER} {ticket_id[1:]}." for ticket_id in ids])
    np.testing.assert_allclose(vectors, expected, atol=1e-3)
    assert opened(settings).count_solutions() == 8


def test_an_answer_goes_with_its_ticket(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    """When it is reopened, edited away or hidden; no vector of it is left."""
    stock(store)
    bring_up_to_date(store, settings, encoder=encoder)
    vectors = len(content(opened(settings))["vectors"])
    store.tickets.reply(
        "t1", "We are looking into it.", author_name="A", actor="u", status=TicketStatus.OPEN,
        version=store.tickets.get("t1").version,
    )  # fmt: skip
    put(store, a_ticket("t2", ("customer", "Problem 2"), ("note", f"{ANSWER} 2.")))
    put(store, a_ticket("t3", ("customer", "Problem 3"), ("agent", f"{ANSWER} 4.")))
    bring_up_to_date(store, settings, encoder=encoder)
    ids, _ = opened(settings).solutions(dimension=encoder.dimension)
    assert ids == ["t3", "t4", "t6", "t7", "t8", "t9"]
    # Gone are the question of t1 and the old answers of t1, t2 and t3, whose new one t4 has too.
    assert len(content(opened(settings))["vectors"]) == vectors - 4


def test_what_is_derived_is_derived_before_the_index_serves(
    store: Store, settings: Settings, encoder: HashEncoder
) -> None:
    stock(store, 3)
    seen: list[tuple[Path | None, int]] = []

    def teach(shelves: Shelves) -> None:
        seen.append((current_folder(settings.home), len(shelves.keys(Shelf.TICKET))))

    bring_up_to_date(store, settings, encoder=encoder, teach=teach)
    first = require_folder(settings.home)
    built = bring_up_to_date(store, settings, encoder=encoder, teach=teach, full=True)
    assert seen == [(None, 3), (first, 3)]
    assert built.folder != first
