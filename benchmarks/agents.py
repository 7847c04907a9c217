"""Many agents who type: each asks the server for suggestions once a second, as the workspace does during a search.

Run by benchmarks/browser_speed.py as a process of its own, so that it does not share an interpreter with what is
measured. Reads one JSON object on standard input, {"address", "cookies", "texts"}; one agent per cookie, until it is
asked to end by SIGTERM.
An agent whose last question is still unanswered after a second does not ask a second one beside it: like the page, it
waits, and then asks with what stands in the box by then. Whom a crowded server refuses asks again a little later, also
like the page. Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

PERIOD_S = 1.0
AGAIN_S = 0.3
"""So long after a refusal the page asks again."""
_CROWDED = 503
WORDS_A_TURN = 2
"""So much more of a text is there at every question."""
LONGEST = 14
"""Words of a text before the agent begins with another one."""


@dataclass(slots=True)
class Tally:
    """What happened to all of them together."""

    sent: int = 0
    replaced: int = 0
    """Seconds in which nothing was asked because the last answer had not come yet."""
    refused: int = 0
    """Requests that a crowded server did not take."""
    unanswered: int = 0
    """Questions that were refused until the next one was due."""
    failed: int = 0
    times_ms: list[float] = field(default_factory=list)


async def agent(address: str, cookie: str, texts: list[str], phase_s: float, tally: Tally) -> None:
    """One agent on one connection."""
    host, port = address.split(":")
    await asyncio.sleep(phase_s)
    reader, writer = await asyncio.open_connection(host, int(port))
    due = time.perf_counter()
    for turn in count():
        text = _typed(texts, turn)
        began = time.perf_counter()
        tally.sent += 1
        due += PERIOD_S
        while True:
            writer.write(_request(address, cookie, {"text": text, "typing": True, **_PART}))
            status = await _answer(reader)
            if status != _CROWDED:
                tally.times_ms.append((time.perf_counter() - began) * 1000)
                tally.failed += status != 200
                break
            tally.refused += 1
            if time.perf_counter() + AGAIN_S > due:
                tally.unanswered += 1
                break
            await asyncio.sleep(AGAIN_S)
        while due < time.perf_counter():
            due += PERIOD_S
            tally.replaced += 1
        await asyncio.sleep(due - time.perf_counter())


_PART: dict[str, object] = {}


def _typed(texts: list[str], turn: int) -> str:
    """What stands in the box at a turn: a growing beginning of one text after the other."""
    per_text = LONGEST // WORDS_A_TURN
    words = texts[turn // per_text % len(texts)].split()
    return " ".join(words[: WORDS_A_TURN * (turn % per_text + 1)]) or "?"


def _request(address: str, cookie: str, body: object) -> bytes:
    content = json.dumps(body).encode()
    head = (
        f"POST /api/v1/suggest HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n"
        f"Cookie: svar_session={cookie}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one answer whole and return its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length:")[2].split("\r\n")[0])
    await reader.readexactly(length)
    return int(head.split(" ", 2)[1])


async def run(address: str, cookies: list[str], texts: list[str]) -> Tally:
    """Let all of them work, spread evenly over the second and over the texts."""
    tally = Tally()
    step = max(1, len(texts) // max(1, len(cookies)))
    work = asyncio.gather(
        *(
            agent(address, cookie, texts[n * step :] + texts[: n * step], n / len(cookies), tally)
            for n, cookie in enumerate(cookies)
        )
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    with suppress(asyncio.CancelledError):
        await work
    return tally


def _at(times: list[float], share: float) -> float:
    return round(times[min(len(times) - 1, int(share * len(times)))], 1) if times else 0.0


def main() -> None:
    wish = json.loads(sys.stdin.readline())
    _PART.update(wish.get("part", {}))
    tally = asyncio.run(run(wish["address"], wish["cookies"], wish["texts"]))
    times = sorted(tally.times_ms)
    middle, late = _at(times, 0.5), _at(times, 0.95)
    found = {
        "sent": tally.sent, "answered": len(times), "refused": tally.refused, "unanswered": tally.unanswered,
        "replaced": tally.replaced, "failed": tally.failed, "p50": middle, "p95": late,
    }  # fmt: skip
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
