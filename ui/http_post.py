"""Posting JSON to another machine: the one place that does, besides the optional language model.

httpx is let in here and nowhere else. What is sent goes to the one address given: redirects are not followed, the
environment's proxies and passwords are not used, and of the answer only the status is read.
"""

from __future__ import annotations

import hashlib
import hmac
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

CONNECT_S = 5.0
TOTAL_S = 20.0
"""For everything: a server that sends one byte now and then does not hold the outbox up."""
_FINAL = frozenset({400, 405, 406, 410, 411, 413, 414, 415, 422, 426, 431, 501})
"""Answers that the same request would get again. What can be mended on the other side (401, 403, 404) is not final."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a post."""

    ok: bool
    said: str
    """In English and without secrets, e.g. "HTTP 500"."""
    final: bool = False
    """Trying again would not help."""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """What stands in the header Svar-Signature: v1= and HMAC-SHA256 over "timestamp.body" in hexadecimal digits.

    Args:
        secret: Shared with the receiver.
        timestamp: Seconds since 1970; stands in the header Svar-Timestamp.
        body: The request's body, byte for byte.

    Source: RFC 2104 with SHA-256.
    """
    return "v1=" + hmac.new(secret.encode(), str(timestamp).encode() + b"." + body, hashlib.sha256).hexdigest()


def post_json(
    url: str, body: bytes, *, key: str, secret: str, total_s: float = TOTAL_S,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Posted:  # fmt: skip
    """Post JSON once; whatever goes wrong is an answer too.

    Args:
        url: An address that `is_webhook` allows.
        body: JSON in UTF-8.
        key: The same for every try of the same post.
        secret: To sign with; empty for a receiver that knows no signatures.
        total_s: How long all may take.
        more: Further headers, e.g. what the receiver lets us in by.
    """
    import httpx

    now = int(time.time())
    headers = {
        "Content-Type": "application/json", "User-Agent": "svar", "Accept": "application/json",
        "Idempotency-Key": key, **more,
    }  # fmt: skip
    if secret:
        headers |= {"Svar-Timestamp": str(now), "Svar-Signature": signature(secret, now, body)}
    limits = httpx.Timeout(min(CONNECT_S, total_s))
    # The certificates that this machine trusts, so that a help desk of one's own with a private authority works too.
    trusted = ssl.create_default_context()
    client = httpx.Client(follow_redirects=False, trust_env=False, timeout=limits, verify=trusted)
    # The client's own limits are for one step each; a server may take a step every few seconds for ever.
    ending = threading.Timer(total_s, client.close)
    ending.daemon = True
    ending.start()
    began = time.monotonic()
    try:
        with client.stream("POST", url, content=body, headers=headers) as answer:
            return _judged(answer.status_code, answer.headers)
    except httpx.TimeoutException:
        return Posted(ok=False, said="no answer in time")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError, RuntimeError) as error:
        late = time.monotonic() - began >= total_s
        return Posted(ok=False, said="no answer in time" if late else f"{type(error).__name__}: {error}"[:200])
    finally:
        ending.cancel()
        client.close()


def _judged(status: int, headers: Mapping[str, str]) -> Posted:
    said = f"HTTP {status}"
    if 200 <= status < 300:
        return Posted(ok=True, said=said)
    if 300 <= status < 400:
        return Posted(ok=False, said=f"{said}: redirects are not followed{_to(headers)}", final=True)
    return Posted(ok=False, said=said, final=status in _FINAL)


def _to(headers: Mapping[str, str]) -> str:
    return " (it has a Location)" if "location" in headers else ""
