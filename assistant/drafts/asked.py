"""What a customer asks, in parts: the questions, the platforms, the codes, and what he already tried. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.drafts.platforms import Platform, platforms_in
from assistant.drafts.sentences import split
from assistant.question import Question
from indexer.words import codes, query_stems, stems, stop_stems

MOST_QUESTIONS = 3
"""More than this are seldom separate questions, and each one costs a search."""
_FEWEST_STEMS = 1
"""A question without a word that has a meaning of its own ("What can I do?") asks about what was said before it."""
_SAME = 0.5
"""Share of the words of the shorter of two questions from which they are one question."""
_LONGEST = 400
_ASKS = re.compile(
    r"(?:(?:and|also|och|og|samt|dessutom|dessuten|desuden|in addition|second(?:ly)?|another question|in that case)"
    r"[,:]?\s+)*"
    # English
    r"(?:how|what|where|why|which|who|when(?= (?:do|does|did|is|are|will|can|should|must))"
    r"|can (?:i|we|you)|could (?:i|we|you)|do (?:i|you|we)|does|did|is (?:it|there|this|that)"
    r"|are (?:there|you)|will|should (?:i|we)|may i|am i"
    # Swedish
    r"|hur|vad|var|varför|vilken|vilket|vilka|vem|kan (?:jag|ni|man|vi|du)|går det|finns det|är det|får (?:jag|man)"
    r"|ska (?:jag|man|vi)|måste (?:jag|man|vi)|har ni|behöver (?:jag|man|vi)|gäller"
    # Swedish, Norwegian; without a verb behind it, it is no question: "When I start ..."
    r"|(?:när|når) (?:är|er|kan|kommer|kjem|får|ska|skal|blir|vert|måste|må|går|har|öppnar|åpner|sender|skickar)"
    # Norwegian and Danish
    r"|hvordan|hva|hvad|hvor|hvorfor|hvornår|hvilken|hvilket|hvilke|hvem|kan (?:jeg|eg|dere|de|dykk|i|man|ein|en)"
    r"|går det an|finnes det|finst det|findes der|er det|er der|får (?:jeg|eg|man)"
    r"|må (?:jeg|eg|man|vi)|skal (?:jeg|eg|man|vi)"
    r"|har (?:dere|de|dykk|i)|trenger (?:jeg|vi)|treng (?:eg|vi)|gjelder|gælder|korleis|kva|kvar|kvifor|kor|kven)\b",
    re.IGNORECASE,
)
_WONDERS = re.compile(
    r"\b(?:(?:i )?wonder(?:ing)?|i(?:['’]d| would) like to know|undrar|undres på|lurer på|lurar på|vill veta"
    r"|vil gjerne vite"
    r"|vil gjerne vete|ville gerne vide|vil gerne vide|vil høre|ville høre|spørsmål er|spørgsmål er|fråga är)\b",
    re.IGNORECASE,
)
# Words that a question may consist of without naming anything.
_GENERAL = frozenset(
    stem
    for locale, words in {
        "en": "help helps fix fixed solve problem issue wrong happen happening happened do doing know please anyone"
        " someone idea ideas suggestion going work working thing thanks tell way question let advice possible",
        "sv": "hjälp hjälpa lösa fixa problem fel göra gör händer hända vet någon tips idé förslag gå går fungerar sak"
        " tack fråga snälla råd möjligt",
        "nb": "hjelp hjelpe løse fikse problem feil gjøre gjør skjer skje vet noen tips ide forslag gå går fungerer"
        " virker ting takk spørsmål råd mulig",
        "nn": "hjelp hjelpe løyse fikse problem feil gjere gjer skjer skje veit nokon tips ide forslag gå går fungerer"
        " verkar ting takk spørsmål råd mogleg",
        "da": "hjælp hjælpe løse fikse problem fejl gøre gør sker ske ved nogen tips ide forslag gå går fungerer virker"
        " ting tak spørgsmål råd muligt",
    }.items()
    for stem in stems(words, locale)
)
_ASIDE = re.compile(
    r"\b(?:by the way|btw|also|another (?:thing|question)|one more|while i(?:['’]m| am| have)|förresten|dessutom|också"
    r"|en (?:annan|sista) (?:sak|fråga)|(?:när|medan) jag (?:ändå )?har er|forresten|dessuten|også|òg"
    r"|(?:en|ein) (?:annen|annan|anden|siste|sidste) (?:ting|sak|sag)|(?:et|eit) (?:annet|anna|andet) spørsmål"
    r"|(?:mens|medan|når) (?:jeg|eg) (?:først )?har (?:dere|dykk|jer)|for resten|i øvrigt|desuden)\b",
    re.IGNORECASE,
)
"""Words by which a customer turns to something else."""
_NOT = r"(?:inte|icke|ikke|ikkje|ei|not|never|aldrig|aldri|\w+n['’]t)"
_TRIED = re.compile(
    # "tried", "already" and their like; or the perfect of a verb: "I have restarted", "har startat om".
    r"\b(?:(?:have|has|had|['’]ve|har|hade|hadde|havde)\s+(?:\w+\s+){0,2}?)?"
    r"(?:tried|attempted|provat|prövat|testat|försökt|provade|testade|försökte|prøvd|prøvde|prøvt|prøvet|prøvede|forsøkt"
    r"|forsøkte|forsøgt|forsøgte|testet|testa|freista|already|redan|allerede|allereie)\b"
    r"|(?:\b(?:i|we)(?:['’]ve|\s+have)|(?:\b(?:jag|jeg|eg|vi|me)\s+har|\bhar\s+(?:jag|jeg|eg|vi|me)|^\W*har))\s+"
    r"(?:(?!en\b|et\b|ett\b|ei\b|ein\b|a\b|an\b|the\b)\w+\s+){0,2}?\w{2,}(?:ed|at|it|tt|et|t|dd|d|a)\b"
    r"|^\W*(?:i|we|jag|jeg|eg|vi)\s+(?:re\w+ed|\w+(?:ade|ede)|startet|startede|starta|nullstilte|nulstillede)\b",
    re.IGNORECASE,
)
_TURN = re.compile(r"\b(?:but|however|though|yet|still|men|fast|dock|likevel|alligevel|trods)\b|[!?]", re.IGNORECASE)
_REFUSES = re.compile(rf"\b{_NOT}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A customer's burst of messages, read."""

    questions: tuple[str, ...] = ()
    """Distinct questions in his own words, in order, at most MOST_QUESTIONS; empty where he only describes."""
    platforms: frozenset[Platform] = frozenset()
    """Named by the customer himself; nothing is guessed from the ticket."""
    codes: tuple[str, ...] = ()
    """Error codes and versions, joined as `indexer.words.codes` does it, in order."""
    tried: tuple[str, ...] = ()
    """What he says that he did, in his own words."""

    @property
    def apart(self) -> tuple[str, ...]:
        """The questions to be searched by themselves: all of several; a single one only if he turns to it aside."""
        if len(self.questions) > 1:
            return self.questions
        return tuple(each for each in self.questions if _ASIDE.search(each))


def read(question: Question) -> Inquiry:
    """Read what a customer wrote, in any of the five languages.

    Args:
        question: Subject and body; its language decides which abbreviations end no sentence.
    """
    text = question.text
    sentences = [text[span.start : span.end] for span in split(text, question.locale)]
    return Inquiry(
        questions=_distinct([each for each in sentences if is_question(each)], question.locale),
        platforms=platforms_in(text),
        codes=tuple(dict.fromkeys(codes(text))),
        tried=tuple(each for sentence in sentences for each in tried_in(sentence)),
    )


def in_context(question: Question, asked: str) -> str:
    """One of the questions with the sentence that leads to it: "I want to return it. How do I get a refund?".

    Args:
        question: What it stands in.
        asked: One of `Inquiry.questions`; alone if a question, or nothing, stands before it.
    """
    text = question.text
    sentences = [" ".join(text[span.start : span.end].split()) for span in split(text, question.locale)]
    at = sentences.index(asked) if asked in sentences else 0
    before = sentences[at - 1] if at else ""
    return asked if not before or is_question(before) else f"{before} {asked}"


def is_question(sentence: str) -> bool:
    """Whether a sentence asks, with or without a question mark."""
    bare = sentence.strip(" \t\n-*>•")
    return bare.endswith("?") or bool(_ASKS.match(bare)) or bool(_WONDERS.search(bare))


def tried_in(sentence: str) -> Iterator[str]:
    """The parts of a sentence that tell what the customer did, each up to a "but"; nothing of what he did not."""
    if sentence.rstrip().endswith("?") and not re.search(r"\b(?:already|redan|allerede|allereie)\b", sentence):
        return
    for part in _TURN.split(sentence):
        match = _TRIED.search(part)
        if match and not _REFUSES.search(part, max(0, match.start() - 12), match.end() + 12):
            yield part[match.start() :].strip()


def meaning(text: str, locale: str) -> frozenset[str]:
    """Stems of the words that say what a question is about."""
    return frozenset(query_stems(text, locale)) - stop_stems(locale) - _GENERAL


def _distinct(found: Sequence[str], locale: str) -> tuple[str, ...]:
    kept: list[tuple[str, frozenset[str]]] = []
    for sentence in found:
        words = meaning(sentence, locale)
        if len(words) < _FEWEST_STEMS or len(sentence) > _LONGEST:
            continue
        if any(len(words & other) >= _SAME * min(len(words), len(other)) for _, other in kept):
            continue
        kept.append((" ".join(sentence.split()), words))
    return tuple(sentence for sentence, _ in kept[:MOST_QUESTIONS])
