"""A store with a few texts, a server that plays the language model, and the rewriter between them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from assistant.model import Draft, Sentence, Source, SourceKind
from assistant.question import Question
from assistant.rewriting.endpoint import OpenAIEndpoint
from assistant.rewriting.model import Checked, Rewritten, Style
from assistant.rewriting.rewriter import Rewriter
from indexer.encode_nano import NanoEncoder
from kb.settings import LanguageModel, Settings
from kb.store import Store
from tests.assistant.rewriting.openai_server import Behaviour, FakeModel, openai_server
from tests.fakes import a_canned, an_article, put

ENCODER = NanoEncoder()
STEPS = {
    "sv": ("Håll in knappen i tio sekunder tills lampan lyser vitt.", "Vänta sedan tills hubben har startat om."),
    "nb": ("Hold knappen inne i 10 sekunder til lampen lyser hvitt.", "Vent så til huben har startet på nytt."),
    "nn": ("Hald inne knappen i 10 sekund til lampa lyser kvitt.", "Vent så til huben har starta på nytt."),
    "da": ("Hold knappen inde i 10 sekunder, til lampen lyser hvidt.", "Vent så, til hubben er startet igen."),
    "en": (
        "Hold the button for ten seconds until the light turns white.",
        "Then wait until the Hub has started again.",
    ),
}


@dataclass
class Bench:
    """What a test of the rewriter needs."""

    store: Store
    model: FakeModel
    settings: LanguageModel
    rewriter: Rewriter = field(init=False)

    def __post_init__(self) -> None:
        self.change()

    @property
    def behaviour(self) -> Behaviour:
        return self.model.behaviour

    def change(self, **settings: Any) -> None:
        """Begin anew with other settings."""
        self.settings = replace(self.settings, **settings)
        self.rewriter = Rewriter(self.store, self.settings, OpenAIEndpoint(self.settings), lambda: ENCODER)

    def draft(self, *extra: str, locale: str = "en", kind: SourceKind = SourceKind.ARTICLE) -> Draft:
        """A greeting, the two steps as a list, more sentences, and a sign-off; stored, so that the quotes are true."""
        quotes = [*STEPS[locale], *extra]
        source_id = f"{kind.value}-{locale}"
        body = "\n\n".join(quotes)
        put(self.store, *([an_article(source_id, body, locale=locale)] if kind is SourceKind.ARTICLE
                          else [a_canned(source_id, body, locale=locale)]))  # fmt: skip
        sentences = [Sentence("Hello Annika!", Source(SourceKind.TEMPLATE, "greeting"))]
        for number, quote in enumerate(quotes):
            at = body.index(quote)
            source = Source(kind, source_id, 1, at, at + len(quote), quote)
            sentences.append(Sentence(f"{number + 1}. {quote}" if number < 2 else quote, source))
        sentences.append(Sentence("Regards\nMaja Nord", Source(SourceKind.TEMPLATE, "sign_off")))
        return Draft(locale, True, "\n\n".join(s.text for s in sentences), tuple(sentences))

    def run(
        self, draft: Draft, question: Question | None = None, style: Style = Style.REWRITE, target: str = ""
    ) -> tuple[list[Checked], Rewritten]:
        """All checked lines, and the whole."""
        asked = question or Question(subject="Help", body="It is broken.", locale=draft.locale)

        async def collect() -> list[Checked | Rewritten]:
            stream = self.rewriter.stream(
                asked, draft, style, target=target or draft.locale, agent_name="Maja Nord", user_id="u1"
            )
            async with aclosing(stream) as answers:
                return [answer async for answer in answers]

        *lines, last = asyncio.run(collect())
        assert isinstance(last, Rewritten)
        return [line for line in lines if isinstance(line, Checked)], last


@pytest.fixture(scope="session")
def fake_model() -> Iterator[FakeModel]:
    with openai_server() as model:
        yield model


@pytest.fixture
def bench(fake_model: FakeModel, tmp_path: Path) -> Iterator[Bench]:
    """A fresh store and a server that behaves as by default."""
    fake_model.forget()
    store = Store.open(Settings(home=tmp_path / "home"))
    yield Bench(store, fake_model, LanguageModel(url=fake_model.url, model="small", key="k-123", timeout_s=5))
    store.close()
