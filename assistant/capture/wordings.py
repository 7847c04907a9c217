"""What customers ask, in their own words: the title of a sketch, its issue, and the other wordings. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
_FEW = 8
_FEWEST_WORDS, _MOST_LINE_WORDS = 3, 22
_REPLY_MARK = re.compile(r"^(?:re|sv|vs|fwd?|aw)\s*:\s*", re.IGNORECASE)
_SIGNATURE = re.compile(r"^(?:--|sent from|skickat från|sendt fra|troubleshooting information)", re.IGNORECASE)


def title_of(tickets: Sequence[Ticket], team: TeamNumbers | None) -> str:
    """How the first customer put it who put it in one clean line, with words that others use for it, too.

    Where nobody did, the first sentence or subject, personal data taken out.

    Args:
        tickets: At least one; the one that the sketch follows first.
        team: What the team's own numbers look like.
    """
    common = common_words(tickets)
    put = [(ticket, wording) for ticket in tickets if (wording := wording_of(ticket, team)) is not None]
    telling = [each for each in put if len(common.intersection(query_stems(each[1].text, each[0].locale))) >= _RELATED]
    for _, wording in telling or put:
        return _short(wording.text.rstrip("!. "), _MOST_TITLE)
    for ticket in tickets:
        for line in _asked(ticket, team):
            return _short(line.text.strip(" !."), _MOST_TITLE)
    first = tickets[0]
    return _short(redact(first.subject, people=people_of(first), locale=first.locale, team=team).text, _MOST_TITLE)


def issue_of(tickets: Sequence[Ticket], title: str, team: TeamNumbers | None) -> tuple[Line, ...]:
    """What is asked, and in which other words it is asked too.

    Args:
        tickets: The one that the sketch follows first.
        title: Of the sketch; what says the same is left out.
        team: What the team's own numbers look like.

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
    others = [line for line in _others(tickets, title, team) if line.ticket_id != first]
    return (*kept, *others[:_OTHER_WORDINGS])


def questions_of(tickets: Sequence[Ticket], title: str, team: TeamNumbers | None) -> list[str]:
    """How customers asked it, each in one line without personal data, no two alike, none like the title.

    Args:
        tickets: The one that the sketch follows first.
        title: Of the sketch.
        team: What the team's own numbers look like.
    """
    return [line.text for line in _others(tickets, title, team)][:_MOST_QUESTIONS]


def wording_of(ticket: Ticket, team: TeamNumbers | None) -> Line | None:
    """A customer's question in one line: the subject, else a sentence that asks, else the first short one.

    Args:
        ticket: The ticket.
        team: What the team's own numbers look like.

    Returns:
        None where no line is short, says something and has nobody's details in it.
    """
    subject = ticket.subject.strip()
    mark = _REPLY_MARK.match(subject)
    text = _capital(" ".join(subject[mark.end() if mark else 0 :].strip(" !.-").split()))
    says = len(text.split()) >= _FEWEST_WORDS and not text.isupper() and _tells(text, ticket.locale)
    if says and not redact(text, people=people_of(ticket), locale=ticket.locale, team=team).spans:
        return Line(Section.ISSUE, _short(text, _MOST_WORDING), ticket.id, -1, 0, len(ticket.subject))
    said = [line for line in _asked(ticket, team) if _is_line(line.text) and _tells(line.text, ticket.locale)]
    asking = [line for line in said if line.text.endswith("?")]
    found = next(iter(asking or said), None)
    return replace(found, text=_capital(found.text)) if found is not None else None


def _others(tickets: Sequence[Ticket], title: str, team: TeamNumbers | None) -> Iterator[Line]:
    """The wordings that share words with what most ask, each unlike the ones before it and the title."""
    common = common_words(tickets)
    # Few tickets that are one group have few words in common.
    related = _RELATED if len(tickets) > _FEW else 1
    seen = [frozenset(query_stems(title, tickets[0].locale))]
    for ticket in tickets:
        line = wording_of(ticket, team)
        if line is None or line.text.endswith("…"):
            continue
        words = frozenset(query_stems(line.text, ticket.locale))
        is_other = all(len(words & other) < _SAME * max(1, min(len(words), len(other))) for other in seen)
        if len(words & common) >= min(related, len(common)) and is_other:
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
