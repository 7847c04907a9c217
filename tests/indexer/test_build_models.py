"""Another model, or an index that cannot be used, is made anew while the old one serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.build import bring_up_to_date
from indexer.encode import Vectors
from indexer.folders import current_folder
from indexer.shelves import Shelves
from kb.errors import KBError
from kb.settings import Settings
from kb.store import Store
from tests.fakes import HashEncoder
from tests.indexer.building import found, stock


def test_another_model_is_built_while_the_old_serves(store: Store, settings: Settings, encoder: HashEncoder) -> None:
    stock(store)
    old = bring_up_to_date(store, settings, encoder=encoder).folder
    served: list[Path | None] = []
    other = replace(settings, model="company/other-model")
    built = bring_up_to_date(
        store, other, encoder=HashEncoder(name="other", dimension=8),
        progress=lambda *_: served.append(current_folder(settings.home)),
    )  # fmt: skip
    assert set(served) == {old}
    assert built.folder.name == "other-model-1"
    assert current_folder(settings.home) == built.folder
    assert Shelves(built.folder).meta("dimension") == "8"
    assert old.exists(), "the way back"
    encoder.forget()
    back = bring_up_to_date(store, settings, encoder=encoder)
    assert (back.folder, back.encoded) == (old, 0)
    assert current_folder(settings.home) == old


def test_a_model_that_is_missing_leaves_the_old_index_serving(
    store: Store, settings: Settings, encoder: HashEncoder
) -> None:
    stock(store)
    old = bring_up_to_date(store, settings, encoder=encoder).folder
    other = replace(settings, model="company/other-model")

    class Missing(HashEncoder):
        def passages(self, texts: Sequence[str]) -> Vectors:
            raise KBError("There is no model 'company/other-model' on this machine.")

    with pytest.raises(KBError, match="There is no model"):
        bring_up_to_date(store, other, encoder=Missing())
    assert current_folder(settings.home) == old


def test_two_models_of_one_name(store: Store, settings: Settings) -> None:
    """The folder's name is no proof; the index says which model it was made with."""
    stock(store, 3)
    one = replace(settings, model="/srv/a/model")
    other = replace(settings, model="/srv/b/model")
    first = bring_up_to_date(store, one, encoder=HashEncoder(name="a")).folder
    second = bring_up_to_date(store, other, encoder=HashEncoder(name="b")).folder
    assert first != second
    assert [Shelves(folder).meta("model") for folder in (first, second)] == ["/srv/a/model", "/srv/b/model"]


@pytest.mark.parametrize("damage", ["garbage", "empty", "other format"])
def test_an_index_that_cannot_be_used_is_made_anew(
    store: Store, settings: Settings, encoder: HashEncoder, damage: str
) -> None:
    stock(store, 3)
    folder = bring_up_to_date(store, settings, encoder=encoder).folder
    if damage == "other format":
        with Shelves(folder).write() as writer:
            writer.set_meta("format", "0")
    else:
        for file in folder.glob("index.db*"):
            file.unlink()
        (folder / "index.db").write_bytes(b"garbage " * 999 if damage == "garbage" else b"")
    encoder.forget()
    built = bring_up_to_date(store, settings, encoder=encoder)
    assert built.encoded == 14
    assert found(settings) == {"a0", "a1", "a2"}


def test_the_index_before_the_last_stays_and_older_ones_go(
    store: Store, settings: Settings, encoder: HashEncoder
) -> None:
    stock(store, 2)
    for _ in range(4):
        bring_up_to_date(store, settings, encoder=encoder, full=True)
    assert sorted(p.name for p in (settings.home / "index").iterdir()) == ["CURRENT", "fake-3", "fake-4"]
