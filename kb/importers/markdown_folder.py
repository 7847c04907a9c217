"""Markdown files with YAML front matter: articles, and canned replies where the front matter says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kb.errors import InvalidRow
from kb.importers.fields import MAX_TEXT_BYTES
from kb.importers.record import Record, Rejected
from kb.importers.text_file import DAMAGE, damage_reason, encoding_fault, open_binary
from kb.locales import UI_LOCALES, normalise_locale

MAX_FRONT_MATTER = 64_000
MAX_FILE_BYTES = MAX_TEXT_BYTES + MAX_FRONT_MATTER
_FENCE = re.compile(r"---[ \t]*\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_OPENS = re.compile(r"---[ \t]*\n\s*[\w-]+[ \t]*:")
_TITLE = re.compile(r"\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)\n*")
# Not every language code: folders called "it" or "hr" are departments more often than languages.
_LOCALE_FOLDERS = frozenset({*UI_LOCALES, "no", "de", "fi", "fr", "es", "nl", "pl"})
_REGIONAL = re.compile(r"[A-Za-z]{2}[-_][A-Za-z]{2}")
_NULLS = {"~", "null", "Null", "NULL"}
_QUOTES = {"'", '"'}


def read_markdown(path: Path, root: Path) -> Iterator[Record | Rejected]:
    """Read one file as one row.

    What the front matter leaves out is filled in: the id by the path below `root` without its suffix, the title by a
    leading "# heading" (which then leaves the body), the locale by a parent folder such as "sv" or "nb-NO".

    Args:
        path: The file.
        root: The folder that the import started from.
    """
    try:
        with open_binary(path) as handle:
            content = handle.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            size = f"{path.stat().st_size:,} bytes"
            yield Rejected(path, 0, f"the file has {size}; allowed: at most {MAX_FILE_BYTES:,}")
            return
    except DAMAGE as error:
        yield Rejected(path, 0, damage_reason(error))
        return
    fault = encoding_fault(path)
    yield fault or _record(path, root, content.decode("utf-8-sig", "replace").replace("\r\n", "\n"))


def _record(path: Path, root: Path, text: str) -> Record | Rejected:
    match = _FENCE.match(text)
    if match is None and _OPENS.match(text):
        return Rejected(path, 1, 'the front matter never ends; close it with a line "---"')
    fields: dict[str, object] = {}
    if match:
        front = _front_matter(path, match.group(1))
        if isinstance(front, Rejected):
            return front
        fields = front
    body = text[match.end() :].lstrip("\n") if match else text
    if not fields.get("title") and not fields.get("subject") and (heading := _TITLE.match(body)):
        fields["title"] = heading.group(1)
        body = body[heading.end() :]
    if not fields.get("id"):
        fields["id"] = path.relative_to(root).with_suffix("").as_posix()
    if not fields.get("locale"):
        fields["locale"] = _folder_locale(path, root)
    return Record(1, {**fields, "body": body})


def _front_matter(path: Path, text: str) -> dict[str, object] | Rejected:
    # Here, not at the top: only this format needs YAML.
    import yaml

    if len(text) > MAX_FRONT_MATTER:
        reason = f"the front matter has {len(text):,} characters; allowed: at most {MAX_FRONT_MATTER:,}"
        return Rejected(path, 1, reason)
    try:
        # The base loader leaves all values text: "locale: no" is a language, not false, and "id: 007" keeps its zeros.
        # It makes nothing but texts, lists and maps, so it is as safe as the safe loader.
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        node = yaml.compose(text, Loader=loader)
        value = yaml.load(text, Loader=loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        reason = f"the front matter is no valid YAML: {error.problem or error}; put texts with a colon in quotes"
        return Rejected(path, line, reason)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return Rejected(path, 1, f"the front matter is no valid YAML: {str(error).splitlines()[0][:200]}")
    if value in (None, ""):
        return {}
    if not isinstance(value, dict):
        return Rejected(path, 1, 'the front matter is no list of fields; write one "name: value" per line')
    # In quotes it is a text like any other.
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    empty = {
        key.value
        for key, entry in pairs
        if isinstance(entry, yaml.ScalarNode) and entry.style not in _QUOTES and entry.value in _NULLS
    }
    return {str(key).strip().lower(): "" if key in empty else entry for key, entry in value.items()}


def _folder_locale(path: Path, root: Path) -> str:
    names = [folder.name for folder in path.relative_to(root).parents if folder.name] + [root.resolve().name]
    for name in names:
        if name.lower() in _LOCALE_FOLDERS or _REGIONAL.fullmatch(name):
            try:
                return normalise_locale(name)
            except InvalidRow:
                continue
    return ""
