"""What people say to be kind and to keep talking: no part of an article. Pure."""

from __future__ import annotations

import re

_GREETING = re.compile(
    r"(?:(?:hej(?:san)?|hei|hallo|halloj|hello|hi|hey|dear|kära|kære|kjære|god ?dag|god morgon|god morgen|greetings)\b"
    r"(?: there| all| again| igen| igjen)?(?: [^\s,.!?:;–-]{1,30}){0,2}\s*[,!.:;–-]+|@\S{2,40}[,:]?)\s*",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"(?:hej\w*|hei|hallo|hello|hi|hey|dear|god ?dag|thanks?|thank you|many thanks|tack\w*|takk|tusen takk|tak"
    r"|tusind tak|mvh|regards|hilsen|hälsning\w*|helsing)\b[^.?]{0,60}[.!,]*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:med |mange |många )?(?:vänlig|vennlig|venleg|venlig|bästa|beste|bedste|kind|best|warm|mvh|hälsning"
    r"|hilsen|helsing|regards|cheers)[^.?!\d]{0,40}[.!]?",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"(?:(?:i )?hope (?:this|that|it|you)|(?:please )?(?:let (?:me|us) know|report back|keep (?:me|us) posted"
    r"|get back to"
    r"|feel free to|reply (?:back|here)|do not hesitate|don't hesitate)|(?:we are|i am|i'm|we're) (?:sorry|happy|glad)"
    r"|sorry (?:to|for|about|that)|(?:you are|you're) welcome|good luck|have a (?:nice|great|good)|welcome to"
    r"|glad (?:to|that|it)|looking forward|does (?:that|this|it) (?:help|work|fix)"
    r"|is your (?:problem|issue) (?:solved|fixed)"
    r"|(?:thanks|thank you)\b"
    r"|hoppas (?:det|detta|att)|hör (?:av dig|gärna)|(?:vi )?beklagar|tyvärr beklagar|tveka inte"
    r"|ha en (?:fin|bra|trevlig)"
    r"|lycka till|återkom (?:gärna|om)|löste det sig|fungera(?:r|de) det\b"
    r"|håper (?:det|dette|at)|si (?:gjerne )?(?:i ?fra|ifra)|ikke nøl|ha en fin|lykke til|ta gjerne kontakt"
    r"|vonar (?:det|dette)|sei (?:gjerne )?(?:i ?frå)|ha ein fin|lukke til"
    r"|håber (?:det|dette|at)|sig (?:endelig|gerne)? ?til|tøv ikke|hav en|held og lykke|skriv endelig|vend endelig)\b",
    re.IGNORECASE,
)


def without_greeting(text: str) -> int:
    """How many characters a greeting at the beginning takes, with the name behind it; 0 if there is none."""
    found = _GREETING.match(text)
    return found.end() if found else 0


def is_courtesy(text: str) -> bool:
    """Whether a sentence is nothing but greeting, thanks or farewell."""
    bare = text.strip()
    return bool(_COURTESY.fullmatch(bare) or _CLOSING.fullmatch(bare) or _GREETING.fullmatch(bare))


def is_talk(text: str) -> bool:
    """Whether a sentence of an agent only keeps the conversation going: a wish, an excuse, an offer to write again."""
    return is_courtesy(text) or bool(_TALK.match(text.strip()))
