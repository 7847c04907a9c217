"""The `svar` command: loads a command's module only when it is asked for, and turns every error into one line."""

from __future__ import annotations

import logging
import os
import sys
import threading
from importlib import import_module

import click

from kb.errors import KBError
from ui.commands import failure, notes
from ui.commands.place import Place, home_option

COMMANDS = {
    "import": "ui.commands.import_files",
    "index": "ui.commands.index",
    "search": "ui.commands.search",
    "suggest": "ui.commands.suggest",
    "draft": "ui.commands.draft",
    "template": "ui.commands.template",
    "canned": "ui.commands.canned",
    "redact": "ui.commands.redact",
    "team": "ui.commands.team",
    "show": "ui.commands.show",
    "article": "ui.commands.article",
    "variables": "ui.commands.article_variables",
    "export-articles": "ui.commands.article_export",
    "flags": "ui.commands.flags",
    "upkeep": "ui.commands.upkeep",
    "hours": "ui.commands.hours",
    "serve": "ui.commands.serve",
    "eval": "ui.commands.evaluate",
    "capture": "ui.commands.capture",
    "gaps": "ui.commands.gaps",
    "learn": "ui.commands.learn",
    "measures": "ui.commands.measures",
    "digest": "ui.commands.digest",
    "bench": "ui.commands.bench",
    "status": "ui.commands.status",
}
"""Name -> module with its click command in `command`; in the order in which a newcomer needs them."""

FAULT, INTERRUPTED = 70, 130
"""Exit codes besides 1 (cannot be done, says why), 2 (wrong usage) and 3 (some rows were rejected)."""

WARM_UP = "warm-up"
"""Name of the threads that load models beside a server's work (ui/app.py, assistant/service.py)."""


class Commands(click.Group):
    """A group whose commands are modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names in their order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@home_option
@click.version_option(package_name="svar", message="svar %(version)s")
def svar() -> None:
    """Svar suggests articles and drafts cited replies for support tickets, from your own articles and resolved tickets.

    Begin with `svar import PATH`, then `svar index`, then `svar serve`. Or look at the demo: `svar serve --demo`.

    Exit codes: 0 done; 1 cannot be done, the message says why; 2 wrong usage; 3 done, but some rows were rejected;
    70 a fault of Svar; 130 interrupted.
    """


def main() -> int:
    """Run the command line.

    Returns:
        The exit code.
    """
    place = Place()
    notes.listen(place)
    _prepare_libraries()
    for stream in (sys.stdout, sys.stderr):
        # Text that the terminal cannot show must not end a command.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    try:
        result = svar.main(prog_name="svar", standalone_mode=False, obj=place)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _end_while_loading()
        return INTERRUPTED
    except KBError as error:
        return failure.tell(str(error))
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback reaches a person
        message = failure.known(error)
        if message:
            return failure.tell(message)
        return failure.tell(failure.record(error, place.log_folder()), code=FAULT)
    return result if isinstance(result, int) else 0


def _end_while_loading() -> None:
    """End at once if a model is still being loaded; does nothing else.

    Python takes such a thread away while it is inside a library, and the library then aborts the whole process with a
    message of its own. All that is to be kept has been written by now.
    """
    if any(thread.name == WARM_UP for thread in threading.enumerate()):
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(INTERRUPTED)


def _prepare_libraries() -> None:
    """Set what libraries read when they are imported, so before any of them is."""
    # Whatever the machine's own settings are: Svar never looks for a model anywhere but on this machine.
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
    # Threads of the encoder that wait in a loop slow each other down tenfold where another program wants the processor.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # Sums over small arrays gain nothing from a second thread, and wait for it when the machine is busy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


if __name__ == "__main__":
    sys.exit(main())
