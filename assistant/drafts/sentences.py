"""Sentences of a Markdown text with their character offsets, for Swedish, Norwegian, Danish and English. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_SHORT_LINE = 40
"""A line shorter than this was ended on purpose ("Hej Annika"); a longer one was probably wrapped by a mail program."""
_WINDOW = 80
"""Characters on each side of a mark that decide; no abbreviation and no first word is longer."""
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_OWN_LINE = re.compile(r"[ \t]*(?:#{1,6}[ \t]|\||(?:[-*_][ \t]*){3,}$|={3,}[ \t]*$|\[[^\]\n]+\]:[ \t])")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_QUOTE = re.compile(r"[ \t]*>")
_HARD_BREAK = re.compile(r"(?: {2}|\\)$")
_CLOSER = r"(?:\]\([^()\s]*\)|[\"'”’»)\]*_])*"
_END = re.compile(rf"(?:[.!?]+|…){_CLOSER}(?=\s)")
_CODE_SPAN = re.compile(r"`[^`\n]+`|\[[^\]\n]*\]\([^()\s]*\)")
_OPENER = "\"'“”„»«(*_[~>"

# Abbreviations after which the sentence always goes on, without their last full stop.
_INSIDE = {
    "sv": "t.ex t.o.m fr.o.m bl.a dvs d.v.s s.k ca c:a kl nr tel resp ev f.ö f.d p.g.a pga m.a.o jfr st inkl exkl max"
    " min tfn kap sid el fig obs art dr hr fr prof t.h t.v forts i.o.m fr",
    "nb": "f.eks bl.a dvs d.v.s ca kl nr tlf tel ev evt inkl ekskl maks min jf jfr s.k pga p.g.a mht ifm ift iht vs st"
    " kap s dr hr fr prof obs fig art f.o.m t.o.m fom tom",
    "nn": "t.d f.eks bl.a dvs d.v.s ca kl nr tlf tel ev evt inkl ekskl maks min jf jfr s.k pga p.g.a mht ifm ift iht vs"
    " st kap s dr hr fr prof obs fig art frå.og.med f.o.m t.o.m",
    "da": "f.eks fx bl.a dvs d.v.s ca kl nr tlf tel evt inkl ekskl maks min jf jvf s.k pga p.g.a mht ifm ift iht vs st"
    " kap s dr hr fr prof obs fig art fra.og.med f.o.m t.o.m hhv vedr pr stk",
    "en": "e.g i.e approx ca no nos vs tel cf fig inc excl max min mr mrs ms dr prof st dept viz vol ed incl esp",
}
# Abbreviations that may also close a sentence: it ends there if a capital follows.
_MAY_END = {
    "sv": "m.m m.fl osv o.s.v etc o.d o.dyl mm mfl",
    "nb": "m.m m.fl osv o.s.v etc o.l mv m.v",
    "nn": "m.m m.fl osv o.s.v etc o.l mv m.v",
    "da": "m.m m.fl osv o.s.v etc o.l mv m.v mm",
    "en": "etc a.m p.m am pm ltd co jr sr u.s u.k",
}
_MONTHS = frozenset(
    "januari februari mars april maj juni juli augusti september oktober november december"
    " januar februar mai august desember marts"
    " january february march may june july october".split()
)
_ALWAYS = {locale: frozenset(words.split()) for locale, words in _INSIDE.items()}
_ANY = frozenset().union(*_ALWAYS.values())


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters."""

    start: int
    end: int


def split(text: str, locale: str) -> tuple[Span, ...]:
    """Split a Markdown text into sentences.

    List items, headings, table rows and fenced code begin and end a sentence of their own; the marker of a list item
    belongs to its first sentence. Where it is unclear, two sentences are left as one: a citation that is too long is
    still true.

    Args:
        text: Markdown or plain text.
        locale: Decides which abbreviations are known; the abbreviations of all five languages for another.

    Returns:
        Spans in order, not overlapping, without outer white space; together they cover every other character.
    """
    known = _ALWAYS.get(locale, _ANY)
    found: list[Span] = []
    for start, end, whole in _chunks(text):
        cuts = [] if whole else _cuts(text, start, end, known)
        for left, right in zip([start, *cuts], [*cuts, end], strict=True):
            span = _trim(text, left, right)
            if span.start < span.end:
                found.append(span)
    return tuple(found)


def texts(text: str, locale: str) -> list[str]:
    """The sentences themselves."""
    return [text[span.start : span.end] for span in split(text, locale)]


def _trim(text: str, start: int, end: int) -> Span:
    inner = text[start:end].lstrip()
    left = end - len(inner)
    return Span(left, left + len(inner.rstrip()))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield start, end
        start = end


def _chunks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Ranges that no sentence crosses, and whether the range is one sentence as it stands."""
    begin = 0
    fenced = False
    previous = ""
    for start, end in _lines(text):
        line = text[start:end].rstrip("\r\n")
        fence = bool(_FENCE.match(line))
        if not fenced and (fence or _begins(line, previous)):
            yield begin, start, bool(_OWN_LINE.match(previous))
            begin = start
        if fence and fenced:
            yield begin, end, True
            begin, line = end, ""
        fenced ^= fence
        previous = line
    yield begin, len(text), fenced or bool(_OWN_LINE.match(previous))


def _begins(line: str, previous: str) -> bool:
    """Whether a line begins something new, given the line before it."""
    if not line.strip() or not previous.strip():
        return True
    if _LIST_ITEM.match(line) or _OWN_LINE.match(line) or _OWN_LINE.match(previous) or _HARD_BREAK.search(previous):
        return True
    if bool(_QUOTE.match(line)) != bool(_QUOTE.match(previous)):
        return True
    return len(previous) < _SHORT_LINE and _opens(line.lstrip()) and not previous.rstrip().endswith((",", ";"))


def _cuts(text: str, start: int, end: int, known: frozenset[str]) -> list[int]:
    """Places in a range at which one sentence ends and the next begins."""
    masked = [match.span() for match in _CODE_SPAN.finditer(text, start, end)]
    lefts = [left for left, _ in masked]
    cuts = []
    for match in _END.finditer(text, start, end):
        inside = bisect_right(lefts, match.start()) - 1
        rest = text[match.end() : min(end, match.end() + _WINDOW)].lstrip()
        if not rest or (inside >= 0 and match.end() < masked[inside][1]):
            continue
        if _ends(text[max(start, match.start() - _WINDOW) : match.start()], match.group(), rest, known):
            cuts.append(match.end())
    return cuts


def _ends(before: str, mark: str, rest: str, known: frozenset[str]) -> bool:
    """Whether a mark ends a sentence, by the words on both sides of it."""
    if not _opens(rest):
        return False
    if not mark.startswith(".") or mark.startswith(".."):
        return True
    word = re.split(r"[\s(\[\"“”»«/*_>]", before)[-1]
    if not word or (not before[: -len(word)].strip(" \t>") and (word.isdigit() or len(word) == 1)):
        # Nothing but a list marker or an initial stands before the full stop: "1.", "A."
        return False
    if word.lower() in _UNITS and re.search(r"\d\s*\w+$", before):
        return True
    if word.lower() in known or re.fullmatch(r"(?:[^\W\d_]\.)*[A-ZÅÄÖÆØÉ]", word):
        return word.lower() in _CLOSING
    following = re.match(r"[^\W\d_]*", rest)
    return not (word.isdigit() and following is not None and following.group().lower() in _MONTHS)


_UNITS = frozenset("min sek sec stk st mån md mnd mdr tim max".split())
"""Words for which the full stop behind a number may be the sentence's own: "Vänta 2 min. Sen ..."."""
_CLOSING = frozenset(" ".join(_MAY_END.values()).split())


def _opens(rest: str) -> bool:
    """Whether a text can begin a sentence: a capital, a digit, an opening mark, or a name such as iOS."""
    bare = rest.lstrip(_OPENER + " \t")
    if not bare:
        return True
    return not bare[0].islower() or bool(re.match(r"[a-zæøåäö]{1,2}[A-Z]", bare))
