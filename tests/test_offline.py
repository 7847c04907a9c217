"""After set-up nothing ever opens a socket to anything but this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.serving import Server, serving
from tests.conftest import Svar, environment, watched_environment
from tests.network.watch import foreign

QUESTION = "Hubben blinkar gult och appen säger E-1042"
# A network of its own with nothing in it; `--map-root-user` makes that possible without being root.
ALONE = ["unshare", "--map-root-user", "--net"]


def reached(log: Path) -> str:
    return log.read_text("utf-8") if log.exists() else ""


def run(args: list[str], env: dict[str, str], prefix: list[str]) -> None:
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "ui.cli", *args],
        env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def can_be_alone() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0


def whole_job(home: Path, data: Path, env: dict[str, str], prefix: list[str]) -> None:
    """Import, index and ask, each in a process of its own."""
    for args in (["import", str(data)], ["index"], ["search", "hub"], ["suggest", "--text", QUESTION],
                 ["suggest", "--ticket", "da-3001"], ["draft", "--text", QUESTION], ["status"]):  # fmt: skip
        run([*args, "--home", str(home)], env, prefix)


def test_the_watch_sees(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = "import socket\ntry: socket.create_connection(('192.0.2.1', 9), timeout=0.01)\nexcept OSError: pass"
    subprocess.run([sys.executable, "-c", program], env=watched_environment(log), check=True, timeout=30)
    assert "192.0.2.1" in reached(log)


@pytest.mark.parametrize(
    ("event", "args", "outside"),
    [
        ("socket.connect", (None, ("192.0.2.1", 80)), True),
        ("socket.connect", (None, ("2001:db8::1", 80, 0, 0)), True),
        ("socket.connect", (None, ("127.0.0.1", 80)), False),
        ("socket.connect", (None, ("::1", 80, 0, 0)), False),
        ("socket.connect", (None, "/run/some.sock"), False),
        ("socket.sendto", (None, ("192.0.2.1", 53)), True),
        ("socket.getaddrinfo", ("example.org", 443, 0, 0, 0), True),
        ("socket.getaddrinfo", ("localhost", 443, 0, 0, 0), False),
        ("socket.getaddrinfo", (None, 443, 0, 0, 0), False),
        ("open", ("/etc/hosts", "r", 0), False),
    ],
)
def test_what_counts_as_outside(event: str, args: tuple[object, ...], *, outside: bool) -> None:
    assert bool(foreign(event, args)) == outside


def test_commands_reach_for_nothing(tmp_path: Path, small_data: Path) -> None:
    log = tmp_path / "log"
    whole_job(tmp_path / "home", small_data, watched_environment(log), [])
    assert reached(log) == ""


@pytest.mark.slow
def test_commands_work_without_a_network(tmp_path: Path, small_data: Path) -> None:
    if not can_be_alone():
        pytest.skip("this machine does not let a process have a network of its own (unshare)")
    log = tmp_path / "log"
    whole_job(tmp_path / "home", small_data, watched_environment(log), ALONE)
    assert reached(log) == ""


def use(server: Server) -> None:
    """Come in, look at the pages and ask for everything that the workspace asks for."""
    assert server.ask("POST", "/login", "role=agent", "application/x-www-form-urlencoded")[0] == 303
    assert server.suggest(QUESTION)["articles"]
    server.wait_for_shell()
    for path in ("/ui/", "/login", "/setup", "/api/v1/tickets", "/api/v1/search?q=hub", "/api/v1/me"):
        assert server.ask("GET", path)[0] < 400
    assert server.ask("POST", "/api/v1/draft", '{"text": "hub"}')[0] == 200


@pytest.mark.slow
def test_the_server_reaches_for_nothing(tmp_path: Path, demo_home: Path) -> None:
    log = tmp_path / "log"
    with serving(["--demo", "--home", str(demo_home)], watched_environment(log)) as server:
        use(server)
    assert reached(log) == ""
    # The first start loads the bulk encoder with torch and unpacks the model.
    assert reached(demo_home.parent / "network.log") == ""


@pytest.mark.slow
def test_a_model_is_never_looked_for_elsewhere(tmp_path: Path, svar: Svar, home: Path) -> None:
    log = tmp_path / "log"
    wish = {"SVAR_MODEL": "nobody/no-such-model", "HF_HUB_OFFLINE": "0"}
    done = svar("index", "--home", home, env={**watched_environment(log), **wish})
    assert done.returncode == 1
    assert "no model 'nobody/no-such-model' on this machine" in done.stderr
    assert reached(log) == ""


@pytest.mark.slow
def test_system_calls_reach_for_nothing(tmp_path: Path, indexed_home: Path) -> None:
    """Below Python too: what compiled code connects to."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed here")
    trace = tmp_path / "trace"
    prefix = ["strace", "-f", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace)]
    run(["suggest", "--text", QUESTION, "--home", str(indexed_home)], environment(), prefix)
    calls = [line for line in trace.read_text("utf-8").splitlines() if "AF_INET" in line and "127." not in line]
    assert calls == []
