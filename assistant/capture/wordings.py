"""What customers ask, in their own words: the title of a sketch, its issue, and the other wordings. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from assistant.capture.courtesy import is_courtesy, without_greeting
from assistant.drafts.sentences import split
from assistant.drafts.ticket import people_of
from assistant.redaction.redact import TeamNumbers, redact
from indexer.problem import first_burst
from indexer.words import query_stems
from kb.knowledge.candidate import Line, Section
from kb.model import Ticket

_ISSUE_SENTENCES, _OTHER_WORDINGS = 3, 4
_MOST_QUESTIONS = 12
_MOST_TITLE, _MOST_WORDING, _MOST_ISSUE = 100, 140, 600
_READ = 4000
_SAME = 0.6
"""Share of the words of the shorter of two lines from which they say the same."""
_RELATED = 2
"""So many words of what the group asks must be in another wording of it."""
_SUBJECT, _TOO_LONG = 3, 2
"""A subject is worth so many words more, for it was written to be a title; what must be cut is worth less."""
_MOST_TOLD = 4
"""More words of the answer do not make a better title, only a longer one."""
_FEW = 8
_FEWEST_WORDS, _MOST_LINE_WORDS = 3, 22
_REPLY_MARK = re.compile(r"^(?:re|sv|vs|fwd?|aw)\s*:\s*", re.IGNORECASE)
_SIGNATURE = re.compile(r"^(?:--|sent from|skickat från|sendt fra|troubleshooting information)", re.IGNORECASE)


def title_of(tickets: Sequence[Ticket], team: TeamNumbers | None, answer: Collection[str] = ()) -> str:
    """How the customer put it who was given the answer: in one clean line with words of the answer, or that others use.

    If that customer has none, the one who put it best; where nobody did, the first sentence or subject, personal data
    taken out.

    Args:
        tickets: At least one; the one that the sketch follows first.
        team: What the team's own numbers look like.
        answer: Stems of the resolution; a line with none of them is another question's.
    """
    common = common_words(tickets)
    for those in (tickets[:1], tickets) if answer else (tickets,):
        put = [(ticket, line) for ticket in those for line in _wordings(ticket, team)]
        told = [(_tells_of(line, ticket, common, frozenset(answer)), -n) for n, (ticket, line) in enumerate(put)]
        # Without an answer it is enough that it is about what all ask.
        good = [each for each in told if each[0] >= _RELATED]
        best = (max(good, default=None) if answer else next(iter(good), None)) or None
        if best is not None:
            return _short(put[-best[1]][1].text.rstrip("!. "), _MOST_TITLE)
    for ticket in tickets:
        for line in (wording_of(ticket, team), *_asked(ticket, team)):
            if line is not None:
                return _short(line.text.strip(" !."), _MOST_TITLE)
    first = tickets[0]
    return _short(redact(first.subject, people=people_of(first), locale=first.locale, team=team).text, _MOST_TITLE)


def _tells_of(line: Line, ticket: Ticket, common: frozenset[str], answer: frozenset[str]) -> int:
    """How much a line tells: its words that the answer or most customers use; a little more for a subject."""
    stems = frozenset(query_stems(line.text, ticket.locale))
    is_subject = line.message < 0
    if answer and not stems & answer and not (is_subject and len(stems & common) >= _RELATED):
        return 0
    if not answer:
        return len(stems & common)
    told = min(_MOST_TOLD, len(stems & (common | answer)))
    return told + _SUBJECT * is_subject - _TOO_LONG * (len(line.text) > _MOST_TITLE)


def issue_of(
    tickets: Sequence[Ticket], title: str, team: TeamNumbers | None, answer: Collection[str] = ()
) -> tuple[Line, ...]:
    """What is asked, and in which other words it is asked too.

    Args:
        tickets: The one that the sketch follows first.
        title: Of the sketch; what says the same is left out.
        team: What the team's own numbers look like.
        answer: Stems of the resolution; wordings that have nothing to do with it or the title are left out.

    Returns:
        Sentences of the first ticket that has any, then the wordings of others that share words with most tickets.
    """
    kept: list[Line] = []
    for ticket in tickets:
        own = list(_asked(ticket, team))
        if own:
            kept = _opening(own)
            break
    first = kept[0].ticket_id if kept else ""
    others = [line for line in _others(tickets, title, team, answer) if line.ticket_id != first]
    return (*kept, *others[:_OTHER_WORDINGS])


def questions_of(
    tickets: Sequence[Ticket], title: str, team: TeamNumbers | None, answer: Collection[str] = ()
) -> list[str]:
    """How customers asked it, each in one line without personal data, no two alike, none like the title.

    Args:
        tickets: The one that the sketch follows first.
        title: Of the sketch.
        team: What the team's own numbers look like.
        answer: Stems of the resolution; wordings that have nothing to do with it or the title are left out.
    """
    return [line.text for line in _others(tickets, title, team, answer)][:_MOST_QUESTIONS]


def wording_of(ticket: Ticket, team: TeamNumbers | None) -> Line | None:
    """A customer's question in one line: the subject, else a sentence that asks, else the first short one.

    Args:
        ticket: The ticket.
        team: What the team's own numbers look like.

    Returns:
        None where no line is short, says something and has nobody's details in it.
    """
    return next(_wordings(ticket, team), None)


def _wordings(ticket: Ticket, team: TeamNumbers | None) -> Iterator[Line]:
    """All such lines: the subject, then sentences that ask, then other short ones."""
    subject = ticket.subject.strip()
    mark = _REPLY_MARK.match(subject)
    text = _capital(" ".join(subject[mark.end() if mark else 0 :].strip(" !.-").split()))
    says = len(text.split()) >= _FEWEST_WORDS and not text.isupper() and _tells(text, ticket.locale)
    if says and not redact(text, people=people_of(ticket), locale=ticket.locale, team=team).spans:
        yield Line(Section.ISSUE, _short(text, _MOST_WORDING), ticket.id, -1, 0, len(ticket.subject))
    said = [line for line in _asked(ticket, team) if _is_line(line.text) and _tells(line.text, ticket.locale)]
    for line in sorted(said, key=lambda each: not each.text.endswith("?")):
        yield replace(line, text=_capital(line.text))


def _others(
    tickets: Sequence[Ticket], title: str, team: TeamNumbers | None, answer: Collection[str]
) -> Iterator[Line]:  # fmt: skip
    """The wordings that share words with what most ask and what was answered, unlike the title and each other."""
    common = common_words(tickets)
    # Few tickets that are one group have few words in common.
    related = _RELATED if len(tickets) > _FEW else 1
    seen = [frozenset(query_stems(title, tickets[0].locale))]
    meant = seen[0].union(answer)
    for ticket in tickets:
        line = wording_of(ticket, team)
        if line is None or line.text.endswith("…"):
            continue
        words = frozenset(query_stems(line.text, ticket.locale))
        is_other = all(len(words & other) < _SAME * max(1, min(len(words), len(other))) for other in seen)
        is_answered = not answer or len(words & meant) >= _RELATED
        if len(words & common) >= min(related, len(common)) and is_answered and is_other:
            seen.append(words)
            yield line


def common_words(tickets: Sequence[Ticket]) -> frozenset[str]:
    """The stems that at least a quarter of some tickets ask with; all of a single ticket's."""
    counted: dict[str, int] = {}
    for ticket in tickets:
        asked = " ".join([ticket.subject, *(m.body[:_READ] for m in first_burst(ticket.messages)[:2])])
        for stem in set(query_stems(asked[:_READ], ticket.locale)):
            counted[stem] = counted.get(stem, 0) + 1
    least = max(1 if len(tickets) == 1 else 2, len(tickets) // 4)
    return frozenset(stem for stem, count in counted.items() if count >= least)


def _opening(own: Sequence[Line]) -> list[Line]:
    kept = [own[0]]
    for line in own[1:_ISSUE_SENTENCES]:
        if sum(len(each.text) for each in kept) + len(line.text) <= _MOST_ISSUE:
            kept.append(line)
    return kept


def _asked(ticket: Ticket, team: TeamNumbers | None) -> Iterator[Line]:
    """The customer's sentences without personal data and courtesy, in order."""
    for message in first_burst(ticket.messages)[:2]:
        body = message.body[:_READ]
        spoiled = redact(body, people=people_of(ticket), locale=ticket.locale, team=team).spans
        for span in split(body, ticket.locale):
            start = span.start + without_greeting(body[span.start : span.end])
            text = body[start : span.end].strip()
            if _SIGNATURE.match(text):
                break
            if len(text.split()) < _FEWEST_WORDS or is_courtesy(text) or text.startswith(("```", "#", "|")):
                continue
            if not any(start < each.end and each.start < span.end for each in spoiled):
                yield Line(Section.ISSUE, " ".join(text.split()), ticket.id, message.number, start, span.end)


def _capital(text: str) -> str:
    # A line begins with a capital, whatever was in a hurry; names such as iPhone keep theirs.
    return text[:1].upper() + text[1:] if text[1:2].islower() or text[1:2] in {" ", "'"} else text


def _tells(text: str, locale: str) -> bool:
    """Whether a line says what it is about: "How do I do that?" does not."""
    return len(set(query_stems(text, locale))) >= _RELATED


def _is_line(text: str) -> bool:
    return _FEWEST_WORDS <= len(text.split()) <= _MOST_LINE_WORDS and len(text) <= _MOST_WORDING and not text.isupper()


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 2].rsplit(None, 1)[0].rstrip(",;:–-") + " …"
