"""Words that say nothing about the subject of a support question, per language."""

from __future__ import annotations

STOPWORDS: dict[str, frozenset[str]] = {
    "sv": frozenset(
        "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan man när"
        " år säger hon under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla andra"
        " mycket än här då sedan över bara in blir upp även vad få två vill ha många hur mer går sade mig min mitt mina"
        " du er ni oss dig din ditt dina detta denna dessa vilken vilket varför hej tack mvh hälsningar snälla".split()
    ),
    "nb": frozenset(
        "og i jeg det at en et den til er som på de med han av ikke der så var meg seg men ett har om vi min mitt ha"
        " hadde hun nå over da ved fra du ut sin dem oss opp man kan hans hvor eller hva skal selv sjøl her alle vil"
        " bli ble blitt kunne inn når være kom noen noe ville dere deres kun ja etter ned skulle denne for deg si sine"
        " sitt mot å meget hvorfor dette disse uten hvordan ingen din ditt blir samme hvilken hvilke sånn inni mellom"
        " vår hver hvem vors hvis både bare enn fordi før mange også slik vært mine hei takk hilsen mvh".split()
    ),
    "nn": frozenset(
        "og i eg det at ein ei eit den til er som på dei med han av ikkje der så var meg seg men har om vi min mitt ha"
        " hadde ho no over da då ved frå du ut sin oss opp ein kan kvar eller kva skal sjølv her alle vil bli vart"
        " vorte kunne inn når vere kom nokon noko ville dykk berre etter ned skulle denne for deg sine sitt mot å"
        " kvifor dette desse utan korleis ingen din ditt blir same kven viss både enn fordi før mange også slik mine"
        " hei takk helsing mvh".split()
    ),
    "da": frozenset(
        "og i jeg det at en et den til er som på de med han af ikke der så var mig sig men har om vi min mit ha havde"
        " hun nu over da ved fra du ud sin dem os op man hans hvor eller hvad skal selv her alle vil blev kunne ind når"
        " være dog noget ville deres efter ned skulle denne end dette have for disse din nogle hendes hvis jer mine"
        " sådan hvordan hvorfor bliver kan dig jeres også kun bare vores hej tak hilsen mvh venlig".split()
    ),
    "en": frozenset(
        "i me my we our you your he him his she her it its they them their what which who this that these those am is"
        " are was were be been being have has had having do does did doing a an the and but if or because as until"
        " while of at by for with about into through during before after to from in out on off over under again then"
        " once here there when where why how all any both each few more most other some such only own same so than too"
        " very s t can will just don should now d ll m o re ve hi hello thanks thank please regards would could".split()
    ),
}
