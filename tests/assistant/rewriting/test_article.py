"""An article in a model's words: what is sent, what is kept and left out, and that the page stays built as it was."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.rewriting.article import MAX_PROSE, ArticleTooLong, Passage, Proposal, passages_of, reword
from assistant.rewriting.model import Reason, RewriteFailed, Trouble
from assistant.writing.template import missing_texts
from kb.knowledge.article_draft import DraftText
from kb.markdown_parser import parse
from kb.model_usage import usage_of
from tests.assistant.rewriting.conftest import STEPS, Bench

HOLD, WAIT = STEPS["en"]
BODY = f"""\
## Issue

The Hub does not answer after a power cut. See [the guide](svar:hub) about the power of {{{{product}}}}.

## Resolution

1. {HOLD}
2. {WAIT}
   - Run `hub reset` on the device when nothing happens.

```sh
hub reset --all now please
```

> The Hub does not answer, a customer wrote to us.

| Light | Meaning |
|---|---|
| white | the Hub works again |

::: internal
The master code of the Hub lies in the safe.
:::

![The light on the Hub](svar-file:f1)

## Cause

*{missing_texts()[0]}*
"""
BETTER = "Press and hold the button for 10 seconds until the light turns white."


def run(bench: Bench, body: str, *, title: str = "The Hub is silent", people: tuple[str, ...] = ()) -> Proposal:
    text = DraftText(title=title, body=body, locale="en")
    return asyncio.run(reword(bench.rewriter, text, article_id="a1", people=people, user_id="u1"))


def test_only_prose_is_sent_and_only_that_changes(bench: Bench) -> None:
    bench.behaviour.answer = lambda asked: [
        f"{n}: {BETTER if text == HOLD else text}\n" for n, text in asked.sentences.items()
    ]
    found = run(bench, BODY)
    assert found == Proposal(BODY.replace(HOLD, BETTER), 1)
    sent = [list(asked.sentences.values()) for asked in bench.behaviour.asked]
    assert sent == [
        ["The Hub does not answer after a power cut.", "See ⟦1⟧ about the power of ⟦2⟧."],
        [HOLD, WAIT, "Run ⟦1⟧ on the device when nothing happens."],
    ], "a call for each section, and nothing of what stays"
    assert all("an article that helps customers" in asked.system for asked in bench.behaviour.asked)
    assert {asked.question for asked in bench.behaviour.asked} == {"The Hub is silent"}
    used = usage_of(bench.store.database)
    assert (used.calls, used.kept, used.removed, used.tokens_in) == (2, 5, 0, 2000)
    [event, _] = bench.store.events.list()
    assert (event.user_id, event.article_id, event.detail["article_id"]) == ("u1", "", "a1"), "no use of the article"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (BETTER, None),
        ("Hold the button for 20 seconds until the light turns white.", Reason.NUMBER),
        ("Hold the button for ten seconds until the light turns green.", Reason.UNIT),
        ("Hold the Zigbee button for ten seconds until the light turns white.", Reason.NAME),
        ("Hold the button for ten seconds until the light turns white, see www.hub.example.", Reason.ADDRESS),
        ("Do not hold the button for ten seconds until the light turns white.", Reason.NEGATION),
        ("Hold the button for ten seconds until the light turns white. Your refund follows.", Reason.SENSITIVE),
        ("Hold the button until the light turns white.", Reason.LOST),
        ("The weather will be lovely by the sea tomorrow.", Reason.WORDS),
        ("# Hold the button for ten seconds until the light turns white.", Reason.MARKUP),
        ("::: internal Hold the button for ten seconds until the light turns white.", Reason.MARKUP),
        ("> Hold the button for ten seconds until the light turns white.", Reason.MARKUP),
        ("- Hold the button for ten seconds until the light turns white.", Reason.MARKUP),
        ("Hold the `button` for ten seconds until the light turns white.", Reason.MARKUP),
    ],
)
def test_what_is_kept_and_what_is_left_out(bench: Bench, said: str, reason: Reason | None) -> None:
    bench.behaviour.answer = lambda _: [json.dumps({"n": 1, "text": said})]
    found = run(bench, f"## Resolution\n\n1. {HOLD}\n2. {WAIT}\n")
    if reason is None:
        assert found == Proposal(f"## Resolution\n\n1. {said}\n2. {WAIT}\n", 1)
    else:
        assert found.body == f"## Resolution\n\n1. {HOLD}\n2. {WAIT}\n"
        assert (found.kept, [gone.reason for gone in found.left_out]) == (0, [reason])
        assert found.left_out[0].text in said


def test_a_sentence_of_its_own_is_left_out(bench: Bench) -> None:
    bench.behaviour.answer = lambda asked: [f"1: {BETTER}\n", "9: Buy our new Hub Plus for 99 euro."]
    found = run(bench, HOLD)
    assert (found.body, found.kept) == (BETTER, 1)
    assert [(gone.text, gone.reason) for gone in found.left_out] == [
        ("Buy our new Hub Plus for 99 euro.", Reason.NO_SOURCE)
    ]


def test_no_personal_data_leaves(bench: Bench) -> None:
    body = "Annika held the button for a long time. Write to annika@post.example or call 070-123 45 67 for help."
    found = run(bench, body, title="Annika Lövsten has no light", people=("Annika Lövsten",))
    sent = str([asked.body for asked in bench.behaviour.asked])
    assert not any(word in sent for word in ("Annika", "Lövsten", "annika", "070"))
    assert found == Proposal(body), "and all of it comes back"


@pytest.mark.parametrize("change", [{"status": 500}, {"answer": lambda _: [""]}])
def test_a_failure_is_told(bench: Bench, change: dict[str, Any]) -> None:
    for name, value in change.items():
        setattr(bench.behaviour, name, value)
    with pytest.raises(RewriteFailed) as caught:
        run(bench, BODY)
    assert caught.value.trouble in {Trouble.SERVER_ERROR, Trouble.EMPTY}


def test_a_section_that_the_model_passes_over_stays(bench: Bench) -> None:
    bench.behaviour.answer = lambda asked: [f"1: {BETTER}"] if HOLD in asked.sentences.values() else [""]
    assert run(bench, BODY) == Proposal(BODY.replace(HOLD, BETTER), 1)


def test_nothing_to_reword_needs_no_call(bench: Bench) -> None:
    body = "## Issue\n\n```\nhub reset\n```\n"
    assert run(bench, body) == Proposal(body)
    assert bench.behaviour.asked == []


def test_long_sections_go_in_parts_and_too_much_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.rewriting.article.MAX_SECTION", 2 * len(HOLD) + 10)
    run(bench, f"1. {HOLD}\n2. {HOLD}\n3. {HOLD}")
    assert len(bench.behaviour.asked) == 2
    with pytest.raises(ArticleTooLong, match=str(MAX_PROSE)):
        run(bench, f"{HOLD}\n\n" * (MAX_PROSE // len(HOLD) + 1))
    assert len(bench.behaviour.asked) == 2


_BLOCKS = st.lists(
    st.sampled_from([
        "## A heading here", "Press the button now. Then wait a while.", "1. Press the button.\n2. Wait\n   a while.",
        "- One point here\n  - Two point here", "```\nPress the button.\n```", "    Press the code.", "> Press the quote.",
        "| a b c | d |\n|---|---|\n| e | f |", "::: internal\nPress it secretly.\n:::", "Setext words here\n---",
        "[ref]: https://x.example", "See [the ref][ref] for more.", "Line one of it  \nline two of it", "***", "<b>raw</b>",
        "::: internal\nNever closed", "- ::: internal\n  Press it hidden.", "text ⟦1⟧ brackets here",
    ]),
    max_size=8,
)  # fmt: skip


@given(_BLOCKS, st.sampled_from(["\n\n", "\n"]))
def test_every_passage_stands_where_it_says_and_new_words_leave_the_page_as_it_is(blocks: list[str], gap: str) -> None:
    body = gap.join(blocks)
    passages = passages_of(body, "en")
    assert all(body[each.start : each.end] == each.text for each in passages)
    assert all(left.end <= right.start for left, right in pairwise(passages))
    assert not [each for each in passages if any(word in each.text for word in ("secretly", "hidden", "quote"))]
    assert _shape(_reworded(body, passages)) == _shape(body)


def _reworded(body: str, passages: list[Passage]) -> str:
    for each in reversed(passages):
        body = body[: each.start] + each.text.replace("Press", "Push").replace("\n", " ") + body[each.end :]
    return body


def _shape(body: str) -> list[tuple[str, str]]:
    return [(token.type, token.info) for token in parse(body)]
