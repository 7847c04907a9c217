"""What a help desk signs to let its agent in: HMAC-SHA-256 over who, until when, and a word of its own. Pure."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from kb.desk.embed_tokens import TOKEN_AGE

CLOCKS_APART = timedelta(seconds=5)
"""So much the help desk's clock may be ahead of ours."""
_LONGEST_NONCE = 64


def signature_of(secret: str, email: str, expires: str, nonce: str = "") -> str:
    """The signature as 64 hexadecimal digits.

    Args:
        secret: SVAR_EMBED_SECRET.
        email: The agent's address in Svar, as it stands in the link.
        expires: Seconds since 1970 as decimal digits.
        nonce: Makes two links of one second differ; may be empty.

    Source: RFC 2104 with SHA-256, over the three values with line feeds between them.
    """
    return hmac.new(secret.encode(), f"{email}\n{expires}\n{nonce}".encode(), hashlib.sha256).hexdigest()


def signed_until(
    secret: str, *, email: str, expires: str, nonce: str, signature: str, now: datetime
) -> datetime | None:
    """When a signed link runs out, or None if it is not valid now.

    Args:
        secret: SVAR_EMBED_SECRET; empty: nothing is valid.
        email: As it stands in the link.
        expires: As it stands in the link; at most TOKEN_AGE ahead.
        nonce: As it stands in the link.
        signature: As it stands in the link.
        now: The current time.
    """
    if not secret or len(nonce) > _LONGEST_NONCE or not (expires.isascii() and expires.isdecimal()):
        return None
    if not hmac.compare_digest(signature_of(secret, email, expires, nonce).encode(), signature.casefold().encode()):
        return None
    if len(expires) > len("9999999999"):
        return None
    until = datetime.fromtimestamp(int(expires), UTC)
    return until if now < until <= now + TOKEN_AGE + CLOCKS_APART else None
