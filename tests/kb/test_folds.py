"""What of a message was not written for this occasion: a table of how mail programs write it, and what must hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.folds import folds, own_text

CASES = {
    "nothing": ("Hej!\n\nDen blinkar gult.", []),
    "empty": ("", []),
    "quoted lines": ("> a\n> b\nNej.", [("quote", "> a\n> b\n")]),
    "quoted lines with a blank one": ("Ja.\n> a\n\n> b\n\nTack", [("quote", "> a\n\n> b\n")]),
    "greater than within a line": ("Temperatur > 25 grader", []),
    "English attribution": (
        "Still yellow.\n\nOn Mon, Nov 3, 2026 at 10:12 AM Fyrvik <help@fyrvik.example> wrote:\n> Try again\n> Bye\n",
        [("quote", "On Mon, Nov 3, 2026 at 10:12 AM Fyrvik <help@fyrvik.example> wrote:\n> Try again\n> Bye\n")],
    ),
    "attribution in two lines": (
        "Still.\nOn Mon, Nov 3, 2026 at 10:12 AM Fyrvik Support of the North\n<help@fyrvik.example> wrote:\n\n> Try\n",
        [
            (
                "quote",
                "On Mon, Nov 3, 2026 at 10:12 AM Fyrvik Support of the North\n<help@fyrvik.example> wrote:\n\n> Try\n",
            )
        ],
    ),
    "answer below the quote": (
        "Den 3 nov. 2026 kl. 10:12 skrev Stöd <a@b.example>:\n> Vilken färg?\nGul.",
        [("quote", "Den 3 nov. 2026 kl. 10:12 skrev Stöd <a@b.example>:\n> Vilken färg?\n")],
    ),
    "Swedish, history without marks": (
        "Gul.\nDen mån 3 nov. 2026 kl 10:12 skrev Fyrvik <a@b.example>:\nVilken färg?\nHälsningar",
        [("quote", "Den mån 3 nov. 2026 kl 10:12 skrev Fyrvik <a@b.example>:\nVilken färg?\nHälsningar")],
    ),
    "Danish": ("Gul.\nDen man. 3. nov. 2026 kl. 10.12 skrev Fyrvik:\n> x", [("quote", "Den man. 3. nov. 2026 kl. 10.12 skrev Fyrvik:\n> x")]),
    "Norwegian": ("Gul.\nman. 3. nov. 2026 kl. 10:12 skrev Fyrvik <a@b.example>:\n> x", [("quote", "man. 3. nov. 2026 kl. 10:12 skrev Fyrvik <a@b.example>:\n> x")]),
    "Nynorsk": ("Gul.\nmån. 3. nov. 2026 kl. 10:12 skreiv Fyrvik:\n> x", [("quote", "mån. 3. nov. 2026 kl. 10:12 skreiv Fyrvik:\n> x")]),
    "somebody tells what was written": ("Your colleague wrote:\nturn it off", []),
    "somebody tells what was written, Swedish": ("Er kollega skrev så här:\nstäng av", []),
    "Outlook, English": (
        "Still.\n-----Original Message-----\nFrom: Fyrvik\nHi",
        [("quote", "-----Original Message-----\nFrom: Fyrvik\nHi")],
    ),
    "Outlook, Swedish": ("Nej.\n-----Ursprungligt meddelande-----\nx", [("quote", "-----Ursprungligt meddelande-----\nx")]),
    "Outlook, Danish": ("Nej.\n-----Oprindelig meddelelse-----\nx", [("quote", "-----Oprindelig meddelelse-----\nx")]),
    "Outlook, Norwegian": ("Nei.\n-----Opprinnelig melding-----\nx", [("quote", "-----Opprinnelig melding-----\nx")]),
    "Outlook's headers": (
        "Nej.\n\nFrån: Fyrvik <a@b.example>\nSkickat: den 3 november 2026 10:12\nTill: Anna\nÄmne: Gul\n\nHej",
        [("quote", "Från: Fyrvik <a@b.example>\nSkickat: den 3 november 2026 10:12\nTill: Anna\nÄmne: Gul\n\nHej")],
    ),
    "Danish headers": ("Nej.\nFra: F\nSendt: 3. nov\nTil: A\nEmne: G\nHej", [("quote", "Fra: F\nSendt: 3. nov\nTil: A\nEmne: G\nHej")]),
    "Nynorsk headers": ("Nei.\nFrå: F\nSendt: 3. nov\nTil: A\nEmne: G\nHei", [("quote", "Frå: F\nSendt: 3. nov\nTil: A\nEmne: G\nHei")]),
    "bold headers": ("No.\n**From:** F\n**Sent:** x\n**To:** A\nHi", [("quote", "**From:** F\n**Sent:** x\n**To:** A\nHi")]),
    "From alone is prose": ("It says\nFrom: the start\nand stops", []),
    "a forwarded letter is what is meant": ("From: F\nSent: x\nTo: A\nSubject: G\n\nPlease help", []),
    "signature": ("Gul.\n-- \nAnna\n070", [("signature", "-- \nAnna\n070")]),
    "signature from Windows": ("Gul.\r\n-- \r\nAnna", [("signature", "-- \r\nAnna")]),
    "signature, then history": (
        "Gul.\n-- \nAnna\n\nOn 3 Nov 2026 at 10:12, F wrote:\n> x",
        [("signature", "-- \nAnna\n\n"), ("quote", "On 3 Nov 2026 at 10:12, F wrote:\n> x")],
    ),
    "an option is no signature": ("This fails:\n--verbose\nwith E-1042", []),
    "a rule is no signature": ("Hej!\n---\nDen blinkar.", []),
    "phone, English": ("Yes.\n\nSent from my iPhone", [("signature", "Sent from my iPhone")]),
    "phone, Swedish": ("Ja.\n\nSkickat från min iPad", [("signature", "Skickat från min iPad")]),
    "phone, Danish": ("Ja.\n\nSendt fra min iPhone", [("signature", "Sendt fra min iPhone")]),
    "phone, Nynorsk": ("Ja.\n\nSendt frå min iPhone", [("signature", "Sendt frå min iPhone")]),
    "Outlook on a phone": ("Ja.\n\nHämta Outlook för iOS", [("signature", "Hämta Outlook för iOS")]),
    "contact block, Swedish": (
        "Gul.\n\nMed vänlig hälsning\nAnna Ek\nEk & Co AB\nTel 070-174 06 05\n",
        [("signature", "Ek & Co AB\nTel 070-174 06 05\n")],
    ),
    "contact block, Danish": ("Gul.\n\nVenlig hilsen\nSigne\nButik A/S\nsigne@b.example", [("signature", "Butik A/S\nsigne@b.example")]),
    "contact block, Norwegian": ("Gul.\n\nMed vennlig hilsen\nKari\nButikk AS\nTlf. 22 33 44 55", [("signature", "Butikk AS\nTlf. 22 33 44 55")]),
    "contact block, Nynorsk": ("Gul.\n\nVenleg helsing\nKari\nButikk AS\nTlf. 22 33 44 55", [("signature", "Butikk AS\nTlf. 22 33 44 55")]),
    "contact block, English": ("Yes.\n\nKind regards,\nAnna\nAcme Ltd\nwww.acme.example", [("signature", "Acme Ltd\nwww.acme.example")]),
    "name beside the closing": ("Gul.\nMvh, Anna\nEk AB\n070-174 06 05", [("signature", "Ek AB\n070-174 06 05")]),
    "closing and name stay": ("Gul.\n\nVenlig hilsen\nSigne Baunsgaard", []),
    "an afterthought is no signature": ("Gul.\n\nMvh\nAnna\nPS: ring 070-174 06 05\nE-1042", []),
    "a question is no signature": ("Gul.\n\nMvh\nAnna\nKan ni ringa 070-174 06 05?\nE-1042", []),
    "a fence of underscores with prose before": ("Gul.\n________________\nFrån: Stöd\nhej", [("quote", "________________\nFrån: Stöd\nhej")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_folds(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(fold.kind.value, text[fold.start : fold.end]) for fold in folds(text)] == expected


@given(st.lists(st.sampled_from([case[0] for case in CASES.values()] + ["> ", "--", "x" * 500, ">" * 500, "\r\n", ""])))
def test_folds_lie_in_order_begin_lines_and_do_not_overlap(parts: list[str]) -> None:
    text = "\n".join(parts)

    found = folds(text)

    at = 0
    for fold in found:
        assert at <= fold.start < fold.end <= len(text)
        assert fold.start == 0 or text[fold.start - 1] == "\n"
        at = fold.end
    assert len(own_text(text)) == len(text) - sum(fold.end - fold.start for fold in found)


@given(st.text())
def test_any_text_can_be_folded(text: str) -> None:
    assert len(own_text(text)) <= len(text)


def test_what_has_no_marks_stays_as_it_is() -> None:
    text = "one two three\n" * 80_000

    assert own_text(text) == text
