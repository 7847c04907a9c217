"""The workspace: one mount point; everything in it is made by the scripts in ui/static from the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

STYLES = ("base", "parts", "layout", "list", "conversation", "draft", "composer", "suggestions")
MOUNT = "<div id='svar' class='svar' data-svar='workspace'></div>"


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
        + f'<script type="module" src="/static/{version}/main.js"></script>'
    )


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
        gr.HTML(html_template=MOUNT, apply_default_css=False, padding=False, elem_id="svar-host")
    return page
