"""Weights in f32 that round to a trained Q8_0 model, as a Hugging Face folder.

    trained_weights.py MODEL.gguf OUT

What was rounded away when the model was made is gone, so each weight is drawn anew from those that round to what is
there: the largest of each block of 32 stays, the others move by up to half a step. Quantizing the result to Q8_0
gives the model back bit for bit; quantizing it otherwise costs what it would cost any trained model.
"""

import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType, GGUFReader
from transformers import T5Config, T5ForConditionalGeneration


def main(path: Path, out: Path) -> None:
    reader = GGUFReader(path)
    field = lambda key: reader.fields[key].contents()  # noqa: E731
    config = T5Config(
        vocab_size=0,  # below: the length of the embedding
        d_model=field("t5.embedding_length"),
        d_kv=field("t5.attention.key_length"),
        d_ff=field("t5.feed_forward_length"),
        num_layers=field("t5.block_count"),
        num_decoder_layers=field("t5.decoder_block_count"),
        num_heads=field("t5.attention.head_count"),
        relative_attention_num_buckets=field("t5.attention.relative_buckets_count"),
        relative_attention_max_distance=field("t5.attention.relative_max_distance"),
        layer_norm_epsilon=field("t5.attention.layer_norm_epsilon"),
        feed_forward_proj=field("t5.feed_forward_proj"),
        n_positions=field("t5.context_length"),
        tie_word_embeddings=False,
        decoder_start_token_id=0,
    )
    rng = np.random.default_rng(0)
    tensors = {tensor.name: weights(tensor, rng) for tensor in reader.tensors}
    # A tied model is written untied, as all peers run that. At a d_model of 256 the head is the embedding over 16 and
    # rounds alike.
    tensors.setdefault("output.weight", tensors["token_embd.weight"] * config.d_model**-0.5)
    config.vocab_size = len(tensors["token_embd.weight"])
    model = T5ForConditionalGeneration(config)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.T5, max(config.num_layers, config.num_decoder_layers))
    for name, parameter in model.state_dict().items():
        found = tensors[names.get_name(name.replace("embed_tokens", "shared"), try_suffixes=(".weight",)) or "token_embd.weight"]
        parameter.copy_(torch.from_numpy(found))
    model.save_pretrained(out)
    (out / "tokenizer.json").write_text(field("tokenizer.huggingface.json"))


def weights(tensor: gguf.ReaderTensor, rng: np.random.Generator) -> np.ndarray:
    """f32, (rows, columns) or (n)."""
    if tensor.tensor_type != GGMLQuantizationType.Q8_0:
        return gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
    blocks = tensor.data.reshape(-1, 34)
    step = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    quants = blocks[:, 2:].copy().view(np.int8).astype(np.float32)
    moves = np.abs(quants) < np.abs(quants).max(axis=1, keepdims=True)
    quants += moves * rng.uniform(-0.499, 0.499, quants.shape).astype(np.float32)
    return (quants * step).reshape(tensor.shape[::-1])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
