"""Many questions at once have the BM25 that the search gives each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.gaps import bulk_words
from assistant.gaps.bulk_words import Shelved
from indexer.lexical import bm25, ceiling
from indexer.postings import NOWHERE, Posting
from indexer.words import stems

WORDS = ("printer", "paper", "jam", "the", "is", "router", "light", "blinking", "invoice", "of")
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join), min_size=1, max_size=8)


class Shelf:
    """Where words stand in a few passages."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.said = [Counter(stems(text, "en")) for text in texts]
        self.lengths: NDArray[np.float32] = np.array([sum(each.values()) for each in self.said], np.float32)

    def of(self, terms: Sequence[str]) -> list[Posting]:
        found = []
        for term in terms:
            places = [i for i, said in enumerate(self.said) if said[term]]
            times = [float(self.said[i][term]) for i in places]
            found.append(Posting(np.array(places, np.int32), np.array(times, np.float32)) if places else NOWHERE)
        return found


@settings(max_examples=40, deadline=None)
@given(passages=TEXTS, questions=TEXTS)
def test_it_is_the_bm25_of_the_search(passages: list[str], questions: list[str]) -> None:
    shelf = Shelf(passages)
    (held, asked), code = bulk_words.read([(stems(text, "en") for text in each) for each in (passages, questions)])
    containing = np.zeros(len(code), np.int64)
    for said in shelf.said:
        for stem in said:
            containing[code[stem]] += 1
    ready = Shelved.of(held, containing, len(passages), float(shelf.lengths.mean()))
    counts = asked.counts()
    weights, most = ready.asked(counts, bulk_words.stop_entries(counts, "en", code))
    for row, question in zip((weights @ ready.weights).toarray(), questions, strict=True):
        np.testing.assert_allclose(row, bm25(shelf, question, "en", passages=len(passages)), rtol=1e-4, atol=1e-5)
    expected = [ceiling(shelf, question, "en", passages=len(passages)) for question in questions]
    np.testing.assert_allclose(most, expected, rtol=1e-6)


def test_some_texts_and_pairs_of_their_stems() -> None:
    [texts], code = bulk_words.read([[["b", "a", "b"], [], ["a", "b", "a", "b"]]])
    assert code == {"a": 0, "b": 1}
    assert texts.counts().toarray().tolist() == [[1, 2], [0, 0], [2, 2]]
    assert texts.some(np.array([2, 0])).counts().toarray().tolist() == [[2, 2], [1, 2]]
    # The last stem of a text and the first of the next one are no pair.
    pairs = texts.pairs({(0, 1): 1, (1, 1): 0}, 2)
    assert pairs.toarray().tolist() == [[0, 1], [0, 0], [0, 2]]
    assert texts.pairs({}, 2).toarray().tolist() == [[0, 0]] * 3
