"""The workspace: one mount point; everything in it is made by the scripts in ui/static from the REST API."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

STYLES = (
    "base", "parts", "layout", "list", "queue", "conversation", "draft", "composer",
    "replying", "suggestions", "cards", "people",
)  # fmt: skip
MOUNT = "<div id='svar' class='svar' data-svar='workspace'></div>"
HOST = "<div data-svar='host'></div>"
"""What Gradio shows: nothing. The script makes its own mount point at once instead of waiting for Gradio's page."""
_STATIC = Path(__file__).resolve().parents[1] / "static"
_IMPORT = re.compile(r'^(?:import|\} from|export .* from)\b.*?"\./([\w.]+\.js)";$', re.MULTILINE)


def head(version: str, *, host: str) -> str:
    """What goes into the page's head: theme before the first paint, styles, and the scripts.

    Args:
        version: Version of the static files; a part of their address, so that a new version is fetched at once.
        host: "gradio" or "plain", for tests.
    """
    return (
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="svar-host" content="{host}">'
        f'<link rel="icon" href="/static/{version}/mark.svg" type="image/svg+xml">'
        f'<script src="/static/{version}/early.js"></script>'
        + "".join(f'<link rel="stylesheet" href="/static/{version}/{name}.css">' for name in STYLES)
        # All scripts at once: a browser finds out what a module imports only when it has come.
        + "".join(f'<link rel="modulepreload" href="/static/{version}/{name}">' for name in modules())
        + f'<script type="module" src="/static/{version}/main.js"></script>'
    )


@cache
def modules() -> tuple[str, ...]:
    """The scripts that main.js imports, also through others, in the order in which they are found."""
    found = ["main.js"]
    for name in found:
        imported = _IMPORT.findall((_STATIC / name).read_text("utf-8"))
        found += [each for each in dict.fromkeys(imported) if each not in found]
    return tuple(found[1:])


def plain(version: str) -> str:
    """The workspace's own page: the same scripts in the same mount point, served while Gradio is still being loaded."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Svar</title>{head(version, host="plain")}'
        f"</head><body><main>{MOUNT}</main></body></html>"
    )


def build() -> gr.Blocks:
    """The workspace as a Gradio page: a constant template without data, state or events."""
    import gradio as gr

    page: gr.Blocks = gr.Blocks(title="Svar", analytics_enabled=False)
    with page:
        gr.HTML(html_template=HOST, apply_default_css=False, padding=False, elem_id="svar-host")
    return page
