"""What of a message is courtesy."""

from __future__ import annotations

import pytest

from assistant.evaluation.courtesy import without_courtesy


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Hej Annika!\n\nStarta om hubben.\n\nVänliga hälsningar\nElin", "Starta om hubben."),
        ("Hei Roger! E-2010 betyr lavt batteri.\n\nHilsen Marte", "E-2010 betyr lavt batteri."),
        ("Hej Viggo\n\nVent til i morgen.\n\nFreja", "Vent til i morgen."),
        ("Hi Femke, Tom here. Wait a day.\n\nKind regards,\nTom Bauer", "Tom here. Wait a day."),
        ("Mvh er ikke alltid slutt.\nVent litt.", "Mvh er ikke alltid slutt.\nVent litt."),
        ("Choose:\n\n- Restart Firefox", "Choose:\n\n- Restart Firefox"),
        ("Histories are kept for a day.", "Histories are kept for a day."),
        ("Hi there!", ""),
        ("", ""),
    ],
)
def test_greeting_and_signature_go(message: str, expected: str) -> None:
    assert without_courtesy(message) == expected
