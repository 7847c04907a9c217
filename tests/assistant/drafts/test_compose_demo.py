"""Drafts for every demo ticket from its linked article, and for any article at all: what must always hold."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.compose import ArticleSource, Sources, Tone, compose
from assistant.drafts.page import positions
from assistant.drafts.templates import Tone as TemplateTone
from assistant.drafts.templates import templates_of
from assistant.model import Draft, SourceKind
from assistant.question import Question
from indexer.passages import passages_of
from kb.locales import UI_LOCALES
from kb.model import Article, Audience, Confidence, Revision
from tests.assistant.drafts.drafting import OFFLINE, article, question, source

DATA = Path(__file__).parents[3] / "data"
NEEDS_DATA = pytest.mark.skipif(not (DATA / "tickets").exists(), reason="the demo data is not here")
_MARKER = re.compile(r"^(?:-|\d+[.)]) ")
_STEP = re.compile(r"(?m)^(\d+)\. ")


@cache
def demo_articles() -> dict[tuple[str, str], Article]:
    """Articles by locale and key."""
    found = {}
    for path in DATA.glob("articles/*/*.md"):
        head, body = path.read_text(encoding="utf-8").split("---\n", 2)[1:]
        meta = yaml.safe_load(head)
        revision = Revision(meta["id"], 1, meta["title"], body, tags=tuple(meta["tags"]))
        found[meta["locale"], path.stem] = Article(
            meta["id"], "demo", meta["id"], meta["locale"], revision, meta["url"], meta["product"],
            Audience(meta["audience"]), Confidence(meta["state"]), meta.get("translation_of", ""),
        )  # fmt: skip
    return found


def assert_grounded(draft: Draft, noun: Article) -> None:
    """Every sentence is courtesy or stands in the article, and the sentences are the text."""
    body = noun.revision.body
    assert len(positions(draft)) == len(draft.sentences)
    for sentence in draft.sentences:
        place = sentence.source
        assert place.kind in (SourceKind.TEMPLATE, SourceKind.ARTICLE)
        if place.kind is SourceKind.ARTICLE:
            assert body[place.start : place.end] == place.quote
            bare = _MARKER.sub("", sentence.text)
            assert place.quote in (sentence.text, bare) or sentence.text == f"**{place.quote}**"


def assert_whole_steps(draft: Draft, body: str) -> None:
    """Every numbered list that is begun is quoted to its end, but for steps that are named as already tried."""
    tried = "/tried" in "".join(sentence.source.id for sentence in draft.sentences)
    for match in re.finditer(r"(?m)(?:^\d+\. .*\n?(?:^ +.*\n?)*)+", body):
        steps = [step.strip() for step in re.split(r"(?m)^\d+\. ", match.group()) if step.strip()]
        quoted = [step for step in steps if step in draft.text]
        if not tried and match.group().split("\n")[0] in draft.text:
            assert match.group().strip() in draft.text
        for step in [step for step in steps if step not in quoted and quoted and tried]:
            assert f"- {step.split('.')[0]}" in draft.text


@NEEDS_DATA
@pytest.mark.parametrize("locale", ["sv", "nb", "da", "en"])
def test_every_demo_ticket(locale: str) -> None:
    for line in (DATA / "tickets" / f"{locale}.jsonl").read_text(encoding="utf-8").splitlines():
        ticket = json.loads(line)
        first = next(m["body"] for m in ticket["messages"] if m["author"] == "customer")
        asked = Question(ticket["subject"], first, locale, ticket["product"], customer_name=ticket["customer"]["name"])
        for link in ticket["article_links"]:
            noun = demo_articles().get((locale, link.rsplit("/", 1)[1]))
            for passage in passages_of(noun) if noun else ():
                found = source(noun, at=noun.revision.body[passage.start : passage.end]) if noun else None
                draft = compose(
                    asked, Sources((found,) if found else ()), locale=locale, agent_name="Elin", confident=True
                )
                if noun and noun.audience is not Audience.PUBLIC:
                    assert not draft.text
                elif noun:
                    assert draft.confident, ticket["id"]
                    assert not draft.notes or draft.notes == ("draft.unverified_source",)
                    assert not draft.placeholders
                    assert_grounded(draft, noun)
                    assert_whole_steps(draft, noun.revision.body)


PIECES = (
    "## Rubrik|## 1. Ett|## E-1042|Ett stycke. Två meningar, t.ex. denna.|Så här:|1. Ett\n2. Två\n\n   Mer.\n3. Tre"
    "|- a\n- b: c. D|> Varning! Aldrig.\n> Rad två.|---|```\nkod. Mer\n```|Skriv till a@b.example.|***|&amp; <b>"
)
BLOCKS = st.sampled_from([*PIECES.split("|"), "| a | b |\n|---|---|\n| c | d |"])
BODIES = st.lists(BLOCKS, max_size=12).map("\n\n".join) | st.text(max_size=200)


@given(body=BODIES, start=st.integers(0, 300), size=st.integers(0, 200))
def test_any_article(body: str, start: int, size: int) -> None:
    noun = article(body)
    found = source(article(OFFLINE + body), at=body[start : start + size])
    found = ArticleSource(noun, 0.8, found.passage)
    draft = compose(question(), Sources((found,)), locale="sv", agent_name="Elin", confident=True)
    assert draft.confident
    assert "draft.sentence_removed" not in draft.notes
    assert_grounded(draft, noun)
    numbers = [int(n) for s in draft.sentences for n in _STEP.findall(s.text) if s.source.kind is SourceKind.ARTICLE]
    assert not numbers or 1 in numbers


@pytest.mark.parametrize("tone", list(Tone))
def test_every_language_has_every_template(tone: TemplateTone) -> None:
    keys = {key for key, _ in templates_of("sv").texts}
    for locale in UI_LOCALES:
        templates = templates_of(locale, tone)
        assert {key for key, _ in templates.texts} == keys
        assert all(templates.get(key).text for key in keys)
        assert "{{agent.name}}" in templates.get("sign_off").text
    with pytest.raises(ValueError, match="no template 'nothing'"):
        templates_of("sv").get("nothing")


def test_a_language_without_templates_gets_english() -> None:
    assert templates_of("fi").locale == "en"
