"""`--batch`: one line in, one line out."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kb.settings import Settings
from kb.store import Store
from tests.conftest import Svar
from ui.commands import batch

LINES = [
    {"id": "q-1", "subject": "Gult lys", "body": "Min hub blinker gult", "locale": "da", "tags": ["e-1042"]},
    {"id": "q-2", "query": "hvornår får jeg mine penge tilbage?", "locale": "da"},
    {"id": 3, "subject": "Kan ikke logge ind", "body": ""},
]


def write(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_suggest(svar: Svar, indexed_home: Path, tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.jsonl", LINES), tmp_path / "out.jsonl"
    done = svar("suggest", "--batch", source, "--out", target, "--home", indexed_home)
    assert done.returncode == 0, done.stderr
    rows = read(target)
    assert [row["id"] for row in rows] == ["q-1", "q-2", "3"]
    for row in rows:
        assert list(row) == ["id", "confident", "confidence", "articles", "tickets"]
        assert isinstance(row["confident"], bool)
        assert 0 <= row["confidence"] <= 1
        assert all(set(hit) == {"id", "score"} for hit in row["articles"] + row["tickets"])
    assert {"hub-offline-da", "hub-light-da"} & {hit["id"] for hit in rows[0]["articles"][:2]}
    assert list(tmp_path.glob(".*")) == []


def test_draft(svar: Svar, indexed_home: Path, tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.jsonl", LINES), tmp_path / "out.jsonl"
    done = svar("draft", "--batch", source, "--out", target, "--home", indexed_home)
    assert done.returncode == 0, done.stderr
    for row in read(target):
        assert list(row) == ["id", "locale", "confident", "text", "sentences", "placeholders"]
        for sentence in row["sentences"]:
            assert set(sentence) == {"text", "source"}
            assert list(sentence["source"]) == ["kind", "id", "revision", "start", "end", "quote"]


def test_broken_lines_are_named_and_the_rest_is_answered(svar: Svar, indexed_home: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    good = json.dumps(LINES[0]).encode()
    bad = [b"{broken", b"[]", b'{"subject": "no id"}', b'{"id": "q-9"}', b'{"id": "q-8", "body": "\xff"}',
           b'{"id": "q-7", "body": "x", "locale": "klingon"}']  # fmt: skip
    source.write_bytes(b"\n".join([*bad, b"", good]) + b"\n")
    done = svar("suggest", "--batch", source, "--out", target, "--home", indexed_home)
    assert done.returncode == 3
    assert [line.split(" ")[0] for line in done.stderr.splitlines()[:6]] == [f"{source}:{n}:" for n in range(1, 7)]
    assert [row["id"] for row in read(target)] == ["q-1"]


def test_a_result_that_fails_leaves_the_old_one(svar: Svar, indexed_home: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl.gz", tmp_path / "out.jsonl"
    packed = gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in LINES * 10))
    source.write_bytes(packed[: len(packed) // 2])
    target.write_text("old\n", encoding="utf-8")
    done = svar("suggest", "--batch", source, "--out", target, "--home", indexed_home)
    assert done.returncode == 1
    assert "damaged or no gzip file" in done.stderr
    assert target.read_text("utf-8") == "old\n"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in.jsonl.gz", "out.jsonl"]


def test_result_in_a_missing_folder(svar: Svar, indexed_home: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", LINES)
    done = svar("suggest", "--batch", source, "--out", tmp_path / "no" / "out.jsonl", "--home", indexed_home)
    assert done.returncode == 1
    assert "No such file or directory" in done.stderr
    assert done.stderr.count("\n") == 1


def test_questions_are_read_one_by_one(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [{"id": n, "query": "x"} for n in range(200)])
    reader = batch.questions_in(source)
    first = next(reader)
    assert isinstance(first, batch.Asked)
    assert first.question.body == "x"
    assert len(list(reader)) == 199


def test_answers_come_in_chunks_in_order(indexed_home: Path, tmp_path: Path) -> None:
    sizes: list[int] = []

    def answer(questions: Any) -> list[dict[str, Any]]:
        sizes.append(len(questions))
        return [{"echo": question.body} for question in questions]

    source = write(tmp_path / "in.jsonl", [{"id": n, "query": f"q{n}"} for n in range(150)])
    store = Store.open(Settings(home=indexed_home))
    batch.run(source, tmp_path / "out.jsonl", answer, store=store)
    store.close()
    assert sizes == [64, 64, 22]
    assert [(row["id"], row["echo"]) for row in read(tmp_path / "out.jsonl")] == [(str(n), f"q{n}") for n in range(150)]


def test_a_stored_ticket_is_asked_as_of_its_own_time(indexed_home: Path, tmp_path: Path) -> None:
    store = Store.open(Settings(home=indexed_home))
    stored = store.tickets.get("da-3001")
    seen: list[Any] = []

    def answer(questions: Any) -> list[dict[str, Any]]:
        seen.extend(questions)
        return [{} for _ in questions]

    rows = [
        {"id": "da-3001", "subject": stored.subject, "body": "x"},
        {"id": "da-3002", "subject": "another", "body": "x"},
        {"id": "new", "query": "x", "created_at": "2026-05-04T09:12:00+02:00"},
    ]
    batch.run(write(tmp_path / "in.jsonl", rows), tmp_path / "out.jsonl", answer, store=store)
    store.close()
    assert [q.created_at for q in seen[:2]] == [stored.created_at, None]
    assert seen[2].created_at.isoformat() == "2026-05-04T07:12:00+00:00"


def test_one_line_of_fifty_megabytes(indexed_home: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(b'{"id": "big", "body": "' + b"x" * 50_000_000 + b'"}\n' + json.dumps(LINES[0]).encode() + b"\n")
    read_in = list(batch.questions_in(source))
    assert isinstance(read_in[0], batch.Broken)
    assert read_in[0].line == 1
    assert isinstance(read_in[1], batch.Asked)


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="this system has no /dev/stdout")
def test_result_into_a_pipe(svar: Svar, indexed_home: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", LINES[:1])
    done = svar("suggest", "--batch", source, "--out", "/dev/stdout", "--home", indexed_home)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == "q-1"
