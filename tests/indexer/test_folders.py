"""Index folders: one serves, and the switch to another is atomic."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.folders import current_folder, folder_for, index_root, make_current, remove_others, require_folder
from kb.errors import KBError


def made(home: Path, *names: str) -> list[Path]:
    """Folders, each a little younger than the one before."""
    folders = [index_root(home) / name for name in names]
    for age, folder in enumerate(folders):
        folder.mkdir(parents=True)
        os.utime(folder, (1000 + age, 1000 + age))
    return folders


def test_nothing_is_indexed_yet(tmp_path: Path) -> None:
    assert current_folder(tmp_path) is None
    with pytest.raises(KBError, match=r"Nothing in .* is indexed yet\. Run `svar index` first\."):
        require_folder(tmp_path)


def test_the_switch(tmp_path: Path) -> None:
    one, two = made(tmp_path, "m-1", "m-2")
    make_current(one)
    assert require_folder(tmp_path) == one
    make_current(two)
    assert current_folder(tmp_path) == two
    assert sorted(p.name for p in index_root(tmp_path).iterdir()) == ["CURRENT", "m-1", "m-2"]


@pytest.mark.parametrize("content", [b"", b"\n", b"gone-7\n", b"..\n", b"../..\n", b".\n", b"\xff\xfe\x00", b"/\n"])
def test_a_pointer_that_points_at_no_index(tmp_path: Path, content: bytes) -> None:
    """For instance after a power cut; the index can be made anew."""
    made(tmp_path, "m-1")
    (index_root(tmp_path) / "CURRENT").write_bytes(content)
    assert current_folder(tmp_path) is None


@pytest.mark.parametrize(
    ("model", "stem"),
    [
        ("intfloat/multilingual-e5-small", "multilingual-e5-small"),
        ("/srv/models/My Model.v2/", "my-model-v2"),
        ("ÅÄÖ", "model"),
        ("x" * 100, "x" * 40),
        ("../../etc", "etc"),
    ],
)
def test_folder_names(tmp_path: Path, model: str, stem: str) -> None:
    first = folder_for(tmp_path, model, fresh=False)
    assert first == index_root(tmp_path) / f"{stem}-1"
    first.mkdir(parents=True)
    assert folder_for(tmp_path, model, fresh=False) == first
    assert folder_for(tmp_path, model, fresh=True) == index_root(tmp_path) / f"{stem}-2"


def test_models_whose_names_begin_alike_stay_apart(tmp_path: Path) -> None:
    made(tmp_path, "e5-1", "e5-2-1", "e5-2-9", "e5-small-4", "e5-x")
    assert folder_for(tmp_path, "e5", fresh=False).name == "e5-1"
    assert folder_for(tmp_path, "e5", fresh=True).name == "e5-2"
    assert folder_for(tmp_path, "e5-2", fresh=True).name == "e5-2-10"


def test_the_one_before_stays(tmp_path: Path) -> None:
    folders = made(tmp_path, "a-1", "b-1", "a-2", "c-1")
    assert remove_others(tmp_path, keep=folders[2]) == folders[:2]
    assert [folder.exists() for folder in folders] == [False, False, True, True]
    assert remove_others(tmp_path, keep=folders[2]) == []
