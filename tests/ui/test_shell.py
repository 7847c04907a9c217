"""Gradio as the page shell: loaded in the background, private, and never needed for the work."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.ui.server import Server, running
from tests.ui.test_guard import GRADIO
from ui.pages.page import HOST, PAGES, WORKSPACE, modules

_WALK = """
import json
from ui.theme import go_offline
go_offline()
from ui.pages.page import build
PAGES = (build,)
fns = [(f.api_name, f.api_visibility) for build in PAGES for f in build().fns.values()]
import gradio as gr
with gr.Blocks() as leaky:
    leaky.load(lambda: None)
print(json.dumps({"ours": fns, "leaky": [f.api_visibility for f in leaky.fns.values()]}))
"""


@pytest.fixture(scope="module")
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo as a process."""
    home = tmp_path_factory.mktemp("shell") / "home"
    shutil.copytree(seeded, home)
    with running(home, "--demo", at_once=False) as found:
        yield found


@pytest.mark.slow
def test_the_page_is_there_at_once_and_becomes_gradios(server: Server) -> None:
    with httpx.Client(base_url=server.url, follow_redirects=True) as client:
        first = client.post("/login", data={"role": "agent"}).text
        server.wait_for_gradio()
        later = client.get("/ui/")

        assert server.first_answer_s < 10  # 3 s on a quiet machine; this one may be busy
        assert 'content="plain"' in first
        assert "gradio" in later.text
        for page in (first, later.text):
            # In the head as it is sent: a script that Gradio puts in comes half a second later.
            assert "workspace.joined.js" in page.split("</head>")[0]
            assert page.count('src="/static') == 1
            brought = json.loads(page.split('id="svar-start">')[1].split("</script>")[0])
            assert {"/me", "/views", "/tickets?status=open&sort=due&limit=50&offset=0"} <= set(brought)
            assert brought["/me"] == client.get("/api/v1/me").json()
        # What Gradio's page fetches for itself is left for later.
        at_once = re.sub("<template.*?</template>", "", later.text, flags=re.DOTALL)
        assert "assets/index-" in later.text
        assert "assets/index-" not in at_once
        # Nor does it name the page again once it comes.
        assert 'control_page_title="false"' in later.text
        assert not [name for name in later.headers if name.startswith("access-control")]
        assert client.get("/ui/config").status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(("path", "role"), [("/ui/knowledge", "contributor"), ("/ui/lead", "lead")])
def test_each_page_is_for_those_who_may(server: Server, path: str, role: str) -> None:
    """With and without a slash; who may not is sent to the workspace, whatever serves the page."""
    server.wait_for_gradio()
    for address in (path, path + "/", path + "?tab=a"):
        with httpx.Client(base_url=server.url, follow_redirects=True) as client:
            client.post("/login", data={"role": "agent"})
            assert client.get(address).url.path == "/ui/"
            client.post("/login", data={"role": role})
            page = client.get(address)

            assert page.url.path.rstrip("/") == path
            assert f"{path.removeprefix('/ui/')}.joined.js" in page.text.split("</head>")[0]
            assert "gradio" in page.text


@pytest.mark.slow
def test_gradios_own_paths_refuse_strangers_too(server: Server) -> None:
    server.wait_for_gradio()

    for path in GRADIO:
        assert httpx.get(server.url + path).status_code == 401, path
        assert httpx.post(server.url + path, json={}).status_code == 401, path


@pytest.mark.slow
def test_every_event_of_every_page_is_private() -> None:
    run = subprocess.run([sys.executable, "-c", _WALK], cwd=ROOT, check=True, capture_output=True, text=True)
    found = json.loads(run.stdout.splitlines()[-1])

    assert [name for name, visibility in found["ours"] if visibility != "private"] == []
    assert found["leaky"] == ["public"]  # the walk would have noticed


def test_the_template_is_constant() -> None:
    for template in (*(page.mount for page in PAGES), HOST):
        assert "{{" not in template
        assert "${" not in template


def test_every_script_is_of_a_page() -> None:
    static = ROOT / "ui" / "static"
    used = {name for page in PAGES for name in (page.entry, *modules(page.entry))}

    assert {path.relative_to(static).as_posix() for path in static.rglob("*.js")} - {"early.js", "embed.js"} == used
    assert not [name for name in modules(WORKSPACE.entry) if "/" in name]


def test_the_application_is_built_without_gradio() -> None:
    code = "import ui.app, sys; sys.exit(any(name in sys.modules for name in ('gradio', 'torch', 'faiss')))"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
