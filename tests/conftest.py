"""What all tests share: the guard around the network, the command line as a process, a small indexed data folder."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings as hypothesis_settings

from tests.cli.serving import serving
from tests.network import watch

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
_ARTICLES = frozenset({"hub-offline", "hub-light", "refund-time", "password-reset"})
_reached: list[str] = []
# How long one example takes says how busy the machine is, not whether the code is right.
hypothesis_settings.register_profile("svar", deadline=None)
hypothesis_settings.load_profile("svar")


class OutsideReached(ConnectionError):
    """A test tried to talk to another machine."""


def _refuse(found: str) -> None:
    _reached.append(found)
    raise OutsideReached(f"tests talk to this machine only, not: {found}")


watch.install(_refuse)


@pytest.fixture(autouse=True)
def socket_guard() -> Iterator[None]:
    """Fail a test that reaches for another machine, even if the code under test swallowed the refusal."""
    _reached.clear()
    yield
    assert not _reached, f"tests talk to this machine only, not: {_reached}"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own settings must not decide what a test finds."""
    for name in [name for name in os.environ if name.startswith("SVAR_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that lies beside the clone where the product is developed; skips where it does not."""
    if not SHARED.is_dir():
        pytest.skip("the shared data does not lie beside this clone (../shared/data)")
    return SHARED


class Svar(Protocol):
    """Runs the command line as a process of its own."""

    def __call__(
        self, *args: str | Path, env: Mapping[str, str] | None = None, stdin: str | bytes = b"", timeout_s: float = 120
    ) -> subprocess.CompletedProcess[str]: ...


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """A process's environment without anybody's settings, in which the packages are found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SVAR_", "PYTEST_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default", **(extra or {})}


def watched_environment(log: Path) -> dict[str, str]:
    """An environment in which every Python process writes down what it reaches for outside of this machine."""
    folders = f"{ROOT / 'tests' / 'network'}{os.pathsep}{ROOT}"
    return environment({"PYTHONPATH": folders, watch.LOG_VARIABLE: str(log)})


def run_svar(
    *args: str | Path, env: Mapping[str, str] | None = None, stdin: str | bytes = b"", timeout_s: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; output and errors are UTF-8."""
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", *map(str, args)],
        env=environment(env), input=stdin if isinstance(stdin, bytes) else stdin.encode(), capture_output=True,
        timeout=timeout_s, check=False,
    )  # fmt: skip
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


@pytest.fixture(scope="session")
def svar() -> Svar:
    """The command line as a process."""
    return run_svar


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small part of the demo data, so that the quick encoder is done in seconds."""
    folder = tmp_path_factory.mktemp("small-data")
    for noun, names in {"articles": _ARTICLES, "canned": None}.items():
        (folder / noun / "da").mkdir(parents=True)
        for file in sorted((ROOT / "data" / noun / "da").glob("*.md"))[: None if names else 4]:
            if names is None or file.stem in names:
                shutil.copy(file, folder / noun / "da")
    lines = (ROOT / "data" / "tickets" / "da.jsonl").read_text("utf-8").splitlines(keepends=True)
    (folder / "tickets.jsonl").write_text("".join(lines[:24]), encoding="utf-8")
    return folder


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that takes long to make: the first of the processes that run tests makes it, each gets a copy.

    Args:
        factory: Of this process.
        name: The folder's name.
        make: Makes everything in it; `home` in it is a data folder.

    Returns:
        This process's own copy. The unpacked model is not copied, which is most of it: nobody changes that.
    """
    base = factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    template = shared / f"once-{name}"
    with (shared / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.is_dir():
            making = shared / f"making-{name}"
            # What another process began and could not end.
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            make(making)
            # Where no model was unpacked yet, whoever unpacks one does it for all.
            (making / "home" / "models").mkdir(exist_ok=True)
            making.rename(template)
    own = factory.mktemp(name) / "own"
    shutil.copytree(template, own, ignore=shutil.ignore_patterns("models"))
    (own / "home" / "models").symlink_to(template / "home" / "models")
    return own


@pytest.fixture(scope="session")
def indexed_home(tmp_path_factory: pytest.TempPathFactory, small_data: Path) -> Path:
    """A data folder with the small data, imported and indexed; never to be changed."""

    def make(folder: Path) -> None:
        for args in (("import", str(small_data)), ("index",)):
            done = run_svar("--home", folder / "home", *args)
            assert done.returncode == 0, done.stderr

    return made_once(tmp_path_factory, "indexed", make) / "home"


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's data folder, made by the first `svar serve --demo`; takes about half a minute, so for slow tests only.

    What that first start reached for outside of this machine stands in network.log beside the folder.
    """

    def make(folder: Path) -> None:
        with serving(["--demo", "--home", str(folder / "home")], watched_environment(folder / "network.log")):
            pass

    return made_once(tmp_path_factory, "demo", make) / "home"


@pytest.fixture
def home(indexed_home: Path, tmp_path: Path) -> Path:
    """A copy of the indexed data folder that a test may change."""
    return Path(shutil.copytree(indexed_home, tmp_path / "home", symlinks=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of several processes: files with slow tests first, so that none of them begins when the others are done."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
