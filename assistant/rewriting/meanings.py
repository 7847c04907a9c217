"""Small words that turn a meaning round, in five languages: numbers, units, colours, negation, opposites, stakes.

Pure. Each table names a thing and how each language says it; a final star stands for any ending.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from indexer.words import fold
from kb.locales import UI_LOCALES

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[%€$£°]")

_NUMBERS = {
    "sv": "två=2 tre=3 fyra=4 fem=5 sex=6 sju=7 åtta=8 nio=9 tio=10 elva=11 tolv=12 femton=15 tjugo=20 trettio=30"
    " fyrtio=40 femtio=50 sextio=60 nittio=90 hundra=100 tusen=1000",
    "nb": "to=2 tre=3 fire=4 fem=5 seks=6 sju=7 syv=7 åtte=8 ni=9 ti=10 elleve=11 tolv=12 femten=15 tjue=20 tretti=30"
    " førti=40 femti=50 seksti=60 nitti=90 hundre=100 tusen=1000",
    "nn": "to=2 tre=3 fire=4 fem=5 seks=6 sju=7 åtte=8 ni=9 ti=10 elleve=11 tolv=12 femten=15 tjue=20 tretti=30"
    " førti=40 femti=50 seksti=60 nitti=90 hundre=100 tusen=1000",
    "da": "to=2 tre=3 fire=4 fem=5 seks=6 syv=7 otte=8 ni=9 ti=10 elleve=11 tolv=12 femten=15 tyve=20 tredive=30"
    " fyrre=40 halvtreds=50 tres=60 halvfems=90 hundrede=100 tusind=1000",
    "en": "two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 fifteen=15 twenty=20"
    " thirty=30 forty=40 fifty=50 sixty=60 ninety=90 hundred=100 thousand=1000",
}
_UNITS = {
    "sv": "s=sekund* minute=minut*,min hour=timme*,timm* day=dag,dagar,dagen,dygn*,arbetsdag* week=vecka,veckor*,veckan"
    " month=månad* year=år,året,åren"
    " white=vit,vitt,vita green=grön,grönt,gröna red=röd,rött,röda yellow=gul,gult,gula blue=blå,blått,blåa",
    "nb": "s=sekund* minute=minutt*,min hour=time,timer,timen,timene,timers day=dag,dager,dagen,dagers,døgn*,virkedag*"
    " week=uke,uker,uken,uka month=måned* year=år,året,årene"
    " white=hvit,hvitt,hvite green=grønn,grønt,grønne red=rød,rødt,røde yellow=gul,gult,gule blue=blå,blått",
    "nn": "s=sekund* minute=minutt*,min hour=time,timar,timen,timane day=dag,dagar,dagen,døgn*,verkedag*,virkedag*"
    " week=veke,veker,veka,uke,uker,uka month=månad* year=år,året,åra"
    " white=kvit,kvitt,kvite green=grøn,grønt,grøne red=raud,raudt,raude yellow=gul,gult,gule blue=blå,blått",
    "da": "s=sekund* minute=minut*,min hour=time,timer,timen,timers day=dag,dage,dagen,dages,døgn*,hverdag*,arbejdsdag*"
    " week=uge,uger,ugen,ugers month=måned* year=år,året,årene"
    " white=hvid,hvidt,hvide green=grøn,grønt,grønne red=rød,rødt,røde yellow=gul,gult,gule blue=blå,blåt",
    "en": "s=second,seconds minute=minute*,min hour=hour,hours day=day,days,workday* week=week,weeks"
    " month=month,months year=year,years"
    " white=white green=green red=red yellow=yellow,amber blue=blue",
}
_MONEY = (
    "money=kr,sek,nok,dkk,eur,euro,€,$,£,usd,kronor,kroner,kronar percent=%,procent,prosent,percent"
    " degree=°,grad*,degree*"
)
_NEGATIONS = {
    "sv": "inte ej icke aldrig ingen inget inga ingenting varken utan undvik* omöjlig* otillåt* förbjud*",
    "nb": "ikke aldri ingen intet ingenting verken hverken uten unngå* umulig* forbud* forby* ulovlig*",
    "nn": "ikkje aldri ingen inga inkje ingenting verken korkje utan unngå* umogleg* umoglig* forbod* forby* ulovleg*",
    "da": "ikke aldrig ingen intet ingenting hverken uden undgå* umulig* forbud* forby* ulovlig*",
    "en": "not no never none nothing nobody neither nor without cannot avoid* unless impossible forbid* forbidden n't",
}
_OPPOSITES = {
    "sv": "open=öppna* close=stäng* before=innan,före after=efter more=mer,fler,mera less=mindre,färre"
    " enable=aktivera* disable=inaktivera*,avaktivera* add=lägg* remove=ta~bort,radera* up=upp down=ner,ned"
    " longer=längre shorter=kortare higher=högre lower=lägre"
    " switch-on=slå~på,sätt~på,tänd* switch-off=slå~av,stäng~av,släck*"
    " plug=koppla~in,sätt~i unplug=dra~ut,koppla~ur left=vänster right=höger",
    "nb": "open=åpne* close=lukk*,steng* before=før after=etter more=mer,flere less=mindre,færre"
    " enable=aktiver* disable=deaktiver* add=legg* remove=fjern*,slett* up=opp down=ned"
    " longer=lengre shorter=kortere higher=høyere lower=lavere"
    " switch-on=slå~på,skru~på,tenn* switch-off=slå~av,skru~av,slukk*"
    " plug=koble~til,sett~i unplug=trekk~ut,koble~fra left=venstre right=høyre",
    "nn": "open=opne* close=lukk*,steng* before=før after=etter more=meir,fleire less=mindre,færre"
    " enable=aktiver* disable=deaktiver* add=legg* remove=fjern*,slett* up=opp down=ned"
    " longer=lengre shorter=kortare higher=høgare lower=lågare"
    " switch-on=slå~på,skru~på,tenn* switch-off=slå~av,skru~av,sløkk*"
    " plug=kople~til,set~i unplug=trekk~ut,kople~frå left=venstre right=høgre",
    "da": "open=åbn* close=luk* before=før,inden after=efter more=mere,flere less=mindre,færre"
    " enable=aktiver* disable=deaktiver* add=tilføj* remove=fjern*,slet* up=op down=ned"
    " longer=længere shorter=kortere higher=højere lower=lavere"
    " switch-on=slå~til,tænd* switch-off=slå~fra,sluk*"
    " plug=tilslut*,sæt~i unplug=tag~ud,træk~ud left=venstre right=højre",
    "en": "open=open* close=close,closes,closed,shut* before=before after=after more=more less=less,fewer"
    " enable=enable*,activate* disable=disable*,deactivate* add=add,adds,added remove=remove*,delete* up=up down=down"
    " longer=longer shorter=shorter higher=higher lower=lower"
    " switch-on=turn~on,switch~on switch-off=turn~off,switch~off"
    " plug=plug unplug=unplug* left=left right=right",
}
_PAIRS = (
    ("open", "close"), ("before", "after"), ("more", "less"), ("enable", "disable"), ("add", "remove"), ("up", "down"),
    ("longer", "shorter"), ("higher", "lower"), ("switch-on", "switch-off"), ("plug", "unplug"), ("left", "right"),
)  # fmt: skip
# By these a text speaks to a language model or about one.
_MODEL = (
    "prompt*,systemprompt*,chatgpt,gpt*,llm,ai,ki,ai-modell*,språkmodell*,sprogmodel*,language~model*,ai~model*,rewrite*,"
    "reword*,skriv~om,omformuler*,assistant*,assistent*"
)
# What no rewording may bring in: what is asked of a customer, or promised, costs money or trust if it is made up.
_SENSITIVE = (
    "secret=lösenord*,passord*,adgangskode*,kodeord*,password*,passphrase*,pinkod*,pin,passcode*,engångskod*,engangskod*,"
    "bankid,mitid,nemid,cvc,cvv,login*,inlogg*,innlogg*,logga*,logg*,log~in,log~ind,sign~in,credential*,personnummer*,"
    "fødselsnummer*,cpr,ssn"
    " payment=betal*,swish*,vipps,mobilepay,bank*,kontonummer*,kreditkort*,kredittkort*,kortnummer*,kortuppgift*,"
    "kortopplysning*,kortoplysning*,card~number,pay,pays,paid,payment*,paypal,bitcoin*,crypto*,krypto*,iban,invoice*,"
    "faktura*,gavekort*,presentkort*,gift,voucher*,transfer*,överför*,overfør*,wire"
    " promise=garant*,guarant*,ersätt*,erstat*,erstatt*,compensat*,kompens*,återbetal*,refund*,refusjon*,refunder*,"
    "tilbakebetal*,tilbagebetal*,reimburs*,money,pengar*,penge*,gratis,free,kostnadsfri*,rabatt*,rabat,discount*,lover,"
    "lovar,lovet,promise*,kredit*,credit*"
    " elsewhere=telegram,whatsapp,signal,discord,anydesk,teamviewer,http*,www,dotcom,punktum,ladda~ner,last~ned,"
    "laste~ned,hent,hente,hämta,download*,nedladdning*,install*,bifogad*,vedlegg*,vedhæft*,attachment*"
    f" model={_MODEL} machine=jailbreak*,hack*,pwned,instruktion*,instruksjon*,instruks*,"
    "instruction*,api,nyckel*,nøkkel*,nøgle*,key,keys,token*,admin*"
)


def numbers_in(text: str, locale: str) -> Counter[str]:
    """Every number of a text, in digits or as a word of its language, with decimals after a point; codes whole.

    One ("en", "ett", "one") is left out, since it is an article too.
    """
    found = Counter(_canonical(match) for match in _NUMBER.finditer(text))
    words = _number_words(locale)
    found.update(words[word] for word in _words(text) if word in words)
    return found


def units_in(text: str, locale: str) -> frozenset[str]:
    """Units of time, money, share and temperature, and colours, that a text names; the same names for all languages."""
    return _things(text, locale, "units")


def negations_in(text: str, locale: str) -> int:
    """How often a text denies something."""
    words = _words(text)
    said = sum(bool(_pattern("negations", locale)["no"].fullmatch(word)) for word in words)
    return said + sum(word.endswith(("n't", "n’t")) for word in words)


def is_opposite(text: str, locale: str, source: str, source_locale: str) -> bool:
    """Whether a text has one word of a pair of opposites where its source has only the other."""
    ours, theirs = _things(text, locale, "opposites"), _things(source, source_locale, "opposites")
    both_ways = [*_PAIRS, *((right, left) for left, right in _PAIRS)]
    return any(a in ours and a not in theirs and b in theirs and b not in ours for a, b in both_ways)


def stakes_in(text: str) -> frozenset[str]:
    """What a text speaks of in any of the five languages that no rewording may bring in by itself."""
    return _things(text, "", "sensitive")


def speaks_to_a_model(text: str) -> bool:
    """Whether a text names language models or their work: what does is left as it stands."""
    return "model" in stakes_in(text)


_NUMBER = re.compile(r"(?<![^\W_])(?P<code>[^\W\d_]+-?)?(?P<digits>\d+(?:[.,:]\d+)*)(?P<unit>[^\W\d_]*)")


def _canonical(match: re.Match[str]) -> str:
    digits = re.sub("[,:]", ".", match["digits"])
    return f"{match['code'] or ''}{digits}{match['unit']}".casefold()


def _words(text: str) -> list[str]:
    return [match[0].casefold() for match in _WORD.finditer(text)]


def _things(text: str, locale: str, table: str) -> frozenset[str]:
    words = _words(text)
    pairs = [f"{a}~{b}" for a, b in pairwise(words)]
    folded = [fold(word) for word in (*words, *pairs)]
    patterns = _pattern(table, locale)
    return frozenset(name for name, pattern in patterns.items() if any(pattern.fullmatch(word) for word in folded))


@lru_cache
def _number_words(locale: str) -> Mapping[str, str]:
    pairs = (pair.partition("=") for pair in _NUMBERS.get(locale, "").split())
    return {word: digits for word, _, digits in pairs}


@lru_cache
def _pattern(table: str, locale: str) -> Mapping[str, re.Pattern[str]]:
    """Thing -> how a language says it; of a language without a table, nothing. Words are folded but for negations."""
    if table == "negations":
        return {"no": _alternatives(_NEGATIONS.get(locale, "").split(), folded=False)}
    said = {
        "units": f"{_UNITS.get(locale, '')} {_MONEY}" if locale in UI_LOCALES else _MONEY,
        "opposites": _OPPOSITES.get(locale, ""),
        "sensitive": _SENSITIVE,
    }[table]
    rows = (row.split("=", 1) for row in said.split())
    return {name: _alternatives(words.split(","), folded=True) for name, words in rows}


def _alternatives(words: list[str], *, folded: bool) -> re.Pattern[str]:
    spelled = (
        re.escape(fold(word.rstrip("*")) if folded else word.rstrip("*")) + ".*" * word.endswith("*") for word in words
    )
    return re.compile("|".join(spelled) or r"(?!)")
