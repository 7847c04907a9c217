"""Which platforms a text names, and which ones an instruction is limited to."""

from __future__ import annotations

import pytest

from assistant.drafts.platforms import Platform, concerns, meant_for, platforms_in

W, M, L, A, I = Platform.WINDOWS, Platform.MAC, Platform.LINUX, Platform.ANDROID, Platform.IOS  # noqa: E741


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I use Windows 10 and an iPhone", {W, I}),
        ("min macbook och en Android-telefon", {M, A}),
        ("Ubuntu 22.04", {L}),
        ("the windowsill, a machine and a scenario", set()),
        ("C:/windows/system32", set()),
    ],
)
def test_named(text: str, expected: set[Platform]) -> None:
    assert platforms_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Windows:** click Start.", {W}),
        ("Windows 7/8: open the Action Center.", {W}),
        ("On a Mac, hold the option key.", {M}),
        ("If you use iOS, open Settings.", {I}),
        ("Om du har Android, öppna Inställningar.", {A}),
        ("Hvis du bruger Windows eller Linux, skal du trykke Ctrl+F5.", {W, L}),
        ("Bruker du iPhone: trykk Del.", {I}),
        ("Open the tray icon (Windows only).", {W}),
        ("Trykk på ikonet. Kun Windows", {W}),
        ("Windows opens a dialog that asks for a password.", set()),
        ("Click Start and open the Mac section below.", set()),
    ],
)
def test_limited(text: str, expected: set[Platform]) -> None:
    assert meant_for(text) == expected


def test_only_a_known_difference_excludes() -> None:
    assert concerns(frozenset({W}), frozenset({W, M}))
    assert concerns(frozenset(), frozenset({M}))
    assert concerns(frozenset({W}), frozenset())
    assert not concerns(frozenset({W}), frozenset({M}))
