"""`svar serve` as a process, and the few requests that tests make of it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any


@dataclass
class Server:
    """A running server and what it said."""

    process: subprocess.Popen[str]
    port: int
    seconds_to_ready: float
    cookie: str = ""
    stderr: str = field(default="", init=False)

    def ask(self, method: str, path: str, body: str = "", kind: str = "application/json") -> tuple[int, str]:
        """One request; the session's cookie goes along."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": kind, "Origin": f"http://127.0.0.1:{self.port}", "Accept": "*/*"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        connection.request(method, path, body.encode() or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        if answer.getheader("Set-Cookie"):
            self.cookie = str(answer.getheader("Set-Cookie")).split(";")[0]
        connection.close()
        return answer.status, text

    def suggest(self, text: str) -> Any:
        """Suggestions for a text, as the workspace asks for them."""
        status, answer = self.ask("POST", "/api/v1/suggest", json.dumps({"text": text}))
        assert status == 200, answer
        return json.loads(answer)

    def wait_for_shell(self, *, seconds: float = 60) -> None:
        """Wait until Gradio has been loaded in the background."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if json.loads(self.ask("GET", "/api/v1/health")[1])["shell"] != "starting":
                return
            time.sleep(0.2)
        raise AssertionError(f"Gradio was not loaded within {seconds} s")


@contextmanager
def serving(args: Sequence[str], env: Mapping[str, str]) -> Iterator[Server]:
    """Run `svar serve` with more arguments until the block ends; then Ctrl-C, as a person would."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "serve", "--port", "0", "--no-open", *args],
        env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
    if found is None:
        process.kill()
        raise AssertionError(f"the server said {line!r} and {process.communicate()[1]!r}")
    server = Server(process, int(found.group(1)), time.monotonic() - began)
    try:
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            _, server.stderr = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
