"""Where a command works: the data folder and the settings, from --home before or after the command's name."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from kb.settings import Settings

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(slots=True)
class Place:
    """What `--home` said; one per run of the command line."""

    home: Path | None = None

    def settings(self) -> Settings:
        """The settings of the environment and --home.

        Raises:
            SettingInvalid: An environment variable has a value that is not allowed.
        """
        return Settings.from_env(os.environ, home=self.home)

    def log_folder(self) -> Path:
        """Where the log is; works whatever the settings are."""
        return (self.home or Path(os.environ.get("SVAR_HOME") or Path.home() / ".svar")).expanduser() / "logs"


pass_place = click.make_pass_decorator(Place, ensure=True)
"""Hands the Place to a command as its first argument."""


def home_option(command: _Command) -> _Command:
    """Add --home; the one nearest to the end of the line wins."""
    return click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_remember,
        help="Data folder; without it SVAR_HOME, or ~/.svar.",
    )(command)


def _remember(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Place).home = value
