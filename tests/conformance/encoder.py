"""What every Encoder promises, written once: a new one is added to the fixture in tests/indexer/test_encoders.py."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from indexer.encode import Encoder, Vectors

TEXTS = [
    "Hubben blinkar gult och appen säger E-1042.",
    "Hvordan får jeg pengene igen?",
    "Jeg får ikke logget inn etter at jeg byttet telefon.",
    "Reset my password, please",
    "x",
]
STRANGE = {
    "empty": "",
    "blank": " \n\t ",
    "NUL": "a\0b\0",
    "lone surrogate": "half \ud83d of a smile \udfff",
    "smiles": "😀" * 50,
    "control characters": "".join(map(chr, range(32))),
    "one word of a megabyte": "x" * 1_000_000,
    "a megabyte of words": "hub blinks yellow " * 60_000,
    "right to left": "\u202eabc שלום مرحبا",
    "markup": "<s> </s> <unk> <pad> <mask> query: passage: ",
    "combining": "a" + "\u0301" * 500,
}
CLOSE = 0.999
"""Least cosine of what is encoded twice: batches of other sizes may round differently."""


def cosines(one: Vectors, other: Vectors) -> Vectors:
    """Row by row."""
    found: Vectors = (one * other).sum(axis=1)
    return found


class EncoderConformance:
    """The suite; a subclass provides the fixture `encoder`."""

    @pytest.fixture
    def encoder(self) -> Encoder:
        """The encoder under test."""
        raise NotImplementedError

    def check(self, vectors: Vectors, count: int, encoder: Encoder) -> None:
        """Shape, type and length of any answer."""
        assert vectors.shape == (count, encoder.dimension)
        assert vectors.dtype == np.float32
        assert np.isfinite(vectors).all()
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)

    def test_has_a_name_and_a_dimension(self, encoder: Encoder) -> None:
        assert encoder.name
        assert encoder.dimension > 0

    def test_rows_are_unit_vectors(self, encoder: Encoder) -> None:
        self.check(encoder.queries(TEXTS), len(TEXTS), encoder)
        self.check(encoder.passages(TEXTS), len(TEXTS), encoder)

    def test_no_texts_give_no_rows(self, encoder: Encoder) -> None:
        self.check(encoder.queries([]), 0, encoder)
        self.check(encoder.passages([]), 0, encoder)

    def test_a_text_has_one_vector_whatever_stands_beside_it(self, encoder: Encoder) -> None:
        together = encoder.passages(TEXTS)
        alone = np.concatenate([encoder.passages([text]) for text in TEXTS])
        backwards = encoder.passages(TEXTS[::-1])[::-1]
        assert cosines(together, alone).min() > CLOSE
        assert cosines(together, backwards).min() > CLOSE
        assert cosines(together, encoder.passages(TEXTS)).min() > CLOSE

    def test_different_texts_have_different_vectors(self, encoder: Encoder) -> None:
        likeness = encoder.passages(TEXTS) @ encoder.passages(TEXTS).T
        assert likeness[~np.eye(len(TEXTS), dtype=bool)].max() < CLOSE

    def test_a_question_finds_its_own_words(self, encoder: Encoder) -> None:
        likeness = encoder.queries(TEXTS[:4]) @ encoder.passages(TEXTS[:4]).T
        assert likeness.argmax(axis=1).tolist() == [0, 1, 2, 3]

    @pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
    def test_no_text_is_too_strange(self, encoder: Encoder, text: str) -> None:
        found = encoder.queries([text, TEXTS[0]])
        self.check(found, 2, encoder)
        assert cosines(found[1:], encoder.queries(TEXTS[:1])).min() > CLOSE, "its neighbour is not harmed"

    def test_what_follows_a_nul_counts(self, encoder: Encoder) -> None:
        found = encoder.queries(["first\0second part", "first"])
        assert float(found[0] @ found[1]) < CLOSE

    def test_threads_get_the_same_vectors(self, encoder: Encoder) -> None:
        expected = [encoder.queries([text]) for text in TEXTS]
        wrong: list[str] = []
        start = threading.Barrier(4)

        def ask(offset: int) -> None:
            start.wait()
            for turn in range(8):
                number = (turn + offset) % len(TEXTS)
                alone = encoder.queries([TEXTS[number]])
                batch = encoder.queries(TEXTS)
                if (
                    cosines(alone, expected[number]).min() < CLOSE
                    or cosines(batch[[number]], expected[number]).min() < CLOSE
                ):
                    wrong.append(TEXTS[number])

        threads = [threading.Thread(target=ask, args=(offset,)) for offset in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
