"""Where vectors are placed: centred by language as far as there is enough of it, and turned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.encode import Vectors
from indexer.frame import Frame, centre, metric, turn_for
from kb.locales import UI_LOCALES
from kb.settings import DEFAULT_MODEL

D = 12
SPOKEN = st.lists(st.sampled_from([*UI_LOCALES, "de", "und", ""]), max_size=40)


def unit(count: int, seed: int = 0) -> Vectors:
    """Vectors in a narrow cone, as an encoder makes them."""
    drawn = np.random.default_rng(seed).standard_normal((count, D)).astype(np.float32) + 1.5
    made: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return made


def a_turn(seed: int = 0) -> Vectors:
    drawn = np.random.default_rng(seed).standard_normal((D, D))
    made: Vectors = (np.eye(D) + 0.1 * drawn).astype(np.float32)
    return made


@given(SPOKEN, st.booleans(), st.integers(0, 9))
def test_what_is_placed_is_of_length_one_or_zero(locales: list[str], turned: bool, seed: int) -> None:
    vectors = unit(len(locales), seed)
    frame = Frame.of(vectors, locales, a_turn() if turned else None)
    placed = frame.place(vectors, locales)
    assert placed.shape == vectors.shape
    assert placed.dtype == np.float32
    lengths = np.linalg.norm(placed, axis=1)
    assert all(length == pytest.approx(1, abs=1e-5) or length == 0 for length in lengths)
    middles = [frame.by_locale.get(locale, frame.mean) for locale in locales]
    own = frame.place(np.array(middles, np.float32).reshape(-1, D), locales)
    assert not own.any(), "what equals the middle of its language has no direction"


def test_nothing_to_place() -> None:
    """Also in a shelf that tells languages apart: what was to be added may be gone when it is read."""
    none = np.zeros((0, D), np.float32)
    for frame in (Frame.of(none), Frame.of(none, [], a_turn()), Frame.of(unit(3), ["sv"] * 3, a_turn())):
        assert frame.place(none).shape == (0, D)
    assert not Frame.of(none).mean.any()
    assert Frame.of(none).by_locale == {}


@given(SPOKEN, st.integers(0, 9))
def test_without_languages_it_is_plain_centring(locales: list[str], seed: int) -> None:
    vectors = unit(len(locales), seed)
    plain = Frame.of(vectors)
    assert plain.by_locale == {}
    mean = vectors.mean(axis=0) if locales else np.zeros(D)
    np.testing.assert_allclose(plain.mean, mean, atol=1e-6)
    np.testing.assert_array_equal(plain.place(vectors), centre(vectors, plain.mean))
    # Nor do languages count that the frame never heard of.
    np.testing.assert_array_equal(plain.place(vectors, locales), plain.place(vectors))


@given(SPOKEN.filter(bool), st.integers(0, 9))
def test_a_turn_that_turns_nothing_changes_nothing(locales: list[str], seed: int) -> None:
    vectors = unit(len(locales), seed)
    still, turned = (Frame.of(vectors, locales, turn) for turn in (None, np.eye(D, dtype=np.float32)))
    np.testing.assert_allclose(turned.place(vectors, locales), still.place(vectors, locales), atol=1e-6)
    np.testing.assert_allclose(turned.turned(vectors), still.turned(vectors), atol=1e-6)


@given(SPOKEN.filter(bool), st.integers(0, 9))
def test_a_turn_comes_after_centring(locales: list[str], seed: int) -> None:
    vectors, turn = unit(len(locales), seed), a_turn(seed)
    centred = Frame.of(vectors, locales).place(vectors, locales)
    expected = centred @ turn
    expected /= np.maximum(np.linalg.norm(expected, axis=1, keepdims=True), 1e-9)
    np.testing.assert_allclose(Frame.of(vectors, locales, turn).place(vectors, locales), expected, atol=1e-5)


@pytest.mark.parametrize("count", [1, 5, 20, 500])
def test_a_language_with_few_passages_is_shrunk_to_the_mean_of_all(count: int) -> None:
    vectors = np.concatenate([unit(200), -unit(count, 1)])
    frame = Frame.of(vectors, ["sv"] * 200 + ["da"] * count)
    mean, own = vectors.mean(axis=0), vectors[200:].mean(axis=0)
    share = 0.5 * count / (count + 20)
    np.testing.assert_allclose(frame.by_locale["da"], mean + share * (own - mean), atol=1e-5)


def test_a_language_without_passages_has_the_mean_of_all() -> None:
    frame = Frame.of(unit(30), ["sv"] * 30)
    assert set(frame.by_locale) == set(UI_LOCALES)
    for locale in ("da", "nb", "nn", "en"):
        np.testing.assert_allclose(frame.by_locale[locale], frame.mean, atol=1e-6)
    # So has one that the product does not speak, and a text whose language nobody said.
    vectors = unit(3, 7)
    np.testing.assert_allclose(frame.place(vectors, ["de", "und", ""]), centre(vectors, frame.mean), atol=1e-6)


def test_where_one_passage_is_placed_is_not_the_others_business() -> None:
    vectors, locales = unit(9), ["sv", "da", "de"] * 3
    frame = Frame.of(vectors, locales, a_turn())
    placed = frame.place(vectors, locales)
    alone = [frame.place(vectors[i : i + 1], [locales[i]])[0] for i in range(9)]
    np.testing.assert_allclose(placed, alone, atol=1e-6)


def test_passages_of_two_languages_come_nearer() -> None:
    """What tells languages apart, but not what they speak about, is partly taken out."""
    rng = np.random.default_rng(1)
    about, language = rng.standard_normal((60, D)), rng.standard_normal((2, D)) * 2
    raw = centre((about[:, None] + language[None]).reshape(120, D).astype(np.float32), np.float32(0))
    locales = ["sv", "en"] * 60
    plain, framed = Frame.of(raw).place(raw), Frame.of(raw, locales).place(raw, locales)

    def translations(placed: Vectors) -> float:
        return float((placed[0::2] * placed[1::2]).sum(axis=1).mean())

    assert translations(framed) > translations(plain) + 0.1


def test_the_metric_that_is_shipped() -> None:
    """It is near enough to turning nothing that a cosine stays one, and it does change something."""
    turn = metric()
    assert turn.shape == (384, 384)
    assert turn.dtype == np.float32
    assert np.isfinite(turn).all()
    stretched = np.linalg.svd(turn, compute_uv=False)
    assert 0.05 < stretched.min() < stretched.max() < 2
    drawn = np.random.default_rng(0).standard_normal((500, 384)).astype(np.float32)
    placed = centre(drawn, np.float32(0))
    turned = Frame(np.zeros(384, np.float32), {}, turn).turned(placed)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), 1, atol=1e-5)
    kept = (turned * placed).sum(axis=1)
    assert kept.min() > 0.5
    assert kept.mean() < 0.999
    # Texts that have nothing to do with each other do not come near each other.
    cosines = turned @ turned.T
    assert np.abs(cosines[~np.eye(500, dtype=bool)]).mean() < 0.1


def test_the_metric_fits_one_model_only() -> None:
    assert turn_for(DEFAULT_MODEL, 384) is metric()
    assert turn_for(DEFAULT_MODEL, 768) is None
    assert turn_for("another/model", 384) is None
    assert turn_for("", 384) is None
