"""Turn the shipped file into a folder to train on from: python unpack.py --model FILE.gguf --to FOLDER

Reads a GGUF file that `t5-playground convert` made of a model of this recipe and writes config.json,
tokenizer.json, tokenizer_config.json and model.safetensors (float32), as `train.py --init` and
`make_data.py` want them.
"""

import argparse
import json
import struct
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from export import GENERATION, config
from model import Shape
from tokenizer import TOKENIZER_CONFIG

SCALARS = {
    0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d",
}  # fmt: skip
TEXT, ARRAY = 8, 9
F32, Q8_0 = 0, 8
ALIGNMENT = 32

# llama.cpp's names of a block's tensors -> (layer of an encoder block, of a decoder block, Hugging Face's name).
PARTS = {
    "attn_norm": (0, 0, "layer_norm"),
    "attn_q": (0, 0, "SelfAttention.q"),
    "attn_k": (0, 0, "SelfAttention.k"),
    "attn_v": (0, 0, "SelfAttention.v"),
    "attn_o": (0, 0, "SelfAttention.o"),
    "attn_rel_b": (0, 0, "SelfAttention.relative_attention_bias"),
    "cross_attn_norm": (None, 1, "layer_norm"),
    "cross_attn_q": (None, 1, "EncDecAttention.q"),
    "cross_attn_k": (None, 1, "EncDecAttention.k"),
    "cross_attn_v": (None, 1, "EncDecAttention.v"),
    "cross_attn_o": (None, 1, "EncDecAttention.o"),
    "ffn_norm": (1, 2, "layer_norm"),
    "ffn_gate": (1, 2, "DenseReluDense.wi_0"),
    "ffn_up": (1, 2, "DenseReluDense.wi_1"),
    "ffn_down": (1, 2, "DenseReluDense.wo"),
}


class Reader:
    """Little-endian values, one after the other."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        self.at += n
        return self.data[self.at - n : self.at]

    def scalar(self, code):
        return struct.unpack("<" + code, self.take(struct.calcsize(code)))[0]

    def text(self):
        return self.take(self.scalar("Q")).decode()

    def value(self, kind):
        if kind == TEXT:
            return self.text()
        if kind == ARRAY:
            kind, n = self.scalar("I"), self.scalar("Q")
            return [self.value(kind) for _ in range(n)]
        return self.scalar(SCALARS[kind])


def read_gguf(path):
    """(metadata, {name: float32 tensor}) of a file of F32 and Q8_0 tensors."""
    reader = Reader(path.read_bytes())
    if reader.take(4) != b"GGUF":
        raise ValueError(f"{path} is not a GGUF file: it begins with {reader.data[:4]!r}")
    reader.scalar("I")  # version
    n_tensors, n_values = reader.scalar("Q"), reader.scalar("Q")
    metadata = {reader.text(): reader.value(reader.scalar("I")) for _ in range(n_values)}
    entries = []
    for _ in range(n_tensors):
        name = reader.text()
        shape = [reader.scalar("Q") for _ in range(reader.scalar("I"))][::-1]
        entries.append((name, shape, reader.scalar("I"), reader.scalar("Q")))
    start = -(-reader.at // ALIGNMENT) * ALIGNMENT
    return metadata, {name: _tensor(reader.data, start + offset, shape, kind) for name, shape, kind, offset in entries}


def _tensor(data, start, shape, kind):
    n = int(np.prod(shape))
    if kind == F32:
        values = np.frombuffer(data, "<f4", n, start)
    elif kind == Q8_0:  # blocks of one f16 scale and 32 int8 values
        blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("quants", "i1", 32)]), n // 32, start)
        values = blocks["scale"].astype(np.float32)[:, None] * blocks["quants"]
    else:
        raise ValueError(f"a tensor has GGUF's type {kind}; only F32 (0) and Q8_0 (8) are read")
    return torch.from_numpy(values.reshape(shape).copy())


def hugging_face_name(name):
    """"enc.blk.0.attn_q.weight" -> "encoder.block.0.layer.0.SelfAttention.q.weight"."""
    if name == "token_embd.weight":
        return "shared.weight"
    stack, *rest = name.split(".")
    stack, is_decoder = {"enc": ("encoder", False), "dec": ("decoder", True)}[stack]
    if rest[0] == "output_norm":
        return f"{stack}.final_layer_norm.weight"
    _, block, part, _ = rest
    layer = PARTS[part][is_decoder]
    return f"{stack}.block.{block}.layer.{layer}.{PARTS[part][2]}.weight"


def shape_of(metadata, weights):
    of = lambda key: metadata[f"t5.{key}"]
    return Shape(
        vocab_size=len(weights["shared.weight"]), d_model=of("embedding_length"), d_kv=of("attention.key_length"),
        d_ff=of("feed_forward_length"), num_heads=of("attention.head_count"), num_layers=of("block_count"),
        num_decoder_layers=of("decoder_block_count"),
        relative_attention_num_buckets=of("attention.relative_buckets_count"),
        relative_attention_max_distance=of("attention.relative_max_distance"),
    )  # fmt: skip


def unpack(path, to):
    metadata, tensors = read_gguf(path)
    if "output.weight" in tensors:
        raise ValueError(f"{path} has a head of its own (output.weight); here the head is the embedding's matrix")
    weights = {hugging_face_name(name): tensor for name, tensor in tensors.items()}
    # The file has the position tables as (heads, buckets) or its transpose; ours are (buckets, heads).
    shape = shape_of(metadata, weights)
    for name, tensor in weights.items():
        if "relative_attention_bias" in name:
            assert tensor.shape == (shape.relative_attention_num_buckets, shape.num_heads), tensor.shape
    to.mkdir(parents=True, exist_ok=True)
    save_file(weights, to / "model.safetensors", metadata={"format": "pt"})
    (to / "model.safetensors").chmod(0o644)
    (to / "tokenizer.json").write_text(metadata["tokenizer.huggingface.json"])
    for name, content in (
        ("config", config(shape, torch.float32)), ("generation_config", GENERATION), ("tokenizer_config", TOKENIZER_CONFIG),
    ):  # fmt: skip
        (to / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a .gguf file of this recipe")
    parser.add_argument("--to", type=Path, required=True, help="folder to write")
    args = parser.parse_args()
    unpack(args.model, args.to)


if __name__ == "__main__":
    main()
