"""Tiny random models, one for every shape of the T5 family.

Weights are drawn with numpy's PCG64, so they depend on the seed alone. Their
scales are chosen so that every part matters: position bias moves attention,
attention and feed-forward move the residual stream, and the stream does not
simply repeat the last token's embedding. `expectations.py` measures that.
"""

from dataclasses import dataclass

import numpy as np
import torch
from transformers import (
    MT5Config, MT5ForConditionalGeneration, T5Config, T5ForConditionalGeneration,
    UMT5Config, UMT5ForConditionalGeneration,
)

FAMILIES = {
    "t5": (T5Config, T5ForConditionalGeneration),
    "mt5": (MT5Config, MT5ForConditionalGeneration),
    "umt5": (UMT5Config, UMT5ForConditionalGeneration),
}


@dataclass(frozen=True)
class ModelSpec:
    """One golden model: its name, tokenizer, configuration and the first seed to try."""

    name: str
    family: str
    tokenizer: str | None
    seed: int
    config: dict
    dtype: str = "F32"
    keeps_spiece: bool = False
    long_prompt: int = 300
    why: str = ""


def shape(**changes):
    """A v1.1-like configuration of 2 + 2 layers with `changes`."""
    config = dict(
        vocab_size=256, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_decoder_layers=2, num_heads=4,
        relative_attention_num_buckets=32, relative_attention_max_distance=128,
        feed_forward_proj="gated-gelu", tie_word_embeddings=False, layer_norm_epsilon=1e-6,
        dropout_rate=0.1, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, n_positions=512,
    )
    return config | changes


SPECS = [
    ModelSpec("t5-v1_0", "t5", "t5", 7, shape(feed_forward_proj="relu", tie_word_embeddings=True),
              keeps_spiece=True, why="relu, tied head; an unused cross-attention bias, as in the published files"),
    ModelSpec("t5-v1_1", "t5", "flan", 36, shape(), keeps_spiece=True, why="gated-gelu, untied head"),
    ModelSpec("flan-odd", "t5", "flan", 5, shape(
        d_model=64, num_heads=4, d_kv=8, d_ff=96, num_layers=1, num_decoder_layers=2,
        relative_attention_num_buckets=24, relative_attention_max_distance=64),
        why="inner width 32 against d_model 64, more decoder than encoder layers, 24 buckets to distance 64"),
    ModelSpec("mt5", "mt5", "mt5", 29, shape(vocab_size=424), keeps_spiece=True,
              why="the embedding stored three times, as in the published files"),
    ModelSpec("umt5", "umt5", "umt5", 20, shape(vocab_size=424), why="a position bias in every block"),
    ModelSpec("byt5", "t5", "byt5", 4, shape(vocab_size=384, num_layers=3, num_decoder_layers=1),
              why="bytes as tokens, more encoder than decoder layers"),
    ModelSpec("odd-rows", "t5", None, 4, shape(
        vocab_size=120, d_model=36, num_heads=3, d_kv=12, d_ff=40, num_layers=1, num_decoder_layers=1),
        why="rows of 36 and 40, which no block of 32 divides"),
    ModelSpec("k-rows", "t5", None, 148, shape(
        vocab_size=128, d_model=256, num_heads=2, d_kv=16, d_ff=256, num_layers=1, num_decoder_layers=1,
        feed_forward_proj="relu", tie_word_embeddings=True), dtype="F16", long_prompt=150,
        why="rows of 256, which a K-quant block divides, and of 32, which it does not; stored as F16 for size"),
]


def make_config(spec):
    """The Hugging Face configuration of `spec`."""
    config_class, model_class = FAMILIES[spec.family]
    return config_class(**spec.config, architectures=[model_class.__name__])


def make_weights(spec, seed):
    """Draws {Hugging Face tensor name: float32 tensor} for `spec`; no head where it is tied."""
    config = make_config(spec)
    with torch.device("meta"):
        names = FAMILIES[spec.family][1](config).state_dict()
    shapes = {name: tuple(value.shape) for name, value in names.items() if "embed_tokens" not in name}
    if config.tie_word_embeddings:
        del shapes["lm_head.weight"]
    random = np.random.default_rng(seed)
    weights = {}
    for name in sorted(shapes):
        mean, deviation = scale_of(name, config)
        values = mean + deviation * random.standard_normal(shapes[name])
        if name in ("shared.weight", "lm_head.weight"):
            values[config.eos_token_id] *= 2.0  # so that some greedy texts end before the last step
        weights[name] = torch.from_numpy(values.astype(np.float32))
        if spec.dtype == "F16":
            weights[name] = weights[name].half().float()
    return weights


def scale_of(name, config):
    """Mean and standard deviation of the weights called `name`."""
    inner = config.num_heads * config.d_kv
    if "final_layer_norm" in name and name.startswith("decoder"):
        # The last norm sets how far apart the logits are; a tied head is small and scaled down besides.
        return (30.0, 7.5) if config.tie_word_embeddings else (1.0, 0.25)
    if "layer_norm" in name:
        return 1.0, 0.25
    if "relative_attention_bias" in name:
        return 0.0, 1.5
    part = name.split(".")[-2]
    return 0.0, {
        "shared": 0.1 if config.tie_word_embeddings else 0.5,
        "lm_head": 3.0 * config.d_model**-0.5,
        "q": 2.0 * (config.d_model * config.d_kv) ** -0.5,
        "k": config.d_model**-0.5,
        "v": 1.5 * config.d_model**-0.5,
        "o": 2.0 * inner**-0.5,
        "wi": 1.5 * config.d_model**-0.5,
        "wi_0": 1.5 * config.d_model**-0.5,
        "wi_1": 1.5 * config.d_model**-0.5,
        "wo": 2.0 * config.d_ff**-0.5,
    }[part]


def load_model(config, weights, family, dtype=torch.float32):
    """The Hugging Face model with `weights`, in eval mode with eager attention.

    The tied names are filled from `shared.weight`; any other tensor missing or
    left over is an error.
    """
    model = FAMILIES[family][1]._from_config(config, attn_implementation="eager", torch_dtype=dtype)
    weights = dict(weights)
    for side in ("encoder", "decoder"):
        weights.setdefault(f"{side}.embed_tokens.weight", weights["shared.weight"])
    if config.tie_word_embeddings:
        weights["lm_head.weight"] = weights["shared.weight"]
    model.load_state_dict(weights, strict=True)
    return model.to(dtype).eval()
