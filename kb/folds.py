"""What of a message its writer did not write for this occasion: quoted history and signatures, in five languages. Pure.

Mail programs mark both by habit, not by a standard; only the "-- " line (RFC 3676, section 4.3) and ">" (section 4.5)
are written down. So the rules are careful: a line that merely looks like one of them stays where it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_TEXT = 100_000
"""What comes after so many characters is no letter but a log, and is not looked at."""
MAX_MARK = 400
"""No mark of a mail program is longer; a longer line is prose or a log, and is not looked at."""
_HEADER_LINES = 8
_CONTACT_LINES = 14
_CONTACT_WIDTH = 90

_ALONE = 4
"""Lines of a signature that stands for itself, at most."""
_SIGNATURE = re.compile(
    r"-- ?$|_{5,}[ \t]*$|(?:Skickat|Skickades) från |Sendt (?:fra|frå) (?:min|mitt|mit|Mail|Outlook|Yahoo)\b|"
    r"Sent from (?:my|Mail|Outlook|Yahoo)\b|(?:Hämta|Get|Hent|Last ned) Outlook\b"
)
_ORIGINAL = re.compile(
    r"[-_]{2,}[ \t]*(?:Original[ ]?Message|Forwarded message|Ursprungligt meddelande|Originalmeddelande|"
    r"Vidarebefordrat (?:meddelande|brev)|Opprinnelig melding|Videresendt (?:melding|meddelelse|besked)|"
    r"Opphav(?:le|el)?g melding|Oprindelig (?:meddelelse|besked)|Original meddelelse)[ \t]*[-_]{2,}[ \t]*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"[*_]{0,2}(?:From|Från|Fra|Frå)[ ]?:[*_]{0,2}[ \t]*\S", re.IGNORECASE)
_OTHER_HEADER = re.compile(
    r"[*_]{0,2}(?:Sent|Date|To|Subject|Cc|Skickat|Datum|Till|Ämne|Kopia|Sendt|Dato|Til|Emne|Kopi|Svar til|Reply-To)"
    r"[ ]?:[*_]{0,2}(?:[ \t]|$)",
    re.IGNORECASE,
)
_WROTE = re.compile(r"\b(?:wrote|writes)[ \t]*:[ \t]*$|\b(?:skrev|skreiv|skriver)\b.{0,200}:[ \t]*$", re.IGNORECASE)
_TIME = re.compile(r"\b\d{4}\b|\b\d{1,2}[:.]\d{2}\b")
_DATED = re.compile(rf"@|{_TIME.pattern}")
_CLOSING = re.compile(
    r"(?:med )?(?:de )?(?:bästa |varma |vänliga? |vennlige? |venlige? |venlege? |beste |bedste |kære |hjertelig )?"
    r"(?:hälsning(?:ar)?|hilsen|hilsner|helsing(?:ar)?)\b|mvh\b|vh\b|"
    r"(?:kind(?:est)?|best|warm(?:est)?|many)? ?(?:regards|wishes)\b|(?:yours )?(?:sincerely|faithfully|truly)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"@|www\.|https?://|(?:\d[ ()./-]?){6,}|\b(?:tel|tlf|telefon|phone|mobil|mobile)\b", re.IGNORECASE
)
_AFTERTHOUGHT = re.compile(r"p\.? ?s\b|\?[ \t]*$", re.IGNORECASE)


class FoldKind(StrEnum):
    """What a fold holds."""

    QUOTE = "quote"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Fold:
    """A part of a text that can be put away."""

    start: int
    """First character, at the start of a line."""
    end: int
    """Behind the last character."""
    kind: FoldKind


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    """Behind its line break."""
    text: str
    """Without line break and blanks before it; of a line longer than MAX_MARK only a ">" that it begins with."""


def folds(text: str) -> tuple[Fold, ...]:
    """Find quoted history and signatures.

    Args:
        text: A message as it was received, plain text or Markdown.

    Returns:
        Folds in their order that do not overlap, offsets in characters, half-open. History without ">" at the very
        beginning is no fold: somebody who forwards a letter means its text.
    """
    lines = _lines(text)
    found: list[Fold] = []
    at = 0
    has_own = False
    while at < len(lines):
        until, kind = _fold_at(lines, at, has_own=has_own) if lines[at].text else (at, None)
        if kind is None:
            has_own = has_own or not _is_blank(text, lines[at])
            at += 1
            continue
        found.append(Fold(lines[at].start, lines[until - 1].end, kind))
        at = until
    return tuple(found)


def own_text(text: str) -> str:
    """A message without its folds."""
    kept: list[str] = []
    at = 0
    for fold in folds(text):
        kept.append(text[at : fold.start])
        at = fold.end
    return "".join([*kept, text[at:]])


def _fold_at(lines: Sequence[_Line], at: int, *, has_own: bool) -> tuple[int, FoldKind | None]:
    """Where the fold that begins at a line ends (a place in `lines`), and what it is; None if none begins here."""
    line = lines[at]
    if line.text.startswith(">"):
        return _quoted(lines, at), FoldKind.QUOTE
    attribution = _attribution(lines, at)
    if attribution:
        quoted = next((i for i in range(at + attribution, len(lines)) if lines[i].text), len(lines))
        if quoted < len(lines) and lines[quoted].text.startswith(">"):
            return _quoted(lines, quoted), FoldKind.QUOTE
    if has_own and (attribution or _is_history(lines, at)):
        return len(lines), FoldKind.QUOTE
    if (has_own or _is_alone(lines, at)) and _SIGNATURE.match(line.text):
        if line.text.startswith("__") and at + 1 < len(lines) and _FROM.match(lines[at + 1].text):
            return len(lines), FoldKind.QUOTE
        return _next_history(lines, at + 1), FoldKind.SIGNATURE
    if has_own and at and _is_contact_block(lines, at):
        return _next_history(lines, at + 1), FoldKind.SIGNATURE
    return at, None


def _is_alone(lines: Sequence[_Line], at: int) -> bool:
    """Whether only a few lines follow: somebody who sent nothing but a signature did not begin a letter with a rule."""
    return sum(bool(line.text) for line in lines[at + 1 :]) <= _ALONE


def _quoted(lines: Sequence[_Line], at: int) -> int:
    """Behind the last of the ">" lines that follow each other, blank lines between them included."""
    last = at
    for place in range(at, len(lines)):
        text = lines[place].text
        if text.startswith(">"):
            last = place
        elif text or lines[place].end - lines[place].start > MAX_MARK:
            break
    return last + 1


def _attribution(lines: Sequence[_Line], at: int) -> int:
    """How many lines "On 3 May 2026 at 09:12, Anna <anna@post.example> wrote:" takes here: 0, 1 or 2."""
    first, second = (lines[at + i].text if at + i < len(lines) else "" for i in (0, 1))
    if first.endswith(":"):
        return 1 if _WROTE.search(first) and _DATED.search(first) else 0
    if not second.endswith(":") or second.startswith(">"):
        return 0
    is_broken = _WROTE.search(second) and not _TIME.search(second) and _TIME.search(first)
    return 2 if is_broken else 0


def _is_history(lines: Sequence[_Line], at: int) -> bool:
    """Whether the rest is an older message: "-----Original Message-----", or From, Sent and Subject of one."""
    if _ORIGINAL.match(lines[at].text):
        return True
    if not _FROM.match(lines[at].text):
        return False
    return sum(bool(_OTHER_HEADER.match(line.text)) for line in lines[at + 1 : at + _HEADER_LINES]) >= 2


def _next_history(lines: Sequence[_Line], at: int) -> int:
    """The first place from `at` where quoted history begins; the end if none does."""
    for place in range(at, len(lines)):
        text = lines[place].text
        if text and (text.startswith(">") or _attribution(lines, place) or _is_history(lines, place)):
            return place
    return len(lines)


def _is_contact_block(lines: Sequence[_Line], at: int) -> bool:
    """Whether address and telephone stand here, two lines or more below "Kind regards" and a name."""
    if not lines[at].text or not _below_closing(lines, at):
        return False
    # So many that more could not all be a contact block, however many blank lines there are.
    near = lines[at : at + 3 * _CONTACT_LINES]
    until = _next_history(near, 0)
    rest = [line for line in near[:until] if line.text]
    return (
        (until < len(near) or at + until == len(lines))
        and 2 <= len(rest) <= _CONTACT_LINES
        and all(len(line.text) <= _CONTACT_WIDTH and not _AFTERTHOUGHT.search(line.text) for line in rest)
        and any(_CONTACT.search(line.text) for line in rest)
    )


def _below_closing(lines: Sequence[_Line], at: int) -> bool:
    """Whether the two written lines above are a closing and a name, or the one above is both."""
    above = [line.text for line in lines[max(0, at - 5) : at] if line.text][-2:]
    if not above:
        return False
    if len(above) == 2 and _CLOSING.match(above[0]) and len(above[0].split()) <= 4:
        return len(above[1].split()) <= 5
    return bool(_CLOSING.match(above[-1])) and "," in above[-1].rstrip(",")


def _is_blank(text: str, line: _Line) -> bool:
    return not line.text and not text[line.start : line.end].strip()


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    start = 0
    while start < min(len(text), MAX_TEXT):
        at = text.find("\n", start)
        end = len(text) if at < 0 else at + 1
        if end - start <= MAX_MARK:
            found.append(_Line(start, end, text[start:end].rstrip()))
        else:
            found.append(_Line(start, end, ">" if text[start] == ">" else ""))
        start = end
    return found
