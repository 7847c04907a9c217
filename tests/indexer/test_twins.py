"""Articles that say the same in two languages: each other's nearest, near enough, and told both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import twins as module
from indexer.encode import Vectors
from indexer.frame import centre
from indexer.twins import SURE, twins

D = 48
_RNG = np.random.default_rng(5)
LANGUAGE = {locale: _RNG.standard_normal(D) * 0.5 for locale in ("sv", "da", "en")}
SUBJECT = {subject: _RNG.standard_normal(D) for subject in "abcdefghij"}


def said(subject: str, locale: str, noise: float = 0.0, seed: int = 0) -> Vectors:
    """A passage about a subject in a language: a raw vector."""
    drawn = SUBJECT[subject] + LANGUAGE[locale] + noise * np.random.default_rng(seed).standard_normal(D)
    unit: Vectors = (drawn / np.linalg.norm(drawn)).astype(np.float32)
    return unit


def found(texts: Mapping[str, tuple[str, ...]], turn: Vectors | None = None) -> list[tuple[str, str]]:
    """Twins of articles that are named "locale-anything", with the subject of each of their passages."""
    passages = [(article, subject) for article, subjects in texts.items() for subject in subjects]
    locales = {article: article.split("-")[0] for article in texts}
    vectors = np.array([said(subject, locales[article]) for article, subject in passages], np.float32).reshape(-1, D)
    return twins(list(texts), locales, [article for article, _ in passages], vectors, turn)


def test_both_directions_and_every_pair_of_languages() -> None:
    texts = {f"{locale}-{subject}": (subject,) for locale in ("sv", "da", "en") for subject in SUBJECT}
    expected = sorted(
        (f"{one}-{s}", f"{other}-{s}") for one in LANGUAGE for other in LANGUAGE if one != other for s in SUBJECT
    )
    assert found(texts) == expected
    assert found(texts, np.eye(D, dtype=np.float32)) == expected


def test_what_nobody_translated_has_no_twin() -> None:
    texts = {f"sv-{subject}": (subject,) for subject in "abcdefgh"} | {
        f"da-{subject}": (subject,) for subject in "ghij"
    }
    assert found(texts) == [("da-g", "sv-g"), ("da-h", "sv-h"), ("sv-g", "da-g"), ("sv-h", "da-h")]


@pytest.mark.parametrize(
    "texts",
    [{}, {"sv-a": ()}, {"sv-a": (), "da-a": ()}, {"sv-a": ("a",)}, {"sv-a": ("a",), "sv-b": ("b",), "sv-c": ("a",)}],
)
def test_no_articles_no_passages_or_one_language(texts: dict[str, tuple[str, ...]]) -> None:
    assert found(texts) == []


def test_an_article_without_passages_is_nobodys_twin() -> None:
    texts: dict[str, tuple[str, ...]] = {f"{locale}-{s}": (s,) for locale in ("sv", "da") for s in "abcd"}
    assert found(texts | {"da-empty": (), "en-empty": ()}) == found(texts)


def test_only_the_nearest_of_several() -> None:
    """A Danish article about the half of it has the Swedish whole as its nearest, but not the other way round."""
    texts = {f"{locale}-{s}": (s,) for locale in ("sv", "da") for s in "abcdef"}
    near = texts | {"da-half": ("a", "g")}
    assert [pair for pair in found(near) if "sv-a" in pair] == [("da-a", "sv-a"), ("sv-a", "da-a")]
    assert not [pair for pair in found(near) if "da-half" in pair]


def test_equals_go_to_the_first() -> None:
    texts = {f"{locale}-{s}": (s,) for locale in ("sv", "da") for s in "abcdef"}
    more = texts | {"da-a-again": ("a",), "sv-a-again": ("a",)}
    assert [pair for pair in found(more) if "again" in pair[0] + pair[1]] == []
    assert found(more) == found(texts)


@given(st.integers(0, 50), st.randoms(use_true_random=False))
def test_as_brute_force_in_any_order(seed: int, rng: random.Random) -> None:
    drawn = np.random.default_rng(seed)
    articles = [f"{locale}-{n}" for locale in ("sv", "da", "en") for n in range(int(drawn.integers(0, 7)))]
    locales = {article: article[:2] for article in articles}
    passages = [article for article in articles for _ in range(int(drawn.integers(0, 3)))]
    vectors = np.array(
        [said("abcdefghij"[int(a[3:])], a[:2], 0.4, seed + n) for n, a in enumerate(passages)], np.float32
    ).reshape(-1, D)
    order = rng.sample(range(len(passages)), len(passages))
    mixed = rng.sample(articles, len(articles))
    pairs = twins(mixed, locales, [passages[i] for i in order], vectors[order], None)
    assert pairs == brute_force(articles, locales, passages, vectors)
    assert pairs == sorted({(b, a) for a, b in pairs})
    assert len({(a, locales[b]) for a, b in pairs}) == len(pairs), "one twin a language"


def brute_force(
    articles: list[str], locales: dict[str, str], passages: list[str], vectors: Vectors, sure: float = SURE
) -> list[tuple[str, str]]:
    """The definition, one article at a time."""
    if not passages:
        return []
    mean = vectors.mean(axis=0)
    placed = vectors.copy()
    for i, article in enumerate(passages):
        own = vectors[[locales[each] == locales[article] for each in passages]]
        placed[i] -= (own.sum(axis=0) + 20 * mean) / (len(own) + 20)
    placed = centre(placed, np.float32(0))
    middle = {a: placed[[each == a for each in passages]].sum(axis=0) for a in articles if a in passages}
    unit = {a: m / np.linalg.norm(m) for a, m in middle.items()}

    def nearest(a: str, locale: str) -> str:
        return max((b for b in unit if locales[b] == locale), key=lambda b: float(unit[a] @ unit[b]), default="")

    return sorted(
        (a, b)
        for a in unit
        for locale in ("sv", "da", "en")
        if locale != locales[a]
        and (b := nearest(a, locale))
        and nearest(b, locales[a]) == a
        and unit[a] @ unit[b] >= sure
    )


@pytest.mark.parametrize("sure", [-1.0, 0.3, 0.5, SURE, 0.7, 1.1])
def test_the_threshold(monkeypatch: pytest.MonkeyPatch, sure: float) -> None:
    """As brute force has it, and the fewer the surer one must be."""
    passages = [
        f"{locale}-{s}"
        for locale in ("sv", "da", "en")
        for s in SUBJECT
        if s not in {"sv": "a", "da": "bc"}.get(locale, "")
    ]
    locales = {article: article[:2] for article in passages}
    vectors = np.array([said(article[3:], article[:2], 0.7, n) for n, article in enumerate(passages)])
    usual = twins(passages, locales, passages, vectors, None)
    assert 0 < len(usual) < 60
    monkeypatch.setattr(module, "SURE", sure)
    pairs = twins(passages, locales, passages, vectors, None)
    assert pairs == brute_force(passages, locales, passages, vectors, sure)
    assert set(pairs) <= set(usual) if sure >= SURE else set(pairs) > set(usual)
    assert (pairs == []) == (sure > 1)


def test_many_articles_are_compared_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {f"{locale}-{s}{n}": (s, "abcdefghij"[n]) for locale in ("sv", "da") for s in SUBJECT for n in range(9)}
    at_once = found(texts)
    assert len(at_once) > 20
    for part in (1, 7, 89):
        monkeypatch.setattr(module, "_AT_ONCE", part)
        assert found(texts) == at_once
