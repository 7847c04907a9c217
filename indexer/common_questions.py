"""Everyday support questions, the same ten in each of the product's languages.

Questions and passages lie in different places of an encoder's space. What is subtracted from a question is the mean of
questions: of the team's own tickets where there are enough, and of these where there are none yet. What tells one
language from another is the difference between the same questions in each.
"""

from __future__ import annotations

COMMON_QUESTIONS: dict[str, tuple[str, ...]] = {
    "sv": (
        "Hur återställer jag mitt lösenord?",
        "Min beställning har inte kommit fram, vad gör jag?",
        "Jag vill avsluta mitt abonnemang.",
        "Appen startar inte efter uppdateringen.",
        "Kan jag byta betalsätt?",
        "Varför får jag ett felmeddelande när jag loggar in?",
        "Hur lång är garantin?",
        "Vad kostar frakten?",
        "Hur lägger jag till en användare?",
        "Kan man exportera sina uppgifter till en fil?",
    ),
    "nb": (
        "Hvordan tilbakestiller jeg passordet mitt?",
        "Bestillingen min har ikke kommet, hva gjør jeg?",
        "Jeg vil si opp abonnementet.",
        "Appen starter ikke etter oppdateringen.",
        "Kan jeg bytte betalingsmåte?",
        "Hvorfor får jeg en feilmelding når jeg logger inn?",
        "Hvor lang er garantien?",
        "Hva koster frakten?",
        "Hvordan legger jeg til en bruker?",
        "Kan man eksportere opplysningene sine til en fil?",
    ),
    "nn": (
        "Korleis tilbakestiller eg passordet mitt?",
        "Tinginga mi har ikkje kome, kva gjer eg?",
        "Kvifor får eg ei feilmelding når eg loggar inn?",
        "Kva kostar frakta?",
        "Eg vil seie opp abonnementet.",
        "Appen startar ikkje etter oppdateringa.",
        "Kan eg byte betalingsmåte?",
        "Kor lang er garantien?",
        "Korleis legg eg til ein brukar?",
        "Kan ein eksportere opplysningane sine til ei fil?",
    ),
    "da": (
        "Hvordan nulstiller jeg min adgangskode?",
        "Min bestilling er ikke kommet, hvad gør jeg?",
        "Jeg vil gerne opsige mit abonnement.",
        "Appen starter ikke efter opdateringen.",
        "Kan jeg skifte betalingsmetode?",
        "Hvorfor får jeg en fejlmeddelelse, når jeg logger ind?",
        "Hvor lang er garantien?",
        "Hvad koster fragten?",
        "Hvordan tilføjer jeg en bruger?",
        "Kan man eksportere sine oplysninger til en fil?",
    ),
    "en": (
        "How do I reset my password?",
        "My order has not arrived, what should I do?",
        "I want to cancel my subscription.",
        "The app does not start after the update.",
        "Can I change how I pay?",
        "Why do I get an error message when I sign in?",
        "How long is the warranty?",
        "What does delivery cost?",
        "How do I add a user?",
        "Can I export my data to a file?",
    ),
}
