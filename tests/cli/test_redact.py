"""`svar redact`: a text without personal data, from a file or standard input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Svar

TEXT = "Hej!\r\nJag heter Kari Nes, personnr 811228-9874, order FV-204518 och WEB77. Hubben visar E-1042.\n"


def test_standard_input_as_json(svar: Svar) -> None:
    done = svar("redact", "-", "--json", stdin=TEXT)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["locale"] == "sv"
    assert found["text"] == (
        "Hej!\r\nJag heter [name], personnr [national-id], order [order] och WEB77. Hubben visar E-1042.\n"
    )
    assert [(span["type"], TEXT[span["start"] : span["end"]]) for span in found["spans"]] == [
        ("name", "Kari Nes"), ("national-id", "811228-9874"), ("order", "FV-204518"),
    ]  # fmt: skip


def test_a_file_with_people_and_the_teams_own_numbers(svar: Svar, tmp_path: Path) -> None:
    file = tmp_path / "reply.txt"
    file.write_text("Ellerbeck's parcel WEB77 is with Quist.", encoding="utf-8")
    done = svar(
        "redact", file, "--locale", "en", "--person", "Tamsin Ellerbeck", "--person", "Quist",
        env={"SVAR_ORDER_PATTERN": r"WEB\d+"},
    )  # fmt: skip
    assert done.stdout == "[name] parcel [order] is with [name].\n"


@pytest.mark.parametrize(
    ("argument", "stdin", "env", "said"),
    [
        ("-", b"\xff\xfe", {}, "is not UTF-8"),
        ("/nowhere/x.txt", b"", {}, "cannot be used"),
        ("-", b"text", {"SVAR_CUSTOMER_PATTERN": "("}, "SVAR_CUSTOMER_PATTERN"),
        ("-", b"text", {"SVAR_ORDER_PATTERN": "x*"}, "SVAR_ORDER_PATTERN"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(
    svar: Svar, argument: str, stdin: bytes, env: dict[str, str], said: str
) -> None:
    done = svar("redact", argument, stdin=stdin, env=env)
    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_nothing_in_nothing_out(svar: Svar) -> None:
    assert json.loads(svar("redact", "-", "--json").stdout) == {"locale": "und", "text": "", "spans": []}
