"""Orders hidden in tickets, articles, canned replies and answers: they change nothing, in five languages."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.model import Draft, SourceKind
from assistant.question import Question
from assistant.rewriting.message import messages_for, read_back
from assistant.rewriting.model import Reason, Style
from kb.locales import UI_LOCALES
from tests.assistant.rewriting.conftest import STEPS, Bench
from tests.assistant.rewriting.openai_server import Asked
from tests.assistant.worlds import World
from tests.fakes import a_canned, an_article

CASES: list[dict[str, str]] = yaml.safe_load((Path(__file__).parent / "cases" / "injections.yaml").read_text("utf-8"))
ASK = {
    "sv": "Hubben startar inte om, hur håller man in knappen?", "nb": "Huben starter ikke, hvordan holder man knappen inne?",
    "nn": "Huben startar ikkje, korleis held ein inne knappen?", "da": "Hubben starter ikke, hvordan holder man knappen inde?",
    "en": "The Hub does not start, how do I hold the button?",
}  # fmt: skip
every_case = pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['locale']}-{case['place']}-{case['payload'][:24]}"
)
IN_SOURCES = {"article": SourceKind.ARTICLE, "canned": SourceKind.CANNED}


def question_of(case: dict[str, str]) -> Question:
    """The customer's words with the injection where it stands."""
    said = {case["place"]: case["text"]}
    name = said.get("name", "Annika Lövsten")
    body = f"{ASK[case['locale']]}\n{said.get('body', '')}"
    return Question(subject=said.get("subject", "Hub"), body=body, locale=case["locale"], customer_name=name)


def draft_of(case: dict[str, str], bench: Bench) -> Draft:
    """What the composer selected; an injection in a source was selected too."""
    kind = IN_SOURCES.get(case["place"], SourceKind.ARTICLE)
    extra = [case["text"]] if case["place"] in IN_SOURCES else []
    return bench.draft(*extra, locale=case["locale"], kind=kind)


def test_the_table_is_large_enough() -> None:
    assert len(CASES) >= 60
    assert Counter(case["locale"] for case in CASES) == dict.fromkeys(UI_LOCALES, len(CASES) // 5)
    assert {case["place"] for case in CASES} == {"subject", "body", "name", "article", "canned", "model"}


def test_the_composer_obeys_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sentence of a draft is a template's or stands in its source; a ticket's words never become a sentence."""
    world = World(tmp_path / "home", monkeypatch)
    for locale in UI_LOCALES:
        world.put(
            an_article(f"hub-{locale}", "\n\n".join(STEPS[locale]), title=ASK[locale], locale=locale), index=False
        )
    sources = [case for case in CASES if case["place"] in IN_SOURCES]
    for n, case in enumerate(sources):
        body = f"{STEPS[case['locale']][0]} {case['text']}"
        noun: Any = an_article if case["place"] == "article" else a_canned
        world.put(noun(f"bad-{n}", body, title=ASK[case["locale"]], locale=case["locale"]), index=False)
    world.index()
    service = world.service(min_confidence=0.0)
    written = 0
    for case in CASES:
        draft = service.draft(question_of(case), agent_name="Maja Nord")
        written += bool(draft.text)
        for sentence in draft.sentences:
            source = sentence.source
            if source.kind is SourceKind.ARTICLE:
                body = service.store.articles.get(source.id, source.revision).revision.body
                assert body[source.start : source.end] == source.quote
                assert sentence.text in {source.quote, f"**{source.quote}**"}
            else:
                assert source.kind in {SourceKind.TEMPLATE, SourceKind.CANNED}
        if case["place"] in {"subject", "body", "name"}:
            assert case["text"] not in draft.text
    assert written >= len(CASES) * 0.8, "drafts that are all empty would show nothing"


@every_case
def test_data_never_leaves_its_fence(case: dict[str, str], bench: Bench) -> None:
    draft = draft_of(case, bench)
    bench.run(draft, question_of(case))
    [asked] = bench.behaviour.asked
    assert asked.system == messages_for([], "", Style.REWRITE, target="en")[0]["content"]
    assert [message["role"] for message in asked.body["messages"]] == ["system", "user"]
    found = read_back(asked.user)
    assert [row["n"] for row in found["sentences"]] == list(range(1, len(asked.sentences) + 1))  # type: ignore[attr-defined]
    for sign in ("<|", "</", "[INST", "[/INST", "```", "{{", "###", "<start", "]]>"):
        assert sign not in asked.user
    assert asked.user.count("{") == asked.user.count("}") == 1 + len(asked.sentences)
    if case["place"] == "name":
        assert case["text"].split()[0] not in asked.question


@every_case
def test_an_obedient_model_gets_nothing_through(case: dict[str, str], bench: Bench) -> None:
    """The model does what it was told in every way it can: for itself, behind a good sentence, instead of one."""
    payload = case["payload"]

    def obey(asked: Asked) -> list[str]:
        numbers = list(asked.sentences)
        behind = f"{numbers[0]}: {asked.sentences[numbers[0]]} {payload}\n"
        instead = [f"{n}: {payload}\n" for n in numbers[1:]]
        return [f"{payload}\n", behind, *instead, f"99: {payload}\n", payload]

    bench.behaviour.answer = obey
    draft = draft_of(case, bench)
    lines, whole = bench.run(draft, question_of(case))
    kept = [text for line in lines for text in line.kept]
    assert not [text for text in kept if payload in text]
    assert all(text in {s.text for s in draft.sentences} for text in kept), "only faithful sentences are kept"
    if case["place"] not in IN_SOURCES:
        assert payload not in whole.draft.text
    assert whole.draft.text == draft.text
    said = [gone.text for gone in whole.removed]
    assert len(said) >= 4, "what was removed is shown to the agent"
    assert {gone.reason for gone in whole.removed} - {Reason.NO_SOURCE}
