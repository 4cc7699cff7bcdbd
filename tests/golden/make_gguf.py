"""GGUF files in both dialects, and what they hold as an independent reader sees it.

llama.cpp's: `general.architecture = t5`, its own tensor names, the SentencePiece
vocabulary inside, keys as its convert_hf_to_gguf.py writes them for T5.
candle's: Hugging Face tensor names, version 2, not one metadata key.
"""

import re

import gguf
import numpy as np
import sentencepiece
import torch
from gguf import GGMLQuantizationType as BlockType
from safetensors.torch import save_file
from sentencepiece.sentencepiece_model_pb2 import ModelProto

from expectations import teacher_forced
from make_models import FAMILIES, load_model

LLAMA_CPP = [("t5-v1_1", "F32"), ("t5-v1_1", "F16"), ("t5-v1_1", "Q8_0"), ("t5-v1_0", "F16"), ("mt5", "Q8_0")]
CANDLE = [("t5-v1_1", "Q8_0"), ("t5-v1_1", "Q4_0")]
FILE_TYPES = {
    "F32": gguf.LlamaFileType.ALL_F32, "F16": gguf.LlamaFileType.MOSTLY_F16, "Q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
}
REFERENCE_STEPS = 8

# Block types of blocks.gguf, with where the f16 scales lie in a block.
LEGACY_BLOCKS = ("F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0")
K_BLOCKS = {"Q2_K": (80, 82), "Q3_K": (108,), "Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,)}


def add_metadata(writer, config, file_type):
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_context_length(config.n_positions)
    writer.add_embedding_length(config.d_model)
    writer.add_feed_forward_length(config.d_ff)
    writer.add_block_count(config.num_layers)
    writer.add_decoder_block_count(config.num_decoder_layers)
    writer.add_head_count(config.num_heads)
    writer.add_key_length(config.d_kv)
    writer.add_value_length(config.d_kv)
    writer.add_layer_norm_eps(config.layer_norm_epsilon)
    writer.add_relative_attn_buckets_count(config.relative_attention_num_buckets)
    writer.add_layer_norm_rms_eps(config.layer_norm_epsilon)
    writer.add_decoder_start_token_id(config.decoder_start_token_id)
    writer.add_file_type(FILE_TYPES[file_type])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def add_vocabulary(writer, spiece, vocab_size):
    """The pieces of the file `spiece`; ids beyond them are unused `[PADn]`, `<extra_id_n>` included."""
    processor = sentencepiece.SentencePieceProcessor(str(spiece))
    normalizer = ModelProto.FromString(spiece.read_bytes()).normalizer_spec
    count = processor.get_piece_size()

    def token_type(token_id):
        if processor.is_unknown(token_id):
            return gguf.TokenType.UNKNOWN
        if processor.is_control(token_id):
            return gguf.TokenType.CONTROL
        return gguf.TokenType.BYTE if processor.is_byte(token_id) else gguf.TokenType.NORMAL

    unused = range(count, vocab_size)
    writer.add_tokenizer_model("t5")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([processor.id_to_piece(i) for i in range(count)] + [f"[PAD{i}]" for i in unused])
    writer.add_token_scores([processor.get_score(i) for i in range(count)] + [-10000.0 for _ in unused])
    writer.add_token_types([token_type(i) for i in range(count)] + [gguf.TokenType.UNUSED for _ in unused])
    writer.add_add_space_prefix(normalizer.add_dummy_prefix)
    writer.add_remove_extra_whitespaces(normalizer.remove_extra_whitespaces)
    writer.add_precompiled_charsmap(normalizer.precompiled_charsmap)
    writer.add_eos_token_id(1)
    writer.add_unk_token_id(2)
    writer.add_pad_token_id(0)


def add_tensor(writer, name, values, block_type, fallback):
    """Adds `values` as `block_type`; norms as F32, rows that no block divides as `fallback`."""
    if values.ndim == 1:
        block_type = BlockType.F32
    elif values.shape[-1] % gguf.GGML_QUANT_SIZES[block_type][0]:
        block_type = fallback
    writer.add_tensor(name, gguf.quants.quantize(values, block_type), raw_dtype=block_type)


def write(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_llama_cpp(path, config, stored, spiece, file_type):
    """One file as convert_hf_to_gguf.py makes it: every stored tensor under its mapped name."""
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.T5, max(config.num_layers, config.num_decoder_layers))
    writer = gguf.GGUFWriter(path, "t5")
    add_metadata(writer, config, file_type)
    add_vocabulary(writer, spiece, config.vocab_size)
    for name, values in stored.items():
        if "embed_tokens" not in name:
            add_tensor(writer, names.get_name(name, try_suffixes=(".weight",)), values.numpy(),
                       BlockType[file_type], BlockType.F16)
    write(writer)


def write_candle(path, stored, file_type):
    """One file as candle's tensor-tools makes it."""
    writer = gguf.GGUFWriter(path, "t5")
    writer.kv_data[0].clear()
    for name, values in stored.items():
        add_tensor(writer, name, values.numpy(), BlockType[file_type], BlockType.F32)
    write(writer)
    with open(path, "r+b") as file:
        file.seek(4)
        file.write((2).to_bytes(4, "little"))


def write_blocks(path, expected_path):
    """One (2, 512) tensor of each block type, and beside it the f32 values it stands for.

    The K-quants hold random bits under ordinary scales: the gguf package reads them but cannot make them.
    """
    random = np.random.default_rng(11)
    writer, expected = gguf.GGUFWriter(path, "blocks"), {}
    for name in (*LEGACY_BLOCKS, *K_BLOCKS):
        block_type = BlockType[name]
        if name in K_BLOCKS:
            size, size_bytes = gguf.GGML_QUANT_SIZES[block_type]
            raw = random.integers(0, 256, (2, 512 // size, size_bytes), dtype=np.uint8)
            for offset in K_BLOCKS[name]:
                scales = random.uniform(0.005, 0.05, (2, 512 // size, 1)).astype(np.float16)
                raw[:, :, offset:offset + 2] = scales.view(np.uint8)
            raw = raw.reshape(2, -1)
        else:
            raw = gguf.quants.quantize(random.standard_normal((2, 512)).astype(np.float32), block_type)
        writer.add_tensor(name, raw, raw_dtype=block_type)
        expected[name] = torch.from_numpy(np.ascontiguousarray(gguf.quants.dequantize(raw, block_type)))
    write(writer)
    save_file(expected, expected_path)


def read_weights(path, config):
    """{Hugging Face tensor name: f32 tensor} of a file in either dialect, by the gguf package's reader."""
    layers = max(config.num_layers, config.num_decoder_layers)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.T5, layers)
    ours = {names.get_name(n, try_suffixes=(".weight",)): n for n in hugging_face_names(config)}
    weights = {}
    for tensor in gguf.GGUFReader(path).tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        name = ours.get(tensor.name, tensor.name)
        if not re.search("embed_tokens|cross_attn_rel_b", name):
            weights[name] = torch.from_numpy(values.copy())
    return weights


def hugging_face_names(config):
    with torch.device("meta"):
        return list(FAMILIES[config.model_type][1](config).state_dict())


def make_gguf(folder, models, read_stored):
    """Writes every file of gguf/; `models` is {name: (config, prompt)}, `read_stored` gives a model's stored tensors.

    expected.safetensors gets, for each model file, the logits (REFERENCE_STEPS, V) of Hugging Face
    on the weights as read back from it, teacher-forced on the short prompt.
    """
    expected = {}
    jobs = [(f"{m}.{t.lower()}.gguf", m, t, "llama") for m, t in LLAMA_CPP]
    jobs += [(f"{m}.candle.{t.lower()}.gguf", m, t, "candle") for m, t in CANDLE]
    for file, name, file_type, dialect in jobs:
        config, prompt = models[name]
        stored = read_stored(name)
        if dialect == "llama":
            write_llama_cpp(folder / file, config, stored, folder.parent / "models" / name / "spiece.model", file_type)
        else:
            write_candle(folder / file, stored, file_type)
        model = load_model(config, read_weights(folder / file, config), config.model_type)
        decoder_ids = prompt["greedy_48_ids"][:REFERENCE_STEPS]
        expected[file] = teacher_forced(model, prompt["input_ids"], decoder_ids)[1].contiguous()
    save_file(expected, folder / "expected.safetensors")
    write_blocks(folder / "blocks.gguf", folder / "blocks.safetensors")
