"""Redaction: what goes, what stays, and what holds for every text; then the demo tickets, if they are there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.redaction.redact import PersonalData, TeamNumbers, redact

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "redact.yaml").read_text(encoding="utf-8")
)
TICKETS = Path(__file__).parents[3] / "data" / "tickets"
PERSONAL = ["a@b.example", "070-174 06 05", "FV-204518", "Kari", "811228-9874", "4111 1111 1111 1111", "Storgatan 1"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    assert redact(case["text"], people=case["people"], locale=case["locale"]).text == case["expected"]


@given(
    st.lists(st.sampled_from([*PERSONAL, " ", "\n", ", ", "E-1042", "Hej", "1", "-", "/"]) | st.text(max_size=5)).map(
        "".join
    )
)
def test_the_text_is_the_original_with_its_spans_replaced(text: str) -> None:
    redaction = redact(text, people=["Kari Nes"], locale="nb")
    rebuilt, end = "", 0
    for span in redaction.spans:
        assert end <= span.start < span.end <= len(text)
        rebuilt += text[end : span.start] + f"[{span.type}]"
        end = span.end
    assert rebuilt + text[end:] == redaction.text


@given(
    secret=st.sampled_from(PERSONAL),
    before=st.sampled_from(["", "Hej ", "(", "Nr: "]),
    after=st.sampled_from(["", ".", " tack", ")"]),
)
def test_nothing_personal_survives_its_surroundings(secret: str, before: str, after: str) -> None:
    assert secret not in redact(before + secret + after, people=["Kari Nes"], locale="sv").text


def test_what_is_never_personal_is_kept() -> None:
    text = "Mejla support@fyrvik.example eller a@b.example."
    assert redact(text, people=[], locale="sv", keep=["Support@fyrvik.example"]).text == (
        "Mejla support@fyrvik.example eller [email]."
    )


def test_the_teams_own_numbers_are_found() -> None:
    team = TeamNumbers(orders=(re.compile(r"\bWEB\d{4}\b"),), customers=(re.compile(r"\bC/\d{3}\b"),))
    found = redact("WEB1234 for C/881", people=[], locale="en", team=team)
    assert found.text == "[order] for [customer]"
    assert redact("WEB1234 for C/881", people=[], locale="en").text == "WEB1234 for C/881"


def test_the_number_plans_are_not_loaded_at_import() -> None:
    code = "import sys, assistant.redaction.redact; sys.exit(bool({'phonenumbers', 'stdnum'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.skipif(not TICKETS.exists(), reason="the demo data is not here")
@pytest.mark.parametrize("locale", ["sv", "nb", "da", "en"])
def test_the_demo_tickets_keep_no_identifier(locale: str) -> None:
    for line in (TICKETS / f"{locale}.jsonl").read_text(encoding="utf-8").splitlines():
        ticket = json.loads(line)
        people = [ticket["customer"]["name"], *(m["name"] for m in ticket["messages"] if m.get("name"))]
        for message in ticket["messages"]:
            redacted = redact(message["body"], people=people, locale=locale).text
            assert not re.search(r"(?i)fv-\d{6}|\S+@\S+\.example|\b0\d{1,2}-\d{3}", redacted), ticket["id"]
            for word in re.findall(r"\w{5,}", ticket["customer"]["name"]):
                assert not re.search(rf"\b{word}\b", redacted), ticket["id"]


@pytest.mark.skipif(not TICKETS.exists(), reason="the demo data is not here")
def test_the_demo_tickets_keep_what_an_agent_needs() -> None:
    lines = (line for path in sorted(TICKETS.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines())
    for message in (message for line in lines for message in json.loads(line)["messages"]):
        redacted = redact(message["body"], people=[], locale="sv")
        for kept in re.findall(r"\bE-\d{4}\b|\b4\.3\.1\b|\b\d+ °C|\b\d+ kr\b", message["body"]):
            assert kept in redacted.text
        assert PersonalData.CARD not in {span.type for span in redacted.spans}
