"""How quickly the command line starts, how it fails, and whether its manual is right."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.conftest import ROOT, Svar, environment
from ui import cli
from ui.commands import failure

HEAVY = set("torch gradio fastapi sqlite_utils pandas scipy sklearn transformers sentence_transformers".split())


@pytest.mark.parametrize(
    "args",
    [
        ("suggest", "--text", "hub"),
        ("search", "hub"),
        ("show", "ticket", "da-3001"),
        ("status",),
        ("draft", "--text", "hub"),
        ("--help",),
    ],
    ids=lambda args: args[0],
)
def test_loads_only_what_it_needs(svar: Svar, indexed_home: Path, args: tuple[str, ...]) -> None:
    program = (
        "import sys; sys.argv = ['svar', '--home', sys.argv[1], *sys.argv[2:]]\n"
        "from ui.cli import main\n"
        "main()\n"
        "sys.stderr.write(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(indexed_home), *args],
        env=environment(), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert not HEAVY & set(done.stderr.split())


def test_a_fault_is_one_line_and_a_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(self: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("ui.commands.place.Place.settings", broken)
    monkeypatch.setattr(sys, "argv", ["svar", "status", "--home", str(tmp_path / "home")])
    assert cli.main() == cli.FAULT
    said = capsys.readouterr().err
    log = tmp_path / "home" / "logs" / "svar.log"
    assert said == f"svar: This is a fault of Svar (ZeroDivisionError). Please report it with the end of {log}.\n"
    assert "planted" in log.read_text("utf-8")
    assert "Traceback" in log.read_text("utf-8")


def test_a_fault_where_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    line = failure.record(ZeroDivisionError("planted"), Path("/proc/nothing/logs"))
    assert str(tmp_path / failure.FILE_NAME) in line


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(28, "No space left on device", "/x/y"), "The disk that holds /x/y is full."),
        (OSError(27, "File too large"), "The disk that holds the data folder is full."),
        (PermissionError(13, "Permission denied", "/x/y"), "/x/y may not be read or written"),
        (FileNotFoundError(2, "No such file or directory", "/x/y"), "/x/y cannot be used"),
        (OSError(5, "Input/output error", "/x/y"), ""),
        (ValueError("x"), ""),
    ],
)
def test_known_errors_of_the_system(error: Exception, says: str) -> None:
    message = failure.known(error)
    assert message.startswith(says)
    assert bool(message) == bool(says)


def commands() -> dict[str, click.Command]:
    context = click.Context(cli.svar)
    found = {name: cli.svar.get_command(context, name) for name in cli.COMMANDS}
    return {name: command for name, command in found.items() if command is not None}


def parameters(command: click.Command) -> Iterator[click.Parameter]:
    """Of a command and its commands."""
    yield from command.params
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        yield from parameters(below)


def test_every_command_and_option_is_in_the_manual() -> None:
    manual = (ROOT / "docs" / "commands.md").read_text("utf-8")
    sections = {part.split("`")[1].split()[1]: part for part in manual.split("\n## ")[1:] if part.startswith("`svar ")}
    assert list(sections) == list(cli.COMMANDS)
    for name, command in commands().items():
        for parameter in parameters(command):
            if isinstance(parameter, click.Option) and "--home" not in parameter.opts:
                for option in parameter.opts:
                    assert f"`{option}`" in sections[name], f"svar {name} {option} is not in docs/commands.md"


def test_the_manual_names_no_option_that_is_gone() -> None:
    manual = (ROOT / "docs" / "commands.md").read_text("utf-8")
    known = {option for command in commands().values() for parameter in parameters(command)
             for option in [*parameter.opts, *parameter.secondary_opts]} | {"--help", "--version"}  # fmt: skip
    assert set(re.findall(r"(?<!-)--[a-z][a-z-]*", manual)) <= known
