"""The rewriter against a real local server: what is sent, what is kept, how it fails, what is counted."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import aclosing

import pytest

from assistant.model import Draft, Sentence, Source, SourceKind
from assistant.question import Question
from assistant.rewriting.model import Checked, Reason, RewriteFailed, Style, Trouble
from kb.errors import SettingInvalid
from kb.model import Customer, EventKind
from kb.model_usage import ModelUsage, usage_of
from kb.settings import LanguageModel, Settings
from tests.assistant.rewriting.conftest import STEPS, Bench
from tests.conftest import environment
from tests.fakes import a_ticket, put

GOOD = [
    "1: Press and hold the button for 10 seconds until the light turns white.\n",
    "2: Wait until the Hub has started again.",
]


def test_good_sentences_take_the_place_of_their_sources_and_keep_their_citations(bench: Bench) -> None:
    draft = bench.draft()
    bench.behaviour.answer = lambda _: GOOD
    lines, whole = bench.run(draft)
    assert [line.index for line in lines] == [1, 2]
    assert whole.draft.text == (
        "Hello Annika!\n\n1. Press and hold the button for 10 seconds until the light turns white.\n\n"
        "2. Wait until the Hub has started again.\n\nRegards\nMaja Nord"
    )
    assert [s.source for s in whole.draft.sentences] == [s.source for s in draft.sentences]
    assert (whole.removed, whole.reworded, whole.draft.notes) == ((), 2, ())


def test_a_sentence_that_fails_is_removed_and_the_composers_stays(bench: Bench) -> None:
    draft = bench.draft()
    bench.behaviour.answer = lambda _: [
        "Sure!\n1: Hold the button for 20 seconds until the light turns white.\n",
        GOOD[1],
        "\n7: More.",
    ]
    lines, whole = bench.run(draft)
    assert [(gone.reason, gone.index) for gone in whole.removed] == [
        (Reason.NO_SOURCE, -1), (Reason.NUMBER, 1), (Reason.NO_SOURCE, -1),
    ]  # fmt: skip
    assert whole.draft.sentences[1] == draft.sentences[1]
    assert whole.draft.sentences[2].text == "2. Wait until the Hub has started again."
    assert whole.draft.notes == ("draft.partly_reworded",)
    assert [gone for line in lines for gone in line.removed] == list(whole.removed)


def test_lines_without_numbers_find_their_sentences(bench: Bench) -> None:
    bench.behaviour.answer = lambda _: [piece.split(": ", 1)[1] for piece in GOOD]
    _, whole = bench.run(bench.draft())
    assert (whole.reworded, whole.removed) == (2, ())


def test_fields_links_and_personal_data_are_hidden_and_come_back(bench: Bench) -> None:
    link = "See [the whole guide](https://help.example/en/hub?x=1) about {{order.number}} for Annika."
    draft = bench.draft(link)
    question = Question(
        subject="Hi",
        body="I am Annika Lövsten, call 070-123 45 67.\nannika@post.example",
        customer_name="Annika Lövsten",
        locale="sv",
    )
    bench.behaviour.answer = lambda asked: [f"3: You can {asked.sentences[3][0].lower()}{asked.sentences[3][1:]}"]
    _, whole = bench.run(draft, question)
    [asked] = bench.behaviour.asked
    assert asked.sentences[3] == "See ⟦1⟧ about ⟦2⟧ for ⟦3⟧."
    assert whole.draft.sentences[3].text == link.replace("See", "You can see")
    sent = str(asked.body)
    assert not any(
        word in sent for word in ("Annika", "Lövsten", "070", "post.example", "Maja", "help.example", "order.number")
    )
    assert "[name]" in asked.question
    assert "[phone]" in asked.question


def test_another_customers_names_are_never_sent(bench: Bench) -> None:
    reply = "Ask Bertil to hold the button for you."
    put(bench.store, a_ticket("t9", ("customer", "Hi"), ("agent", reply), customer=Customer("c9", "Bertil Ek")))
    source = Source(SourceKind.TICKET, "t9", 1, 0, len(reply), reply)
    bench.run(Draft("en", True, reply, (Sentence(reply, source),)))
    assert bench.behaviour.asked[0].sentences == {1: "Ask ⟦1⟧ to hold the button for you."}


def test_a_translation_is_checked_across_languages(bench: Bench) -> None:
    draft = bench.draft(locale="sv")
    bench.behaviour.answer = lambda _: [f"{n}: {text}\n" for n, text in enumerate(STEPS["da"], start=1)]
    _, whole = bench.run(draft, style=Style.TRANSLATE, target="da")
    assert [s.text for s in whole.draft.sentences[1:3]] == [
        f"{n}. {text}" for n, text in enumerate(STEPS["da"], start=1)
    ]
    assert whole.draft.notes == ("draft.translated",)
    assert "Danish" in bench.behaviour.asked[0].system
    bench.behaviour.answer = lambda _: [f"{n}: {text}\n" for n, text in enumerate(STEPS["en"], start=1)]
    _, wrong = bench.run(draft, style=Style.TRANSLATE, target="da")
    assert len(wrong.removed) == 2
    assert wrong.draft.text == draft.text


def test_a_draft_without_facts_is_not_sent(bench: Bench) -> None:
    empty = Draft("en", False, "", notes=("draft.unconfident",))
    assert bench.run(empty) == ([], bench.run(empty)[1])
    assert bench.run(empty)[1].draft == empty
    assert bench.behaviour.asked == []
    assert usage_of(bench.store.database) == ModelUsage()


def test_the_request_says_nothing_about_this_machine(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-1")
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    bench.run(bench.draft())
    [asked] = bench.behaviour.asked
    assert asked.headers["authorization"] == "Bearer k-123"
    assert not [name for name in asked.headers if name.startswith(("x-stainless", "openai"))]
    assert asked.headers["user-agent"] == "svar"
    assert (asked.body["model"], asked.body["stream"], asked.body["temperature"]) == ("small", True, 0.0)
    bench.change(key="")
    bench.run(bench.draft(locale="sv"))
    assert "authorization" not in bench.behaviour.asked[1].headers


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"status": 401}, Trouble.REFUSED_KEY), ({"status": 404}, Trouble.REJECTED), ({"status": 429}, Trouble.RATE_LIMITED),
        ({"status": 500}, Trouble.SERVER_ERROR), ({"status": 503}, Trouble.SERVER_ERROR),
        ({"status": 307, "location": "http://127.0.0.1:9/other"}, Trouble.REJECTED),
        ({"raw": ["data: {not json}\n\n"]}, Trouble.MALFORMED), ({"raw": ["data: [1, 2]\n\n"]}, Trouble.EMPTY),
        ({"raw": ['data: {"choices": "x"}\n\n']}, Trouble.MALFORMED),
        ({"raw": ['data: {"choices": [{"delta": {"content": 5}}]}\n\n']}, Trouble.MALFORMED),
        ({"raw": ['data: {"error": {"message": "out of memory"}}\n\n']}, Trouble.SERVER_ERROR),
        ({"raw": ["<html>a proxy's page</html>"]}, Trouble.EMPTY), ({"raw": []}, Trouble.EMPTY),
        ({"answer": lambda _: []}, Trouble.EMPTY), ({"answer": lambda _: ["\n\n ---"]}, Trouble.EMPTY),
        ({"answer": lambda _: ["x" * 900] * 20}, Trouble.TOO_LONG),
    ],
)  # fmt: skip
def test_every_failure_is_one_clear_trouble(bench: Bench, change: dict[str, object], trouble: Trouble) -> None:
    bench.behaviour.__dict__.update(change)
    with pytest.raises(RewriteFailed) as caught:
        bench.run(bench.draft())
    assert caught.value.trouble is trouble
    assert caught.value.hint
    assert len(bench.behaviour.asked) == 1, "nothing is tried a second time"
    assert usage_of(bench.store.database).failed == 1


def test_a_server_that_is_not_there(bench: Bench) -> None:
    bench.change(url="http://127.0.0.1:9/v1")
    with pytest.raises(RewriteFailed, match="cannot be reached") as caught:
        bench.run(bench.draft())
    assert caught.value.trouble is Trouble.UNREACHABLE


@pytest.mark.parametrize("change", [{"wait_s": 3.0}, {"gap_s": 0.5, "answer": lambda _: ["1: Hold"] + [" it"] * 20}])
def test_time_runs_out_before_the_first_word_and_half_way(bench: Bench, change: dict[str, object]) -> None:
    bench.change(timeout_s=1.5)
    bench.behaviour.__dict__.update(change)
    began = time.monotonic()
    with pytest.raises(RewriteFailed) as caught:
        bench.run(bench.draft())
    assert caught.value.trouble is Trouble.TIMEOUT
    assert time.monotonic() - began < 2.5


def test_a_stream_that_stops_half_way_gives_what_was_whole(bench: Bench) -> None:
    bench.behaviour.cut = True
    bench.behaviour.answer = lambda _: [*GOOD[:1], "2: Wait", " until", " the Hub", " now."]
    _, whole = bench.run(bench.draft())
    assert whole.draft.sentences[1].text.startswith("1. Press and hold")
    assert whole.draft.sentences[2].text == f"2. {STEPS['en'][1]}"
    assert whole.tokens.estimated


def test_tokens_and_cost_are_counted_and_summed(bench: Bench) -> None:
    bench.change(price_per_million_input=2.0, price_per_million_output=10.0)
    draft = bench.draft()
    _, whole = bench.run(draft)
    assert (whole.tokens.sent, whole.tokens.received, whole.tokens.estimated) == (1000, 200, False)
    assert whole.tokens.cost == pytest.approx(0.004)
    bench.behaviour.usage = False
    _, guessed = bench.run(draft, Question(body="x", ticket_id="t1"))
    assert guessed.tokens.estimated
    assert guessed.tokens.received == 1
    assert 300 < guessed.tokens.sent < 1500
    used = usage_of(bench.store.database)
    assert (used.calls, used.failed, used.kept, used.removed) == (2, 0, 4, 0)
    assert (used.tokens_in, used.tokens_out) == (1000 + guessed.tokens.sent, 201)
    assert used.cost == pytest.approx(whole.tokens.cost + guessed.tokens.cost)
    newest = bench.store.events.list()[0]
    assert (newest.kind, newest.user_id, newest.ticket_id, newest.detail["model"]) == (
        EventKind.REWRITTEN,
        "u1",
        "t1",
        "small",
    )


def test_who_goes_away_ends_the_request(bench: Bench) -> None:
    bench.behaviour.answer = lambda _: [GOOD[0], *["2: Wait"], *[" and"] * 200]
    bench.behaviour.gap_s = 0.02
    draft = bench.draft()

    async def first_line_only() -> object:
        async with aclosing(bench.rewriter.stream(Question(body="x"), draft, Style.REWRITE, target="en")) as answers:
            return await anext(answers)

    first = asyncio.run(first_line_only())
    assert isinstance(first, Checked)
    assert bench.behaviour.hung_up.wait(3), "the request went on"
    [event] = bench.store.events.list()
    assert event.detail["failed"] == "cancelled"


def test_two_at_once_and_no_more(bench: Bench) -> None:
    bench.behaviour.wait_s = 0.5
    draft = bench.draft()

    async def one() -> str:
        try:
            async with aclosing(
                bench.rewriter.stream(Question(body="x"), draft, Style.REWRITE, target="en")
            ) as answers:
                async for _ in answers:
                    pass
        except RewriteFailed as error:
            return error.trouble.value
        return "done"

    async def four() -> list[str]:
        return [*await asyncio.gather(one(), one(), one(), one())]

    assert sorted(asyncio.run(four())) == ["busy", "busy", "done", "done"]
    assert bench.behaviour.most_running == 2
    assert asyncio.run(one()) == "done", "a turn that ended is free again"


def test_settings_are_off_by_default_and_named_when_wrong() -> None:
    address = {"SVAR_LLM_URL": "http://127.0.0.1:8080/v1", "SVAR_LLM_MODEL": "qwen"}
    assert Settings.from_env({}).language_model is None
    assert Settings.from_env({"SVAR_LLM_MODEL": "qwen", "SVAR_LLM_KEY": "k"}).language_model is None
    assert Settings.from_env(address).language_model == LanguageModel(url=address["SVAR_LLM_URL"], model="qwen")
    whole = address | {
        "SVAR_LLM_KEY": "secret", "SVAR_LLM_TIMEOUT_S": "7", "SVAR_LLM_PRICE_PER_MILLION_INPUT": "1.5",
        "SVAR_LLM_PRICE_PER_MILLION_OUTPUT": "6",
    }  # fmt: skip
    model = Settings.from_env(whole).language_model
    assert model == LanguageModel(
        url=address["SVAR_LLM_URL"], model="qwen", key="secret", timeout_s=7.0, price_per_million_input=1.5,
        price_per_million_output=6.0,
    )  # fmt: skip
    assert "secret" not in repr(Settings.from_env(whole))
    for name, value in (("SVAR_LLM_URL", "ftp://a"), ("SVAR_LLM_URL", "http://:80"), ("SVAR_LLM_URL", "http://a:99999"),
                        ("SVAR_LLM_MODEL", " "), ("SVAR_LLM_TIMEOUT_S", "0"), ("SVAR_LLM_KEY", "a\nb"),
                        ("SVAR_LLM_PRICE_PER_MILLION_INPUT", "-1")):  # fmt: skip
        with pytest.raises(SettingInvalid, match=name):
            Settings.from_env(whole | {name: value})


def test_the_client_is_not_even_loaded_where_no_model_is_set() -> None:
    program = "import sys, ui.app, assistant.rewriting.rewriter; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], env=environment(), check=False, timeout=60).returncode == 0
