"""`svar serve`: the product, on your own data or on the demo's."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.errors import KBError
from ui.commands.place import Place, home_option, pass_place

if TYPE_CHECKING:
    from kb.settings import Settings

DEMO_DATA = Path(__file__).resolve().parents[2] / "data"
DEMO_HOME = Path("~/.svar-demo")
DEMO_MARK = "DEMO"
"""File that says that a data folder holds invented data only, so that one may come in without a password."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@click.command("serve")
@home_option
@click.option("--demo", is_flag=True, help="The demo data, in a folder of its own (~/.svar-demo), without passwords.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=7860, type=click.IntRange(0, 65535), show_default=True, help="0 takes a free one.")
@click.option(
    "--workers", default=1, type=click.IntRange(1, 32), show_default=True,
    help="Server processes; each keeps one core busy and takes as much memory as the first.",
)  # fmt: skip
@click.option("--open/--no-open", "show", default=None, help="Open the browser; the demo does on a desktop.")
@pass_place
def command(place: Place, *, demo: bool, host: str, port: int, workers: int, show: bool | None) -> None:
    """Start the product and say its address.

    --demo takes in the demo data and indexes it if that is needed, then starts. It listens on this machine only.
    Ctrl-C stops the server.
    """
    if demo and host not in _LOOPBACK:
        raise KBError(
            f"The demo lets everybody in without a password, so it listens on this machine only, not on {host}.",
            hint="Leave --host out, or serve your own data without --demo.",
        )
    _check_port(host, port)
    settings = place.settings()
    if demo:
        settings = _prepare_demo(replace(settings, home=(place.home or DEMO_HOME).expanduser()))

    def ready(address: str) -> None:
        if "/setup?" in address:
            click.echo(f"Svar is ready. Open {address} to make the first account (Ctrl-C stops it)")
        else:
            click.echo(f"Svar is ready at {address} (Ctrl-C stops it)")
        if show or (show is None and demo and _on_a_desktop()):
            import webbrowser

            webbrowser.open(address)

    if workers > 1:
        from ui.workers import serve_by_several

        serve_by_several(settings, host=host, port=port, demo=demo, workers=workers, ready=ready)
        return
    from assistant.service import Service
    from ui.serving import serve

    serve(Service.open(settings), host=host, port=port, demo=demo, ready=ready)


def _prepare_demo(settings: Settings) -> Settings:
    """Bring the demo's own data folder up to date."""
    from kb.importers.run import import_paths
    from kb.store import Store, database_path
    from ui.commands.progress import bar
    from ui.demo_log import add_use_log

    if not DEMO_DATA.is_dir():
        raise KBError(
            "The demo data is not here.", hint="Start the demo from a clone of the repository, with `make demo`."
        )
    mark = settings.home / DEMO_MARK
    if database_path(settings.home).exists() and not mark.exists():
        raise KBError(
            f"{settings.home} holds data of your own, which the demo would show without a password.",
            hint="Name another folder with --home, or leave --home out.",
        )
    store = Store.open(settings)
    mark.touch()
    with bar("Taking in the demo data", "rows") as move:
        done = 0

        def progress(count: int) -> None:
            nonlocal done
            done += count
            move(done, 0)

        report = import_paths(store, [DEMO_DATA], source="demo", actor="demo", progress=progress)
    for row in report.rejected:
        click.echo(f"{row.path}:{row.line}: {row.reason}", err=True)
    if report.article.new:
        if not store.events.list(limit=1):
            add_use_log(store)
        click.echo("Indexing the demo data; this happens once.", err=True)
    store.close()
    _index_aside(settings)
    return settings


def _index_aside(settings: Settings) -> None:
    """Index in a process of its own: the server must not carry the bulk encoder's gigabyte for good."""
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-m", "ui.cli", "--home", str(settings.home.absolute()), "index"],
        cwd=DEMO_DATA.parent,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        # The child has said why on stderr.
        raise click.exceptions.Exit(done.returncode)


def _check_port(host: str, port: int) -> None:
    """Find out before anything slow happens."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        hint = "Name an address of this machine with --host."
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            hint = "Another program uses it, perhaps another Svar: stop that one, or name another port with --port."
        elif isinstance(error, PermissionError):
            hint = "Name a port above 1023 with --port."
        raise KBError(f"Cannot listen on {host} port {port}: {reason}.", hint=hint) from error


def _on_a_desktop() -> bool:
    # Without a screen Python would open a text browser in this very terminal.
    screen = sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return sys.stdout.isatty() and screen
