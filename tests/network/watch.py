"""Tells whether a process reaches for anything but this machine, by Python's own audit events."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Callable

LOG_VARIABLE = "SVAR_TEST_NETWORK_LOG"
_NAMES_OF_THIS_MACHINE = frozenset({"localhost", "", "0.0.0.0", "::"})


def foreign(event: str, args: tuple[object, ...]) -> str:
    """What an audit event reaches for outside of this machine; empty for everything else.

    Args:
        event: Name of the audit event.
        args: Its arguments.
    """
    if event in {"socket.connect", "socket.sendto"}:
        address = args[1]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        address = (args[0], 0)
    else:
        return ""
    if not isinstance(address, tuple):
        return ""  # a Unix socket
    host = address[0].decode("ascii", "replace") if isinstance(address[0], bytes) else address[0]
    if host is None or host in _NAMES_OF_THIS_MACHINE:
        return ""
    try:
        inside = ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        inside = False
    return "" if inside else f"{event} {host}"


def install(tell: Callable[[str], None]) -> None:
    """Call a function for every reach outside, from now to the end of the process; hooks cannot be taken out again."""

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event.startswith("socket."):
            found = foreign(event, args)
            if found:
                tell(found)

    sys.addaudithook(hook)


def write_to_log(found: str) -> None:
    """Append to the file that the environment names."""
    file = os.open(os.environ[LOG_VARIABLE], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, f"{found} by {' '.join(sys.orig_argv)}\n".encode("utf-8", "replace"))
    os.close(file)
