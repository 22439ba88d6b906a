"""Writes an E5S1 container out as an ordinary sentence-transformers directory."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from knowledge.encoders.e5s1 import PROMPTS, E5File, Vocabulary
from knowledge.encoders.pieces import BLANK, BLANKS, DROPPED

_Slices = Callable[[], Iterator[NDArray[np.float32]]]


def write_directory(source: E5File, target: Path, progress: Callable[[float], None]) -> None:
    """Write weights (float32 safetensors), tokenizer and configuration below `target`.

    `progress` is called with the share done, 0 to 1. Peak memory is a few slices of weights
    and the tokenizer. Raises DamagedModelFile or OSError.
    """
    _write_tokenizer(source.vocabulary, source.shape.positions, target)
    for name, content in _configuration(source).items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    progress(0.1)
    tensors = {name: (shape, slices) for name, shape, slices in _tensors(source)}
    write_safetensors(tensors, target / "model.safetensors", lambda s: progress(0.1 + 0.9 * s))


def write_safetensors(
    tensors: dict[str, tuple[tuple[int, ...], _Slices]],
    path: Path,
    progress: Callable[[float], None],
) -> None:
    """Write float32 tensors slice by slice, so that the whole model is never in memory.

    Layout (the safetensors format): length of the header in 8 bytes, JSON header padded with
    spaces to a multiple of 8, the data in the header's order.
    """
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, (shape, _) in tensors.items():
        start, end = end, end + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    written = 0
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, slices in tensors.values():
            for part in slices():
                file.write(np.ascontiguousarray(part, dtype="<f4").data)
                written += part.nbytes
                progress(written / end)
        file.flush()
        os.fsync(file.fileno())


def _tensors(source: E5File) -> Iterator[tuple[str, tuple[int, ...], _Slices]]:
    """Name in BERT's state dictionary, shape, and the slices of every tensor."""
    size = source.shape
    wide, deep = size.hidden, size.feed_forward

    def stored(here: str, there: str, *shape: int) -> tuple[str, tuple[int, ...], _Slices]:
        return here, shape, lambda: source.tensor(there, *shape)

    yield stored("embeddings.word_embeddings.weight", "emb.word", size.vocabulary, wide)
    yield stored("embeddings.position_embeddings.weight", "emb.pos", size.positions, wide)
    yield stored("embeddings.token_type_embeddings.weight", "emb.type", size.types, wide)
    yield stored("embeddings.LayerNorm.weight", "emb.ln.w", wide)
    yield stored("embeddings.LayerNorm.bias", "emb.ln.b", wide)
    for layer in range(size.layers):
        to, at = f"encoder.layer.{layer}.", f"l{layer}."
        for name, short, rows, columns in (
            ("attention.self.query", "q", wide, wide),
            ("attention.self.key", "k", wide, wide),
            ("attention.self.value", "v", wide, wide),
            ("attention.output.dense", "ao", wide, wide),
            ("intermediate.dense", "fi", deep, wide),
            ("output.dense", "fo", wide, deep),
        ):
            yield stored(f"{to}{name}.weight", f"{at}{short}.w", rows, columns)
            yield stored(f"{to}{name}.bias", f"{at}{short}.b", rows)
        for name, short in (("attention.output.LayerNorm", "aln"), ("output.LayerNorm", "oln")):
            yield stored(f"{to}{name}.weight", f"{at}{short}.w", wide)
            yield stored(f"{to}{name}.bias", f"{at}{short}.b", wide)
    # Mean pooling never reads BERT's own pooler; zeros spare a random one at every load.
    yield "pooler.dense.weight", (wide, wide), lambda: iter([np.zeros(wide * wide, np.float32)])
    yield "pooler.dense.bias", (wide,), lambda: iter([np.zeros(wide, np.float32)])


def _write_tokenizer(vocabulary: Vocabulary, positions: int, target: Path) -> None:
    pieces = list(zip(vocabulary.pieces, vocabulary.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(pieces, vocabulary.unknown, False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(DROPPED), ""),
            normalizers.Replace(Regex(BLANK), " "),
            normalizers.Replace(Regex(BLANKS), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    names = {
        "bos_token": vocabulary.pieces[vocabulary.begin],
        "eos_token": vocabulary.pieces[vocabulary.end],
        "pad_token": vocabulary.pieces[vocabulary.padding],
        "unk_token": vocabulary.pieces[vocabulary.unknown],
    }
    begin, end = names["bos_token"], names["eos_token"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, vocabulary.begin), (end, vocabulary.end)],
    )
    tokenizer.add_special_tokens(list(names.values()))
    # Compact: loading parses this file twice, so every byte of it counts at each start.
    tokenizer.save(str(target / "tokenizer.json"), pretty=False)
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": positions,
        "model_input_names": ["input_ids", "attention_mask"],
        "cls_token": begin,
        "sep_token": end,
        **names,
    }
    text = json.dumps(settings, indent=2) + "\n"
    (target / "tokenizer_config.json").write_text(text, encoding="utf-8")


def _configuration(source: E5File) -> dict[str, Any]:
    """File name -> JSON content, as sentence-transformers and transformers read them."""
    size = source.shape
    kinds = ("Transformer", "Pooling", "Normalize")
    folders = ("", "1_Pooling", "2_Normalize")
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "vocab_size": size.vocabulary,
            "hidden_size": size.hidden,
            "num_hidden_layers": size.layers,
            "num_attention_heads": size.heads,
            "intermediate_size": size.feed_forward,
            "max_position_embeddings": size.positions,
            "type_vocab_size": size.types,
            "layer_norm_eps": size.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": source.vocabulary.padding,
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (kind, path) in enumerate(zip(kinds, folders, strict=True))
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": size.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": size.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
