"""`svar bench`: how fast Svar is on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.errors import KBError
from kb.settings import Settings
from ui.commands.place import Place, home_option, pass_place
from ui.commands.serve import DEMO_DATA

if TYPE_CHECKING:
    from assistant.question import Question
    from assistant.speed.figure import Figure
    from assistant.speed.machine import Machine
    from assistant.speed.synthetic_home import Size

BENCH_HOME = Path("~/.svar-bench")
PARTS = ("encoding", "suggest", "server", "publishing", "command")
_PASSAGES = 256


@dataclass(frozen=True, slots=True)
class Report:
    """What `svar bench` found."""

    machine: Machine
    data: str
    """What was searched, in words."""
    synthetic: bool
    """Whether texts and vectors were made up."""
    model: str
    stored: dict[str, int]
    """Rows by noun."""
    questions: int
    figures: tuple[Figure, ...]


class _SizeType(click.ParamType["Size"]):
    """Two numbers with an x between them."""

    name = "ARTICLESxTICKETS"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Size:
        """Read it, e.g. "10000x100000"."""
        from assistant.speed.synthetic_home import Size

        articles, _, tickets = str(value).partition("x")
        if not (articles.isdecimal() and tickets.isdecimal() and int(articles) and int(tickets)):
            self.fail(f"{value!r} is no size; write two numbers such as 10000x100000", param, ctx)
        return Size(int(articles), int(tickets))


@click.command("bench")
@home_option
@click.option(
    "--questions", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Ask these, one per line as for `svar suggest --batch`; else what tickets asked.",
)  # fmt: skip
@click.option(
    "--synthetic", type=_SizeType(), metavar="ARTICLESxTICKETS",
    help="Measure on made-up articles and tickets, e.g. 10000x100000; made once and kept.",
)  # fmt: skip
@click.option(
    "--part", "parts", type=click.Choice(PARTS), multiple=True, help="Measure this only; may be given several times."
)
@click.option("-n", "limit", type=click.IntRange(min=1), default=100, show_default=True, help="How many questions.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_place
def command(
    place: Place, file: Path | None, synthetic: Size | None, parts: tuple[str, ...], limit: int, *, as_json: bool
) -> None:
    """Measure how fast Svar is on this machine.

    A data folder that --home names is copied first, and only the copy is written to. Without --home the demo data is
    measured, in a folder of its own (~/.svar-bench). With --synthetic, --home names where made-up data is kept.
    """
    from ui.commands.bench_report import print_report
    from ui.commands.output import print_json

    with _folder(place, synthetic) as (settings, data):
        report = _measure(settings, data, file, parts or PARTS, limit, synthetic=synthetic is not None)
    if as_json:
        print_json(report)
    else:
        print_report(report)


@contextmanager
def _folder(place: Place, synthetic: Size | None) -> Iterator[tuple[Settings, str]]:
    """A data folder that may be written to, and what it holds in words."""
    import tempfile

    from assistant.speed.bench_home import copied_home, filled_home
    from assistant.speed.synthetic_home import fill_made_up

    settings = place.settings()
    root = (place.home or BENCH_HOME).expanduser()
    if place.home is not None and synthetic is None:
        # Beside the original, where there is most likely to be room for a second one.
        with tempfile.TemporaryDirectory(prefix="svar-bench-", dir=settings.home.absolute().parent) as folder:
            _say(f"copying {settings.home}")
            yield copied_home(settings, Path(folder)), f"a copy of {settings.home}"
        return
    if not DEMO_DATA.is_dir():
        raise KBError(
            "The demo data is not here.", hint="Run this in a clone of the repository, or name your data with --home."
        )
    own = replace(settings, home=root / ("demo" if synthetic is None else f"synthetic-{synthetic}"),
                  models=settings.models or root / "models")  # fmt: skip
    own.home.mkdir(parents=True, exist_ok=True)
    if synthetic is None:
        filled_home(own, DEMO_DATA)
        yield own, "the demo data"
    else:
        fill_made_up(own, synthetic, DEMO_DATA, progress=_say)
        words = f"{synthetic.articles:,} made-up articles and {synthetic.tickets:,} made-up tickets"
        yield own, f"{words}, put together from the demo's sentences; their vectors are blended, with noise"


def _measure(
    settings: Settings, data: str, file: Path | None, parts: tuple[str, ...], limit: int, *, synthetic: bool
) -> Report:
    from assistant.speed.machine import this_machine

    machine = this_machine()
    counts, questions = _asked(settings, file, limit, synthetic=synthetic)
    measure: dict[str, Callable[[], list[Figure]]] = {
        "encoding": lambda: _encoding(settings, questions),
        "suggest": lambda: _in_process(settings, questions),
        "server": lambda: _in_server(settings, questions),
        "publishing": lambda: _published(settings),
        "command": lambda: _fresh(settings, questions),
    }
    figures: list[Figure] = []
    for part in PARTS:
        if part in parts:
            _say(f"measuring {part}")
            figures += measure[part]()
    return Report(machine, data, synthetic, settings.model, counts, len(questions), tuple(figures))


def _asked(
    settings: Settings, file: Path | None, limit: int, *, synthetic: bool
) -> tuple[dict[str, int], list[Question]]:
    """How much is stored, and what is asked of it."""
    from contextlib import closing

    from assistant.speed.bench_home import seed_questions, stored_questions
    from assistant.speed.synthetic_home import read_seeds
    from kb.store import Store

    with closing(Store.open(settings)) as store:
        counts = store.counts()
        if file is not None:
            questions = _read(file)[:limit]
        elif synthetic:
            questions = seed_questions(read_seeds(DEMO_DATA), limit)
        else:
            questions = stored_questions(store, limit)
    if not questions:
        raise KBError("There is no question to ask.", hint="Name a file of questions with --questions.")
    return counts, questions


def _read(file: Path) -> list[Question]:
    from ui.commands.batch import Broken, questions_in

    found = []
    for entry in questions_in(file):
        if isinstance(entry, Broken):
            raise KBError(f"{file}:{entry.line}: {entry.reason}")
        # As typed words: a line's id may by chance be that of a stored ticket.
        found.append(replace(entry.question, ticket_id="", created_at=None, as_of=None))
    return found


def _encoding(settings: Settings, questions: list[Question]) -> list[Figure]:
    from contextlib import closing

    from assistant.speed.bench_home import some_passages
    from assistant.speed.encoding_speed import bulk, product_encoders, single_questions
    from kb.store import Store

    encoders = product_encoders(settings)
    with closing(Store.open(settings)) as store:
        passages = some_passages(store, _PASSAGES)
    texts = [question.text for question in questions]
    return single_questions(encoders, texts) + bulk(encoders, passages or texts)[0]


def _in_process(settings: Settings, questions: list[Question]) -> list[Figure]:
    from assistant.service import Service
    from assistant.speed.suggest_speed import suggestions

    service = Service.open(settings)
    service.warm()
    figures = suggestions(service, questions)
    service.store.close()
    return figures


def _in_server(settings: Settings, questions: list[Question]) -> list[Figure]:
    from ui.measured_server import server_figures

    return server_figures(settings, questions)


def _published(settings: Settings) -> list[Figure]:
    from ui.measured_publication import publication_figures

    return publication_figures(settings)


def _fresh(settings: Settings, questions: list[Question]) -> list[Figure]:
    from ui.measured_server import fresh_commands

    return fresh_commands(settings, questions)


def _say(text: str) -> None:
    click.echo(f"svar bench: {text}", err=True)
