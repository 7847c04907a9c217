"""The pages: one mount point each; everything in them is made by the scripts in ui/static from the REST API.

What several pages use lies directly in ui/static, what one page has for itself in a folder of its name.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kb.model import Role
from ui.pages.opening import opening

if TYPE_CHECKING:
    import gradio as gr

ROOT = "/ui"
HOST = "<div data-svar='host'></div>"
"""What Gradio shows: nothing. The script makes its own mount point at once instead of waiting for Gradio's page."""
_STATIC = Path(__file__).resolve().parents[1] / "static"
_IMPORT = re.compile(r'^(?:import|\} from|export .* from)\b.*?"(\.{1,2}/[\w./]+\.js)";$', re.MULTILINE)
_SHARED = ("base", "parts", "layout")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the application."""

    name: str
    """Its mount point is [data-svar=NAME]."""
    path: str
    """Under which it stands, without a slash at the end."""
    entry: str
    """Its first script, in ui/static."""
    role: Role
    """Who may open it; REST has its own rules for what is in it."""
    own_styles: tuple[str, ...] = ()
    """Beside those that all pages have, and those in its folder."""
    first: tuple[str, ...] = ()
    """What its scripts ask first of REST, as they write it; answered with the page."""
    then: Callable[[Mapping[str, bytes], str], tuple[str, ...]] = lambda *_: ()
    """What they ask next, from those answers and the query of the page's own address."""

    @property
    def mount(self) -> str:
        """The element that its scripts fill."""
        return f"<div id='svar' class='svar' data-svar='{self.name}'></div>"

    @property
    def styles(self) -> tuple[str, ...]:
        """Style sheets in their order, without their ending."""
        folder = _STATIC / self.name
        in_folder = (f"{self.name}/{file.stem}" for file in sorted(folder.glob("*.css")))
        return (*_SHARED, *self.own_styles, *in_folder)


WORKSPACE = Page(
    "workspace", ROOT, "main.js", Role.AGENT,
    ("list", "queue", "conversation", "draft", "composer", "replying", "suggestions", "cards", "people", "capturing"),
    ("/me", "/views", "/users", "/mentions"), opening,
)  # fmt: skip
KNOWLEDGE = Page(
    "knowledge", f"{ROOT}/knowledge", "knowledge/main.js", Role.CONTRIBUTOR, first=("/me?page=knowledge",)
)  # fmt: skip
LEAD = Page("lead", f"{ROOT}/lead", "lead/main.js", Role.LEAD, first=("/me?page=lead",))
PAGES = (WORKSPACE, KNOWLEDGE, LEAD)


def page_at(path: str) -> Page | None:
    """The page that a path shows, with or without a slash at its end; None where it shows none."""
    return next((page for page in PAGES if path.rstrip("/") == page.path), None)


def head(page: Page, version: str, *, host: str) -> str:
    """What goes into the page's head: theme before the first paint, styles, and the scripts.

    Args:
        page: Which page.
        version: Version of the static files; a part of their address, so that a new version is fetched at once.
        host: "gradio" or "plain", for tests.
    """
    return (
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="svar-host" content="{host}">'
        # The script first: what is named first is fetched first, and it is what takes longest to be ready.
        f'<script type="module" src="/static/{version}/{script_of(page)}"></script>'
        f'<link rel="stylesheet" href="/static/{version}/{styles_of(page)}">'
        # In the page itself, for it must run before anything is painted: a file would be waited for.
        f"<script>{_early()}</script>"
        f'<link rel="icon" href="/static/{version}/mark.svg" type="image/svg+xml">'
    )


def script_of(page: Page) -> str:
    """The name under which all scripts of a page are served as one."""
    return f"{page.name}.joined.js"


def styles_of(page: Page) -> str:
    """The name under which all style sheets of a page are served as one."""
    return f"{page.name}.joined.css"


@cache
def _early() -> str:
    return (_STATIC / "early.js").read_text("utf-8")


def modules(entry: str, folder: Path = _STATIC) -> tuple[str, ...]:
    """The scripts that a script imports, also through others, in the order in which they are found.

    Args:
        entry: A script, as its path in the folder.
        folder: Where the scripts are.
    """
    found = [entry]
    for name in found:
        found += [each for each in imported(folder, name) if each not in found]
    return tuple(found[1:])


def imported(folder: Path, name: str) -> tuple[str, ...]:
    """The scripts that one script imports or passes on, each once, in the order in which it names them.

    Args:
        folder: Where the scripts are.
        name: One of them, as its path in the folder.
    """
    named = _IMPORT.findall((folder / name).read_text("utf-8"))
    paths = (posixpath.normpath(posixpath.join(posixpath.dirname(name), each)) for each in named)
    return tuple(dict.fromkeys(paths))


def plain(page: Page) -> str:
    """The page by itself, without what `head` puts into it: it is served while Gradio is still being loaded."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Svar</title></head>'
        f"<body><main>{page.mount}</main></body></html>"
    )


def build() -> gr.Blocks:
    """All pages as one Gradio application: constant templates without data, state or events."""
    import gradio as gr

    first, *others = PAGES
    blocks: gr.Blocks = gr.Blocks(title="Svar", analytics_enabled=False)
    with blocks:
        _host(first)
    for page in others:
        with blocks.route(page.name, page.path.removeprefix(ROOT)):
            _host(page)
    return blocks


def _host(page: Page) -> None:
    import gradio as gr

    gr.HTML(html_template=HOST, apply_default_css=False, padding=False, elem_id=f"svar-host-{page.name}")
