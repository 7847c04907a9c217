"""What the commands of `svar article` share: their options, and the fields of a draft."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from kb.knowledge.article_draft import DraftText

_Command = TypeVar("_Command", bound=Callable[..., Any])
CONFIDENCE = ("wip", "not_validated", "validated")
AUDIENCE = ("author", "internal", "partner", "public")
GOVERNANCE = ("experience_based", "compliance_based")
_LISTS = ("tags", "questions")

as_option = click.option("--as", "email", default="", metavar="EMAIL", help="Act as this colleague.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def reason_option(*, required: bool) -> Callable[[_Command], _Command]:
    """Add --reason."""
    return click.option("--reason", default="", required=required, help="Why; kept in the history.")


def text_options(command: _Command) -> _Command:
    """Add the options for the fields of a draft."""
    for option in reversed(
        (
            click.option("--title", help="Its title."),
            click.option("--file", metavar="FILE", help="Read the Markdown from this file; - is standard input."),
            click.option("--summary", help="One sentence on what it is about."),
            click.option("--locale", metavar="LANG", help="Its language, e.g. sv."),
            click.option("--product", help="What it is about."),
            click.option("--tag", "tags", multiple=True, help="A tag; may be repeated, and replaces those it has."),
            click.option("--question", "questions", multiple=True, help="A customer's question that it answers."),
            click.option("--audience", type=click.Choice(AUDIENCE), help="Who may read it."),
            click.option("--confidence", type=click.Choice(CONFIDENCE), help="As what it is to be published."),
            click.option("--governance", type=click.Choice(GOVERNANCE), help="compliance_based: publishers only."),
            click.option("--translation-of", metavar="ID", help="The article that it is a translation of."),
        )
    ):
        command = option(command)
    return command


def fields_of(given: Mapping[str, Any], text: DraftText | None, *, read: bool = False) -> DraftText:
    """The fields of a draft after what was given.

    Args:
        given: What `text_options` took; None and () mean: as it is.
        text: What there is; None: nothing yet.
        read: Read standard input where no file is named.

    Raises:
        KBError: The file cannot be read.
    """
    from dataclasses import replace

    from kb.knowledge.article_draft import DraftText
    from kb.model import Audience, Confidence, Governance

    kinds: dict[str, Callable[[Any], object]] = {
        "audience": Audience, "confidence": Confidence, "governance": Governance, "tags": tuple, "questions": tuple,
    }  # fmt: skip
    file = given.get("file") or ("-" if read else None)
    named = {name: value for name, value in given.items() if name != "file" and value not in (None, ())}
    changed: dict[str, Any] = {name: kinds[name](value) if name in kinds else value for name, value in named.items()}
    if file is not None:
        changed["body"] = _read(file)
    return replace(text or DraftText(), **changed)


def _read(file: str) -> str:
    from kb.errors import KBError

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        hint = "Name a Markdown file, or - for standard input."
        raise KBError(f"Cannot read {file}: {error.strerror}.", hint=hint) from error
    except UnicodeDecodeError as error:
        raise KBError(f"{file} is not UTF-8 text.", hint="Save it as UTF-8 Markdown.") from error
