"""What of a reply only makes sense in its conversation, or only says where to look: no part of an article. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LEANS_ON = re.compile(
    r"\bas (?:i|we) (?:said|mentioned|wrote)"
    r"|\byou(?:['’]ve| have)? (?:said|say|mention\w*|wrote|posted|describ\w+|report\w+|quoted|linked|attached)\b"
    r"|\b(?:above|previous(?:ly)?|earlier)[- ](?:posted|mentioned|linked|pref\w*|repl\w+|posts?|suggest\w+|answers?)"
    r"|\b(?:links?|articles?|screenshots?|suggestions?|posts?|prefs?) (?:above|i (?:gave|posted|linked))\b"
    r"|\btry the above\b|\bsee (?:above|screenshot)\b|\bas illustrated\b"
    r"|\b(?:mentioned|posted|linked|described) above\b|\battached (?:screenshot|image|picture)"
    r"|\byour (?:(?:last|first|other|previous|earlier) )?(?:screenshots?|posts?|repl(?:y|ies)|questions?|thread|topic"
    r"|system details|crash(?:es| reports?| ids?)?)\b|\b(?:in|for) your (?:case|situation)\b"
    r"|\b(?:this|the|other|another) (?:thread|topic)s?\b|\bdifferent (?:issue|problem)\b|\bundo (?:the|that|what)\b"
    r"|\b(?:each|all|both) of (?:these|those)\b|\bto call that up\b"
    r"|\bnobody here\b|\bvolunteers?\b|\bforum\b|\b(?:you are|you're) (?:right|correct|welcome|saying)\b"
    r"|^\W*(?:aha|hmm+|oh|ah|yep|yeah|cool|great|sounds)\b|(?-i:\bmy\b)|\bmine\b|\bmyself\b|\bfor me\b"
    r"|\bsom (?:jag|vi|jeg|eg) (?:sa|skrev|nämnde|nevnte|nemnde|nævnte|sagde|skreiv)\b"
    r"|\b(?:ovanstående|ovannämnda|overnevnte|førnevnte|ovenstående|ovennævnte|ovanfornemnde)\b"
    r"|\b(?:ditt|din|dit|dine|dina) (?:(?:förra|senaste|tidigare|forrige|siste|sidste|tidligere) )?(?:skärmbild"
    r"|skjermbilde|skærmbillede|skjermbilete|logg|log|melding|meddelande|besked|svar)\b"
    r"|\bi (?:ditt fall|ditt tilfelle|dit tilfælde)\b|\b(?:den här tråden|denne tråden|denne tråd)\b"
    r"|\b(?:hjälpte|hjalp|hjelpte) (?:det|detta|dette)\b",
    re.IGNORECASE,
)
"""Words that point into the conversation, at what the customer sent, or at the agent's own machine."""
_BEGINS = re.compile(
    r"\W*(?:note|if|but|well|and|so|however|unfortunately|also|then|this|that|it|they|he|she|which|yes|no|ok|okay|normally"
    r"|men|och|så|dock|tyvärr|det|den|detta|det här|ja|nej|også|dette|desværre|dessverre|og|nei|nej)\b",
    re.IGNORECASE,
)
"""How a sentence begins that leans on the one before it."""
_ASKS = re.compile(
    r"\b(?:post|paste|share|attach|upload|provide|send|tell (?:me|us)|reply with|bifoga|vedlegg|legg ved|vedhæft"
    r"|klistra in)\b.{0,80}\b(?:here|back|screenshots?|logs?|urls?|details|info\w*|reports?|skärmbild|skjermbilde"
    r"|skærmbillede)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\W*(?:(?:please|also|and|or|then|you (?:can|could|may|might|should|need to)|try(?: to)?|kindly|could you|can you"
    r"|for (?:more|details)[^,:]*,?|more|start here|maybe|perhaps|du kan|försök|prøv)[\s:,]+)*"
    r"(?:see|visit|check(?:ing)?(?: out)?|look(?:ing)?(?: at| in)?|have a look|read|refer|take a look|follow|ask"
    r"|contact|file a|info\w*|details|läs|se|besök|titta|kika|les|læs|kig|besøg|besøk|sjå|vitja|här|her)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<?https?://\S+>?|\[([^\]]*)\]\([^)]*\)")
_SHORT = 12
_CALLED = re.compile(r"[A-ZÅÄÖÆØ][\w'’-]{1,20}, (?!(?:which|who|that|and|or|som|og|och|eller)\b)")
_PROPOSES = re.compile(
    r"\W*(?:(?:could|can|would|will) you|have you tried|does it|what if|kan du|kunde du|kunne du|har du prövat"
    r"|har du prøvd|har du prøvet)\b",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"\W*(?:(?:could|can|would|will) you|please|(?:you (?:can|could) )?(?:try|test|check|do)\b|here['’]?s|this is how"
    r"|kan du|prova|gör så|prøv|gjør|gjer|gør)[^.?!]*:$",
    re.IGNORECASE,
)


def leans(text: str) -> bool:
    """Whether a sentence points into the conversation that it was said in, or asks the customer for something."""
    return bool(_LEANS_ON.search(text) or _ASKS.search(text))


def begins_leaning(text: str) -> bool:
    """Whether a sentence begins as one that leans on the one before it."""
    return bool(_BEGINS.match(text))


def points(text: str) -> bool:
    """Whether a sentence only says where to look."""
    bare = _ADDRESS.sub(" ", text).strip(" :.*-–()")
    if not any(c.isalpha() for c in bare):
        return True
    return bool(_POINTS.match(bare)) and (bare != text.strip(" :.*-–()") or len(bare.split()) <= _SHORT)


def substance(texts: Iterable[str]) -> int:
    """How many words say what to do or what is so, beside where to look."""
    return sum(len(_ADDRESS.sub(" ", text).split()) for text in texts if not points(text))


def without_name(text: str) -> int:
    """How many characters the name takes that a reply begins with ("Anna, you can ..."); 0 if there is none."""
    found = _CALLED.match(text)
    return found.end() if found else 0


def announces(text: str) -> bool:
    """Whether a line asks kindly to do the steps after it and says nothing else: "Could you try this:"."""
    return bool(_ANNOUNCES.fullmatch(text))


def proposes(text: str) -> bool:
    """Whether a question of an agent proposes something to do: "Could you try the following?"."""
    return bool(_PROPOSES.match(text))
