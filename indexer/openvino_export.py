"""Writes a sentence-transformers model down in OpenVINO's form, once per model; the only step that needs torch."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.e5_unpack import NORMALISATION_FILE, read_normalisation
from indexer.encode import Vectors
from indexer.encode_openvino import choose_arithmetic, first_line, load_openvino
from indexer.encode_torch import load_model, model_folder, own_prompts
from indexer.openvino_folder import EXACT, GRAPH, TOKENIZER, Exported, describe_source, write_exported
from kb.errors import KBError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_LONGEST = 512
"""Where a text is cut for a model that does not say."""
_MOST = 8192
"""Some models name a number beyond all bounds instead."""
PROBES = (
    # First the one that is timed: as long as a customer's question.
    "Hubben blinkar gult och appen säger E-1042. Jag har startat om den två gånger och väntat länge. Vad gör jag nu?",
    "Termostaten står på CAL og bliver ved med at brumme om natten.",
    "Jeg får ikke logget inn etter at jeg byttet telefon.",
    "Eg får ikkje pengane tilbake, sjølv om pakka kom fram for to veker sidan.",
    "My refund has not arrived although the parcel reached you two weeks ago.",
    "x",
    "The hub was moved to another room. Siden da mister den forbindelsen hver natt. " * 60,
)
"""Texts of the self-test: five languages, very short, and longer than a model reads."""


def export(model: str | Path, folder: Path, *, threads: int = 0) -> None:
    """Export a model, written aside and renamed, so that a broken run leaves nothing half-written.

    The model's own modules are traced together: transformer, pooling, whatever follows, and unit length. Weights are
    kept in 16 bits. What was exported must agree with the model in full precision, or nothing is left behind.

    Args:
        model: Folder, or name of a model in the local cache.
        folder: Where the export shall be; what is there is replaced.
        threads: For the self-test; 0 = one per core.

    Raises:
        KBError: There is no such model, it cannot be exported, or the export does not agree with it.
        OSError: The folder cannot be written.
    """
    load_openvino()
    source = model_folder(model)
    loaded = load_model(model, threads=threads)
    aside = folder.with_name(folder.name + ".new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        _write(loaded, source, aside, threads)
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    # What models of all makers raise when they are run in a way they were not made for.
    except (RuntimeError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        raise KBError(f"The model {str(model)!r} cannot be exported: {first_line(error)}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(model: SentenceTransformer, source: Path, folder: Path, threads: int) -> None:
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise ValueError("its tokenizer has no form that can be loaded without it.")
    tokenizer.save(str(folder / TOKENIZER))
    if (source / NORMALISATION_FILE).exists():
        shutil.copy(source / NORMALISATION_FILE, folder)
    translation = read_normalisation(source)
    probes = tuple(probe.translate(translation) for probe in PROBES)
    exact = _exact(model, probes)
    np.save(folder / EXACT, exact)
    _save_graph(model, folder)
    query_prompt, passage_prompt = own_prompts(model)
    exported = Exported(
        source=describe_source(source),
        dimension=exact.shape[1],
        max_tokens=min(int(model.max_seq_length or _LONGEST), _MOST),
        pad=int(model.tokenizer.pad_token_id or 0),
        query_prompt=query_prompt,
        passage_prompt=passage_prompt,
        probes=probes,
        arithmetic="",
        capabilities=(),
        digests={},
        weights_size=0,
    )
    write_exported(folder, choose_arithmetic(folder, exported, threads=threads))


def _exact(model: SentenceTransformer, texts: tuple[str, ...]) -> Vectors:
    # One at a time, so that nothing is filled up.
    vectors: Vectors = model.encode(list(texts), batch_size=1, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, np.float32)


def _save_graph(model: SentenceTransformer, folder: Path) -> None:
    openvino = load_openvino()
    # The frontend itself: the converter around it (`openvino.convert_model`) sends telemetry.
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    with warnings.catch_warnings():
        # Tracing warns of every Python decision on its way; the self-test shows whether any of them mattered.
        warnings.simplefilter("ignore")
        traced = TorchScriptPythonDecoder(_whole(model), example_input=_example(model))
        frontend = FrontEndManager().load_by_framework("pytorch")
        graph = frontend.load(traced)
        for name in ("input_ids", "attention_mask"):
            place = graph.get_place_by_tensor_name(name)
            graph.set_partial_shape(place, openvino.PartialShape([-1, -1]))
            graph.set_element_type(place, openvino.Type.i64)
        openvino.save_model(frontend.convert(graph), str(folder / GRAPH), compress_to_fp16=True)


def _whole(model: SentenceTransformer) -> Any:  # noqa: ANN401 - torch comes without being asked for its types
    """The model as one module from tokens to vectors of unit length."""
    import torch

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            # Not the model itself: tracing looks at every attribute, and some of its are deprecated.
            self.steps = torch.nn.ModuleList(model.children())

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            for step in self.steps:
                features = step(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=1)

    return Whole().eval()


def _example(model: SentenceTransformer) -> Any:  # noqa: ANN401
    import torch

    # Two rows of different length: with nothing to mask, a model may take a short cut that then is all there is.
    tokens = torch.full((2, 16), int(model.tokenizer.pad_token_id or 0), dtype=torch.long)
    mask = torch.zeros_like(tokens)
    for row, length in enumerate((16, 10)):
        tokens[row, :length] = 1
        mask[row, :length] = 1
    return tokens, mask
