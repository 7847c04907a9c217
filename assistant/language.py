"""Which of the product's languages a text is in, by common words and spelling; the ticket's own field is the prior.

Pure. The Nordic languages share most words of a short question, so what sets neighbours apart counts: the little words,
and how the same sound is written ("-tion" or "-sjon", "bruge" or "bruke", "kvar" or "hvor").
"""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.stopwords import STOPWORDS
from kb.locales import UI_LOCALES, UNDETERMINED

_WORD = re.compile(r"[^\W\d_]+")
_MANY = 60
"""More words than this do not change the answer."""
_CLEAR = 2.5
"""How much heavier than the prior's the evidence must be. No word weighs more than 1: two never flip a language."""
_SPELLING = 0.4
"""What a spelling weighs, beside 1 for a known word."""
_MOST_SPELLING = 0.8
"""What all spellings in one word weigh together."""

# Words of support questions beside the stop words; a word that several languages share stands in each.
_COMMON = {
    "sv": "ja nej jo ej era ert er oss någon något några ingen inget inga gör göra gjort går gå gick få får fått fick"
    " fungerar hjälp hjälpa behöver vet ser visar hittar hitta ändra byta byter skickar skicka skickat köpt köpa"
    " köper betala betalar beställt beställning kommer kom blir blev blivit bli varit är finns tillbaka igen redan"
    " sedan innan medan utan ännu bara också bättre mer mera mycket många första sista nästa gång gånger vecka"
    " veckor dag dagar månad år idag igår konto lösenord faktura paket adress fel trasig glömt logga inloggad ställe"
    " stället skulle vill velat måste bör brukar kunna kunnat använda använder används ingenting allt allting helt"
    " ungefär varifrån vart var vilka vems hos genom enligt utom mina sina våra vår vårt ned ta öppnar öppna längre"
    " länge skärm skärmen där dina mitt ditt hämta användare anslutning åtkomst sida sidor språk länder områden"
    " fråga frågor svar svarar kort fil filer gratis ger uppgifter skapa välja välj radera spara gamla gammal rätt"
    " kostar visas tillgänglig saknas saknar ny nya nytt samma egna eget fler flera stort litet framför bakom"
    " eftersom tillsammans ringa ringer knappen batteriet hela tiden trycker startar startat lyser",
    "nb": "ja nei jo dere deres vi oss noen noe ingen ingenting gjør gjøre gjort går gå gikk få får fått fikk fungerer"
    " virker hjelp hjelpe trenger vet ser viser finner finne endre bytte bytter sender sende sendt kjøpt kjøpe"
    " kjøper betale betaler bestilt bestilling kommer kom blir ble blitt bli vært være finnes tilbake igjen allerede"
    " siden før mens uten ennå bare også bedre mer mye mange første siste neste gang ganger uke uker dag dager måned"
    " år konto passord faktura pakke adresse feil ødelagt glemt logge logget sted stedet skulle vil må bør pleier"
    " kunne bruke bruker brukes alt helt omtrent hvorfra hos gjennom ifølge våre vår vårt mottatt penger pengene inn"
    " ut opp nede hvordan hva hvor hvorfor hvilke hvilket hvem når nå slik selv seg meg deg dem av etter mellom ned"
    " ta åpner åpne lenger lenge skjerm skjermen der mine dine mitt ditt hente hent fjerne brukere forbindelse"
    " tilgang side sider språk land områder spørsmål svar svarer kort fil filer gratis gir opplysninger opprette"
    " opprett velge velg slette slett lagre lagrer gamle gammel riktig koster vist tilgjengelig mangler ny nye nytt"
    " samme egne eget flere stort lille foran bak fordi sammen ringe ringer knappen batteriet hele tiden trykker"
    " starter startet lyser avvist",
    "nn": "ja nei jo de dykk dykkar vi oss me nokon noko nokre ingen ingenting gjer gjere gjort går gå gjekk få får"
    " fått fekk verkar fungerer hjelp hjelpe treng veit ser viser syner finn finne endre byte byter byta sender sende"
    " sendt kjøpt kjøpe kjøper betale betaler tinga tinging kjem kom vert vart blir blei blitt bli vore vere finst"
    " tilbake att igjen allereie alt sidan før medan utan enno berre òg også betre meir mykje mange første fyrste"
    " siste neste gong gonger veke veker dag dagar månad år konto passord faktura pakke adresse feil øydelagt gløymt"
    " logge logga stad staden skulle vil må bør pleier kunne bruke brukar brukast heilt omtrent kvarfrå hjå gjennom"
    " våre vår vårt eg ikkje kva kvar kor korleis kvifor kven frå ein ei eit dei han ho nett sjølv pengar pengane"
    " inn ut opp no når slik seg meg deg av etter mellom kan har skal den det er ned ta opnar opne lenger lenge"
    " skjerm skjermen der mine dine mitt ditt hente hent fjerne brukarar tilgang side sider språk land område"
    " spørsmål svar svarar kort fil filer gratis gir gjev opplysningar opprette opprett velje slette slett lagre"
    " lagrar gamle gammal rett kostar vist tilgjengeleg øydelagd manglar ny nye nytt same eigne eige fleire stort"
    " lita foran bak fordi saman ringje ringjer knappen batteriet heile tida trykkjer startar starta lyser seie mi"
    " storleik seinare",
    "da": "ja nej jo jer jeres vi os nogen noget nogle ingen intet gør gøre gjort går gå gik få får fået fik fungerer"
    " virker hjælp hjælpe brug ved ser viser finder finde ændre skifte skifter bytte sender sende sendt købt købe"
    " køber betale betaler bestilt bestilling kommer kom bliver blev blevet blive været være findes tilbage igen"
    " allerede siden før mens uden endnu kun også bedre mere meget mange første sidste næste gang gange uge uger dag"
    " dage måned år konto kode adgangskode kodeord faktura pakke adresse fejl forkert glemt logge logget sted stedet"
    " skulle vil må bør plejer kunne bruge bruger bruges alt helt cirka hvorfra hos gennem ifølge vores modtaget"
    " penge pengene ind ud op nede hvad hvor hvornår hvordan hvorfor hvilke hvilket hvem når nu sådan selv sig mig"
    " dig dem af efter mellem lige gerne både hedder ligger hverken stadig kontakte måde tager tage blandt igennem"
    " anden andet lave laver lavet skal kan har jeg det den er at ned åbner åbne længere længe skærm skærmen der"
    " mine dine mit dit hente hent fjerne brugere forbindelse adgang side sider sprog lande områder spørgsmål svar"
    " svarer kort fil filer gratis giver oplysninger oprette opret vælge vælg slette slet gemme gem gamle gammel"
    " rigtig koster vist tilgængelig ødelagt mangler stykker ny nye nyt samme egne eget flere selvom stort lille"
    " foran bag fordi sammen ringe ringer knappen batteriet hele tiden trykker starter startet lyser",
    "en": "yes no not got get gets go goes went gone need needs know see shows find found change send sent sending buy"
    " bought pay paid order ordered come came back again already since without yet also better first last next time"
    " times week weeks day days month year today yesterday account password invoice parcel address wrong broken error"
    " forgot log login sign new old use used using work works working must may might cannot something anything nothing"
    " someone anyone still after until one two three much many make made i'm it's item customer screen app my",
}
_KNOWN = {
    locale: STOPWORDS[locale] | frozenset(words.split()) for locale, words in _COMMON.items() if locale in UI_LOCALES
}
_WRITTEN_BY = {
    # What one language writes and its neighbours do not.
    "da": "hed(?:en|er|s)?$ øj ej[lsder] ^(?:ud|ind|af) [aeiouyæøå][gb](?:e|er|es|t|te|et)?$ [aeiouyæøå]d(?:e|er)$ ede$"
    " rne$ [slkvtrh]æ[rlgntkdv] køb skab læg ^åb åben eret$ [aeiouyæøå]vn skæn skøn ^op(?!p) [dg]ere$"
    " (?:ning|ing|delse|tion)er$ agt$ ^for[aeiouyæøå] øg lej dl[ei] tj hjæ fej jl spørgs",
    "nb": "[^aeiouyæøå]ene$ [^aeiou]ingen$ asjonen$ ^etter ^mell ^ut(?!i) ^opp ^inn ennå",
    "nn": "^kv[aei] (?:inga|inar|ane|anar|leg|lege|leik|heit)$ ^ei[nt]? au kje$ kkj ggj [ørtnlkv]ar$ ^gj[eo] øyd ^frå"
    " iar",
    "sv": "ä ö ck (?:orna|arna|erna|ade|adt|ats|ningar|lig|ligt)$ or$ [^aeiouyæøåäö]na$ lj stj [aeiouåäö]r?as?$ rn?a$",
    "en": "th w sh ou oo ee ea ay$ ow igh (?:ly|ing|ness|ment|able|ed|ts|ns|rs|ies|y)$ ^c [aeiou]c[^hk] z qu ^kn s$"
    " tions?$ [aeiou][bdfgklmnprstv]e$",
    # What several write alike.
    "da nb nn": "æ ø",
    "sv da nb nn": "å",
    "da sv en": "tion",
    "da nb": "^hv else[nr]? ig[et]?$",
    "nb nn": "sj(?:on|ekt) ^kj gj skj øy [lpfvh]ei(?!d) (?:ss?jon|tt|ll|kk|nn|pp)e[nrt]?$"
    " [aeiouyæøå][kpt](?:e|er|es|te)$",
    "sv nb nn": r"([bdfgklmnprst])\1$ het(?:en)?$ [aeiouyæøå]v$ ^av ^ut",
    "sv nn": "ast$ ar$ a$",
}
_SPELLINGS = tuple(
    (re.compile(pattern), tuple(locales.split()))
    for locales, patterns in _WRITTEN_BY.items()
    for pattern in patterns.split()
)
"""How sounds are spelled, and by whom; ^ and $ are the ends of a word."""


def detect(text: str, *, prior: str = UNDETERMINED) -> str:
    """Tell the language of a text.

    Args:
        text: The question.
        prior: What the ticket or the customer's record says; wins unless the text clearly speaks otherwise.

    Returns:
        One of the five languages of the product; the prior if the text says nothing; "und" if nobody knows. A prior
        outside the five stays, since its words are not known here. Among equals the prior, then the order of the five.
    """
    if prior not in (UNDETERMINED, *UI_LOCALES):
        return prior
    weights = _weights(text)
    best = max(UI_LOCALES, key=lambda locale: (weights[locale], locale == prior))
    if weights[best] == 0.0:
        return prior
    if prior in UI_LOCALES and weights[best] <= weights[prior] + _CLEAR:
        return prior
    return best


def _weights(text: str) -> dict[str, float]:
    weights = dict.fromkeys(UI_LOCALES, 0.0)
    words = _WORD.findall(text)[:_MANY]
    for place, word in enumerate(words):
        for locale, weight in _said_by(word.casefold(), is_name=place > 0 and word.istitle() and not text.istitle()):
            weights[locale] += weight
    return weights


@lru_cache(maxsize=8192)
def _said_by(word: str, *, is_name: bool) -> tuple[tuple[str, float], ...]:
    """Who uses a word, 0..1: all that know it; if nobody does, all that spell like that; nobody uses a name."""
    known = [locale for locale in UI_LOCALES if word in _KNOWN[locale]]
    if known or is_name:
        return tuple((locale, 1.0) for locale in known)
    spelled = dict.fromkeys(UI_LOCALES, 0.0)
    for pattern, locales in _SPELLINGS:
        if pattern.search(word):
            for locale in locales:
                spelled[locale] += _SPELLING
    return tuple((locale, min(weight, _MOST_SPELLING)) for locale, weight in spelled.items() if weight)
