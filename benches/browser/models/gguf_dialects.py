"""Writes this project's GGUF again for the peers, block for block the same weights.

    gguf_dialects.py OURS.gguf CANDLE.gguf LLAMA.gguf

candle wants Hugging Face's names of tensors and no metadata; llama.cpp wants a SentencePiece vocabulary, here one of
numbered words as in random_weights.py.
"""

import sys
from pathlib import Path

import gguf
from gguf import GGUFReader, GGUFWriter, TokenType
from transformers import T5Config, T5ForConditionalGeneration
import torch

SPECIAL = {0: ("<pad>", TokenType.CONTROL), 1: ("</s>", TokenType.CONTROL), 2: ("<unk>", TokenType.UNKNOWN)}


def main(ours: Path, candle: Path, llama: Path) -> None:
    reader = GGUFReader(ours)
    field = lambda key: reader.fields[key].contents()  # noqa: E731
    n_layers = field("t5.block_count")

    writer = GGUFWriter(candle, "t5")
    for tensor in reader.tensors:
        writer.add_tensor(hugging_face_names(n_layers)[tensor.name], tensor.data, raw_dtype=tensor.tensor_type)
    finish(writer)

    writer = GGUFWriter(llama, "t5")
    writer.add_context_length(field("t5.context_length"))
    writer.add_embedding_length(field("t5.embedding_length"))
    writer.add_feed_forward_length(field("t5.feed_forward_length"))
    writer.add_block_count(n_layers)
    writer.add_decoder_block_count(field("t5.decoder_block_count"))
    writer.add_head_count(field("t5.attention.head_count"))
    writer.add_key_length(field("t5.attention.key_length"))
    writer.add_value_length(field("t5.attention.value_length"))
    writer.add_layer_norm_eps(field("t5.attention.layer_norm_epsilon"))
    writer.add_layer_norm_rms_eps(field("t5.attention.layer_norm_epsilon"))
    writer.add_relative_attn_buckets_count(field("t5.attention.relative_buckets_count"))
    writer.add_decoder_start_token_id(0)
    add_vocabulary(writer, next(len(tensor.data) for tensor in reader.tensors if tensor.name == "token_embd.weight"))
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    finish(writer)


def hugging_face_names(n_layers: int) -> dict[str, str]:
    """By llama.cpp's names."""
    with torch.device("meta"):
        config = T5Config(num_layers=n_layers, feed_forward_proj="gated-gelu", tie_word_embeddings=False, vocab_size=8)
        known = [name for name in T5ForConditionalGeneration(config).state_dict() if "embed_tokens" not in name]
    llama = gguf.get_tensor_name_map(gguf.MODEL_ARCH.T5, n_layers)
    return {llama.get_name(name, try_suffixes=(".weight",)): name for name in known}


def add_vocabulary(writer: GGUFWriter, vocab_size: int) -> None:
    tokens = [SPECIAL.get(i, (f"▁w{i - len(SPECIAL)}", TokenType.NORMAL)) for i in range(vocab_size)]
    writer.add_vocab_size(vocab_size)
    writer.add_tokenizer_model("t5")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([text for text, _ in tokens])
    writer.add_token_scores([0.0 if i in SPECIAL else -10.0 for i in range(vocab_size)])
    writer.add_token_types([int(kind) for _, kind in tokens])
    writer.add_pad_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_unk_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(True)


def finish(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
