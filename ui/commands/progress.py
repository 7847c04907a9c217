"""Progress bars with an estimate, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(label: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr; nothing at all where stderr is no terminal.

    Args:
        label: What is being done.
        unit: What is counted.

    Yields:
        A function that takes how many are done and how many there are (0 = unknown).
    """
    if not sys.stderr.isatty():
        yield _say_nothing
        return
    from tqdm import tqdm

    with tqdm(desc=label, unit=f" {unit}", leave=False, file=sys.stderr, dynamic_ncols=True, mininterval=0.2) as shown:

        def move(done: int, total: int) -> None:
            if total:
                shown.total = total
            shown.update(done - shown.n)

        yield move


def _say_nothing(_done: int, _total: int) -> None:
    return
