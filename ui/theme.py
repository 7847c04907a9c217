"""The look of Gradio's own components, in the colours of ui/static/base.css."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

OFFLINE = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SSR_MODE": "False",
}
"""Gradio reads these when it is imported; unset they mean telemetry."""


def go_offline() -> None:
    """Set what keeps Gradio from calling anybody; must run before its first import."""
    os.environ.update(OFFLINE)


def theme() -> gr.themes.Base:
    """Small text, small radius, the product's green and grey."""
    import gradio as gr

    look: gr.themes.Base = gr.themes.Base(
        primary_hue="teal", neutral_hue="slate", text_size="sm", spacing_size="sm", radius_size="sm",
        font=["IBM Plex Sans", "Segoe UI", "system-ui", "sans-serif"],
    )  # fmt: skip
    return look
