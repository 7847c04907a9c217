"""`svar redact`: what is taken out of a text before it serves another customer."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ui.commands.place import Place, home_option, pass_place

MAX_BYTES = 5_000_000
"""More than this is no ticket."""


@click.command("redact")
@home_option
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--locale", default="", metavar="LANG", help="Language of the text, e.g. nb; else it is detected.")
@click.option("--person", "people", multiple=True, metavar="NAME", help="Takes part in the ticket; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with the places.")
@pass_place
def command(place: Place, file: Path, locale: str, people: tuple[str, ...], *, as_json: bool) -> None:
    """Show a text without personal data.

    It is shown as it would be reused for another customer. FILE is UTF-8 text; "-" reads standard input. Names are
    found where the text gives them away; name the people of the ticket with --person to find them in every inflection.
    Needs no data folder.
    """
    from assistant.language import detect
    from assistant.redaction.redact import TeamNumbers, redact
    from kb.locales import normalise_locale
    from ui.commands.output import print_json

    text = _text(file)
    spoken = normalise_locale(locale) if locale else detect(text)
    redaction = redact(text, people=people, locale=spoken, team=TeamNumbers.of(place.settings()))
    if as_json:
        print_json({"locale": spoken, "text": redaction.text, "spans": redaction.spans})
    else:
        click.echo(redaction.text, nl=not redaction.text.endswith("\n"))


def _text(file: Path) -> str:
    """The text of a file, its line ends as they are.

    Raises:
        click.UsageError: It is too large, or not UTF-8.
    """
    if str(file) == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise click.UsageError(f"{file} has more than {MAX_BYTES:,} bytes; redact it in parts.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file} is not UTF-8 (byte {error.start}); save it as UTF-8.") from error
