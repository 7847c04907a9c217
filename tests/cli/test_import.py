"""`svar import` as a person meets it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Svar

GOOD = '{"id": "a-1", "title": "Skift batteri", "body": "Tag dækslet af.", "locale": "da"}\n'


def test_counts_and_again_unchanged(svar: Svar, tmp_path: Path, small_data: Path) -> None:
    first = svar("import", small_data, "--home", tmp_path / "home")
    assert first.returncode == 0, first.stderr
    assert "articles          4" in first.stdout
    assert "tickets          24" in first.stdout
    assert first.stderr == ""
    again = svar("import", small_data, "--home", tmp_path / "home", "--json")
    counts = json.loads(again.stdout)
    assert counts["articles"] == {"new": 0, "changed": 0, "unchanged": 4}
    assert counts["tickets"] == {"new": 0, "changed": 0, "unchanged": 24}
    assert counts["rejected"] == []


def test_broken_rows_are_named_and_the_rest_is_stored(svar: Svar, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(GOOD + '{"id": "a-2"}\n[1]\n{"id": "a-3", "title": "Kun en titel"}\n', encoding="utf-8")
    done = svar("import", file, "--home", tmp_path / "home")
    assert done.returncode == 3
    lines = done.stderr.splitlines()
    assert lines[0].startswith(f"{file}:2: ")
    assert lines[1].startswith(f"{file}:3: ")
    assert "articles    2        0          0" in done.stdout
    shown = json.loads(svar("show", "article", "a-3", "--json", "--home", tmp_path / "home").stdout)
    assert shown["title"] == "Kun en titel"


def test_only_broken_rows(svar: Svar, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("no json\n", encoding="utf-8")
    done = svar("import", file, "--home", tmp_path / "home")
    assert done.returncode == 3
    assert done.stderr.startswith(f"{file}:1: ")


def test_missing_file(svar: Svar, tmp_path: Path) -> None:
    done = svar("import", tmp_path / "nothing.jsonl", "--home", tmp_path / "home")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "There is no file or folder" in done.stderr


def test_unknown_format(svar: Svar, tmp_path: Path) -> None:
    done = svar("import", tmp_path, "--format", "pdf", "--home", tmp_path / "home")
    assert done.returncode == 2
    assert "markdown" in done.stderr


def test_control_characters_do_not_reach_the_terminal(svar: Svar, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    row = {"id": "a-1", "title": "Red \u001b[31malert", "body": "x\u001b]0;title\u0007", "locale": "en"}
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    svar("import", file, "--home", tmp_path / "home")
    assert "\u001b" not in svar("show", "article", "a-1", "--home", tmp_path / "home").stdout


def test_formats_are_the_importers(svar: Svar) -> None:
    from kb.importers import files
    from ui.commands import import_files

    assert set(import_files.FORMATS) == set(files.FORMATS)
