"""Writes the two lock files from what is installed in the environment that runs this script.

`make lock` runs it in a fresh environment. requirements.lock.txt holds what the product needs, with everything that
those packages need in turn; requirements-dev.lock.txt adds what only tests and checks need. Without hashes and without
addresses: each machine has its own registries.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Written by `make lock`; change pyproject.toml, not this file.\n"
# Parts of a CUDA build of torch: gigabytes that a CPU never uses.
UNWANTED = ("nvidia-", "cuda-", "triton")
# Every environment has its own pip already.
IN_EVERY_ENVIRONMENT = "pip"
OLDEST_PYTHON = "3.11.2"
"""Debian 12's."""


def main() -> int:
    """Write both files next to pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    build = project["build-system"]["requires"]
    product = closure([*project["project"]["dependencies"], *build])
    everything = closure([*product, *project["project"]["optional-dependencies"]["dev"]])
    extra = {name: version for name, version in everything.items() if name not in product}
    write(ROOT / "requirements.lock.txt", product, "")
    write(ROOT / "requirements-dev.lock.txt", extra, "-r requirements.lock.txt\n")
    sys.stderr.write(f"locked {len(product)} packages, {len(extra)} more for development\n")
    return 0


def closure(requirements: Iterable[str]) -> dict[str, str]:
    """Name -> version of every installed package that the requirements lead to."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    open_ends = [(Requirement(text), "") for text in requirements]
    while open_ends:
        wish, extra_of_parent = open_ends.pop()
        name = canonicalize_name(wish.name)
        if name == IN_EVERY_ENVIRONMENT or name.startswith(UNWANTED):
            continue
        if wish.marker and not wish.marker.evaluate({"extra": extra_of_parent}):
            continue
        installed = distribution(name)
        asks_for = SpecifierSet(installed.metadata["Requires-Python"] or "")
        if not asks_for.contains(OLDEST_PYTHON):
            raise SystemExit(f"{name} {installed.version} needs Python {asks_for}: lock with Python {OLDEST_PYTHON}")
        # "2.13.0+cpu" names one index's build; the plain version is found everywhere.
        found[name] = Version(installed.version).public
        for extra in {"", *wish.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                open_ends += [(Requirement(text), extra) for text in installed.requires or ()]
    return found


def write(path: Path, versions: dict[str, str], first: str) -> None:
    """Write one lock file, sorted by name."""
    lines = "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))
    path.write_text(HEADER + first + lines, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
