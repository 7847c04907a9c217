"""What of an agent's message is courtesy: its greeting and its signature. Pure.

A draft is compared without its own courtesy, so what it is compared with must go without, too.
"""

from __future__ import annotations

import re

_GREETING = re.compile(
    r"\A\s*(?:hej|hei|hello|hi|hey|dear|kära|kære|kjære|goddag|god dag|good (?:morning|afternoon|evening))\b"
    r"[^\n.!?,:]{0,40}(?:[!,.:]+|\n|\Z)\s*",
    re.IGNORECASE,
)
_CLOSING = (
    r"(?:mvh|med (?:vänlig|vennlig|venleg|venlig) (?:hälsning|hilsen|helsing)|(?:vänliga|bästa) hälsningar"
    r"|(?:vennlig|venlig|venleg|beste?) (?:hilsen|helsing|hilsner)|hälsningar|hilsen|helsing"
    r"|(?:(?:best|kind) )?regards|best(?: wishes)?|cheers)"
)
_NAMES = r"[^\W\d_a-zåäöæøéü][\w'’-]*(?: [^\W\d_a-zåäöæøéü][\w'’-]*)?"
_SIGNATURE = re.compile(
    rf"(?:\A|\n)[ \t]*(?:(?i:{_CLOSING})[ \t,.!]*(?:\n\s*)?(?:{_NAMES})?|(?<=\n)[ \t]*[/–]?[ \t]*{_NAMES})\s*\Z"
)


def without_courtesy(message: str) -> str:
    """A message without the greeting that it begins with and the signature that it ends with.

    A line that holds more than a closing formula and a name of at most two words is no signature; what is left may be
    empty.
    """
    bare = _GREETING.sub("", message, count=1)
    return _SIGNATURE.sub("", bare, count=1).strip()
