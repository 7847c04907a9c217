"""Files of articles: told by their bytes, bounded, kept once, and gone with their article."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.errors import InvalidRow, NotFound
from kb.knowledge.article_files import forget_files
from kb.knowledge.file_type import type_of
from kb.settings import Settings
from kb.store import Store

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
KINDS = {
    "a picture, whatever it is called": (PNG, "x.svg", "image/png"),
    "a photo": (b"\xff\xd8\xff\xe0" + b"\0" * 9, "a.jpg", "image/jpeg"),
    "a gif": (b"GIF89a....", "a.gif", "image/gif"),
    "a webp": (b"RIFF\x10\0\0\0WEBPVP8 ", "a.webp", "image/webp"),
    "another riff": (b"RIFF\x10\0\0\0WAVEfmt ", "a.webp", ""),
    "a pdf": (b"%PDF-1.7\n...", "a.pdf", "application/pdf"),
    "a film": (b"\0\0\0\x18ftypisom....", "a.mp4", "video/mp4"),
    "another container": (b"\0\0\0\x18ftypheic....", "a.mp4", ""),
    "a table": ("å;b\n1;2\n".encode(), "A.CSV", "text/csv"),
    "a text": ("\ufeffHej å".encode(), "a.txt", "text/plain"),
    "a text with another name": (b"a,b", "a.exe", "text/plain"),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a.png", ""),
    "a drawing behind something": (b"hello\n<svg/onload=alert(1)>", "a.txt", ""),
    "a page": (b"<!DOCTYPE html><title>x</title>", "a.txt", ""),
    "a script in a text": (b"x < script >", "a.txt", ""),
    "a program": (b"MZ\x90\0\x03", "a.png", ""),
    "a zip": (b"PK\x03\x04", "a.csv", ""),
    "other letters": (b"\xe5\xe4\xf6", "a.txt", ""),
    "nothing": (b"", "a.txt", ""),
    "blanks": (b" \n ", "a.txt", ""),
}


@pytest.mark.parametrize(("content", "name", "kind"), KINDS.values(), ids=KINDS)
def test_the_bytes_tell_what_it_is(content: bytes, name: str, kind: str) -> None:
    assert type_of(content, name) == kind


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(Settings(home=tmp_path))
    yield opened
    opened.close()


def test_a_file_is_kept_once(store: Store) -> None:
    first = store.article_files.add("a1", "Lampan [gul].png", PNG, limit_mb=1, actor="u")
    assert store.article_files.add("a1", "Lampan [gul].png", PNG, limit_mb=1, actor="v") == first
    assert (first.type, first.size, first.created_by, first.is_image) == ("image/png", len(PNG), "u", True)
    assert first.markdown == f"![Lampan (gul)](svar-file:{first.id})"
    assert store.article_files.content(first.id) == PNG
    assert [file.id for file in store.article_files.of_article("a1")] == [first.id]
    assert store.article_files.known([first.id, "x"]) == {first.id}
    audited = store.database.rows("SELECT verb, noun, noun_id FROM audit")
    assert [tuple(row) for row in audited] == [("add", "article_file", first.id)]


NAMES = {
    "../../etc/passwd": "passwd.txt", "C:\\x\\bild.PNG": "bild.PNG.txt", 'a"b<c>.txt': "a b c .txt", "\u202eexe.txt": "exe.txt", "..": "file.txt",
    "x" * 300 + ".txt": "x" * 120 + ".txt", "log.log": "log.log",
}  # fmt: skip


@pytest.mark.parametrize(("given", "kept"), NAMES.items(), ids=[str(n) for n in range(len(NAMES))])
def test_names_are_harmless(store: Store, given: str, kept: str) -> None:
    assert store.article_files.add("a1", given, b"text", limit_mb=1).name == kept


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a" * 1_000_001, r"has 1\.0 MB; allowed: 1 MB.*SVAR_FILE_MB"),
        (b"MZ\0", "of a kind that articles may not have.*png, jpg"),
    ],
)
def test_what_is_refused(store: Store, content: bytes, says: str) -> None:
    with pytest.raises(InvalidRow, match=says):
        store.article_files.add("a1", "a.txt", content, limit_mb=1)
    assert store.article_files.of_article("a1") == []


def test_it_goes_with_its_article(store: Store) -> None:
    kept = store.article_files.add("a2", "a.txt", b"b", limit_mb=1)
    gone = store.article_files.add("a1", "a.txt", b"a", limit_mb=1)
    with store.database.write("delete", "article", "a1") as connection:
        forget_files(connection, "a1")
    with pytest.raises(NotFound, match="No article file"):
        store.article_files.content(gone.id)
    store.article_files.delete(kept.id, actor="u")
    with pytest.raises(NotFound, match="No article file"):
        store.article_files.get(kept.id)


def test_variables_are_set_and_logged(store: Store) -> None:
    store.article_variables.put("support_phone", " 08-1 ", actor="u")
    store.article_variables.put("support_phone", "08-2", actor="v")
    assert store.article_variables.values() == {"support_phone": "08-2"}
    store.article_variables.remove("support_phone", actor="u")
    assert store.article_variables.values() == {}
    details = [row["detail"] for row in store.database.rows("SELECT detail FROM audit ORDER BY id")]
    assert details == ['{"after":"08-1","before":""}', '{"after":"08-2","before":"08-1"}', '{"before":"08-2"}']
    with pytest.raises(NotFound, match="support_phone"):
        store.article_variables.remove("support_phone")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Phone", "1"),
        ("1a", "1"),
        ("a.b", "1"),
        ("", "1"),
        ("a" * 41, "1"),
        ("a", ""),
        ("a", "x\ny"),
        ("a", "{{b}}"),
        ("a", "x" * 301),
    ],
)
def test_a_wrong_variable_is_one_clear_error(store: Store, name: str, value: str) -> None:
    with pytest.raises(InvalidRow, match=r"not allowed\. Take"):
        store.article_variables.put(name, value)


def test_templates_go_back_to_the_shipped_one(store: Store) -> None:
    store.article_templates.put("sv", "## Fråga\n", actor="u")
    assert store.article_templates.of("sv") == "## Fråga\n"
    store.article_templates.put("sv", "", actor="u")
    assert store.article_templates.of("sv") == ""
    with pytest.raises(InvalidRow, match="20001 characters; allowed: 20000"):
        store.article_templates.put("sv", "x" * 20_001)
