"""A language model's answer, read line by line while it comes. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_NUMBERED = re.compile(r"(?P<lead>[\s*#>(\[\"-]*)(?P<number>\d{1,4})[\s\])}\"*]*[:|.)\]](?P<text>.*)")
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_NO_WORDS = re.compile(r"[\W_]*")


@dataclass(frozen=True, slots=True)
class Said:
    """One line of an answer."""

    number: int
    """The sentence that it is meant for; 0 if it does not say."""
    text: str


class Reply:
    """Collects an answer piece by piece and gives out whole lines."""

    def __init__(self) -> None:
        self._rest = ""
        self.characters = 0
        """How much has come so far."""

    def feed(self, piece: str) -> list[Said]:
        """Take the next piece of the answer; the lines that it completes."""
        self.characters += len(piece)
        self._rest += piece
        if "<think" in self._rest:
            if "</think" not in self._rest:
                return []
            self._rest = _THOUGHT.sub("", self._rest)
        *lines, self._rest = self._rest.split("\n")
        return [said for line in lines if (said := said_in(line)) is not None]

    def end(self) -> list[Said]:
        """The last line, which no line break follows."""
        rest, self._rest = _THOUGHT.sub("", self._rest), ""
        return [said for line in rest.split("\n") if (said := said_in(line)) is not None]


def said_in(line: str) -> Said | None:
    """Read one line: `3: text`, `[3] text`, `{"n": 3, "text": "..."}`; None if there are no words in it."""
    if _NO_WORDS.fullmatch(line):
        return None
    found = _object_in(line)
    if found is not None:
        return found
    match = _NUMBERED.fullmatch(line.strip())
    if match is None:
        return Said(0, line.strip())
    text = match["text"].lstrip(" \t:|").rstrip()
    # Of "**3:** text" the second pair belongs to the number; of "3: **text**" both are the text's.
    text = text.removeprefix("**").lstrip() if "**" in match["lead"] else text
    return Said(int(match["number"]), text) if not _NO_WORDS.fullmatch(text) else None


def _object_in(line: str) -> Said | None:
    bare = line.strip().rstrip(",")
    if not bare.startswith("{"):
        return None
    try:
        found = json.loads(bare)
    except ValueError:
        return None
    number, text = (found.get("n"), found.get("text")) if isinstance(found, dict) else (None, None)
    if not isinstance(text, str) or isinstance(number, bool) or not isinstance(number, int) or number < 0:
        return None
    return Said(number, " ".join(text.split()))
