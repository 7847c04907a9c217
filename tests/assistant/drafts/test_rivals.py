"""Which of several articles is quoted, and when none is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.drafts.asked import read
from assistant.drafts.compose import Sources, compose
from assistant.drafts.rivals import chances, features
from assistant.drafts.sources import ArticleSource
from assistant.model import Draft
from assistant.question import Question
from tests.assistant.drafts.drafting import article, source, ticket, ticket_hit

ASKED = Question(body="Vad kostar det att byta batterier?", locale="sv")


def rival(
    body: str, *, key: str = "a", title: str = "Batterier", score: float = 1.0, locale: str = "sv"
) -> ArticleSource:
    return source(article(body, key=key, title=title, url="", locale=locale), score=score)


def of(*rivals: ArticleSource, asked: Question = ASKED, doubt: float = 1.0) -> list[float]:
    return chances(asked, read(asked), rivals, doubt=doubt)


def test_nothing_to_choose_from() -> None:
    assert of() == []
    assert of(rival("Batterier.")) == [1.0]


def test_equals_are_equally_likely() -> None:
    assert of(rival("Ett."), rival("Ett.", key="b")) == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (rival("Text.", score=1.0), rival("Text.", score=0.8)),
        (replace(rival("Text."), cosine=0.7), replace(rival("Text."), cosine=0.4)),
        (rival("Batterierna kostar 40 kr."), rival("Batterierna är runda.")),
        (rival("Text.", title="Byta batterier"), rival("Text.", title="Elräkningen")),
        (rival("Text."), rival("Text.", locale="da")),
        (rival("Det är 40 kr."), rival("Ja, det är 40 kr.")),
        (rival("Text."), rival("Text.", title="Batterier (E-2010)")),
    ],
    ids=["found better", "liker", "telling words", "title", "own language", "no answer to a what", "another error"],
)
def test_what_makes_one_likelier(better: ArticleSource, worse: ArticleSource) -> None:
    other = replace(worse, article=replace(worse.article, id="other"))
    first, second = of(better, other)
    assert first > second
    assert of(other, better) == pytest.approx([second, first])
    assert first + second == pytest.approx(1.0)


def test_yes_answers_who_asks_whether() -> None:
    asked = replace(ASKED, body="Kan jag byta batterier?")
    assert [each[-1] for each in features(asked, read(asked), [rival("Ja, det kan du.")])] == [0.0]
    assert [each[-1] for each in features(ASKED, read(ASKED), [rival("Ja, det kan du.")])] == [1.0]


def test_where_tickets_decide_only_the_score_counts() -> None:
    near, far = replace(rival("Batterier kostar."), cosine=0.9), rival("Något annat.", key="b")
    assert of(near, far, doubt=0.0) == pytest.approx([0.5, 0.5])
    assert of(near, far)[0] > 0.9


def draft(*rivals: ArticleSource, sources: Sources | None = None) -> Draft:
    given = replace(sources or Sources(), articles=rivals)
    return compose(ASKED, given, locale="sv", agent_name="Elin", confident=True)


def test_nothing_is_quoted_if_several_may_answer() -> None:
    close = [rival(f"Batteri nummer {n} är bra.", key=f"k{n}") for n in range(3)]
    written = draft(*close)
    assert (written.text, written.notes) == ("", ("draft.unconfident",))
    assert written.escalation is not None
    assert "nummer 1" in draft(close[0], replace(close[1], score=1.3), replace(close[2], score=0.9)).text


def test_a_near_identical_ticket_serves_where_articles_leave_it_open() -> None:
    reply = "Batterierna kostar inget alls. Skicka en bild på de gamla och vänta på nya i brevlådan."
    solved = ticket(reply)
    close = [rival(f"Batteri nummer {n} är bra.", key=f"k{n}") for n in range(3)]
    written = draft(*close, sources=Sources(tickets=((solved, ticket_hit(solved)),)))
    assert "Batterierna kostar inget alls." in written.text
    assert "draft.unconfident" not in written.notes
